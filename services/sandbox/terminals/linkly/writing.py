"""Writes the client's messages, place by place as the layout lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.sandbox.terminals.linkly.practice import Entry

TERMINAL, MERCHANT = "12345678", "611000612345678"
_WHEN = "201126101530"
_SCHEMES = ("VISA DEBIT", "28")
_OK = frozenset({"00", "08"})


def framed(body: str) -> bytes:
    """Return a message with its header."""
    return f"#{len(body) + 5:04d}{body}".encode("latin-1")


def went(code: str, text: str) -> str:
    """Return success, code and text."""
    return f"{1 if code in _OK else 0}{code:<2}{text:<20.20}"


def transaction(entry: Entry, card: str) -> str:
    """Return what M and N tell of a transaction, from its success on."""
    data = {"RFN": entry.handle, "REF": f"{entry.stan:06d}", "HRC": entry.code, "HRT": entry.text}
    if entry.surcharge:
        data |= {"SUR": f"{entry.surcharge:09d}", "AMT": f"{entry.purchase + entry.surcharge:09d}"}
    letter = entry.letter.lower() if entry.training else entry.letter
    parts = [
        went(entry.code, entry.text),
        "00",
        letter,
        "Savings",
        f"{entry.cash:09d}{entry.purchase:09d}{0:09d}",
        f"{f'A{entry.stan % 100000:05d}' if entry.approved else '':<6}",
        f"{entry.reference:<16}",
        f"{entry.stan:06d}{MERCHANT}{TERMINAL}    2111{_WHEN}",
        f"{_SCHEMES[0]:<20}{card:<20}{'':<40}",
        f"{entry.stan:012d}{_SCHEMES[1]}0 E000  ",
        f"0{0:09d}{0:09d}",
        analysis(data.items()),
    ]
    return "".join(parts)


def analysis(pairs: Iterable[tuple[str, str]]) -> str:
    """Return purchase analysis data."""
    data = "".join(f"{name}{len(value):03d}{value}" for name, value in pairs if value)
    return f"{len(data):03d}{data}"


def display(text: str, keys: str = "") -> str:
    """Return S for a text of up to two lines and the keys it takes: c, y, n, o."""
    flags = "".join("1" if name in keys else "0" for name in "cyn")
    return f"S00220{text:<40.40}{flags}00{'1' if 'o' in keys else '0'}  0000"


def logon() -> str:
    """Return G."""
    return f"G0{went('00', 'APPROVED')}{TERMINAL}{MERCHANT}{_WHEN}{1:06d}{'100800':<16}000"


def status(sub: str, *, logged_on: bool) -> str:
    """Return K."""
    bank = "PRACTICE BANK"
    numbers = f"00{'444777':<11}001{MERCHANT}{TERMINAL}045"
    pad = f"{1 if logged_on else 0}{'1234567890':<16}{'100800':<16}"
    return f"K{sub}{went('00', 'READY')}{numbers}{pad}{bank:<32}000"


def totals(entries: Sequence[Entry], *, record_lengths: bool) -> str:
    """Return the totals of a settlement: one card, and the sum."""
    if not entries:
        return f"{0:09d}000{_with_length(_record('TOTAL', entries))}"
    card = _record("VISA", entries)
    return f"{1:09d}{_with_length(card) if record_lengths else f'{len(card):03d}{card}'}" + _with_length(
        _record("TOTAL", entries)
    )


def receipt(entry: Entry, card: str) -> str:
    """Return the slip of a transaction, with an empty line in its middle."""
    kind = {"P": "PURCHASE", "C": "CASH OUT", "R": "REFUND", "I": "VOID"}.get(entry.letter, "TRANSACTION")
    lines = [
        "      PRACTICE BANK",
        f"CARD {card}",
        "",
        f"{kind} AUD {entry.amount // 100}.{entry.amount % 100:02d}",
        f"REF {entry.reference}",
        entry.text,
        "   *** THANK YOU ***",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _record(name: str, entries: Sequence[Entry]) -> str:
    bought = [entry for entry in entries if entry.letter == "P"]
    cashed = [entry for entry in entries if entry.cash]
    given = [entry for entry in entries if entry.letter in "RI"]
    purchases, cash = sum(entry.purchase for entry in bought), sum(entry.cash for entry in cashed)
    refunds = sum(entry.purchase for entry in given)
    total = purchases + cash - refunds
    sums = f"{purchases:09d}{len(bought):03d}{cash:09d}{len(cashed):03d}{refunds:09d}{len(given):03d}"
    return f"{name:<20}{sums}{'-' if total < 0 else '+'}{abs(total):09d}{len(entries):03d}"


def _with_length(record: str) -> str:
    return f"{len(record):03d}{record}"
