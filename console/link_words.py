"""How a link stands, in words: pause, next try, warnings, receipt."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from console.output import finding_lines, say
from services.contract.failure_classes import WORDS

if TYPE_CHECKING:
    from services.contract.answers import IntegrationAnswer
    from services.contract.failures import FailureAnswer
    from services.contract.integration import DisconnectionAnswer

_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
_SHOWN_DATES = 8


def link_lines(answer: IntegrationAnswer, zone: tzinfo | None = None) -> list[str]:
    """Return what the status says of a link beside its state and its error.

    Times are of `zone`; None: of this terminal.
    """
    lines = []
    if answer["state"] == "paused":
        lines.append(paused_line(answer))
    if answer["waiting"]["days"]:
        lines.append(waiting_line(answer))
    if following := answer.get("next_try"):
        number = following["number"]
        ordinal = _ORDINALS.get(number, f"{number}th")
        lines.append(f"next try {clock(following['at'], zone)}, {ordinal} of {following['of']}")
    for warning in answer.get("warnings") or []:
        lines += finding_lines(warning, indent="")
    if answer["state"] == "disconnected" and (receipt := answer.get("disconnection")):
        lines.append(_ended(receipt, zone))
    return lines


def paused_line(answer: IntegrationAnswer) -> str:
    """Return who paused, why, until when."""
    pause = answer.get("paused")
    if pause is None:
        return f"paused by {answer['by']}"
    until = pause["until_local"]
    end = f" until {until} ({pause['zone']})" if until else " until somebody resumes"
    return f"paused by {pause['by']}{end}: {pause['reason']}"


def waiting_line(answer: IntegrationAnswer) -> str:
    """Return how many days wait, and what they come to."""
    waiting = answer["waiting"]
    return f"waiting: {days(waiting['days'])}, {waiting['amount']}"


def unsent_line(answer: IntegrationAnswer) -> str:
    """Return what a disconnection would leave unsent; empty when that is nothing."""
    receipt = answer.get("disconnection")
    if receipt is None or not receipt["days"]:
        return ""
    subject = "it" if receipt["days"] == 1 else "they"
    return (
        f"{days(receipt['days'])} ({receipt['amount']}) would stay unsent;"
        f" {subject} can only go to this organisation."
    )


def disconnected_words(store: str, answer: IntegrationAnswer) -> None:
    """Print what a disconnection did."""
    receipt = answer.get("disconnection")
    if receipt is not None and receipt["state"] == "pending":
        say(f"{store}: disconnected here. Nothing is sent any more; the rest is not done yet.")
    else:
        say(f"{store}: disconnected.")
    say(*disconnection_lines(store, answer))


def disconnection_lines(store: str, answer: IntegrationAnswer) -> list[str]:
    """Return a receipt, or what a disconnection would be, in lines."""
    receipt = answer.get("disconnection")
    if receipt is None:
        return [f"{store} was never disconnected."]
    warnings = answer.get("warnings") or []
    return [*receipt_lines(receipt), *(line for each in warnings for line in finding_lines(each, indent=""))]


def receipt_lines(receipt: DisconnectionAnswer) -> list[str]:
    """Return a receipt in lines."""
    return [
        f"Organisation: {receipt['organisation']} ({receipt['tenant']})",
        *([f"Disconnected by {receipt['by']}, {moment(receipt['at'])}"] if receipt["by"] else []),
        _unsent(receipt),
        *_shared(receipt),
        *_proof(receipt),
    ]


def _unsent(receipt: DisconnectionAnswer) -> str:
    verb = "would stay" if receipt["state"] == "forecast" else "stayed"
    if not receipt["days"]:
        return f"Nothing {verb} unsent that belongs to it."
    dates = ", ".join(receipt["dates"][:_SHOWN_DATES])
    more = f" and {receipt['days'] - _SHOWN_DATES} more" if receipt["days"] > _SHOWN_DATES else ""
    return (
        f"Unsent {verb} {days(receipt['days'])}, {receipt['amount']}: {dates}{more}. Only it ever gets them."
    )


def _shared(receipt: DisconnectionAnswer) -> list[str]:
    if not receipt["shared_with"]:
        return []
    names = ", ".join(receipt["shared_with"])
    verb = "would stay" if receipt["state"] == "forecast" else "stays"
    return [f"The connection at Xero {verb}: {names} uses it too. It ends with the last store that leaves."]


def _proof(receipt: DisconnectionAnswer) -> list[str]:
    proof = receipt["proof"]
    if proof is not None and proof["call"]:
        status = f" with status {proof['status']}" if proof["status"] else ""
        return [f"Proof: Xero refused {proof['call']}{status}, {moment(proof['at'])}: {proof['said']}"]
    if receipt["state"] == "gone":
        return ["It was ended in Xero; Tillbook noticed it."]
    if receipt["state"] == "pending" and receipt["next_try"]:
        return [f"Not ended at Xero yet; next try {clock(receipt['next_try'])}."]
    return []


def _ended(receipt: DisconnectionAnswer, zone: tzinfo | None) -> str:
    who = "in Xero" if receipt["state"] == "gone" else f"by {receipt['by']}"
    return f"disconnected {who} {moment(receipt['at'], zone)}; see: tillbook disconnect xero --receipt"


def explained_lines(failure: FailureAnswer) -> list[str]:
    """Return one failure in lines."""
    kind = failure["class"]
    return [f"{failure['code']}: {kind} ({WORDS.get(kind, kind)})", *finding_lines(failure)]


def moment(time: str, zone: tzinfo | None = None) -> str:
    """Return a time of the wire in a zone, else this terminal's, to the second."""
    return f"{datetime.fromisoformat(time).astimezone(zone):%Y-%m-%d %H:%M:%S}"


def clock(time: str, zone: tzinfo | None = None) -> str:
    """Return a time of the wire as people say it: only the hour when it is today."""
    at, today = datetime.fromisoformat(time).astimezone(zone), datetime.now().astimezone(zone)
    return at.strftime("%H:%M" if at.date() == today.date() else "%Y-%m-%d %H:%M")


def days(number: int) -> str:
    """Return `1 day`, `2 days`."""
    return f"{number} day" if number == 1 else f"{number} days"
