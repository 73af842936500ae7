"""The practice company: its own service, practice Xero and practice shop.

Everything runs on this machine and lives in a folder apart from any real state. Nothing
here reaches a real organisation: the addresses given to the service are this machine's.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from console.client import Client
from services.contract.problem import Problem, Refused

READY_SECONDS = 30
STOP_SECONDS = 15
_PYTHON = (sys.executable, "-P", "-m")


@dataclass(frozen=True, slots=True)
class PracticeCompany:
    """The running practice company: its service's client, and the practice Xero."""

    home: Path
    service: Client
    xero_url: str
    client_id: str
    tenant: str
    redirect: str
    processes: tuple[subprocess.Popen[bytes], ...] = ()
    """What was started, the service first."""


@contextlib.contextmanager
def practice_company(
    home: Path, store: Mapping[str, str], config: Mapping[str, Any] | None = None
) -> Iterator[PracticeCompany]:
    """Start the practice company in `home` with one store; stop all of it on leaving.

    `config` are settings of the practice Xero in place of the built-in ones.
    """
    with contextlib.ExitStack() as stack:
        xero = stack.enter_context(_program(home, "xero", *_xero_arguments(home, config or {})))
        about = _first_line(xero, home, "xero")
        environment = _environment(home, about["url"])
        _init(home, store, environment)
        service_log = stack.enter_context((home / "service.log").open("ab"))
        running = stack.enter_context(
            _running(("services", "serve", "--home", str(home)), environment, service_log)
        )
        service = stack.enter_context(Client(home / "tillbook.sock", timeout=60))
        _wait_until_ready(service, running, home)
        (app,) = about["apps"]
        tenant = next(
            each["tenant"] for each in about["organisations"] if each["country"] == store["country"]
        )
        yield PracticeCompany(
            home, service, about["url"], app["client_id"], tenant, app["redirects"][0], (running, xero)
        )


@contextlib.contextmanager
def practice_terminal(home: Path, protocol: str) -> Iterator[dict[str, str]]:
    """Start a practice card terminal; return the settings that lead to it."""
    arguments = ("services.sandbox.terminals", protocol, "--announce", "--book", str(home / "charges.json"))
    with _program(home, "terminal", *arguments) as process:
        settings: dict[str, str] = _first_line(process, home, "terminal")["address"]
        yield settings


def allow_access(company: PracticeCompany, address: str) -> None:
    """Do what a person does in the browser: open the address, choose, allow.

    The practice Xero answers `auto=allow` without its page and sends the browser on to
    the callback that the service listens at.
    """
    answer = httpx.get(
        address, params=_also(address, auto="allow", tenant=company.tenant), follow_redirects=True, timeout=30
    )
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        raise Refused(
            "The practice Xero did not give its consent.", answer.text[:200], "Start the demo again."
        )


def trial_balance(company: PracticeCompany) -> dict[str, str]:
    """Return the practice Xero's own balances by account code, debits positive."""
    answer = httpx.get(
        f"{company.xero_url}/practice/trial-balance", params={"tenant": company.tenant}, timeout=30
    )
    balances: dict[str, str] = answer.raise_for_status().json()["balances"]
    return balances


def calls(company: PracticeCompany) -> list[dict[str, Any]]:
    """Return the calls that the practice Xero received."""
    answer = httpx.get(f"{company.xero_url}/practice/calls", timeout=30)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["calls"]
    return found


def make_shop(folder: Path, last: str, days: int) -> None:
    """Write the practice shop's files for `days` business dates up to `last`."""
    subprocess.run(  # noqa: S603 - our own program
        [*_PYTHON, "services.sandbox.shop", "--out", str(folder), "--last", last, "--days", str(days)],
        check=True,
    )


def _also(address: str, **more: str) -> dict[str, str]:
    return {**httpx.URL(address).params, **more}


def _xero_arguments(home: Path, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how the practice Xero is started: its one app redirects to a free port."""
    app = {"client_id": "TILLBOOK0DEMO", "redirects": [f"http://localhost:{_free_port()}/callback"]}
    config = home / "practice-xero-config.json"
    config.write_text(json.dumps({"apps": [app], **settings}), encoding="utf-8")
    state = home / "practice-xero.json"
    options = ("--port", "0", "--announce", "--config", str(config), "--state", str(state))
    return ("services.sandbox.xero", *options)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _environment(home: Path, xero_url: str) -> dict[str, str]:
    addresses = dict.fromkeys(
        ("TILLBOOK_XERO_LOGIN_URL", "TILLBOOK_XERO_IDENTITY_URL", "TILLBOOK_XERO_API_URL"), xero_url
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TILLBOOK_")}
    # A practice company never touches the person's own keyring.
    kept.pop("DBUS_SESSION_BUS_ADDRESS", None)
    return {**kept, **addresses, "TILLBOOK_HOME": str(home)}


def _init(home: Path, store: Mapping[str, str], environment: Mapping[str, str]) -> None:
    options = [
        f"--{'store' if key == 'key' else key.replace('_', '-')}={value}" for key, value in store.items()
    ]
    done = subprocess.run(  # noqa: S603 - our own program
        [*_PYTHON, "services", "init", "--home", str(home), *options],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(
            "The practice shop could not be made.", done.stderr.strip(), "Start with an empty folder."
        )


@contextlib.contextmanager
def _program(home: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours whose output is read; its messages stay in the home."""
    with (home / f"{name}.log").open("ab") as log, _running(arguments, None, log, subprocess.PIPE) as process:
        yield process


@contextlib.contextmanager
def _running(
    arguments: tuple[str, ...],
    environment: Mapping[str, str] | None,
    log: IO[bytes],
    output: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*_PYTHON, "console.tether", str(os.getpid()), *arguments],
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log if output is None else output,
        stderr=log,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _first_line(process: subprocess.Popen[bytes], home: Path, name: str) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise Refused(
            f"The practice {name.title()} did not start.",
            f"{home / name}.log says why.",
            "Start the demo again.",
        )
    about: dict[str, Any] = json.loads(line)
    return about


def _wait_until_ready(service: Client, process: subprocess.Popen[bytes], home: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            service.status()
        except Problem:
            if process.poll() is not None or time.monotonic() > end:
                raise Refused(
                    "The practice service did not start.",
                    f"{home / 'service.log'} says why.",
                    "Start the demo again.",
                ) from None
            time.sleep(0.1)
        else:
            return
