"""Will this batch set? Sugar, acid, pectin, yield, altitude: pure functions, no I/O."""
