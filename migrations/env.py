"""Alembic's way in: migrate as the owner of the tables, on the connection that the application hands over."""

from alembic import context
from flask import current_app

from server import models


def run() -> None:
    """Run what is missing, each migration in a commit of its own."""
    with current_app.extensions["owner_engine"].connect() as connection:
        context.configure(
            connection=connection, target_metadata=models.Provider.metadata, transaction_per_migration=True
        )
        with context.begin_transaction():
            context.run_migrations()


run()
