"""A headless browser, steered through chromedriver (W3C WebDriver)."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

_PORT = re.compile(r"started successfully on port (\d+)")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
)


def binaries() -> tuple[str, str] | None:
    """Return chromedriver and the browser; None where this machine lacks one."""
    driver = shutil.which("chromedriver")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return (driver, browser) if driver and browser else None


class Browser:
    """One window."""

    def __init__(self, base: str, session: str) -> None:
        self._base = f"{base}/session/{session}"
        self._client = httpx.Client(timeout=180, trust_env=False)

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._ask("POST", "/url", {"url": address})

    def click(self, selector: str) -> None:
        """Click what a CSS selector finds first."""
        element = self._ask("POST", "/element", {"using": "css selector", "value": selector})[_ELEMENT]
        self._ask("POST", f"/element/{element}/click", {})

    @property
    def address(self) -> str:
        """The address line."""
        return str(self._ask("GET", "/url"))

    def wait_for(self, text: str) -> None:
        """Wait until a page shows a text; fail after ten seconds."""
        found = f"//body//*[contains(text(), {text!r})]"
        self._ask("POST", "/element", {"using": "xpath", "value": found})

    def style(self, selector: str, name: str) -> str:
        """Return a computed style, to see that the page's own style is allowed."""
        element = self._ask("POST", "/element", {"using": "css selector", "value": selector})[_ELEMENT]
        return str(self._ask("GET", f"/element/{element}/css/{name}"))

    def close(self) -> None:
        """Close the window."""
        with closing(self._client):
            self._client.delete(self._base).raise_for_status()

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.request(method, self._base + path, json=body)
        value = answer.json()["value"]
        if answer.status_code != httpx.codes.OK:
            raise AssertionError(f"{method} {path}: {value}")
        return value


@contextmanager
def window(driver: str, browser: str, profile: Path) -> Iterator[Browser]:
    """Start a browser with a profile of its own; end it and its driver."""
    command = [driver, "--port=0", "--allowed-ips="]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        try:
            yield from _session(process, browser, profile)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the driver and every process of its browser


def _session(process: subprocess.Popen[str], browser: str, profile: Path) -> Iterator[Browser]:
    base = f"http://127.0.0.1:{_port_of(process)}"
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    options = {"binary": browser, "args": [*_ARGUMENTS, *root, f"--user-data-dir={profile}"]}
    capabilities = {
        "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "timeouts": {"implicit": 10_000, "pageLoad": 30_000},
        }
    }
    answer = httpx.post(f"{base}/session", json={"capabilities": capabilities}, timeout=180, trust_env=False)
    made = Browser(base, answer.json()["value"]["sessionId"])
    try:
        yield made
    finally:
        made.close()


def _port_of(process: subprocess.Popen[str]) -> str:
    for text in process.stdout or ():
        if match := _PORT.search(text):
            return match[1]
    raise AssertionError("chromedriver said no port")
