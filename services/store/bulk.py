"""Many rows into one table, as fast as the driver takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
    """Insert rows given column by column, all of the same length.

    Columns without any value are left out: SQLite's driver takes many times longer over
    an empty value than over any other.
    """
    given = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    if not given:
        return
    dialect = connection.dialect
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(map(dialect.identifier_preparer.quote, given))
    sql = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([mark] * len(given))})"  # noqa: S608 - our own names
    stored = [_stored(table.c[name], values, dialect) for name, values in given.items()]
    connection.exec_driver_sql(sql, list(zip(*stored, strict=True)))


def _stored(column: Column[Any], values: Sequence[object], dialect: Dialect) -> Sequence[object]:
    """Return values as the driver takes them: dates as text on SQLite, for one."""
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if convert is None else [convert(value) for value in values]
