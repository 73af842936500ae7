"""Card payments beside receipts, totals, clearing accounts: what is said of them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from services.contract.answers import ProblemAnswer
from services.contract.terminals import PaymentAnswer


class SchemeAnswer(TypedDict):
    """What a terminal counted of one scheme. Amounts are strings in major units."""

    scheme: str
    kind: str
    """`payment`, `refund`, `cash_out` or `all`; `unsigned`: taken less given back, or the reverse."""
    count: int
    amount: str


class SettlementAnswer(TypedDict):
    """One end of day, or one reading of the totals (`closes` false)."""

    id: int
    terminal: str
    store: str
    closes: bool
    state: str
    """`started`, `done`, `failed`, `unknown`."""
    started: str
    ended: str | None
    who: str
    business_date: str | None
    currency: str
    amount: str | None
    """The terminal's own total, else the sum of its schemes."""
    reference: str
    text: str
    schemes: list[SchemeAnswer]
    problem: ProblemAnswer | None


class SettlementsAnswer(TypedDict):
    """The settlements of a terminal, the newest first."""

    settlements: list[SettlementAnswer]


class CardTenderAnswer(TypedDict):
    """A card tender on a receipt."""

    store: str
    register: str
    receipt: str
    position: int
    """Of the tender on the receipt, from 1."""
    time: str
    business_date: str
    type: str
    amount: str
    reference: str | None
    terminal: str | None


class Pairing(TypedDict):
    """An approval and the tender it may belong to."""

    payment: int
    register: str
    receipt: str
    position: int
    why: str


class UnmatchedAnswer(TypedDict):
    """Approvals without a receipt, card tenders without an approval."""

    store: str
    currency: str
    payments: list[PaymentAnswer]
    tenders: list[CardTenderAnswer]
    suggestions: list[Pairing]
    """Pairs of the same amount that are not certain enough to be joined unasked."""


class MatchAnswer(TypedDict):
    """An approval joined with a receipt; or one dismissed, and the other None."""

    id: int
    store: str
    payment: PaymentAnswer | None
    tender: CardTenderAnswer | None
    rule: str
    """`reference`, `receipt`, `till_time`, `store_time`, `person` or `dismissed`."""
    by: str
    at: str
    note: str


class MatchesAnswer(TypedDict):
    """What was joined or dismissed, the newest first."""

    matches: list[MatchAnswer]


class AgreementCheck(TypedDict):
    """One equality of a business date; `holds` None: it cannot be told yet."""

    check: Literal["terminal_totals", "card_tenders", "clearing", "settled"]
    left: str
    """What the amounts are is in `words`."""
    right: str
    holds: bool | None
    difference: str
    words: str
    """One sentence for people."""


class SchemeAgreement(TypedDict):
    """One scheme of a terminal: its own total against our journal."""

    terminal: str
    scheme: str
    counted: str | None
    """None: the terminal gave no total of it."""
    approved: str


class AgreementDay(TypedDict):
    """The card money of one business date, from the terminal to the bank."""

    date: str
    approved: str
    """By our journal: payments less refunds and reversals."""
    counted: str | None
    """By the terminals' ends of day; None: none was run."""
    tenders: str
    """Card tenders of the receipts."""
    posted: str | None
    """What the ledger's clearing accounts got; None: the day is not posted."""
    received: str
    """What the acquirer has paid for it so far."""
    fees: str
    open: str
    """Tenders less what was received and fees: what is left in the clearing account."""
    age: int
    """Days since the business date."""
    state: str
    """`agrees`, `differs`, `waiting`."""
    checks: list[AgreementCheck]
    schemes: list[SchemeAgreement]


class AgreementAnswer(TypedDict):
    """Card money of a store over some dates; only dates with card money are listed."""

    store: str
    currency: str
    first: str
    last: str
    tenders: list[str]
    accounts: list[str]
    """The clearing accounts, by the mapping."""
    days: list[AgreementDay]
    first_difference: str | None
    """The first business date that does not agree."""
    first_open: str | None
    """The first business date whose clearing account does not go to zero."""
    open: str
    ages: dict[str, str]
    """What is open by age in days: `0-1`, `2-7`, `8-30`, `31+`."""


class PayoutAnswer(TypedDict):
    """What the acquirer paid for a business date, less its fee."""

    id: int
    store: str
    business_date: str
    paid: str
    """The date it reached the bank."""
    amount: str
    fee: str
    note: str
    by: str
    at: str


class PayoutsAnswer(TypedDict):
    """Payouts, the newest first."""

    payouts: list[PayoutAnswer]
