"""What holds for every day, in every shape."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.books.documents import DayDocuments, Document, DocumentKind, Shape
from services.books.money import ZERO
from services.books.records import Receipt, StoreFacts
from services.books.summing import redeemed_shares
from services.books.tax_return import tax_boxes
from services.books.validation import record_from
from services.books.wire import answer
from tests.books.days import (
    ACCOUNTS,
    AU,
    DAY,
    GB,
    NZ,
    NZ_EXCLUSIVE,
    OFFSETS,
    Body,
    build,
    codes,
    facts,
    line,
    mapping,
    posted,
    spent,
    tender,
    totals,
)
from tests.books.summed import totals_of

_STORES = st.sampled_from([NZ, AU, GB, NZ_EXCLUSIVE])
_CENTS = st.integers(1, 20_000)
_GOODS = st.tuples(st.sampled_from(["grocery", "hardware", "surcharge"]), st.sampled_from(["S", "Z"]))
_KINDS = (
    "sale",
    "discounted",
    "exchange",
    "cash_out",
    "gift",
    "refund",
    "layby_payment",
    "layby_completion",
    "account_sale",
    "debtor_payment",
    "paid_out",
    "paid_in",
)


def _money(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


class _Writer:
    """Writes one receipt that adds up, whatever is drawn."""

    def __init__(self, draw: st.DrawFn, store: StoreFacts) -> None:
        self.draw = draw
        self.store = store

    def goods(self, sign: int = 1) -> tuple[list[Body], int]:
        """Some lines, and what they come to with the tax that the till computes."""
        lines, whole = [], 0
        for _ in range(self.draw(st.integers(1, 4))):
            (category, code), cents = self.draw(_GOODS), sign * self.draw(_CENTS)
            tax = self._tax(cents, code)
            lines.append(
                line(category, code, _money(cents), **({"tax": _money(tax)} if tax is not None else {}))
            )
            whole += cents + (tax or 0)
        return lines, whole

    def _tax(self, cents: int, code: str) -> int | None:
        if self.store.prices_inclusive:
            return None
        half_away = (abs(cents) * 15 + 50) // 100 if code == "S" else 0
        return half_away if cents > 0 else -half_away

    def tenders(self, whole: int) -> tuple[list[Body], int]:
        """One or two tenders that come to the whole, and the cash rounding."""
        kinds = self.draw(st.permutations(["cash", "eftpos", "gift_card"]))
        part = self.draw(st.integers(0, abs(whole))) * (1 if whole > 0 else -1)
        parts = {kinds[0]: part, kinds[1]: whole - part}
        rounding = self.draw(st.integers(-4, 4)) if parts.get("cash") else 0
        if rounding:
            parts["cash"] += rounding
        return [tender(kind, _money(cents)) for kind, cents in parts.items() if cents], rounding

    def receipt(self, number: int) -> Body:
        """A receipt of a kind that is drawn."""
        kind = self.draw(st.sampled_from(_KINDS))
        made: Body = getattr(self, f"_{kind}")()
        head = {
            "store": self.store.key,
            "register": self.draw(st.sampled_from(["1", "2"])),
            "id": f"R-{number}",
            "time": f"2026-11-19T10:00:00{OFFSETS[self.store.country]}",
        }
        return head | {"kind": kind} | made

    def _closed(self, lines: list[Body], whole: int, **more: object) -> Body:
        tenders, rounding = self.tenders(whole)
        if not tenders:
            tenders = [tender("cash", "0.00")]
        return {"lines": lines, "tenders": tenders, "cash_rounding": _money(rounding)} | more

    def _sale(self) -> Body:
        return self._closed(*self.goods())

    def _discounted(self) -> Body:
        lines, whole = self.goods()
        off = self.draw(st.integers(1, 50))
        tax = self._tax(-off, "S")
        more = {} if tax is None else {"tax": _money(tax)}
        lines = [*lines, line("discounts", "S", _money(-off), **more)]
        return self._closed(lines, whole - off + (tax or 0), kind="sale")

    def _exchange(self) -> Body:
        bought, whole = self.goods()
        back, returned = self.goods(-1)
        return self._closed([*bought, *back], whole + returned, kind="sale")

    def _cash_out(self) -> Body:
        lines, whole = self.goods()
        out = self.draw(_CENTS)
        tenders = [tender("eftpos", _money(whole + out)), tender("cash", _money(-out))]
        return {"kind": "sale", "lines": lines, "tenders": tenders}

    def _gift(self) -> Body:
        cents = self.draw(_CENTS)
        more = {} if self.store.prices_inclusive else {"tax": "0.00"}
        lines = [line("gift_card_sold", "N", _money(cents), **more)]
        return {"kind": "sale", "lines": lines, "tenders": [tender("eftpos", _money(cents))]}

    def _refund(self) -> Body:
        lines, whole = self.goods(-1)
        return {
            "lines": lines,
            "tenders": [tender(self.draw(st.sampled_from(["cash", "eftpos"])), _money(whole))],
        }

    def _layby_payment(self) -> Body:
        cents = self.draw(_CENTS)
        return {
            "lines": [line("layby_deposit", "N", _money(cents))],
            "tenders": [tender("cash", _money(cents))],
        }

    def _layby_completion(self) -> Body:
        lines, whole = self.goods()
        applied = self.draw(_CENTS)
        more = {} if self.store.prices_inclusive else {"tax": "0.00"}
        lines = [*lines, line("layby_applied", "N", _money(-applied), **more)]
        return self._closed(lines, whole - applied)

    def _account_sale(self) -> Body:
        lines, whole = self.goods(self.draw(st.sampled_from([1, -1])))
        paid = self.draw(st.integers(0, abs(whole))) * (1 if whole > 0 else -1)
        tenders = [tender("eftpos", _money(paid)), tender("on_account", _money(whole - paid))]
        return {"lines": lines, "tenders": tenders, "customer": "Ann"}

    def _debtor_payment(self) -> Body:
        cents = self.draw(_CENTS) + 10
        rounding = self.draw(st.integers(-4, 4))
        return {
            "lines": None,
            "tenders": [tender("cash", _money(cents))],
            "pays": "INV-1",
            "cash_rounding": _money(rounding),
        }

    def _paid_out(self) -> Body:
        cents = self.draw(_CENTS)
        tax = self._tax(-cents, "S")
        more = {} if tax is None else {"tax": _money(tax)}
        lines = [spent("429", "P", _money(-cents), **more)]
        return {"lines": lines, "tenders": [tender("cash", _money(-cents + (tax or 0)))]}

    def _paid_in(self) -> Body:
        cents = self.draw(_CENTS)
        return {"lines": [spent("210", "Z", _money(cents))], "tenders": [tender("cash", _money(cents))]}


@st.composite
def _days(draw: st.DrawFn) -> tuple[StoreFacts, list[Body]]:
    store = draw(_STORES)
    writer = _Writer(draw, store)
    records = [writer.receipt(number) for number in range(draw(st.integers(0, 8)))]
    if draw(st.booleans()):
        records.append(_session(draw, store, records))
    return store, records


def _session(draw: st.DrawFn, store: StoreFacts, records: list[Body]) -> Body:
    cash = sum(
        (
            Decimal(each["amount"])
            for record in records
            if record["register"] == "1"
            for each in record["tenders"]
            if each["type"] == "cash"
        ),
        ZERO,
    )
    off = Decimal(draw(st.integers(-500, 500))).scaleb(-2)
    offset = OFFSETS[store.country]
    return {
        "record": "till_session",
        "store": store.key,
        "register": "1",
        "id": "S",
        "opened": f"2026-11-19T08:00:00{offset}",
        "closed": f"2026-11-19T18:00:00{offset}",
        "float": "1000.00",
        "counted": {"cash": f"{cash + off + 1000:f}"},
    }


def _in_every_shape(store: StoreFacts, records: list[Body]) -> dict[Shape, DayDocuments]:
    books = mapping(store, account_number="{store}-{register}-{receipt}")
    return {shape: build(*records, store=store, books=books, shape=shape) for shape in Shape}


@given(_days())
def test_every_shape_that_holds_a_day_posts_the_same_and_proves_it(
    drawn: tuple[StoreFacts, list[Body]],
) -> None:
    store, records = drawn
    days = _in_every_shape(store, records)
    for day in days.values():
        assert set(codes(day)) <= {"shape_cannot_hold"}, day.blocked
        assert [check for check in day.proof if not check.holds] == []
        assert bool(day.proof) == bool(day.documents)
    held = [day for day in days.values() if not day.blocked]
    assert {Shape.ZERO_INVOICE, Shape.JOURNAL} <= {day.shape for day in held}
    first, *others = held
    boxes = tax_boxes(store.country, first.documents, facts(store).tax_rates)
    for day in others:
        assert posted(day.documents) == posted(first.documents)
        assert tax_boxes(store.country, day.documents, facts(store).tax_rates) == boxes


@given(_days())
def test_the_offered_shapes_can_hold_the_day(drawn: tuple[StoreFacts, list[Body]]) -> None:
    days = _in_every_shape(*drawn)
    holding = {shape.value for shape, day in days.items() if not day.blocked}
    for shape, day in days.items():
        if day.blocked:
            (finding,) = day.blocked
            offered = set(finding.next.removeprefix("Choose a shape that can: ").rstrip(".").split(", "))
            assert offered == holding
            assert shape.value not in holding


@given(_days(), st.data())
def test_receipts_of_their_own_and_the_rest_post_what_the_day_does(
    drawn: tuple[StoreFacts, list[Body]], data: st.DataObject
) -> None:
    store, records = drawn
    ids = [each["id"] for each in records if "record" not in each]
    alone = data.draw(st.just(set(ids)) | st.sets(st.sampled_from(ids))) if ids else set()
    books = mapping(store, account_number="{store}-{register}-{receipt}")
    for shape in Shape:
        whole = build(*records, store=store, books=books, shape=shape)
        parted = build(*records, store=store, books=books, shape=shape, alone=alone)
        assert [check for check in parted.proof if not check.holds] == []
        if parted.blocked or whole.blocked:
            assert shape in {Shape.INVOICE, Shape.NET_INVOICE}
            assert not (parted.blocked and alone == set(ids) and _any_alone(store, records))
            continue
        for document in parted.documents:
            assert _broken_rules(document, store) == []
        numbers = [each.number for each in parted.documents if each.kind is not DocumentKind.PAYMENT]
        assert len(numbers) == len(set(numbers))
        # Tax is rounded per document, so it moves between income and tax; nothing else does.
        for account in ("611", "612", "850", "851", "#AR", "#AP"):
            assert posted(parted.documents).get(account) == posted(whole.documents).get(account)


def _any_alone(store: StoreFacts, records: list[Body]) -> bool:
    """Whether any receipt is of the tills' own sales, and none of it was voided."""
    return bool(totals(records, store, alone={each["id"] for each in records}).alone)


@given(_days())
def test_every_document_is_one_the_ledger_takes(drawn: tuple[StoreFacts, list[Body]]) -> None:
    store, records = drawn
    for day in _in_every_shape(store, records).values():
        for document in day.documents:
            assert _broken_rules(document, store) == []


def _broken_rules(document: Document, store: StoreFacts) -> list[str]:
    """Return the rules of the ledger that a document breaks."""
    shown = json.loads(json.dumps(answer(document, "open", None)))
    total = Decimal(shown["total"])
    paid = [Decimal(payment["amount"]) for payment in shown["payments"]]
    rules = {
        "a total is not negative": total >= 0,
        "a payment is positive": all(amount > 0 for amount in paid),
        "no more is paid than is due": sum(paid, ZERO) <= total,
        "the currency is the store's": shown["currency"] == store.currency,
        "an account that is paid to takes payments": all(
            ACCOUNTS[payment["account"]].takes_payments for payment in shown["payments"]
        ),
        **_rules_of_lines(shown["lines"], store),
        **_rules_of_sums(document.kind, shown),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _rules_of_lines(lines: list[dict[str, Any]], store: StoreFacts) -> dict[str, bool]:
    rates = facts(store).tax_rates
    coded = [(ACCOUNTS[each["account"]], rates[each["tax_type"]]) for each in lines]
    return {
        "no line is on a bank account": all(account.type != "BANK" for account, _ in coded),
        "no line is on an account of the ledger's own": all(
            account.system not in {"DEBTORS", "CREDITORS", "GST"} for account, _ in coded
        ),
        "a tax type fits its account": all(
            rate.applies_to is None or account.klass in rate.applies_to for account, rate in coded
        ),
        "no line is of nothing": all(Decimal(each["amount"]) != 0 for each in lines),
    }


def _rules_of_sums(kind: DocumentKind, shown: dict[str, Any]) -> dict[str, bool]:
    amounts = [Decimal(each["amount"]) for each in shown["lines"]]
    taxes = [Decimal(each["tax"]) for each in shown["lines"]]
    on_top = sum(taxes, ZERO) if shown["line_amounts"] == "Exclusive" else ZERO
    whole = sum(amounts, ZERO) + on_top
    if kind is DocumentKind.PAYMENT:
        return {}
    if kind is DocumentKind.JOURNAL:
        return {"a journal balances": whole == 0, "a journal has two lines": len(amounts) >= 2}
    total, tax = Decimal(shown["total"]), Decimal(shown["total_tax"])
    return {
        "the lines are the total": whole == total,
        "sub-total and tax are the total": Decimal(shown["sub_total"]) + tax == total,
        "the lines' tax is the total's": sum(taxes, ZERO) == tax,
    }


@given(_days(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(
    drawn: tuple[StoreFacts, list[Body]], chance: Random
) -> None:
    store, records = drawn
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert totals(records, store) == totals(shuffled, store)


@given(_days())
def test_a_day_split_over_two_dates_is_the_sum_of_both(drawn: tuple[StoreFacts, list[Body]]) -> None:
    store, records = drawn
    read = [record_from(body, {store.key: store}.get) for body in records]
    found = [each for each in read if isinstance(each, Receipt)]
    halves = [totals_of(store, DAY, found[::2]), totals_of(store, DAY, found[1::2])]
    whole = totals_of(store, DAY, found)
    for name in ("lines", "tenders"):
        both = sum((each.amount for half in halves for each in getattr(half, name)), ZERO)
        assert both == sum((each.amount for each in getattr(whole, name)), ZERO)
    assert sum(half.receipts for half in halves) == whole.receipts


@given(_days())
def test_gift_cards_never_pay_more_than_they_were_used_for(drawn: tuple[StoreFacts, list[Body]]) -> None:
    store, records = drawn
    for body in records:
        if "record" not in body:
            receipt = record_from(body, {store.key: store}.get)
            assert isinstance(receipt, Receipt)
            shares = redeemed_shares(receipt, store.currency)
            taken: dict[str, Decimal] = {}
            for each in shares:
                taken[each.category or ""] = taken.get(each.category or "", ZERO) + abs(each.amount)
            for category, amount in taken.items():
                whole = sum((abs(each.amount) for each in receipt.lines if each.category == category), ZERO)
                assert amount <= whole
