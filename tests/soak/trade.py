"""The records of a store's business date, by the seed: every kind of RECEIPTS.md."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_DOWN, Decimal
from zoneinfo import ZoneInfo

from tests.soak.setting import Country

Record = dict[str, object]
D = Decimal
_OPENED, _CLOSED = time(7, 55), time(18, 0)
_FLOAT = D("150.00")
_GOODS = (("grocery", "STD"), ("grocery", "STD"), ("hardware", "STD"), ("basics", "ZERO"), ("service", "STD"))
_PAID = ("eftpos", "eftpos", "cash", "cash", "credit", "online")
_REGISTER = "1"
_NOTHING = D(0)


def line(category: str, amount: Decimal, tax_code: str = "STD") -> Record:
    """Return a receipt line."""
    return {"category": category, "tax_code": tax_code, "amount": f"{amount:.2f}"}


def tender(kind: str, amount: Decimal) -> Record:
    """Return a tender."""
    return {"type": kind, "amount": f"{amount:.2f}"}


@dataclass
class Trade:
    """One business date of a store, being rung up."""

    store: str
    country: Country
    day: date
    chance: random.Random
    mark: str = ""
    """Keeps the ids of late receipts apart."""
    records: list[Record] = field(default_factory=list)
    cash: Decimal = _NOTHING

    def ring(self, kind: str, lines: list[Record], tenders: list[Record], **more: str) -> str:
        """Record a receipt at some moment of the day; return its id."""
        number = f"{self.day:%y%m%d}-{self.mark}{len(self.records) + 1:03}"
        body: Record = {
            "store": self.store,
            "register": _REGISTER,
            "id": number,
            "time": self._moment().isoformat(),
            "kind": kind,
            **more,
        }
        self.records.append(
            body | ({"lines": lines} if lines else {}) | ({"tenders": tenders} if tenders else {})
        )
        self.cash += sum((D(str(each["amount"])) for each in tenders if each["type"] == "cash"), D(0))
        return number

    def sell(self, lines: list[Record], paid: str = "") -> str:
        """Record a sale paid in one tender; cash is rounded by the country's rule."""
        paid = paid or self.chance.choice(_PAID)
        total = sum((D(str(each["amount"])) for each in lines), D(0))
        step = self.country.step
        if paid != "cash" or step is None:
            return self.ring("sale", lines, [tender(paid, total)])
        rounded = (total / step).quantize(D(1), rounding=ROUND_HALF_DOWN) * step
        more = {"cash_rounding": f"{rounded - total:.2f}"} if rounded != total else {}
        return self.ring("sale", lines, [tender("cash", rounded)], **more)

    def goods(self, most: int = 3) -> list[Record]:
        """Return the lines of an ordinary basket."""
        kinds = (*_GOODS, ("grocery", "RED")) if "RED" in self.country.types else _GOODS
        picked = [self.chance.choice(kinds) for _ in range(self.chance.randint(1, most))]
        return [line(category, self.price(), code) for category, code in picked]

    def price(self, most: int = 9995) -> Decimal:
        """Return an amount of up to `most` cents."""
        return D(self.chance.randint(105, most)) / 100

    def close(self, over: Decimal | None) -> None:
        """End the session; `over` is what the count of the drawer is off by, None.

        No count.
        """
        counted = None if over is None else {"cash": f"{_FLOAT + self.cash + over:.2f}"}
        zone = ZoneInfo(self.country.timezone)
        self.records.append(
            {
                "record": "till_session",
                "store": self.store,
                "register": _REGISTER,
                "id": f"S-{self.day:%y%m%d}",
                "opened": datetime.combine(self.day, _OPENED, zone).isoformat(),
                "closed": datetime.combine(self.day, _CLOSED, zone).isoformat(),
                "float": f"{_FLOAT:.2f}",
                "counted": counted,
            }
        )

    def _moment(self) -> datetime:
        opened = datetime.combine(self.day, time(8), ZoneInfo(self.country.timezone))
        return opened + timedelta(minutes=self.chance.randint(0, 590))


def trading_day(trade: Trade, *, plain: bool, edits: bool) -> list[Record]:
    """Ring up a day; `plain` leaves out what a shape with one document cannot hold.

    `edits`: a receipt may be edited. An import commits before it takes the second revision,
    so the date is there in part for a moment; not where days are sent by themselves.
    """
    trade.sell([line("grocery", trade.price(4000) + 20)], "cash")
    for _ in range(trade.chance.randint(2, 6)):
        trade.sell(trade.goods())
    happenings = [*_ALWAYS, *([] if plain else _MIXED), *([_edit] if edits else [])]
    for happening in trade.chance.sample(happenings, k=2):
        happening(trade)
    trade.close(trade.chance.choice((None, D(0), D(0), D("-5.00"), D("2.40"))))
    return trade.records


def late_records(trade: Trade, base: list[Record]) -> list[Record]:
    """Ring up what arrives after a day: sales paid by card, or the edit of one."""
    for _ in range(trade.chance.randint(1, 2)):
        trade.sell(trade.goods(2), "eftpos")
    sold = [each for each in base if each.get("kind") == "sale" and _is_plain(each)]
    if sold and trade.chance.random() < 0.5:
        amount = trade.price(900)
        again = {"lines": [line("grocery", amount)], "tenders": [tender("eftpos", amount)]}
        trade.records.append({**trade.chance.choice(sold), **again})
    return trade.records


def _is_plain(sale: Record) -> bool:
    tenders, lines = sale["tenders"], sale["lines"]
    assert isinstance(tenders, list)
    assert isinstance(lines, list)
    only_card = [each["type"] for each in tenders] == ["eftpos"]
    return only_card and all(not str(each["amount"]).startswith("-") for each in lines)


def _refund(trade: Trade) -> None:
    amount = trade.price(3000)
    trade.ring("refund", [line("grocery", -amount)], [tender("credit", -amount)], original="last month")


def _big_refund(trade: Trade) -> None:
    amount = trade.price() + 2000
    trade.ring("refund", [line("hardware", -amount)], [tender("eftpos", -amount)], original="goods of old")


def _cash_out(trade: Trade) -> None:
    amount = trade.price()
    paid = [tender("eftpos", amount + 500), tender("cash", D(-500))]
    trade.ring("sale", [line("grocery", amount)], paid)


def _gift_cards(trade: Trade) -> None:
    trade.sell([line("gift_card_sold", D(50), "NONE")], "eftpos")
    amount = trade.price() + 20
    trade.ring(
        "sale", [line("hardware", amount)], [tender("gift_card", D(20)), tender("eftpos", amount - 20)]
    )


def _layby(trade: Trade) -> None:
    trade.ring("layby_payment", [line("layby_deposit", D(30), "NONE")], [tender("cash", D(30))])
    goods = [line("hardware", D(120)), line("layby_applied", D(-30), "NONE")]
    trade.ring("layby_completion", goods, [tender("eftpos", D(90))])


def _layby_cancelled(trade: Trade) -> None:
    trade.ring("layby_payment", [line("layby_deposit", D(40), "NONE")], [tender("eftpos", D(40))])
    back = [line("layby_deposit", D(-40), "NONE"), line("service", D(5))]
    trade.ring("layby_cancellation", back, [tender("eftpos", D(-35))])


def _on_account(trade: Trade) -> None:
    goods = [line("hardware", trade.price() + 100), line("basics", D("18.40"), "ZERO")]
    who = f"Customer of {trade.store}"
    due = (trade.day + timedelta(days=20)).isoformat()
    sold = trade.ring("account_sale", goods, [tender("eftpos", D("48.40"))], customer=who, due_date=due)
    trade.ring("debtor_payment", [], [tender("eftpos", D("33.30"))], customer=who, pays=sold)


def _petty_cash(trade: Trade) -> None:
    bought: Record = {"account": "453", "tax_code": "STDIN", "amount": "-11.50", "description": "Envelopes"}
    trade.ring("paid_out", [bought], [tender("cash", D("-11.50"))], payee="Petty Cash Purchases")
    change: Record = {"account": "970", "tax_code": "NONE", "amount": "60.00", "description": "Change"}
    trade.ring("paid_in", [change], [tender("cash", D(60))])


def _extras(trade: Trade) -> None:
    goods = [line("hardware", trade.price() + 50), line("discounts", D("-20.00"))]
    trade.sell([*goods, line("surcharge", D("3.60")), line("tips", D("5.00"), "NONE")], "credit")


def _exchange(trade: Trade) -> None:
    trade.sell([line("hardware", D("-49.90")), line("hardware", D("79.90"))], "eftpos")


def _exchange_back(trade: Trade) -> None:
    goods = [line("hardware", D("-89.90")), line("hardware", D("59.90"))]
    trade.ring("sale", goods, [tender("eftpos", D("-30.00"))])


def _void(trade: Trade) -> None:
    wrong = trade.sell(trade.goods(), "eftpos")
    trade.ring("void", [], [], original=wrong)


def _edit(trade: Trade) -> None:
    edited = trade.sell([line("grocery", D("10.00"))], "eftpos")
    first = next(record for record in trade.records if record["id"] == edited)
    amount = trade.price()
    again = {"lines": [line("grocery", amount)], "tenders": [tender("eftpos", amount)]}
    trade.records.append({**first, **again})


def _purchase(trade: Trade) -> None:
    number = f"{trade.store}-{trade.day:%y%m%d}"
    net = trade.price()
    rate = trade.country.rates["STDIN"] / 100
    total = (net * (1 + rate) + D("18.50") * (1 + rate)).quantize(D("0.01"), rounding=ROUND_HALF_DOWN)
    trade.records.append(
        {
            "record": "purchase",
            "store": trade.store,
            "id": f"P-{number}",
            "number": f"WS-{number}",
            "supplier": "Wholesale Ltd",
            "date": trade.day.isoformat(),
            "due_date": (trade.day + timedelta(days=31)).isoformat(),
            "amounts": "exclusive",
            "lines": [line("stock", net, "STDIN"), line("freight", D("18.50"), "STDIN")],
            "total": f"{total:.2f}",
        }
    )


_ALWAYS: tuple[Callable[[Trade], None], ...] = (
    _gift_cards, _layby, _on_account, _extras, _exchange, _void, _purchase,
)  # fmt: skip
_MIXED = (_refund, _big_refund, _cash_out, _layby_cancelled, _petty_cash, _exchange_back)
