"""The consent at Xero: its address, the way there from elsewhere, its QR code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import segno
from textual.content import Content

from screens.moments import Times
from services.contract.answers import ConsentAnswer

PORT = 8742
REDIRECT = f"http://localhost:{PORT}/callback"
_QUIET_ZONE = 2
_LEAST_WORDS = 40
"""Cells that the words need beside a code."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who sits where, for the line that leads a browser elsewhere to this machine."""

    user: str
    host: str
    environ: Mapping[str, str]


def words(consent: ConsentAnswer | None, session: Session, times: Times, *, connected: bool) -> Content:
    """Return what to do for the consent, or why it must be begun afresh."""
    if connected:
        return Content("The consent was given.")
    if consent is None or consent["state"] != "waiting":
        return _ended(consent)
    lines = [
        Content("Open this address in a browser, choose the organisation, allow the access:"),
        Content.styled(_shown_address(consent), "bold"),
        Content(""),
        Content(f"Waiting until {times.clock(consent['expires'])}; x calls it off, c copies the address."),
        Content(""),
        Content("If your browser is on another machine, run this there first:"),
        Content.styled(tunnel(session), "bold"),
        Content(
            "or allow it there, copy the address the browser ends at (it may say that it cannot be"
            " reached), and press v to paste it here."
        ),
    ]
    return Content("\n").join(lines)


def _ended(consent: ConsentAnswer | None) -> Content:
    error = consent["error"] if consent else None
    afresh = Content("Enter begins afresh; nothing that was set is lost.")
    if error is None:
        return Content("\n\n").join([Content("No consent is under way."), afresh])
    told = Content.assemble(("✗ ", "$stopped bold"), (error["what"], "bold"))
    return Content("\n\n").join([told, Content(error["why"]), Content(error["next"]), afresh])


def _shown_address(consent: ConsentAnswer) -> str:
    return consent.get("short_address") or consent["address"]


def tunnel(session: Session) -> str:
    """Return the line that leads a browser elsewhere to this very session."""
    parts = session.environ.get("SSH_CONNECTION", "").split()
    server = parts[2] if len(parts) == 4 else session.host  # noqa: PLR2004 - client, port, server, port
    port = f" -p {parts[3]}" if len(parts) == 4 and parts[3] != "22" else ""  # noqa: PLR2004
    return f"ssh -L {PORT}:localhost:{PORT}{port} {session.user}@{server}"


def code(consent: ConsentAnswer | None, width: int, height: int) -> Content | None:
    """Return the QR code that fits: of the whole address, else of the short one.

    A phone can open the whole address; the short one leads there from a machine that runs
    the line of `tunnel`.
    """
    if consent is None or consent["state"] != "waiting":
        return None
    for address in (consent["address"], consent.get("short_address")):
        lines = qr(address) if address else []
        if lines and len(lines) <= height and len(lines[0]) + _LEAST_WORDS <= width:
            return Content("\n").join([Content.styled(line, "black on white") for line in lines])
    return None


def qr(address: str) -> list[str]:
    """Return a QR code of an address as lines of half blocks, dark on light."""
    rows = [
        [bool(cell) for cell in row]
        for row in segno.make(address, error="l", micro=False).matrix_iter(border=_QUIET_ZONE)
    ]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [_halves(rows[at], rows[at + 1]) for at in range(0, len(rows), 2)]


def _halves(above: Sequence[bool], below: Sequence[bool]) -> str:
    return "".join(" ▄▀█"[2 * upper + lower] for upper, lower in zip(above, below, strict=True))
