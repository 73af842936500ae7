"""Whole numbers that are asked for: none is too large for a row of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.api.given import LARGEST_NUMBER, Desk
from services.api.till_door import create_till_app

_EVENT = "get /v1/events last-event-id"
"""An event's number: it is compared with others in memory, and names no row."""
_NOBODY = cast("Desk", None)


@pytest.mark.parametrize("app", [create_app(_NOBODY), create_till_app(_NOBODY)], ids=["people", "tills"])
def test_every_number_that_is_asked_for_has_an_end(app: FastAPI) -> None:
    """Databases fail at a greater one, as if the fault were not the caller's."""
    described = app.openapi()
    numbers = list(_asked_for(described))
    assert len(numbers) >= 1
    endless = [where for where, schema in numbers if schema.get("maximum", 2**63) > LARGEST_NUMBER]
    assert set(endless) <= {_EVENT}


def _asked_for(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the whole numbers among the parameters and in the bodies of every route."""
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            where = f"{method} {path}"
            for parameter in route.get("parameters", ()):
                yield from _numbers(f"{where} {parameter['name']}", parameter["schema"], schemas)
            for content in route.get("requestBody", {}).get("content", {}).values():
                yield from _numbers(where, content["schema"], schemas)


def _numbers(
    where: str, schema: dict[str, Any], schemas: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "integer":
        yield where, schema
    for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _numbers(where, each, schemas)
    for name, field in schema.get("properties", {}).items():
        yield from _numbers(f"{where} {name}", field, schemas)
