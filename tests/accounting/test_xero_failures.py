"""Whether a call that failed as a whole may have been carried out."""

import json
import ssl
from datetime import timedelta

import pytest
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from services.accounting.ledger import (
    AuthorisationLost,
    CallFailed,
    CallRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from services.accounting.xero.failures import Reply, answer_failure, says_expired, transport_failure
from services.sync.sharing.allowance import Answer

_POOL: object = None
BEFORE = [
    NewConnectionError(_POOL, "refused"),  # type: ignore[arg-type]  # no pool is needed to describe it
    ConnectTimeoutError(_POOL, "slow"),
    SSLError(ssl.SSLCertVerificationError("certificate has expired")),
    SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number"),
]
AFTER = [
    ReadTimeoutError(_POOL, "/Invoices", "slow"),  # type: ignore[arg-type]  # as above
    ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")),
    IncompleteRead(10, 20),
    SSLError("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred"),
]


def _reply(status: int, body: object = None, text: str = "", **headers: str) -> Reply:
    data = text.encode() if body is None else json.dumps(body).encode()
    return Reply.of(status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


def _titled(detail: str) -> dict[str, object]:
    return {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": detail}


@pytest.mark.parametrize("error", BEFORE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("writing", [True, False])
def test_what_never_left_may_be_sent_again(error: HTTPError, writing: bool) -> None:  # noqa: FBT001
    assert isinstance(transport_failure(error, writing=writing), NotSent)


@pytest.mark.parametrize("error", AFTER, ids=lambda error: type(error).__name__)
def test_a_write_without_an_answer_is_unknown_and_a_read_is_not(error: HTTPError) -> None:
    assert isinstance(transport_failure(error, writing=True), OutcomeUnknown)
    assert isinstance(transport_failure(error, writing=False), NotSent)


@pytest.mark.parametrize(
    "reply,expected,code",
    [
        (_reply(500, text="<h1>An error occurred</h1>"), OutcomeUnknown, "write_failed_at_xero"),
        (_reply(503, text=""), OutcomeUnknown, "write_unavailable"),
        (_reply(200, text="<h1>Hotel Wi-Fi</h1>"), OutcomeUnknown, "write_unreadable"),
        (_reply(401, _titled("TokenExpired: token expired")), AuthorisationLost, "authorisation_lost"),
        (_reply(401, _titled("AuthorizationUnsuccessful")), CallRefused, "right_missing"),
        (_reply(403, _titled("AuthorizationUnsuccessful")), CallRefused, "right_missing"),
        (_reply(403, www_authenticate='error="insufficient_scope"'), CallRefused, "scope_missing"),
        (
            _reply(403, _titled("The user has no permission to create journals.")),
            CallRefused,
            "right_missing",
        ),
        (_reply(403, _titled("AuthenticationUnsuccessful")), AuthorisationLost, "connection_gone"),
        (_reply(403), AuthorisationLost, "connection_gone"),
        (_reply(404), CallRefused, "not_there"),
        (_reply(413), CallRefused, "too_large"),
        (_reply(400, {"Message": "Something new"}), CallRefused, "call_refused"),
        (
            _reply(400, {"Message": "Idempotency Key: k is used with a different request."}),
            CallRefused,
            "idempotency_clash",
        ),
        (_reply(412, text="<h1>Precondition</h1>"), CallRefused, "call_refused"),
        (_reply(302, text=""), CallRefused, "redirected"),
    ],
)
def test_an_answer_that_is_no_success(reply: Reply, expected: type[CallFailed], code: str) -> None:
    failure = answer_failure(reply, writing=True)
    assert type(failure) is expected
    assert failure.code == code
    assert failure.status == reply.status
    assert failure.what
    assert failure.next


def test_an_error_page_on_a_read_may_be_repeated() -> None:
    assert isinstance(answer_failure(_reply(502, text="<h1>Bad gateway</h1>"), writing=False), NotSent)


@pytest.mark.parametrize(
    "limit,retry_after,wait",
    [
        ("minute", "26", 26.0),
        ("day", "4000", 4000.0),
        ("day", "", None),
        ("concurrent", "", 5.0),
        ("appminute", "", 60.0),
        ("unheard-of", "", 60.0),
    ],
)
def test_a_limit_is_named_with_its_wait(limit: str, retry_after: str, wait: float | None) -> None:
    failure = answer_failure(
        _reply(429, X_Rate_Limit_Problem=limit, **({"Retry_After": retry_after} if retry_after else {})),
        writing=True,
    )
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == wait
    assert limit in failure.detail
    assert failure.why


def test_a_missing_right_is_never_taken_for_an_expired_token() -> None:
    assert says_expired(_reply(401, _titled("TokenExpired: x")))
    assert not says_expired(_reply(401, _titled("AuthorizationUnsuccessful")))
    assert not says_expired(_reply(403, _titled("AuthenticationUnsuccessful")))


def test_the_detail_holds_what_support_asks_for() -> None:
    reply = _reply(500, {"Message": "An error\x07 occurred"}, Xero_Correlation_Id="corr-1")
    assert (
        answer_failure(reply, writing=True).detail == "status 500, An error  occurred, correlation id corr-1"
    )


@pytest.mark.parametrize("text", ["[" * 100_000, "", "{", "\xff\xfe"])
def test_an_answer_of_any_text_can_be_read(text: str) -> None:
    assert Reply.of(200, {}, text.encode("latin-1")).body is None


@pytest.mark.parametrize(
    "told", ["²", "9" * 12, "9" * 400, "9" * 5000], ids=["odd", "long", "huge", "endless"]
)
def test_no_header_of_an_answer_ends_a_run(told: str) -> None:
    """A proxy in between may write anything; a wait is bounded by whoever waits."""
    reply = Reply.of(429, {"Retry-After": told, "X-MinLimit-Remaining": told}, b"")
    failure = answer_failure(reply, writing=True)
    assert failure.retry_after is not None
    assert timedelta(0) < timedelta(seconds=failure.retry_after) < timedelta(days=40 * 365)
    answer = Answer.of(reply.status, reply.headers)
    assert answer.wait is not None
    assert answer.wait > timedelta(0)
    assert answer.minute is None or answer.minute < 2**31, "a number that every database takes"
