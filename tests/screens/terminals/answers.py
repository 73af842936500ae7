"""Terminals, payments and card money as the service tells them."""

from __future__ import annotations

from typing import Any

from services.contract.answers import ProblemAnswer
from services.contract.terminal_days import (
    AgreementAnswer,
    AgreementDay,
    CardTenderAnswer,
    SettlementAnswer,
    UnmatchedAnswer,
)
from services.contract.terminal_shop import (
    ListenerAnswer,
    ProtocolAnswer,
    SettingAnswer,
    StatusOfTerminalAnswer,
    TerminalAnswer,
    TillKeyAnswer,
)
from services.contract.terminals import PaymentAnswer, ProgressAnswer, PromptAnswer, ResultAnswer

UNKNOWN_PROBLEM: ProblemAnswer = {
    "code": "terminal_unknown",
    "what": "It is not known whether payment 7KQ was charged.",
    "why": "The terminal did not answer.",
    "next": "Look at the terminal's journal, then settle it.",
    "detail": "",
}


def result(**given: object) -> ResultAnswer:
    whole: dict[str, Any] = {
        name: "0.00" if name in {"approved", "surcharge", "tip", "cash_out"} else ""
        for name in ResultAnswer.__annotations__
    }
    whole |= {"signature": False, "card": "•••• 4242", "scheme": "Visa", "auth_code": "081522", "text": "OK"}
    answer: ResultAnswer = {**whole, **given}  # type: ignore[typeddict-item]
    return answer


def payment(
    number: int = 1, state: str = "approved", amount: str = "12.00", **given: object
) -> PaymentAnswer:
    answer: PaymentAnswer = {
        "id": number,
        "terminal": "counter-1",
        "store": "queen-st",
        "till": "till-1",
        "reference": f"R-{number}",
        "kind": "payment",
        "amount": amount,
        "currency": "NZD",
        "business_date": "2026-11-21",
        "state": state,
        "partial": False,
        "charged": amount if state == "approved" else None,
        "tender_reference": f"T{number}" if state == "approved" else None,
        "created": "2026-11-21T01:20:00+00:00",
        "settled": "2026-11-21T01:20:09+00:00" if state == "approved" else None,
        "settled_by": "terminal" if state == "approved" else "",
        "note": "",
        "result": result(approved=amount) if state == "approved" else None,
        "problem": UNKNOWN_PROBLEM if state == "unknown" else None,
        "receipts": [],
    }
    return {**answer, **given}  # type: ignore[typeddict-item]


def running(prompt: PromptAnswer | None = None) -> ProgressAnswer:
    return {
        "payment": payment(9, "acked", "25.00"),
        "running": True,
        "last": 3,
        "steps": [],
        "display": "PRESENT CARD",
        "prompt": prompt,
    }


def terminal(*, key: str = "counter-1", name: str = "Counter 1", **given: object) -> TerminalAnswer:
    answer: TerminalAnswer = {
        "key": key,
        "store": "queen-st",
        "name": name,
        "protocol": "zvt",
        "title": "ZVT (ECR interface)",
        "currency": "NZD",
        "settings": {"connection": "tcp", "host": "192.0.2.10", "port": 20007},
        "secrets": [],
        "tenders": ["eftpos"],
        "enabled": True,
        "machine": None,
        "here": True,
        "abilities": ["refund", "reversal", "abort", "query", "settle", "totals", "reprint", "status"],
        "state": "ready",
        "error": None,
        "running": None,
        "unresolved": [],
        "last": payment(),
        "asked": "2026-11-21T01:00:00+00:00",
        "last_settled": "2026-11-20T07:30:00+00:00",
        "practice": False,
    }
    return {**answer, **given}  # type: ignore[typeddict-item]


def status(*, ready: bool = True) -> StatusOfTerminalAnswer:
    return {
        "terminal": "counter-1",
        "ready": ready,
        "text": "Idle" if ready else "End of day is due",
        "terminal_id": "52500041",
        "software": "3.1",
        "needs": [] if ready else ["settle"],
        "milliseconds": 41,
    }


def settlement(*, closes: bool = True) -> SettlementAnswer:
    return {
        "id": 1,
        "terminal": "counter-1",
        "store": "queen-st",
        "closes": closes,
        "state": "done",
        "started": "2026-11-21T01:30:00+00:00",
        "ended": "2026-11-21T01:30:05+00:00",
        "who": "mia",
        "business_date": "2026-11-21",
        "currency": "NZD",
        "amount": "512.40",
        "reference": "0012",
        "text": "",
        "schemes": [
            {"scheme": "Visa", "kind": "all", "count": 11, "amount": "402.40"},
            {"scheme": "Mastercard", "kind": "all", "count": 3, "amount": "110.00"},
        ],
        "problem": None,
    }


def setting(
    name: str,
    title: str,
    kind: str = "text",
    *choices: str,
    default: str = "",
    when: tuple[str, str] | None = None,
) -> SettingAnswer:
    return {
        "name": name,
        "title": title,
        "kind": kind,
        "default": default,
        "choices": list(choices),
        "help": f"Help of {name}",
        "when": None if when is None else {"setting": when[0], "value": when[1]},
    }


ZVT: ProtocolAnswer = {
    "name": "zvt",
    "title": "ZVT (ECR interface)",
    "pairs": False,
    "settings": [
        setting("connection", "How it is connected", "choice", "tcp", "serial", default="tcp"),
        setting("host", "Its address on the network", when=("connection", "tcp")),
        setting("device", "Its serial port", "device", when=("connection", "serial")),
        setting("tls", "Encrypted (TLS)", "flag", default="no", when=("connection", "tcp")),
        setting("certificate", "File with the certificate it is checked against", when=("tls", "yes")),
        setting("password", "Its password for tills", "secret"),
    ],
}
PORTS = {
    "ports": [
        {"device": "/dev/ttyUSB0", "description": "USB serial", "maker": "FTDI", "used_by": None},
        {"device": "/dev/ttyUSB1", "description": "USB serial", "maker": "FTDI", "used_by": "counter-1"},
    ]
}


def tender(receipt: str = "A-17", amount: str = "23.00", **given: object) -> CardTenderAnswer:
    answer: CardTenderAnswer = {
        "store": "queen-st",
        "register": "1",
        "receipt": receipt,
        "position": 0,
        "time": "2026-11-20T03:10:00+00:00",
        "business_date": "2026-11-20",
        "type": "eftpos",
        "amount": amount,
        "reference": None,
        "terminal": None,
    }
    return {**answer, **given}  # type: ignore[typeddict-item]


def agreement_day(date: str, state: str = "agrees", **given: object) -> AgreementDay:
    differs = state == "differs"
    answer: AgreementDay = {
        "date": date,
        "approved": "512.40",
        "counted": "512.40",
        "tenders": "489.40" if differs else "512.40",
        "posted": "489.40" if differs else "512.40",
        "received": "0.00",
        "fees": "0.00",
        "open": "512.40",
        "age": 1,
        "state": state,
        "checks": [
            {
                "check": "terminal_totals",
                "left": "512.40",
                "right": "512.40",
                "holds": True,
                "difference": "0.00",
                "words": "The terminals counted 512.40, as the journal says.",
            },
            {
                "check": "card_tenders",
                "left": "512.40",
                "right": "489.40",
                "holds": not differs,
                "difference": "23.00" if differs else "0.00",
                "words": "Cards were charged 512.40; receipts say 489.40."
                if differs
                else "Receipts say the same.",
            },
            {
                "check": "clearing",
                "left": "",
                "right": "",
                "holds": None,
                "difference": "",
                "words": "The day is not posted yet.",
            },
        ],
        "schemes": [{"terminal": "counter-1", "scheme": "Visa", "counted": "402.40", "approved": "402.40"}],
    }
    return {**answer, **given}  # type: ignore[typeddict-item]


def agreement(*days: AgreementDay) -> AgreementAnswer:
    differing = [each["date"] for each in days if each["state"] == "differs"]
    return {
        "store": "queen-st",
        "currency": "NZD",
        "first": "2026-10-17",
        "last": "2026-11-21",
        "tenders": ["eftpos"],
        "accounts": ["612"],
        "days": list(days),
        "first_difference": min(differing, default=None),
        "first_open": days[0]["date"] if days else None,
        "open": "1024.80" if days else "0.00",
        "ages": {"0-1": "512.40", "2-7": "512.40", "8-30": "0.00", "31+": "0.00"},
    }


def unmatched(*, suggested: bool = True) -> UnmatchedAnswer:
    return {
        "store": "queen-st",
        "currency": "NZD",
        "payments": [payment(5, amount="23.00")],
        "tenders": [tender(), tender("A-21", "8.10")],
        "suggestions": [
            {
                "payment": 5,
                "register": "1",
                "receipt": "A-17",
                "position": 0,
                "why": "same amount, 4 minutes apart",
            }
        ]
        if suggested
        else [],
    }


def till_key(number: int = 1, till: str = "till-1", **given: object) -> TillKeyAnswer:
    answer: TillKeyAnswer = {
        "id": number,
        "store": "queen-st",
        "till": till,
        "begins": "tbk_4f2a",
        "refunds": False,
        "created": "2026-11-02T01:00:00+00:00",
        "created_by": "mia",
        "last_used": "2026-11-21T01:20:00+00:00",
        "revoked": None,
        "revoked_by": "",
    }
    return {**answer, **given}  # type: ignore[typeddict-item]


LISTENING: ListenerAnswer = {"address": "http://127.0.0.1:8743", "why": ""}
