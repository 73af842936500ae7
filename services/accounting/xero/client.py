"""xero-python, set up so that nothing happens that we did not decide (XERO.md 2).

Its own retries are off, each call has a timeout, tokens are handed in and never renewed
by it, and answers are read as they came: its decoder loses whole pages over one unknown
word. Every call passes a gate that counts it. One client a connection; it may be used
from several threads.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

from urllib3.exceptions import HTTPError
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import ApiException, HTTPStatusException
from xero_python.identity import IdentityApi

from services.accounting.header_numbers import number_in
from services.accounting.xero.failures import Reply, answer_failure, says_expired, transport_failure
from services.accounting.xero.oauth import Addresses
from services.accounting.xero.permits import Gate, OpenGate, departing_with, look_as_it_departs

_ACCOUNTING_PATH = "/api.xro/2.0"
_TIMEOUTS = (5.0, 30.0)
_USER_AGENT = "Tillbook"


class TokenSource(Protocol):
    """Where access tokens come from; `tokens.TokenKeeper` is one."""

    def access_token(self) -> str:
        """Return an access token that is valid now."""

    def renew(self, stale: str) -> str:
        """Return a token other than `stale`."""


class XeroClient:
    """Calls Xero and returns its answers as plain data.

    `timeouts` is (connect, read) in seconds; the SDK ignores anything but a pair.
    """

    def __init__(
        self,
        addresses: Addresses,
        tokens: TokenSource,
        *,
        gate: Gate | None = None,
        timeouts: tuple[float, float] = _TIMEOUTS,
    ) -> None:
        self._tokens = tokens
        self._gate = gate or OpenGate()
        self._asked_by_person = False
        self._timeouts = timeouts
        self._own = threading.local()
        self._limits: tuple[int | None, int | None] = (None, None)
        sdk = _sdk(self._token)
        self.accounting: Any = AccountingApi(sdk, base_url=addresses.api + _ACCOUNTING_PATH)
        """The SDK's accounting calls, to hand to `read` and `write`."""
        self.identity: Any = IdentityApi(sdk, base_url=addresses.api)
        """The SDK's calls about connections."""

    def for_person(self) -> XeroClient:
        """Return this client for what a person asks.

        It may use the calls kept for people.
        """
        other = copy.copy(self)
        other._asked_by_person = True  # noqa: SLF001 - of the same class
        return other

    def read(self, call: Callable[..., Any], *arguments: object, **options: object) -> Any:  # noqa: ANN401 - JSON
        """Call what changes nothing; return the answer's JSON.

        Raises NotSent (also for a lost answer), RateLimited, AuthorisationLost or CallRefused.
        """
        reply = self._reply(call, arguments, options, writing=False)
        if not reply.ok:
            raise answer_failure(reply, writing=False)
        return reply.body

    def write(self, call: Callable[..., Any], *arguments: object, **options: object) -> Reply:
        """Call what changes something, once; return its answer.

        The answer is a success or a 400 that lists its elements. Raises NotSent,
        OutcomeUnknown, RateLimited, AuthorisationLost or CallRefused.
        """
        reply = self._reply(call, arguments, options, writing=True)
        listed = reply.status == HTTPStatus.BAD_REQUEST and reply.elements is not None
        if not reply.ok and not listed:
            raise answer_failure(reply, writing=True)
        return reply

    def limits(self) -> tuple[int | None, int | None]:
        """Return calls left this minute and today, as Xero last said; None: unknown."""
        return self._limits

    def _reply(
        self,
        call: Callable[..., Any],
        arguments: tuple[object, ...],
        options: dict[str, object],
        *,
        writing: bool,
    ) -> Reply:
        self._own.token = self._tokens.access_token()
        reply = self._once(call, arguments, options, writing=writing)
        if says_expired(reply):
            # Refused before it was looked at, so it may go out again with a newer token.
            self._own.token = self._tokens.renew(self._own.token)
            reply = self._once(call, arguments, options, writing=writing)
        return reply

    def _once(
        self,
        call: Callable[..., Any],
        arguments: tuple[object, ...],
        options: dict[str, object],
        *,
        writing: bool,
    ) -> Reply:
        leave = self._gate.call(
            self._tenant(call, arguments), asked_by_person=self._asked_by_person, may_wait=not writing
        )
        with leave as permit, departing_with(permit):
            reply = self._answer(call, arguments, options, writing=writing)
            permit.answered(reply.status, reply.headers)
        self._note_limits(reply)
        return reply

    def _tenant(self, call: Callable[..., Any], arguments: tuple[object, ...]) -> str:
        """Return the organisation that a call is counted for.

        Calls about connections have none.
        """
        of_connections = getattr(call, "__self__", None) is self.identity
        return "" if of_connections or not arguments else str(arguments[0])

    def _answer(
        self,
        call: Callable[..., Any],
        arguments: tuple[object, ...],
        options: dict[str, object],
        *,
        writing: bool,
    ) -> Reply:
        try:
            response = call(*arguments, **options, _preload_content=False, _request_timeout=self._timeouts)
            return Reply.of(response.status, response.headers, response.data)
        except HTTPStatusException as error:
            answer = error.http_resp
            return Reply.of(answer.status, answer.urllib3_response.headers, answer.data)
        except ApiException as error:
            cause = error.__context__  # the SDK hides TLS failures behind its own exception
            raise transport_failure(
                cause if isinstance(cause, HTTPError) else HTTPError(str(error)), writing=writing
            ) from error
        except (HTTPError, OSError) as error:
            raise transport_failure(error, writing=writing) from error

    def _token(self) -> dict[str, object]:
        return {"access_token": self._own.token, "scope": [], "expires_in": 0, "token_type": "Bearer"}

    def _note_limits(self, reply: Reply) -> None:
        minute, day = (number_in(reply.headers.get(f"x-{name}limit-remaining")) for name in ("min", "day"))
        if minute is not None or day is not None:
            self._limits = (minute, day)


def _sdk(token: Callable[[], dict[str, object]]) -> Any:  # noqa: ANN401 - the SDK has no types
    configuration = Configuration()
    # Configurations are copies of the first one made in the process: nothing of it may be shared.
    configuration.oauth2_token = OAuth2Token()
    sdk = ApiClient(configuration, oauth2_token_getter=token)
    sdk.user_agent = _USER_AGENT
    pool = sdk.rest_client.pool_manager
    pool.connection_pool_kw["retries"] = False
    look_as_it_departs(pool)
    return sdk
