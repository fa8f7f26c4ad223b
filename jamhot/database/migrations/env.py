"""Alembic's environment: everything that is missing, in one transaction, on the connection that `migrate` brings."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
