"""How failures look on the wire, and what is never in them."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from services.accounting.ledger import AuthorisationLost, NotSent, OutcomeUnknown, RateLimited
from services.api.errors import status_of
from services.contract.problem import NotAllowed, NotFound, Problem, Refused, Unreachable
from services.terminals.problems import JournalFailed
from tests.api.fakes import Running
from tests.api.test_permissions import ROUTES

_FIELDS = {"code", "what", "why", "next", "detail"}


def _call(
    service: Running, method: str, path: str, *, body: object = None, content: bytes | None = None
) -> tuple[int, dict[str, str]]:
    headers = {"content-type": "application/json"}
    with service.client() as client:
        answer = client.http.request(method, path, json=body, content=content, headers=headers)
    error = answer.json()["error"]
    assert set(error) == _FIELDS
    return answer.status_code, error


@pytest.mark.parametrize(
    "problem,status",
    [
        (NotAllowed("x"), 403),
        (JournalFailed("x", sending=False), 503),
        (NotFound("x"), 404),
        (NotFound("x", code="unknown_store"), 404),
        (Refused("x"), 409),
        (Problem("x"), 409),
        (OutcomeUnknown("x"), 409),
        (AuthorisationLost("x"), 409),
        (Refused("x", code="invalid_mapping"), 422),
        (Unreachable("x"), 503),
        (NotSent("x"), 503),
        (RateLimited("x"), 503),
    ],
)
def test_each_kind_of_problem_has_its_status(problem: Problem, status: int) -> None:
    assert status_of(problem) == status


def test_what_is_wrong_is_named_field_by_field(service: Running) -> None:
    body = {"frequency": 5, "start": "soon", "every": "day"}
    status, error = _call(service, "PUT", "/v1/stores/queen-st/schedule", body=body)
    assert (status, error["code"]) == (422, "invalid")
    assert [fault.split(":")[0] for fault in error["why"].split("; ")] == ["frequency", "start", "every"]
    assert service.office.calls == []


@pytest.mark.parametrize(
    "body,named",
    [
        ({"date": "2026-11-19", "from": "2026-11-18"}, "not both"),
        ({"from": "2026-11-20", "to": "2026-11-19"}, "later than to"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(service: Running, body: dict[str, str], named: str) -> None:
    status, error = _call(service, "POST", "/v1/stores/queen-st/sync", body=body)
    assert status == 422
    assert named in error["why"]


@pytest.mark.parametrize(
    "path,named",
    [
        ("/v1/stores/queen-st/days/2026-02-30/preview", "date"),
        ("/v1/stores/queen-st/days?month=2026-13", "month"),
        ("/v1/stores/queen-st/totals?from=2026-11-01", "to"),
        ("/v1/stores/queen-st/reference/colours", "kind"),
        ("/v1/audit?since=2026-11-01T00:00:00", "since"),
        ("/v1/log?limit=100000", "limit"),
    ],
)
def test_a_wrong_address_or_query_is_named(service: Running, path: str, named: str) -> None:
    status, error = _call(service, "GET", path)
    assert status == 422
    assert error["why"].startswith(f"{named}: ")


def test_a_secret_in_a_wrong_request_does_not_come_back(service: Running) -> None:
    body = {"client_secret": ["hush-hush"], "client_id": 5, "redirect": "r" * 10}
    status, error = _call(service, "POST", "/v1/stores/queen-st/xero/consent", body=body)
    assert status == 422
    assert "client_secret" in error["why"]
    assert "hush-hush" not in json.dumps(error)


def test_a_body_that_is_no_json_is_refused(service: Running) -> None:
    status, _ = _call(service, "POST", "/v1/retry", content=b'{"ids": [')
    assert status == 422


def test_an_unknown_address_points_to_what_there_is(service: Running) -> None:
    status, error = _call(service, "GET", "/v1/nothing")
    assert (status, error["code"], error["next"]) == (
        404,
        "not_found",
        "See /openapi.json for what there is.",
    )


def test_a_wrong_method_is_refused(service: Running) -> None:
    status, error = _call(service, "DELETE", "/v1/status")
    assert (status, error["code"]) == (405, "refused")


def test_a_body_that_is_too_large_is_refused(service: Running) -> None:
    status, error = _call(service, "PUT", "/v1/stores/queen-st/mapping", body={"contact": "x" * 2_000_000})
    assert (status, error["code"]) == (413, "too_large")
    assert service.office.calls == []


def test_technical_detail_is_cleared_of_secrets(service: Running) -> None:
    service.office.fails = Refused(
        "no", detail="sent Bearer eyJhbGciOi.eyJzdWIiOiI.c2ln and 4111 1111 1111 1111"
    )
    _, error = _call(service, "GET", "/v1/status")
    assert error["detail"] == "sent Bearer [hidden] and [card number]"


class _Log(logging.Handler):
    """Keeps what is logged; `traced` is set by the first record with a traceback."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []
        self.traced = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        if record.exc_info:
            self.traced.set()


@pytest.fixture
def log() -> Iterator[_Log]:
    """What is logged while the test runs."""
    handler, root = _Log(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_fault_of_our_own_is_a_reference_here_and_a_traceback_in_the_log(
    service: Running, log: _Log
) -> None:
    service.office.fails = KeyError("password=hush")
    status, error = _call(service, "GET", "/v1/status")
    assert (status, error["code"]) == (500, "failed")
    assert "hush" not in json.dumps(error)
    # The server writes it after the answer.
    assert log.traced.wait(60)
    (traced,) = [record for record in log.records if record.exc_info]
    text = logging.Formatter().format(traced)
    assert "KeyError" in text
    assert error["detail"] in text


def test_an_answer_that_breaks_the_contract_is_a_fault_of_our_own(service: Running) -> None:
    service.office.answers["schedule"] = {"frequency": None}
    status, error = _call(service, "GET", "/v1/stores/queen-st/schedule")
    assert (status, error["code"]) == (500, "failed")


def test_changes_and_failures_are_logged_with_who_and_without_what(service: Running, log: _Log) -> None:
    with service.client() as client:
        client.status()
        client.paste("queen-st", "http://localhost/?code=hush")
        client.import_stream(io.BytesIO(b"{}"), "cards.jsonl", source="hush")
    _call(service, "GET", "/v1/nothing")
    lines = [record.getMessage() for record in log.records if record.name == "services.api.requests_log"]
    assert [line.split(" in ")[0] for line in lines] == [
        "POST /v1/stores/queen-st/xero/consent/paste by anna: 200",
        "POST /v1/imports by anna: 200",
        "GET /v1/nothing by unknown: 404",
    ]


def test_the_description_of_the_interface_is_complete(service: Running) -> None:
    with service.client() as client:
        described = client.http.get("/openapi.json").json()
    operations = {
        (path, method): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert len(operations) == len(ROUTES) - 1  # the description leaves itself out
    for operation in operations.values():
        assert operation["summary"]
        assert operation["tags"]
        assert {"200", "403", "409", "422", "500"} <= set(operation["responses"])
    untyped = [key for key, operation in operations.items() if not _schema(operation) and key not in _STREAMS]
    assert untyped == []
    names = set(described["components"]["schemas"])
    assert {"StatusAnswer", "DayDocumentsAnswer", "ErrorAnswer", "ImportAnswer", "MappingAnswer"} <= names


# These answer with no JSON: events as they happen, and archives.
_STREAMS = {("/v1/events", "get"), ("/v1/bundle", "post"), ("/v1/terminals/{terminal}/pack", "post")}


def _schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation["responses"]["200"].get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema
