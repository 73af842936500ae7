"""What error conditions of nexo mean: in words, and for the payment. Pure data."""

from __future__ import annotations

from services.contract.terminals import PaymentState

_UNDONE, _NO = PaymentState.CANCELLED, PaymentState.DECLINED

CONDITIONS: dict[str, tuple[PaymentState, str]] = {
    "Aborted": (_UNDONE, "aborted"),
    "Busy": (_UNDONE, "the terminal is busy"),
    "Cancel": (_UNDONE, "cancelled at the terminal"),
    "DeviceOut": (_UNDONE, "a part of the terminal is out of order"),
    "InsertedCard": (_UNDONE, "a card is still in the terminal"),
    "InProgress": (PaymentState.UNKNOWN, "the terminal is still working on it"),
    "LoggedOut": (_UNDONE, "the terminal is logged out"),
    "MessageFormat": (_UNDONE, "the terminal does not understand the message"),
    "NotAllowed": (_NO, "not allowed on this terminal"),
    "NotFound": (_UNDONE, "the transaction is not known"),
    "PaymentRestriction": (_NO, "the card may not pay for this"),
    "Refusal": (_NO, "refused"),
    "UnavailableDevice": (_UNDONE, "a part of the terminal is not available"),
    "UnavailableService": (_UNDONE, "the terminal does not offer this"),
    "InvalidCard": (_NO, "the card cannot be read or is not accepted"),
    "UnreachableHost": (_NO, "the bank cannot be reached"),
    "WrongPIN": (_NO, "wrong PIN"),
}
"""Only InProgress leaves open what becomes of the payment."""


def meaning(condition: str) -> tuple[PaymentState, str]:
    """Return what a failed payment came to, and why.

    A condition nobody knows is a failure all the same: the terminal said so.
    """
    return CONDITIONS.get(condition, (_NO, condition or "not carried out"))
