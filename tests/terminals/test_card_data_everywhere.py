"""A terminal that leaks card numbers: nothing the service keeps has them.

The database file, the log file, what tills are told, problems, the audit and the bundle,
for each protocol there is. Each protocol's own test plants numbers in all of its fields.
"""

import io
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from services.api.logs import start_logging, stop_logging
from services.contract.people import Person
from services.contract.problem import Problem
from services.contract.settings import load_settings
from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.replay.reading import opened as opened_bundle
from services.store.database import open_database
from services.store.stores import add_store
from services.sync.support.office import SupportOffice
from services.terminals.answers import payment_answer
from services.terminals.catalogue import PROTOCOLS
from services.terminals.counter.messages import Messages, file_of, kept_lines
from services.terminals.desk import Desk
from services.terminals.driver import Original
from services.terminals.entry import Surroundings
from services.terminals.finding_out import Patience
from services.terminals.hooks import Progress
from services.terminals.journal import Journal, Order, result_of
from tests.sync.support import Shop
from tests.terminals.kit.cards import CARDS
from tests.terminals.kit.cases import Case, Practice, all_cases
from tests.terminals.kit.child import STORE, now, put_terminal
from tests.terminals.kit.points import Points

ANNA = Person("anna", 1000, frozenset({"manager"}))
_REFUSED, _SIGNED = 1051, 1008
"""Minor units at which practice terminals refuse, and ask for a signature if they ever do."""
_TELLS_NO_CARD = {"eplus"}
"""It is asked for no report, which alone could hold the number."""
log = logging.getLogger(__name__)


def _case_of(protocol: str) -> Case:
    name = protocol.replace("_", "-") + "-"
    longer = [other for other in PROTOCOLS if other != protocol and other.startswith(f"{protocol}_")]
    avoided = tuple(other.replace("_", "-") + "-" for other in longer)
    found = [case for case in all_cases() if case.name.startswith(name)]
    return next(case for case in found if not (avoided and case.name.startswith(avoided)))


def _leaking(case: Case, card: str) -> Practice:
    """Its practice terminal, with a card number where the masked one stands."""
    made = case.practice
    assert isinstance(made, partial)
    manner: Any = made.args[0]
    written = card + "f" * (len(card) % 2) if case.name.startswith("zvt") else card
    leaking: Practice = made.func(replace(manner, card=written), **made.keywords)
    return leaking


@contextmanager
def _logged(home: Path) -> Iterator[None]:
    """All that is logged, in the service's own file."""
    home.mkdir(exist_ok=True)
    start_logging(home)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        yield
    finally:
        stop_logging()


class _Till:
    """What one shop does with a terminal in a day, and all that it is told."""

    def __init__(self, shop: Shop, case: Case, practice: Practice) -> None:
        self.told: list[str] = []
        self._case = case
        self._messages = Messages(shop.home, now)
        around = Surroundings(case.currency, now, time.monotonic, lambda _: None, self._record)
        driver = case.driver(practice.address, around, Points())
        _add_its_store(shop)
        self.terminal = put_terminal(shop.database, case.currency, case.name.split("-", maxsplit=1)[0])
        self.journal = Journal(shop.database, now)
        self.desk = Desk(
            self.terminal,
            driver,
            self.journal,
            lambda _: None,
            listener=self._listen,
            patience=Patience(3, 0),
        )
        self._count = 0

    def day(self, card: str) -> None:
        """Pay, give back, count, ask; note everything that comes of it."""
        amount = self._case.amounts[0]
        paid = self._pay(amount, PaymentKind.PAYMENT)
        self._pay(_REFUSED, PaymentKind.PAYMENT)
        self._pay(_SIGNED, PaymentKind.PAYMENT)
        said = result_of(paid)
        if said is not None:
            original = Original(said.receipt, said.trace, said.auth_code, said.provider, amount=amount)
            self._pay(amount, PaymentKind.REVERSAL, original)
        for work in (self.desk.status, self.desk.reprint, partial(self.desk.totals, "anna")):
            self._tried(work)
        self._tried(partial(self.desk.settle, "anna"))
        self._decided(card)
        self.desk.close()
        # A codec that masks nothing would be caught here, and once more in the pack.
        self._messages.keep(self.terminal.key, "", "<", f"unmasked {card}")
        self._messages.stop()

    def _pay(self, amount: int, kind: PaymentKind, original: Original | None = None) -> Any:  # noqa: ANN401
        self._count += 1
        order = Order("till-1", f"order-{self._count}", kind, amount, self._case.currency, original)
        with suppress(Problem):
            row = self.desk.pay(order)
            self.told += [repr(row), json.dumps(payment_answer(row))]
            return row
        return self.journal.find(self.terminal.store, order)

    def _decided(self, card: str) -> None:
        """A person settles by hand what nobody knows, and types the number in."""
        order = Order("till-1", "by hand", PaymentKind.PAYMENT, 100, self._case.currency)
        row = self.journal.begin(self.terminal, order)
        self.journal.sent(row.id or 0, {"seen": card})
        self.journal.settle(row.id or 0, PaymentState.UNKNOWN, "")
        self.desk.decide(row.id or 0, PaymentState.DECLINED, ANNA, f"slip says {card} exp. 12/28")

    def _tried(self, work: Callable[[], object]) -> None:
        try:
            self.told.append(repr(work()))
        except Problem as problem:
            log.warning("%s", problem, exc_info=True)
            self.told += [repr(problem), json.dumps(problem.answer())]

    def _listen(self, progress: Progress) -> None:
        log.info("%s", progress)
        self.told.append(repr(progress))

    def _record(self, direction: str, text: str) -> None:
        log.debug("%s %s", direction, text)
        self.told.append(text)
        self._messages.keep(self.terminal.key, self.desk.about, direction, text)


def _add_its_store(shop: Shop) -> None:
    details = {"key": STORE, "name": "Wien", "country": "AT", "currency": "EUR"}
    with shop.database.write() as session:
        add_store(session, {**details, "timezone": "Europe/Vienna"}, now())


def _bundled(shop: Shop, folder: Path) -> str:
    """Everything in a bundle made of the shop."""
    file = folder / "bundle"
    office = SupportOffice(shop.tools, load_settings(shop.home, {}), shop.vault, shop.office.status)
    with file.open("wb") as out:
        office.bundle(out, folder, who=ANNA)
    return "\n".join(content.decode() for content in opened_bundle(file).members.values())


def _packed(shop: Shop, key: str) -> str:
    """Everything in a terminal's log pack."""
    file = io.BytesIO()
    office = SupportOffice(shop.tools, load_settings(shop.home, {}), shop.vault, shop.office.status)
    office.terminal_pack(file, key, who=ANNA)
    with ZipFile(file) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def _forms(card: str) -> list[str]:
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    return [card, card[:-4], card[4:], grouped, grouped[:-5], card.encode().hex()]


@pytest.mark.parametrize("number,protocol", list(enumerate(PROTOCOLS)))
def test_a_leaking_terminal_leaves_no_card_number(
    number: int, protocol: str, template: Path, tmp_path: Path
) -> None:
    card = CARDS[number % len(CARDS)]
    case = _case_of(protocol)
    practice, home = _leaking(case, card), tmp_path / "home"
    shutil.copy(template, tmp_path / "tillbook.db")
    database = open_database(f"sqlite:///{tmp_path / 'tillbook.db'}")
    practice.start()
    try:
        with _logged(home):
            shop = Shop(database, home).set_up(connected=False, mapped=False)
            till = _Till(shop, case, practice)
            till.day(card)
        log_text = (home / "log" / "tillbook.log").read_text("utf-8")
        seen = {"told": "\n".join(till.told), "log": log_text, "bundle": _bundled(shop, tmp_path)}
        seen["messages"] = "\n".join(kept_lines(home, till.terminal.key))
        with file_of(home, till.terminal.key).open("a", encoding="utf-8") as file:
            file.write(f"{now().isoformat()} - < written by hand {card}\n")
        seen["pack"] = _packed(shop, till.terminal.key)
    finally:
        practice.stop()
        database.close()
    seen["database"] = b"".join(path.read_bytes() for path in tmp_path.glob("tillbook.db*")).decode("latin-1")
    assert practice.charges.all(), "something was paid"
    assert protocol in _TELLS_NO_CARD or card[-4:] in seen["told"], "the card was seen at all"
    assert seen["messages"].count(" > ") > 1
    assert "written by hand" in seen["pack"]
    assert "resolve_terminal" in seen["bundle"], "what a person typed is in the audit of the bundle"
    found = [(place, form) for place, text in seen.items() for form in _forms(card) if form in text]
    assert found == []
