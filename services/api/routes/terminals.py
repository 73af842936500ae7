"""Card terminals: which there are, how they are, and payments at them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field, SecretStr

from services.api.bodies import Body, Text
from services.api.given import LARGEST_NUMBER, BusinessDate, PathNumber, TheOffice
from services.api.guard import (
    CanRefund,
    CanResolvePayments,
    CanSetUpTerminals,
    CanTakePayments,
    CanUseTerminals,
    reads,
    sets_up_terminals,
    uses_terminals,
)
from services.api.payments import (
    After,
    Answered,
    NewPayment,
    NewRefund,
    NewReversal,
    Orders,
    Reference,
    TerminalKey,
    Wait,
)
from services.contract.people import Person
from services.contract.terminal_days import SettlementAnswer, SettlementsAnswer
from services.contract.terminal_shop import (
    DoneAnswer,
    PortsAnswer,
    PrintoutAnswer,
    ProtocolsAnswer,
    StatusOfTerminalAnswer,
    TerminalAnswer,
    TerminalsAnswer,
)
from services.contract.terminals import PaymentAnswer, PaymentsAnswer, ProgressAnswer
from services.terminals.counter.keys import CONSOLE
from services.terminals.counter.registry import protocols
from services.terminals.driver import Answer
from services.terminals.entry import Pairing

router = APIRouter(prefix="/v1", tags=["terminals"])

ForStore = Annotated[str | None, Query(description="Only this store's.")]
Limit = Annotated[int, Query(ge=1, le=500)]
Secrets = dict[str, SecretStr | None]


class NewTerminal(Body):
    """A terminal to add, or to try out; `currency`: where it is not the store's."""

    key: Text
    store: Text
    protocol: Text
    name: Text | None = None
    settings: Annotated[dict[str, Any], Field(default_factory=dict, max_length=50)]
    secrets: Annotated[Secrets, Field(default_factory=dict, max_length=10)]
    tenders: Annotated[list[Text] | None, Field(max_length=20)] = None
    currency: Annotated[str | None, Field(max_length=3)] = None
    enabled: bool = True


class TerminalChanges(Body):
    """What to change; `settings` and `secrets` are merged, null takes one away.

    `here` makes the terminal this machine's.
    """

    name: Text | None = None
    settings: Annotated[dict[str, Any] | None, Field(max_length=50)] = None
    secrets: Annotated[Secrets, Field(default_factory=dict, max_length=10)]
    tenders: Annotated[list[Text] | None, Field(max_length=20)] = None
    enabled: bool | None = None
    here: bool = False


class NewPairing(Body):
    """What pairing takes: the shop's name and password, the code that is shown."""

    username: Text
    password: SecretStr
    code: SecretStr


class EndOfDay(Body):
    """The business date that an end of day is for; today's when none is given."""

    business_date: BusinessDate | None = None


class Decision(Body):
    """What a person says became of a payment, and why."""

    state: Literal["approved", "declined", "cancelled"]
    note: Annotated[str, Field(min_length=1, max_length=500)]


def _plain(body: NewTerminal | TerminalChanges) -> dict[str, Any]:
    details = body.model_dump(exclude={"secrets"}, exclude_unset=True)
    secrets = {name: value.get_secret_value() if value else None for name, value in body.secrets.items()}
    return {**details, "secrets": secrets}


@router.get("/terminals", dependencies=reads)
def terminals(office: TheOffice, store: ForStore = None) -> TerminalsAnswer:
    """List the terminals with how they are."""
    return {"terminals": office.terminals.terminals.listed(store)}


@router.get("/terminal-protocols", dependencies=reads)
def terminal_protocols() -> ProtocolsAnswer:
    """List the protocols that terminals can be added with, and their settings."""
    return {"protocols": protocols()}


@router.get("/terminal-ports", dependencies=uses_terminals)
def terminal_ports(office: TheOffice) -> PortsAnswer:
    """List the serial ports of the service's machine; opens none."""
    return {"ports": office.terminals.ports()}


@router.post("/terminal-test", dependencies=sets_up_terminals)
def try_terminal(body: NewTerminal, office: TheOffice) -> StatusOfTerminalAnswer:
    """Test the connection to a terminal that is not added yet; moves no money."""
    return office.terminals.try_out(_plain(body))


@router.post("/terminals")
def add_terminal(body: NewTerminal, office: TheOffice, who: CanSetUpTerminals) -> TerminalAnswer:
    """Add a terminal."""
    return office.terminals.terminals.add(_plain(body), who)


@router.get("/terminals/{terminal}", dependencies=reads)
def terminal(terminal: TerminalKey, office: TheOffice) -> TerminalAnswer:
    """Show one terminal with how it is."""
    return office.terminals.terminals.one(terminal)


@router.patch("/terminals/{terminal}")
def set_terminal(
    terminal: TerminalKey, body: TerminalChanges, office: TheOffice, who: CanSetUpTerminals
) -> TerminalAnswer:
    """Change a terminal."""
    return office.terminals.terminals.change(terminal, _plain(body), who)


@router.post("/terminals/{terminal}/pair")
def pair_terminal(
    terminal: TerminalKey, body: NewPairing, office: TheOffice, who: CanSetUpTerminals
) -> TerminalAnswer:
    """Pair with a terminal that shows a code; name, password and code are not kept."""
    said = Pairing(body.username, body.password.get_secret_value(), body.code.get_secret_value())
    return office.terminals.terminals.pair(terminal, said, who)


@router.delete("/terminals/{terminal}")
def remove_terminal(terminal: TerminalKey, office: TheOffice, who: CanSetUpTerminals) -> TerminalAnswer:
    """Remove a terminal; its payments stay."""
    return office.terminals.terminals.remove(terminal, who)


@router.post("/terminals/{terminal}/test", dependencies=uses_terminals)
def test_terminal(terminal: TerminalKey, office: TheOffice) -> StatusOfTerminalAnswer:
    """Test the connection to a terminal; moves no money."""
    return office.terminals.functions.status(terminal)


@router.get("/terminals/{terminal}/status", dependencies=uses_terminals)
def terminal_status(terminal: TerminalKey, office: TheOffice) -> StatusOfTerminalAnswer:
    """Ask a terminal how it is."""
    return office.terminals.functions.status(terminal)


# --- payments -----------------------------------------------------------------------


def _orders(office: TheOffice, who: Person | None = None) -> Orders:
    return Orders(office.terminals.payments, CONSOLE, who=who)


@router.post("/terminals/{terminal}/payments")
async def pay(
    terminal: TerminalKey, body: NewPayment, office: TheOffice, who: CanTakePayments, wait: Wait = 0
) -> ProgressAnswer:
    """Take a payment; the same reference and content is the same payment."""
    return await _orders(office, who).payment(terminal, body, wait)


@router.post("/terminals/{terminal}/refunds")
async def refund(
    terminal: TerminalKey, body: NewRefund, office: TheOffice, who: CanRefund, wait: Wait = 0
) -> ProgressAnswer:
    """Give money back to a card."""
    return await _orders(office, who).refund(terminal, body, wait)


@router.post("/terminals/{terminal}/reversals")
async def reverse(
    terminal: TerminalKey, body: NewReversal, office: TheOffice, who: CanRefund, wait: Wait = 0
) -> ProgressAnswer:
    """Take a payment back as a whole."""
    return await _orders(office, who).reversal(terminal, body, wait)


@router.get("/terminals/{terminal}/payments/{reference}", dependencies=reads)
async def payment(
    terminal: TerminalKey,
    reference: Reference,
    office: TheOffice,
    wait: Wait = 0,
    after: After = None,
    till: Annotated[str | None, Query(description="Only this till's.", max_length=50)] = None,
) -> ProgressAnswer:
    """Tell where a payment stands, at once or when it has ended (`wait`)."""
    return await _orders(office).progress(terminal, reference, wait, after, till)


@router.post("/terminals/{terminal}/abort")
def abort(terminal: TerminalKey, office: TheOffice, who: CanTakePayments) -> DoneAnswer:
    """Ask the running payment to abort; it may be approved all the same."""
    return {"done": office.terminals.payments.abort(terminal), "by": who.name}


@router.post("/terminals/{terminal}/answer")
def answer(terminal: TerminalKey, body: Answered, office: TheOffice, who: CanTakePayments) -> DoneAnswer:
    """Answer what the terminal asks the cashier."""
    done = office.terminals.payments.answer(terminal, Answer(body.choice, body.text))
    return {"done": done, "by": who.name}


@router.get("/terminal-payments", dependencies=reads)
def card_payments(
    office: TheOffice,
    store: ForStore = None,
    terminal: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only payments with a smaller id.")
    ] = None,
) -> PaymentsAnswer:
    """List the payments at terminals, newest first."""
    return {
        "payments": office.terminals.attempts(
            store=store, terminal=terminal, state=state, limit=limit, before=before
        )
    }


@router.get("/terminal-payments/{number}", dependencies=reads)
def card_payment(number: PathNumber, office: TheOffice) -> PaymentAnswer:
    """Show one payment."""
    return office.terminals.attempt(number)


@router.post("/terminal-payments/{number}/decide")
def decide(number: PathNumber, body: Decision, office: TheOffice, who: CanResolvePayments) -> PaymentAnswer:
    """Settle a payment of unknown outcome by a person's word."""
    return office.terminals.functions.decide(number, body.state, who, body.note)


# --- service functions --------------------------------------------------------------


@router.post("/terminals/{terminal}/resolve", dependencies=uses_terminals)
def resolve(terminal: TerminalKey, office: TheOffice) -> PaymentsAnswer:
    """Ask a terminal what became of its unresolved payments; charges nothing."""
    return {"payments": office.terminals.functions.resolve(terminal)}


@router.post("/terminals/{terminal}/settle")
def settle(
    terminal: TerminalKey, body: EndOfDay, office: TheOffice, who: CanUseTerminals
) -> SettlementAnswer:
    """Run a terminal's end of day."""
    return office.terminals.functions.settle(terminal, who, body.business_date)


@router.post("/terminals/{terminal}/totals")
def totals(terminal: TerminalKey, office: TheOffice, who: CanUseTerminals) -> SettlementAnswer:
    """Read a terminal's totals; closes nothing."""
    return office.terminals.functions.totals(terminal, who)


@router.get("/terminals/{terminal}/settlements", dependencies=reads)
def settlements(terminal: TerminalKey, office: TheOffice, limit: Limit = 20) -> SettlementsAnswer:
    """List a terminal's ends of day and readings, newest first."""
    return {"settlements": office.terminals.functions.settlements(terminal, limit)}


@router.post("/terminals/{terminal}/reprint", dependencies=uses_terminals)
def reprint(terminal: TerminalKey, office: TheOffice) -> PrintoutAnswer:
    """Have the last receipt printed again."""
    return office.terminals.functions.reprint(terminal)
