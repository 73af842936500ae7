"""What Alembic runs around the changes.

The service hands its connection over (`services.store.database.migrate`); the `alembic`
command, for those who write a change, opens the database of the settings.
"""

from alembic import context
from sqlalchemy import Connection

from services.contract.settings import load_settings
from services.store.database import open_database
from services.store.tables import Table


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        # SQLite alters most tables by copying them.
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    with open_database(load_settings().database_url).bulk(rebuilding=True) as opened:
        _run(opened)
else:
    _run(given)
