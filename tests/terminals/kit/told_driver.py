"""A driver that does as it is told, and a desk that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from services.contract.problem import Problem
from services.contract.terminals import PaymentKind, PaymentState
from services.store.database import Database
from services.store.tables import Terminal
from services.terminals.desk import Desk
from services.terminals.driver import (
    Ability,
    Finding,
    Hooks,
    Request,
    Result,
    SchemeTotal,
    TerminalStatus,
    Totals,
    Verdict,
)
from services.terminals.finding_out import Patience
from services.terminals.hooks import Progress
from services.terminals.journal import Journal, Order
from services.terminals.problems import TransportLost

APPROVED = Result(PaymentState.APPROVED, 1000, "EUR", receipt="0463", auth_code="A1")
LOST = TransportLost("the counter")
Performs = Callable[[Request, Hooks], Result]


def approve(_request: Request, hooks: Hooks) -> Result:
    hooks.sent({"last": "0462"})
    hooks.commit(APPROVED)
    return APPROVED


def break_off(_request: Request, hooks: Hooks) -> Result:
    hooks.sent({"last": "0462"})
    hooks.acked()
    raise LOST


@dataclass
class ToldDriver:
    """Does what the test says, and notes what it was asked."""

    performs: Performs = approve
    findings: list[Finding | Problem] = field(default_factory=list)
    asked: list[tuple[Request, Result | None]] = field(default_factory=list)
    performed: int = 0
    closed: int = 0
    abilities: frozenset[Ability] = frozenset(Ability)

    def perform(self, request: Request, hooks: Hooks) -> Result:
        self.performed += 1
        return self.performs(request, hooks)

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        self.asked.append((request, said))
        finding = self.findings.pop(0) if self.findings else LOST
        if isinstance(finding, Problem):
            raise finding
        return finding

    def status(self, hooks: Hooks) -> TerminalStatus:
        return TerminalStatus(ready=True, text="ready")

    def settle(self, hooks: Hooks) -> Totals:
        totals = Totals("EUR", (SchemeTotal("Visa", 2, 1500),), 1500)
        hooks.keep(totals)
        if self.performs is break_off:
            raise LOST
        return totals

    def totals(self, hooks: Hooks) -> Totals:
        return Totals("EUR", (), 0)

    def reprint(self, hooks: Hooks) -> None:
        hooks.show("reprinted")

    def close(self) -> None:
        self.closed += 1


@dataclass
class DeskAt:
    database: Database
    journal: Journal
    driver: ToldDriver
    desk: Desk
    told: list[Progress]
    waited: list[float]

    def again(self) -> Desk:
        """The desk after a restart of the service."""
        return desk_on(self.database, self.journal, self.driver, self.told, self.waited)


def desk_on(
    database: Database, journal: Journal, driver: ToldDriver, told: list[Progress], waited: list[float]
) -> Desk:
    with database.read() as session:
        terminal = session.get_one(Terminal, "front")
    return Desk(
        terminal, driver, journal, waited.append, listener=told.append, patience=Patience(tries=3, pause=2)
    )


def order(reference: str = "r1", amount: int = 1000, kind: PaymentKind = PaymentKind.PAYMENT) -> Order:
    return Order("till-1", reference, kind, amount, "EUR")


def found(state: PaymentState = PaymentState.APPROVED, amount: int = 1000) -> Finding:
    return Finding(Verdict.SETTLED, "found", Result(state, amount, "EUR"))
