"""What Alembic runs in each of the three stores: on the connection it is handed, and no other."""

from alembic import context
from sqlalchemy import Connection, MetaData


def run(metadata: MetaData) -> None:
    """Run the migrations asked for on the connection in the configuration's attributes."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
