"""Every failure becomes one form of answer, with a fitting status."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from services.accounting.ledger import NotSent, RateLimited
from services.contract.problem import NotAllowed, NotFound, Problem, Refused, Unreachable
from services.contract.redaction import redacted
from services.contract.replies import ErrorAnswer
from services.store.database import problem_of
from services.terminals.problems import JournalFailed

_log = logging.getLogger(__name__)

_STATUS: Sequence[tuple[type[Problem], HTTPStatus]] = (
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Unreachable, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotSent, HTTPStatus.SERVICE_UNAVAILABLE),
    (RateLimited, HTTPStatus.SERVICE_UNAVAILABLE),
    (JournalFailed, HTTPStatus.SERVICE_UNAVAILABLE),
)
_INVALID = "invalid"
"""How the codes of problems begin whose cause is a value that was given."""
_TOO_LARGE = "too_large"

# What every route may answer besides its own; documented once for all.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status.value: {"model": ErrorAnswer, "description": text}
    for status, text in (
        (HTTPStatus.FORBIDDEN, "The caller's roles do not allow it."),
        (HTTPStatus.NOT_FOUND, "Something named does not exist."),
        (HTTPStatus.CONFLICT, "Understood, and cannot be done; `why` and `next` say more."),
        (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than this route takes."),
        (HTTPStatus.UNPROCESSABLE_ENTITY, "A value is missing or not valid; `why` names each."),
        (HTTPStatus.INTERNAL_SERVER_ERROR, "Tillbook failed; `detail` is a reference into its log."),
        (HTTPStatus.SERVICE_UNAVAILABLE, "The service is stopping, or a remote system did not answer."),
    )
}


def status_of(problem: Problem) -> HTTPStatus:
    """Return the HTTP status that goes with a problem."""
    if problem.code.startswith(_INVALID):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if problem.code == _TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    found = (status for kind, status in _STATUS if isinstance(problem, kind))
    return next(found, HTTPStatus.CONFLICT)


def answer_of(request: Request, problem: Problem, status: int | None = None) -> JSONResponse:
    """Return the answer that tells the problem, cleared of secrets."""
    told = problem.answer()
    told["detail"] = redacted(told["detail"])
    # An upload that is refused is still being sent: hang up rather than read it to its end.
    headers = {"Connection": "close"} if "transfer-encoding" in request.headers else None
    return JSONResponse({"error": told}, status or status_of(problem), headers)


def install(app: FastAPI, addresses: str = "/openapi.json") -> None:
    """Make the app answer every failure in the one form.

    `addresses` names what tells which addresses there are.
    """
    app.state.addresses = addresses
    app.exception_handler(Problem)(_problem)
    app.exception_handler(DBAPIError)(_database)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unexpected)


def _problem(request: Request, error: Problem) -> JSONResponse:
    return answer_of(request, error)


def _database(request: Request, error: DBAPIError) -> JSONResponse:
    """Tell a database that is away, busy or full from a fault of our own."""
    if not isinstance(error, OperationalError):
        return _unexpected(request, error)
    problem = problem_of(error)
    _log.error("%s %s: %s %s", request.method, request.url.path, problem, problem.detail)
    return answer_of(request, problem)


def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Name each field with what is wrong; never the value, which may be a secret."""
    faults = [f"{_field(fault['loc'])}: {_wrong(fault)}" for fault in error.errors()]
    why = "; ".join(faults) + "."
    problem = Refused("The request is not valid.", why, "Correct that and try again.", code=_INVALID)
    return answer_of(request, problem)


def _field(location: Sequence[str | int]) -> str:
    """Return `tenders.cash` for ("body", "tenders", "cash")."""
    named = [str(part) for part in location[1:] if isinstance(part, str)]
    return ".".join(map(str, location[1:])) if named else str(location[0])


def _wrong(fault: Mapping[str, Any]) -> str:
    """Return what is wrong with a field, or with a body that is no JSON object."""
    is_body = len(fault["loc"]) == 1
    if fault["type"] == "json_invalid":
        return f"no JSON from character {fault['loc'][-1]} on"
    if is_body and fault["type"] in {"missing", "model_attributes_type"}:
        return "a JSON object is expected, sent with the header Content-Type: application/json"
    return str(fault["msg"])


def _http(request: Request, error: HTTPException) -> JSONResponse:
    what = f"{request.method} {request.url.path} is not possible."
    reason, next_step, code = _HTTP.get(error.status_code, (str(error.detail), "", "refused"))
    next_step = next_step.format(addresses=request.app.state.addresses)
    return answer_of(request, Problem(what, reason, next_step, code=code), error.status_code)


_SEE_ADDRESSES = "See {addresses} for what there is."
_HTTP: dict[int, tuple[str, str, str]] = {
    404: ("The service has no such address.", _SEE_ADDRESSES, "not_found"),
    405: ("That address does not take this method.", _SEE_ADDRESSES, "refused"),
    413: ("The body is larger than this address takes.", "Send it in smaller parts.", _TOO_LARGE),
}


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """Give a reference; the server logs the traceback and it together."""
    reference = secrets.token_hex(4)
    error.add_note(f"Reference {reference}: {request.method} {request.url.path}")
    _log.error("%s %s failed; look for reference %s in the log", request.method, request.url.path, reference)
    problem = Problem(
        "Tillbook could not do this because of a fault of its own.",
        "Nothing is known to be wrong with what was asked.",
        "Try again; if it stays, give the reference to support, who finds it in the log of the service.",
        f"Reference {reference}",
        code="failed",
    )
    return answer_of(request, problem, HTTPStatus.INTERNAL_SERVER_ERROR)
