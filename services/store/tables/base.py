"""What every table is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, MetaData
from sqlmodel import Field, SQLModel

from services.store.types import UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)


# Field() is whatever the column's annotation says, so these return Any.
def utc_time(*, null: bool = False) -> Any:  # noqa: ANN401 - as said above
    """Return a column for a point in time; a zoned datetime in memory."""
    return Field(default=None, sa_type=UtcDateTime, nullable=null)


def json_value(*, null: bool = False) -> Any:  # noqa: ANN401 - as said above
    """Return a column for plain data; NULL, not the JSON word null, when it is None.

    A change inside the value is not seen: assign a new one.
    """
    column: Column[Any] = Column(JSON(none_as_null=True), nullable=null)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)
