"""PostgreSQL: where the catalogue is kept. Address, pool, schema, store, and a local server with no installation."""
