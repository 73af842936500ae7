"""What systemd is told, seen at a socket such as its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.api.notify import Notifier


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """A datagram socket that takes what services say."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(0)
        yield listener


def _said(systemd: socket.socket) -> list[str]:
    said = []
    try:
        while True:
            said.append(systemd.recv(4096).decode())
    except BlockingIOError:
        return said


def test_ready_and_stopping_are_said(systemd: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": systemd.getsockname()})
    notifier.ready("Tillbook is ready")
    notifier.stopping()
    assert _said(systemd) == ["READY=1\nSTATUS=Tillbook is ready", "STOPPING=1\nSTATUS=Stopping"]


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        name = f"tillbook-test-{os.getpid()}"
        listener.bind(f"\0{name}")
        Notifier({"NOTIFY_SOCKET": f"@{name}"}).stopping()
        listener.settimeout(0)
        assert _said(listener) == ["STOPPING=1\nSTATUS=Stopping"]


def test_beats_come_at_half_the_time_out(systemd: socket.socket) -> None:
    now = 100.0
    environment = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "60000000"}
    notifier = Notifier(environment, clock=lambda: now)
    for second in (100.0, 101.0, 129.9, 130.0, 131.0, 160.0):
        now = second
        notifier.beat()
    assert _said(systemd) == ["WATCHDOG=1"] * 3


@pytest.mark.parametrize("watched", [{}, {"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}])
def test_nobody_beats_who_is_not_watched(systemd: socket.socket, watched: dict[str, str]) -> None:
    Notifier({"NOTIFY_SOCKET": systemd.getsockname(), **watched}).beat()
    assert _said(systemd) == []


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_without_systemd_it_is_silent(environment: dict[str, str], systemd: socket.socket) -> None:
    notifier = Notifier({**environment, "WATCHDOG_USEC": "1000000"})
    notifier.ready("x")
    notifier.beat()
    notifier.stopping()
    assert _said(systemd) == []


def test_a_full_queue_holds_nobody_up(systemd: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": systemd.getsockname()})
    for _ in range(5_000):
        notifier.stopping()
    assert 0 < len(_said(systemd)) < 5_000
