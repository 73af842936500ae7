"""Leave to call Xero: asked for before a call, looked at as it departs.

Whoever counts calls (`services.sync.sharing.allowance`) gives the leave. It holds for a few
seconds only: a process that was frozen between the leave and the call does not send it
afterwards, when another machine may have taken the work over.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Permit(Protocol):
    """Leave for one call."""

    def check(self) -> None:
        """Raise NotSent when the leave has run out."""

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Tell what the answer says of the calls left; names of headers in lower case."""


class Gate(Protocol):
    """Gives leave to call."""

    def call(self, tenant: str, *, asked_by_person: bool, may_wait: bool) -> AbstractContextManager[Permit]:
        """Return the leave for one call to an organisation; empty: to none of them.

        A person's call may use what is kept for people. With `may_wait` a short wait is
        waited for. Raises RateLimited, with `retry_after`, before anything is sent.
        """


class _Always:
    """A leave that never runs out."""

    def check(self) -> None:
        """Raise nothing."""

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep nothing."""


class OpenGate:
    """Lets every call pass; for tools that make a handful."""

    def call(
        self,
        tenant: str,  # noqa: ARG002 - the interface of a gate, here and below
        *,
        asked_by_person: bool,  # noqa: ARG002
        may_wait: bool,  # noqa: ARG002
    ) -> AbstractContextManager[Permit]:
        """Return leave at once."""
        return nullcontext(_Always())


_departing = threading.local()


@contextmanager
def departing_with(permit: Permit) -> Iterator[None]:
    """Have what this thread sends look at a permit as it leaves."""
    _departing.permit = permit
    try:
        yield
    finally:
        _departing.permit = None


def look_as_it_departs(pool_manager: Any) -> None:  # noqa: ANN401 - the SDK has no types
    """Make the connections of a pool look at the permit before each piece they send.

    The last piece is what Xero waits for before it does anything.
    """
    pool_manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    pool_manager.clear()


def _check() -> None:
    permit: Permit | None = getattr(_departing, "permit", None)
    if permit is not None:
        permit.check()


class _Connection(HTTPConnection):
    def send(self, data: Any) -> None:  # noqa: ANN401 - as in the standard library
        _check()
        super().send(data)


class _SecureConnection(HTTPSConnection):
    def send(self, data: Any) -> None:  # noqa: ANN401 - as in the standard library
        _check()
        super().send(data)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
