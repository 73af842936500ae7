"""Everything the service can be asked about card terminals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from services.books.calendar import business_date
from services.contract.problem import Problem
from services.contract.terminal_shop import PortAnswer, StatusOfTerminalAnswer
from services.contract.terminals import PaymentAnswer
from services.store import terminal_journal, terminal_list
from services.store.database import Database
from services.store.stores import get_facts
from services.store.tables import TerminalAttempt
from services.terminals.answers import payment_answer
from services.terminals.counter.agreeing import Agreeing
from services.terminals.counter.discovery import serial_ports
from services.terminals.counter.fleet import Bus, Fleet, Tools, Vault
from services.terminals.counter.functions import Functions
from services.terminals.counter.keys import TillKeys
from services.terminals.counter.matches import Matches
from services.terminals.counter.paying import Paying
from services.terminals.counter.registry import Details, Registry

log = logging.getLogger(__name__)


class TerminalsOffice:
    """The card terminals of a service, by subject.

    `terminals`: which there are. `payments`: what tills ask. `functions`: how they are, end
    of day, what became of it. `keys`: of tills. `matches`: approvals and receipts. `money`:
    from the terminal to the bank.
    """

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        vault: Vault,
        bus: Bus,
        *,
        machine: str = "",
        alone: bool = True,
        home: Path | None = None,
        tools: Tools | None = None,
    ) -> None:
        self._tools = tools or Tools(db, clock, vault, bus, machine, alone, home=home)
        self._fleet = Fleet(self._tools)
        self.matches = Matches(self._tools)
        self.payments = Paying(self._tools, self._fleet, self._approved)
        self.terminals = Registry(self._tools, self._fleet, self.payments)
        self.functions = Functions(self._tools, self._fleet, self.payments.terminal, self._today)
        self.keys = TillKeys(db, clock)
        self.money = Agreeing(self._tools, self._today)

    def start(self) -> None:
        """Run the terminals of this machine.

        What a break or a kill left open is found out about before anything else.
        """
        self._fleet.start()

    def let_go(self) -> None:
        """Have nobody wait for a payment any longer: the service stops."""
        self.payments.let_go()

    def stop(self) -> None:
        """End, within seconds; what still runs is found out about at the next start."""
        self._fleet.stop()

    def receipts_came(self, store: str, dates: Sequence[date]) -> None:
        """Look for the approvals of receipts that came in; in the background."""
        with self._tools.db.read() as session:
            if not terminal_list.card_tenders(session, store):
                return

        def join() -> None:
            self.matches.receipts_came(store, dates)

        self._fleet.background("card-matching", lambda: self._match(store, join))

    def ports(self) -> list[PortAnswer]:
        """Return the serial ports of this machine; opens none."""
        with self._tools.db.read() as session:
            rows = terminal_list.present(session)
        return serial_ports(row for row in rows if self._tools.is_here(row))

    def try_out(self, details: Details) -> StatusOfTerminalAnswer:
        """Test the connection to a terminal that is not added yet; moves no money."""
        row, driver = self.terminals.drafted(details)
        return self.functions.try_out(row, driver)

    def attempts(
        self,
        *,
        store: str | None = None,
        terminal: str | None = None,
        state: str | None = None,
        limit: int = 50,
        before: int | None = None,
    ) -> list[PaymentAnswer]:
        """Return the payments at terminals, the newest first."""
        with self._tools.db.read() as session:
            rows = terminal_journal.newest(
                session, terminal=terminal, store=store, state=state, limit=limit, before=before
            )
        return [payment_answer(row) for row in rows]

    def attempt(self, number: int) -> PaymentAnswer:
        """Return one payment; raise NotFound."""
        with self._tools.db.read() as session:
            return payment_answer(terminal_journal.get(session, number))

    def _today(self, store: str) -> date:
        with self._tools.db.read() as session:
            facts = get_facts(session, store)
        return business_date(self._tools.clock(), facts.timezone, facts.cutoff)

    def _approved(self, row: TerminalAttempt) -> None:
        self._match(row.store, lambda: self.matches.approved(row))

    def _match(self, store: str, join: Callable[[], object]) -> None:
        """Join what belongs together; it is tried again with the next receipt or look."""
        try:
            join()
        except (Problem, DBAPIError) as error:
            log.warning("receipts of %s could not be joined with card payments yet: %s", store, error)
