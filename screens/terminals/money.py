"""Card money day by day: terminals, receipts and clearing account compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.commands import Command
from screens.messages import Go
from screens.place import Place
from screens.terminals import money_view as view
from screens.widgets.panel import Panel
from screens.widgets.question import LONGEST_REASON
from screens.widgets.row_list import RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.terminal_days import AgreementAnswer, AgreementDay, CardTenderAnswer, UnmatchedAnswer

if TYPE_CHECKING:
    from screens.asking import Service

_SHOWN = timedelta(days=35)
_FRAME = 6
"""Cells that margin, frame and padding of a panel take."""


@dataclass
class AgreementRead(Message):
    """The card money of the store, by date."""

    answer: AgreementAnswer


@dataclass
class UnmatchedRead(Message):
    """What found no partner."""

    answer: UnmatchedAnswer


class CardMoney(Place):
    """Where card money stands, from the terminal to the clearing account."""

    TITLE_TEXT = "Card money"
    CSS_PATH = "money.tcss"
    HELP_TEXT = (
        "For each date: what the terminals counted, what receipts say, what went to the clearing accounts and"
        " what is open there. Below, charges without a receipt and card receipts without a charge: j joins"
        " two, x writes down why there is no other. As commands: tillbook terminal agree, unmatched, match"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("terminal", "card_matching", "day", "import")
    COMMANDS_HERE = (
        Command("join", "j", "Join", "Join a charge and its receipt.", right="resolve_payments", bar=90),
        Command(
            "dismiss", "x", "No other", "Write down why there is none.", right="resolve_payments", bar=80
        ),
        Command("payout", "b", "Paid out", "Note what the acquirer paid.", right="resolve_payments", bar=75),
        Command("terminals", "t", "Terminals", "Go to the terminals.", bar=60),
    )

    def __init__(self) -> None:
        super().__init__()
        self._agreement: AgreementAnswer | None = None
        self._unmatched: UnmatchedAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the dates, what stands alone, and the one chosen."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title=self.TITLE_TEXT, id="agreement"):
            yield Static(Content(""), id="columns")
            yield RowList(id="days")
        with Panel(title="Without a partner", id="alone"):
            yield RowList(id="unmatched")
        with Panel(title="Chosen", id="chosen"), VerticalScroll():
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Say that it is being read."""
        for name in ("#trouble", "#agreement", "#alone", "#chosen"):
            self.query_one(name).display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#days").focus()

    @on(events.Resize)
    def _resized(self) -> None:
        width = self.size.width - _FRAME
        self.query_one("#columns", Static).update(Content.styled(view.head(width), "$dim"))

    def read(self) -> None:
        """Ask for the last five weeks."""
        store = self.shop.store
        if store is None:
            self.query_one(Empty).say("Choose a store first.", "s lists them.")
            return
        last = self.times.today()
        first, until = (last - _SHOWN).isoformat(), last.isoformat()
        self.ask(
            "the card money",
            lambda service: service.card_agreement(store, first=first, last=until),
            AgreementRead,
        )
        self.ask(
            "what stands alone",
            lambda service: service.unmatched(store, first=first, last=until),
            UnmatchedRead,
        )

    @on(AgreementRead)
    def _agreement_read(self, message: AgreementRead) -> None:
        self._agreement = answer = message.answer
        self.query_one("#trouble").display = self.query_one(Empty).display = False
        for name in ("#agreement", "#alone", "#chosen"):
            self.query_one(name).display = True
        self.query_one("#days", RowList).show(view.days(answer))
        self.query_one("#agreement", Panel).entitle(view.title(answer), view.ages(answer))
        self._explain()

    @on(UnmatchedRead)
    def _unmatched_read(self, message: UnmatchedRead) -> None:
        self._unmatched = answer = message.answer
        number = len(answer["payments"]) + len(answer["tenders"])
        self.query_one("#unmatched", RowList).show(view.alone(answer, self.times))
        self.query_one("#alone", Panel).entitle("Without a partner", str(number) if number else "")
        self._explain()
        self.refresh_bars()

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._explain()
        self.refresh_bars()

    def on_descendant_focus(self) -> None:
        """Explain what the cursor of the list is on that has the keys now."""
        self._explain()
        self.refresh_bars()

    def _day(self) -> AgreementDay | None:
        leads_to = self.query_one("#days", RowList).leads_to
        return cast("AgreementDay", leads_to) if isinstance(leads_to, dict) else None

    def _alone(self) -> view.Alone | None:
        leads_to = self.query_one("#unmatched", RowList).leads_to
        return leads_to if isinstance(leads_to, view.Alone) else None

    def _explain(self) -> None:
        """Show the date or the payment that the keys are about."""
        chosen, words = self.query_one("#chosen", Panel), self.query_one("#words", Static)
        one, day = self._alone(), self._day()
        if self.query_one("#unmatched").has_focus and one is not None and self._unmatched is not None:
            chosen.entitle("Without a partner")
            words.update(view.told(one, self._unmatched))
        elif day is not None:
            chosen.entitle(day["date"])
            words.update(view.whole_day(day))

    @on(RowList.Opened)
    def _opened(self, message: RowList.Opened) -> None:
        """Enter on a date opens it; on what stands alone it looks for the other."""
        day = self._day()
        if message.listing.id == "unmatched":
            self.action_command("join")
        elif day is not None:
            self.post_message(Go("day", store=self.shop.store, date=day["date"]))

    def why_not(self, command: Command) -> str | None:
        """Return why nothing can be joined or noted."""
        if command.name in {"join", "dismiss"} and self._alone() is None:
            return f"{command.label}: every card payment has its receipt."
        if command.name == "payout" and self._day() is None:
            return "Paid out: there is no date with card money."
        return None

    def do_join(self) -> None:
        """Choose the other of the two."""
        one, answer = self._alone(), self._unmatched
        if one is None or answer is None:
            return
        found = view.partners(one, answer, self.times)
        if not found:
            self.say("Join: there is nothing on the other side. x writes down why.", "attention")
            return
        what = "receipt" if one.payment is not None else "charge"
        self.choose(f"The {what} it belongs to", found, lambda place: self._join(one, answer, int(place)))

    def _join(self, one: view.Alone, answer: UnmatchedAnswer, place: int) -> None:
        payment = one.payment or answer["payments"][place]
        tender = one.tender or answer["tenders"][place]
        store, number = answer["store"], payment["id"]
        self.confirm(
            "Join the two",
            f"The charge of {payment['charged'] or payment['amount']} becomes the card tender of receipt"
            f" {tender['register']} {tender['receipt']} over {tender['amount']}; it can be taken apart.",
            lambda _: self.change("Joined.", lambda service: _match(service, store, number, tender)),
        )

    def do_dismiss(self) -> None:
        """Write down why there is no other."""
        one, answer = self._alone(), self._unmatched
        if one is not None and answer is not None:
            store = answer["store"]
            self.confirm(
                "There is no other",
                "It leaves the list with your name and reason; the money stays as it is.",
                lambda note: self.change(
                    "Written down.", lambda service: _dismiss(service, store, one, note)
                ),
                asks="Why",
                longest=LONGEST_REASON,
            )

    def do_payout(self) -> None:
        """Note what the acquirer paid for the date under the cursor."""
        day, store = self._day(), self.shop.store
        if day is not None and store is not None:
            self.confirm(
                f"Paid out for {day['date']}",
                f"Still open: {day['open']}. What you note explains what is open; it posts nothing.",
                lambda amount: self._ask_fee(store, day["date"], amount),
                asks="Amount that reached the bank",
                value=day["open"],
            )

    def _ask_fee(self, store: str, date: str, amount: str) -> None:
        self.confirm(
            f"Fee for {date}",
            "What the acquirer kept of it; 0 where it bills its fees apart.",
            lambda fee: self.change(
                "Noted.",
                lambda service: service.add_payout(store, business_date=date, amount=amount, fee=fee),
            ),
            asks="Fee",
            value="0",
        )

    def changed(self) -> None:
        """Show what a change led to."""
        self.look()

    def do_terminals(self) -> None:
        """Go to the terminals."""
        self.post_message(Go("terminals", store=self.shop.store))

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the dates."""
        super().failed(message)
        if message.about == "the card money" and self._agreement is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")


def _match(service: Service, store: str, payment: int, tender: CardTenderAnswer) -> object:
    return service.match_payment(
        store,
        payment=payment,
        register=tender["register"],
        receipt=tender["receipt"],
        position=tender["position"],
    )


def _dismiss(service: Service, store: str, one: view.Alone, note: str) -> object:
    if one.payment is not None:
        return service.dismiss(store, payment=one.payment["id"], note=note)
    tender = one.tender
    if tender is None:
        raise ValueError("neither a payment nor a tender")
    return service.dismiss(
        store,
        register=tender["register"],
        receipt=tender["receipt"],
        position=tender["position"],
        note=note,
    )
