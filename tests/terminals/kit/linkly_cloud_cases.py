"""Linkly Cloud in both versions, against the practice cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import httpx

from services.sandbox.terminals.linkly.practice import Manner
from services.sandbox.terminals.linkly_cloud.ports import PracticeLinklyCloud
from services.sandbox.terminals.linkly_cloud.service import SECRET
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.linkly_cloud.calls import Caller
from services.terminals.linkly_cloud.setting_up import made
from services.terminals.linkly_cloud.watching import Timers
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.linkly_cases import Settings
from tests.terminals.kit.points import Points

QUICK = Timers(silence=1.0, end=10.0, poll=0.01)
QUICK_MANNER = Manner(patience=1.0)


class _PointedStream(httpx.SyncByteStream):
    """A request whose last byte is a boundary."""

    def __init__(self, inner: httpx.SyncByteStream, points: Points) -> None:
        self._inner = inner
        self._points = points

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner
        self._points.reached("after sending", lambda: None)


class PointedTransport(httpx.BaseTransport):
    """A transport whose every message is a boundary."""

    def __init__(self, inner: httpx.BaseTransport, points: Points) -> None:
        self._inner = inner
        self._points = points

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._points.reached("before sending", self.close)
        assert isinstance(request.stream, httpx.SyncByteStream)
        request.stream = _PointedStream(request.stream, self._points)
        response = self._inner.handle_request(request)
        try:
            self._points.reached("after receiving", self.close)
        except BaseException:
            response.close()
            raise
        return response

    def close(self) -> None:
        self._inner.close()


def driver(address: Address, around: Surroundings, points: Points, **settings: Settings) -> Driver:
    """The driver of the practice cloud, its calls watched by the points."""
    transport = PointedTransport(httpx.HTTPTransport(), points)
    paired = replace(around, secret=lambda _: SECRET)
    return made({**address, **settings}, paired, Caller(around.record, transport), QUICK)


def cloud_case(
    name: str = "linkly-cloud", manner: Manner = QUICK_MANNER, version: str = "v1", **settings: Settings
) -> Case:
    """A case of this manner, version and these settings."""
    practice: Callable[[], PracticeLinklyCloud] = partial(PracticeLinklyCloud, manner, version=version)
    return Case(name, "AUD", practice, partial(driver, **settings), amounts=(1000,))


CASES = [cloud_case("linkly-cloud-v1"), cloud_case("linkly-cloud-v2", version="v2")]
