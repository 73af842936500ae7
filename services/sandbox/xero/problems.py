"""Answers that are no success, in Xero's shapes (XERO.md 4.7, 6.15, 6.16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from services.sandbox.xero.wire import Json, dumps

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What is sent back: status, text, media type and further headers."""

    status: int
    text: str = ""
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """The text as a JSON object; empty where it is none."""
        try:
            parsed = json.loads(self.text)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {"": parsed}


class HttpProblem(Exception):
    """Ends the handling of a call with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def as_json(status: int, body: object) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, dumps(body))


def unauthorized(detail: str, instance: str = "") -> HttpProblem:
    """Return the 401 of the API.

    `detail` is its word, such as AuthorizationUnsuccessful.
    """
    return HttpProblem(as_json(HTTPStatus.UNAUTHORIZED, _titled("Unauthorized", 401, detail, instance)))


def forbidden(detail: str = "AuthenticationUnsuccessful", instance: str = "") -> HttpProblem:
    """Return the 403 of the API: a tenant this token cannot see, or a right missing."""
    return HttpProblem(as_json(HTTPStatus.FORBIDDEN, _titled("Forbidden", 403, detail, instance)))


def not_found() -> HttpProblem:
    """Return the 404 of the API: HTML by its header, and empty."""
    return HttpProblem(Answer(HTTPStatus.NOT_FOUND, "", HTML_TYPE))


def post_data_invalid(message: str, number: int = 14) -> HttpProblem:
    """Return the 400 for a body that cannot be read at all."""
    return _refused(number, "PostDataInvalidException", message)


def query_invalid(message: str) -> HttpProblem:
    """Return the 400 for a `where` or `order` that cannot be read."""
    return _refused(16, "QueryParseException", message)


def bad_request(message: str) -> HttpProblem:
    """Return a 400 that has a Message only, such as that of a reused idempotency key."""
    return HttpProblem(as_json(HTTPStatus.BAD_REQUEST, {"Message": message}))


def not_acceptable(message: str) -> HttpProblem:
    """Return the 406 for a call that does not ask for JSON.

    Xero would answer in XML.
    """
    return HttpProblem(as_json(HTTPStatus.NOT_ACCEPTABLE, {"Message": message}))


def validation_failed(elements: list[Json]) -> Answer:
    """Return the 400 that lists every element of the batch with its errors."""
    return as_json(
        HTTPStatus.BAD_REQUEST,
        {
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": elements,
        },
    )


def oauth_error(error: str, description: str = "") -> HttpProblem:
    """Return the 400 of the token endpoint."""
    body = {"error": error} | ({"error_description": description} if description else {})
    return HttpProblem(as_json(HTTPStatus.BAD_REQUEST, body))


def _refused(number: int, kind: str, message: str) -> HttpProblem:
    body = {"ErrorNumber": number, "Type": kind, "Message": message}
    return HttpProblem(as_json(HTTPStatus.BAD_REQUEST, body))


def _titled(title: str, status: int, detail: str, instance: str) -> Json:
    return {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": instance or "00000000-0000-0000-0000-000000000000",
        "Extensions": {},
    }
