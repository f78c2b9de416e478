"""Alembic runs this for every upgrade; the connection comes from `upgrade`, with its transaction already open."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
