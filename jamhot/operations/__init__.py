"""Keeping the process alive and honest: memory, admission, rate limits, logs. Knows nothing of fruit."""
