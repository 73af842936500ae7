"""Makes receipts of rows by a profile: one group of rows in, one receipt out."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeVar

from services.books.money import from_minor
from services.books.records import Line, Receipt, ReceiptKind, StoreFacts, Tender
from services.books.summing import rounding_unlike_rule, section_of
from services.sources.choosing import Rules, pick_choice
from services.sources.grouping import MOST_ROWS, Group
from services.sources.numerals import Numerals, ValueFault
from services.sources.picking import Pick
from services.sources.profile import Profile
from services.sources.rows import Header
from services.sources.times import Moment, pick_time
from services.sources.values import pick_amount, pick_quantity, pick_tax, pick_text
from services.store.incoming import Apart, Columns, Head, Incoming, given

Answer = TypeVar("Answer")
_LINE_COLUMNS = ("category", "tax_code", "amount", "tax", "quantity", "description")


class RowFault(Exception):
    """A receipt cannot be made; `line` is where the first bad row begins."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Assembler:
    """A profile made ready for one file of one store."""

    def __init__(self, profile: Profile, header: Header, store: StoreFacts, numerals: Numerals) -> None:
        self._profile = profile
        self._store = store
        self._header = header
        self._apart = Rules(profile.set_apart, numerals)
        self._time = pick_time(profile.time, header, store)
        self._kind = pick_choice(profile.kind, header, numerals, "kind")
        self._tender = pick_choice(profile.tender, header, numerals, "tender")
        self._category = pick_choice(profile.category, header, numerals, "category")
        self._tax_code = pick_choice(profile.tax_code, header, numerals, "tax code")
        self._amount = pick_amount(profile.amount, header, numerals)
        self._tax = pick_tax(profile.line.tax, header, numerals)
        self._quantity = pick_quantity(profile.line.quantity, header, numerals)
        self._description = pick_text(profile.line.description, header)
        self._operator = pick_text(profile.receipt.operator, header)

    def receipt(self, group: Group) -> Incoming:
        """Return the receipt that a group of rows makes.

        A receipt with one row that does not fit is refused whole: RowFault says which.
        """
        if len(group.rows) > MOST_ROWS:
            raise RowFault(
                group.lines[0], f"has more than {MOST_ROWS:,} rows: receipt.id does not tell receipts apart"
            )
        self._check_width(group)
        moment = self._moment(group)
        apart, kept = self._parted(group, moment)
        kind = self._agreed(self._kind, kept, "kind") or ReceiptKind.SALE.value
        tender = self._agreed(self._tender, kept, "tender")
        lines, net = self._lines(kept, refund=kind == ReceiptKind.REFUND)
        head = self._head(group, moment, kind, tender, net)
        tenders: Columns = {"type": [tender], "amount": [net]} if lines else {}
        return Incoming(head, lines, tenders, apart, takes_back=True)

    def _check_width(self, group: Group) -> None:
        """Accept empty cells beyond the header; refuse any other difference."""
        width = self._header.width
        if set(map(len, group.rows)) == {width}:
            return
        for line, row in zip(group.lines, group.rows, strict=True):
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                raise RowFault(line, f"has {len(row)} cells where the header has {width}")

    def _moment(self, group: Group) -> Moment:
        """Return the first row's time; every row must be of the same business date."""
        first, others = self._different(self._time, group)
        for line, moment in others:
            if moment[1] != first[1]:
                raise RowFault(
                    line,
                    f"has rows on {first[1]} and on {moment[1]}: if the till uses its numbers again, "
                    "add another column to receipt.id in the profile",
                )
        return first

    def _parted(self, group: Group, moment: Moment) -> tuple[list[Apart], Group]:
        """Return what is set apart, by name, and the rows that make the receipt."""
        names = list(self._apart.names(group.rows, self._header))
        if not any(names):
            return [], group
        parts: defaultdict[str | None, Group] = defaultdict(lambda: Group(group.key))
        for name, line, row in zip(names, group.lines, group.rows, strict=True):
            parts[name].extend([(line, row, None)])
        kept = parts.pop(None, Group(group.key))
        amounts = {name: self._column(self._amount, part) for name, part in parts.items()}
        return [Apart(str(name), moment[1], len(them), sum(them)) for name, them in amounts.items()], kept

    def _agreed(self, pick: Pick[str], group: Group, what: str) -> str:
        """Return what all rows agree on: a receipt has one kind and one tender."""
        if not group.rows:
            return ""
        first, others = self._different(pick, group)
        for line, value in others:
            raise RowFault(line, f"has rows of {what} {first!r} and of {what} {value!r}")
        return first

    def _different(self, pick: Pick[Answer], group: Group) -> tuple[Answer, list[tuple[int, Answer]]]:
        """Return the first row's answer, and the lines and answers that are not the same."""
        if len(set(map(pick.cells, group.rows))) == 1:
            return self._column(pick, group, 1)[0], []
        answers = self._column(pick, group)
        numbered = zip(group.lines, answers, strict=True)
        return answers[0], [(line, answer) for line, answer in numbered if answer != answers[0]]

    def _lines(self, group: Group, *, refund: bool) -> tuple[Columns, int]:
        """Return the lines and their sum."""
        if not group.rows:
            return {}, 0
        category, tax_code = self._column(self._category, group), self._column(self._tax_code, group)
        amount, tax = self._column(self._amount, group), self._column(self._tax, group)
        quantity, description = self._column(self._quantity, group), self._column(self._description, group)
        if refund:
            amount, tax = self._refund(group, amount, tax)
        values = (category, tax_code, amount, tax, quantity, description)
        return given(_LINE_COLUMNS, values), sum(amount)

    def _column(self, pick: Pick[Answer], group: Group, count: int | None = None) -> list[Answer]:
        """Return the answers for all rows or the first few; raise RowFault."""
        try:
            return list(pick.column(group.rows[:count]))
        except ValueFault as fault:
            raise RowFault(_line_of(pick, group), str(fault)) from None

    def _refund(
        self, group: Group, amount: list[int], tax: list[int | None]
    ) -> tuple[list[int], list[int | None]]:
        """Give a refund's amounts a minus if the file leaves it out; check the sum."""
        if self._profile.receipt.refunds_positive:
            if min(amount) < 0:
                raise RowFault(
                    group.lines[0], "is a refund with a minus, though the profile says they have none"
                )
            amount, tax = [-each for each in amount], [each and -each for each in tax]
        if (net := sum(amount)) > 0:
            shown = from_minor(net, self._store.currency)
            raise RowFault(group.lines[0], f"is a refund that takes in {shown}")
        return amount, tax

    def _head(self, group: Group, moment: Moment, kind: str, tender: str, net: int) -> Head:
        register, receipt = group.key
        amount = from_minor(net, self._store.currency)
        # The books judge the whole receipt; its lines add nothing to that but their sum.
        summary = Receipt(
            store=self._store.key,
            register=register,
            id=receipt,
            time=moment[0],
            business_date=moment[1],
            kind=ReceiptKind(kind),
            lines=(Line("", amount),),
            tenders=(Tender(tender, amount),),
        )
        return Head(
            store=self._store.key,
            register=register,
            receipt=receipt,
            kind=kind,
            section=section_of(summary),
            time=moment[0],
            business_date=moment[1],
            net=net,
            rounding_unlike_rule=rounding_unlike_rule(summary, self._store),
            operator=self._operator.of(group.rows[0]),
        )


def _line_of(pick: Pick[Answer], group: Group) -> int:
    """Return the line of the first row without an answer."""
    for line, row in zip(group.lines, group.rows, strict=True):
        try:
            pick.of(row)
        except ValueFault:
            return line
    return group.lines[0]
