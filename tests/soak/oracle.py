"""What the records must come to in the ledger, worked out on its own.

A second opinion: written from RECEIPTS.md, the mapping and ACCOUNTING.md 1 to 3, it
imports nothing of `services`. Debits are positive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.soak.setting import ACCOUNTS, OVER_SHORT, PAYABLE, RECEIVABLE, ROUNDING, TAX, TENDERS, Country

Record = dict[str, Any]
ZERO = Decimal(0)
_CENT = Decimal("0.01")
_UNTAXED = frozenset({"tips", "gift_card_sold", "layby_deposit", "layby_applied"})
_GIVE_BACK = frozenset({"refund", "sale", "layby_payment", "layby_cancellation"})

Balances = defaultdict[str, Decimal]
Document = tuple[str, str]
"""Kind and number."""


@dataclass
class Expected:
    """What must be in the ledger of an organisation."""

    documents: dict[Document, Decimal] = field(default_factory=dict)
    """Total by kind and number; journals have none, and count as zero."""
    balances: Balances = field(default_factory=lambda: defaultdict(Decimal))
    movements: defaultdict[tuple[str, str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )
    """By store, date and clearing account."""

    def add(self, other: Expected) -> None:
        """Add what another store of the organisation posts."""
        assert not self.documents.keys() & other.documents.keys()
        self.documents |= other.documents
        for code, amount in other.balances.items():
            self.balances[code] += amount
        for key, amount in other.movements.items():
            self.movements[key] += amount

    def differing(self) -> dict[str, Decimal]:
        """Return the balances that are not zero, by account."""
        return {code: amount for code, amount in sorted(self.balances.items()) if amount}


@dataclass(frozen=True)
class Books:
    """Posts one store's records; `summed` is "day", "week", "month" or "receipt"."""

    store: str
    country: Country
    shape: str
    expected: Expected
    summed: str = "day"

    def post(self, records: Iterable[Record]) -> None:
        """Post what a store's records of any number of dates come to."""
        receipts, sessions, purchases = _sorted_out(records)
        groups: defaultdict[str, list[Record]] = defaultdict(list)
        counting = effective(receipts)
        own = {"account_sale": self._account_sale, "debtor_payment": self._debtor, "paid_out": self._paid_out}
        for receipt in counting:
            if post := own.get(receipt["kind"]):
                post(_day(receipt["time"]), receipt)
            else:
                groups[self._group(_day(receipt["time"]))].append(receipt)
        over = over_short(sessions, counting)
        for found in groups.values():
            self._group_of_days(found, over)
        for purchase in purchases:
            self._purchase(purchase)

    def _group(self, day: str) -> str:
        """Return the week or month whose dates are summed together."""
        if self.summed == "week":
            year, week, _ = date.fromisoformat(day).isocalendar()
            return f"{year}-{week}"
        return day[:7] if self.summed == "month" else day

    def _group_of_days(self, receipts: list[Record], over: Mapping[str, Decimal]) -> None:
        days = sorted({_day(receipt["time"]) for receipt in receipts})
        first, last = days[0], days[-1]
        if self.summed == "receipt":
            for receipt in receipts:
                label = f"{last}-{receipt['register']}/{receipt['id']}"
                self._summed(last, label, [receipt], ZERO)
            self._rest(last, over.get(last, ZERO))
            return
        label = last if first == last else f"{first}-to-{last}"
        self._summed(last, label, receipts, sum((over.get(day, ZERO) for day in days), ZERO))

    def _rest(self, day: str, over: Decimal) -> None:
        """Post what is left of a day whose receipts stand alone.

        Over, or short as a credit note.
        """
        if over:
            self._clear(day, "cash", over)
            self._post(OVER_SHORT, -over)
            number = f"POS-{self.store}-{day}"
            key = ("ACCREC", number) if over > 0 else ("ACCRECCREDIT", f"{number}-R")
            self.expected.documents[key] = abs(over)

    def _summed(self, day: str, label: str, receipts: list[Record], over: Decimal) -> None:
        """Post what is summed into documents: sections, tenders, rounding, over/short."""
        for section in ("sales", "refunds"):
            chosen = [each for each in receipts if _section(each) == section]
            self._lines(day, (line for each in chosen for line in each["lines"]))
        for receipt in receipts:
            self._post(ROUNDING, -Decimal(receipt.get("cash_rounding", 0)))
            for kind, amount in _tenders(receipt):
                self._clear(day, kind, amount)
        if over:
            self._clear(day, "cash", over)
            self._post(OVER_SHORT, -over)
        for kind, number, total in documents(self.shape, f"POS-{self.store}-{label}", receipts, over):
            self.expected.documents[kind, number] = total

    def _account_sale(self, day: str, receipt: Record) -> None:
        total = self._lines(day, receipt["lines"])
        self._post(RECEIVABLE, total)
        self.expected.documents["ACCREC", f"{self.store}-{receipt['id']}"] = total
        self._debtor(day, receipt)

    def _debtor(self, day: str, receipt: Record) -> None:
        for kind, amount in _tenders(receipt):
            self._clear(day, kind, amount)
            self._post(RECEIVABLE, -amount)

    def _paid_out(self, day: str, receipt: Record) -> None:
        for line in receipt["lines"]:
            amount = Decimal(line["amount"])
            tax = self._tax(amount, line["tax_code"])
            self._post(line["account"], -(amount - tax))
            self._post(TAX, -tax)
        for kind, amount in _tenders(receipt):
            self._clear(day, kind, amount)
        number = f"POS-{self.store}-{day}-PO-{receipt['register']}-{receipt['id']}"
        self.expected.documents["ACCPAY", number] = -sum((a for _, a in _tenders(receipt)), ZERO)

    def _purchase(self, purchase: Record) -> None:
        total = Decimal(purchase["total"])
        for line in purchase["lines"]:
            net = Decimal(line["amount"])
            tax = _rounded(net * self.country.rates.get(line["tax_code"], ZERO) / 100)
            self._post(ACCOUNTS[line["category"]], net)
            self._post(TAX, tax)
            self._post(ROUNDING, -net - tax)
        self._post(ROUNDING, total)
        self._post(PAYABLE, -total)
        self.expected.documents["ACCPAY", purchase["number"]] = total

    def _lines(self, day: str, lines: Iterable[Record]) -> Decimal:
        """Post lines: summed by account, tax and sign, taxed after that (R2, R3)."""
        sums: defaultdict[tuple[str, str, bool], Decimal] = defaultdict(Decimal)
        for line in lines:
            amount = Decimal(line["amount"])
            place = line.get("account") or line["category"]
            sums[place, self._code(line), amount < 0] += amount
        for (place, code, _), amount in sums.items():
            tax = self._tax(amount, code)
            account = ACCOUNTS.get(place, place)
            self._post(account, -(amount - tax))
            self._post(TAX, -tax)
            if account in TENDERS.values():
                self.expected.movements[self.store, day, account] -= amount
        return sum(sums.values(), ZERO)

    @staticmethod
    def _code(line: Record) -> str:
        return "NONE" if line.get("category") in _UNTAXED else str(line["tax_code"])

    def _tax(self, gross: Decimal, code: str) -> Decimal:
        rate = self.country.rates.get(code, ZERO)
        return _rounded(gross * rate / (100 + rate))

    def _clear(self, day: str, kind: str, amount: Decimal) -> None:
        account = TENDERS[kind]
        self._post(account, amount)
        self.expected.movements[self.store, day, account] += amount

    def _post(self, account: str, amount: Decimal) -> None:
        self.expected.balances[account] += amount


def documents(
    shape: str, number: str, receipts: list[Record], over: Decimal
) -> Iterator[tuple[str, str, Decimal]]:
    """Yield kind, number and total of what a shape makes of summed receipts.

    ACCOUNTING.md 2.
    """
    paid: dict[str, list[Decimal]] = {"sales": [], "refunds": []}
    for receipt in receipts:
        paid[_section(receipt)] += [amount for _, amount in _tenders(receipt)]
    if shape == "journal":
        yield "JOURNAL", number, ZERO
    elif shape == "zero_invoice":
        yield "ACCREC", number, ZERO
    elif shape == "net_invoice":
        net = sum(paid["sales"] + paid["refunds"], over)
        yield ("ACCREC" if net >= 0 else "ACCRECCREDIT"), number, abs(net)
    else:
        if paid["sales"]:
            yield "ACCREC", number, sum((amount for amount in paid["sales"] if amount > 0), over)
        if paid["refunds"]:
            given = sum((-amount for amount in paid["refunds"] if amount < 0), ZERO)
            yield "ACCRECCREDIT", f"{number}-R", given


def effective(receipts: Iterable[Record]) -> list[Record]:
    """Return the receipts that count.

    Last revisions, neither voids nor what they take back.
    """
    latest = {(each["register"], each["id"]): each for each in receipts}
    voided = {(each["register"], each["original"]) for each in latest.values() if each["kind"] == "void"}
    return [each for key, each in latest.items() if key not in voided and each["kind"] != "void"]


def over_short(sessions: Iterable[Record], receipts: Iterable[Record]) -> defaultdict[str, Decimal]:
    """Return counted less expected cash by date, of a store with one register.

    Expected is the float and every cash movement since the previous close.
    """
    cash = [
        (datetime.fromisoformat(receipt["time"]), amount)
        for receipt in receipts
        for kind, amount in _tenders(receipt)
        if kind == "cash"
    ]
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    since: datetime | None = None
    for session in sorted(sessions, key=lambda each: str(each["closed"])):
        opened, closed = (datetime.fromisoformat(session[name]) for name in ("opened", "closed"))
        moved = sum((a for at, a in cash if at <= closed and (at > since if since else at >= opened)), ZERO)
        if session["counted"]:
            expected = Decimal(session["float"]) + moved
            found[_day(session["opened"])] += Decimal(session["counted"]["cash"]) - expected
        since = closed
    return found


def dates(records: Iterable[Record]) -> Counter[str]:
    """Return how many records each business date has."""
    return Counter(_day(str(each.get("time") or each.get("opened") or each["date"])) for each in records)


def _sorted_out(records: Iterable[Record]) -> tuple[list[Record], list[Record], list[Record]]:
    kinds: dict[str, list[Record]] = {"receipt": [], "till_session": [], "purchase": []}
    for record in records:
        kinds[record.get("record", "receipt")].append(record)
    return kinds["receipt"], kinds["till_session"], kinds["purchase"]


def _section(receipt: Record) -> str:
    """Return whether a receipt is a sale or a refund: money back is a refund."""
    net = sum((Decimal(line["amount"]) for line in receipt["lines"]), ZERO)
    gives_back = receipt["kind"] in _GIVE_BACK and net < 0
    return "refunds" if receipt["kind"] == "refund" or gives_back else "sales"


def _tenders(receipt: Record) -> list[tuple[str, Decimal]]:
    return [(each["type"], Decimal(each["amount"])) for each in receipt.get("tenders", [])]


def _day(moment: str) -> str:
    # The soak's stores cut off at midnight, and a till writes its local time.
    return date.fromisoformat(moment[:10]).isoformat()


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
