"""PostgreSQL for several services: nothing hangs, one writer at a time.

What SQLite has by itself is made here: of all services one writes at a time, so what is
read in a write transaction is still so when it is committed.
"""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from services.contract.problem import Problem, Unreachable

_WRITER_LOCK = text("select pg_advisory_xact_lock(hashtextextended('tillbook writer', 0))")
# A service that is frozen in a transaction, or cut off, holds up the others no longer than this.
# Tables hold UTC without a zone, whatever zone the server keeps.
_SERVER_SIDE = {
    "TimeZone": "UTC",
    # As SQLite's synchronous=EXTRA: what is written ahead of a call outlives a power cut.
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": 60_000,
    # As long as a writer waits for one of its own process; not a round trip of each transaction.
    "lock_timeout": 120_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
_CLIENT_SIDE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def make_engine(url: URL) -> Engine:
    """Return an engine on a server; raise Unreachable when it does not answer."""
    options = [f"-c {name}={value}" for name, value in _SERVER_SIDE.items()]
    given = str(url.query.get("options", ""))
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        # Under a stricter one a writer would see the moment before it waited for its turn.
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=32,
        connect_args={**_CLIENT_SIDE, "options": " ".join([*options, given]).strip()},
    )
    try:
        engine.connect().close()
    except OperationalError as error:
        what = f"The database server {url.host or ''} does not answer.".replace("  ", " ")
        raise unreachable(what, error) from error
    return engine


def wait_for_writers(connection: Connection) -> None:
    """Be the only writer to the end; OperationalError when others take two minutes."""
    connection.execute(_WRITER_LOCK)


def unreachable(what: str, error: OperationalError) -> Problem:
    """Return what it means that the server does not answer."""
    return Unreachable(
        what,
        "PostgreSQL is not running, cannot be reached from here, or refuses this user.",
        "Check TILLBOOK_DATABASE_URL and that PostgreSQL runs. Tillbook goes on by itself when it is back.",
        str(error.orig).strip(),
        code="database_unreachable",
    )
