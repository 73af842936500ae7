"""Debtor payments: money at the till for an invoice of a customer (RECEIPTS.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from services.books.account_sales import account_sale
from services.books.contact_names import contact_name
from services.books.documents import Document, DocumentKind, Finding, LineAmounts
from services.books.making import by_tender, payments
from services.books.money import ZERO, text_of
from services.books.numbers import account_number
from services.books.records import CASH, Receipt
from services.books.resolver import Resolver
from services.books.totals import DayTotals, PaidSale, Section, TenderTotal


def debtor_payment(resolver: Resolver, totals: DayTotals, receipt: Receipt) -> Document:
    """Return the payment on an account sale, or on an invoice raised elsewhere.

    A receipt id of an account sale wins over a number of the ledger.
    """
    paid = _paid_sale(totals, receipt)
    number = _number(resolver, paid) if paid else _elsewhere(totals, receipt)
    reference = f"{number} {receipt.register}/{receipt.id}"
    made = payments(resolver, _settled(receipt), reference)
    total = sum((payment.amount for payment in made), ZERO)
    return Document(
        kind=DocumentKind.PAYMENT,
        key=f"payment:{receipt.register}/{receipt.id}",
        number=number,
        contact=contact_name(receipt.customer or (paid.sale.customer if paid else None)),
        date=receipt.business_date,
        due_date=None,
        currency=totals.store.currency,
        line_amounts=LineAmounts.NO_TAX,
        lines=(),
        payments=tuple(made),
        sub_total=total,
        total_tax=ZERO,
        total=total,
        reference=f"POS {receipt.business_date.isoformat()} payment {receipt.register}/{receipt.id}",
    )


def unpayable(resolver: Resolver, totals: DayTotals) -> list[Finding]:
    """Return the payments that their account sale cannot take (RECEIPTS.md, `pays`).

    Of another customer, or with less due than paid: by what the tills know. Only that payment
    is stopped, and the ledger, which may know more, has the last word when it is sent.
    """
    found: list[Finding] = []
    due: dict[tuple[str, str], Decimal] = {}
    for receipt in totals.debtor_payments:
        paid = _paid_sale(totals, receipt)
        if paid is None:
            found += _of_several(totals, receipt)
            continue
        sale = (paid.sale.register, paid.sale.id)
        left = due.setdefault(sale, _due(resolver, paid))
        amount = _amount(receipt)
        if _of_another(receipt, paid.sale):
            found.append(_not_theirs(receipt, paid.sale))
        elif amount > left:
            found.append(_less_due(receipt, text_of(left, resolver.store.currency)))
        else:
            due[sale] = left - amount
    return found


def with_debtor_rounding(totals: DayTotals) -> DayTotals:
    """Return the totals with the cash rounding of debtor payments among the sales.

    What settles the invoice is the cash before rounding; the rounding itself, and the cash
    it moved, belong to the day.
    """
    amounts = [amount for receipt in totals.debtor_payments if (amount := _rounding(receipt))]
    if not amounts:
        return totals
    rounding: defaultdict[Section, Decimal] = defaultdict(Decimal, totals.rounding or {})
    rounding[Section.SALES] += sum(amounts, ZERO)
    moved = (TenderTotal(Section.SALES, CASH, amount, 0) for amount in amounts)
    return replace(totals, rounding=rounding, tenders=(*totals.tenders, *moved))


def sale_meant(payment: Receipt, sales: Sequence[Receipt]) -> Receipt | None:
    """Return the account sale that a payment is of, among those with the id it names.

    An id is unique at its register only (RECEIPTS.md, `id`). Where several registers have it
    the customer whom the payment names decides; None when that leaves none, or more than one.
    """
    if len(sales) > 1:
        sales = [sale for sale in sales if payment.customer and not _of_another(payment, sale)]
    return sales[0] if len(sales) == 1 else None


def paid_before(
    sales: Sequence[Receipt], payments: Iterable[Receipt]
) -> Iterator[tuple[Receipt, tuple[Receipt, ...]]]:
    """Yield each account sale of one id, with those of the payments that are of it."""
    meant = [(sale_meant(payment, sales), payment) for payment in payments if payment.pays == sales[0].id]
    for sale in sales:
        yield sale, tuple(payment for of, payment in meant if of is sale)


def _paid_sale(totals: DayTotals, receipt: Receipt) -> PaidSale | None:
    known = _with_its_id(totals, receipt)
    meant = sale_meant(receipt, [each.sale for each in known])
    return next((each for each in known if each.sale is meant), None)


def _with_its_id(totals: DayTotals, receipt: Receipt) -> tuple[PaidSale, ...]:
    return (totals.paid_sales or {}).get(receipt.pays or "", ())


def _elsewhere(totals: DayTotals, receipt: Receipt) -> str:
    """Return the ledger's own number.

    It is one that no invoice has where several account sales may be meant.
    """
    registers = [each.sale.register for each in _with_its_id(totals, receipt)]
    return f"{receipt.pays} ({' or '.join(registers)})" if registers else receipt.pays or ""


def _number(resolver: Resolver, paid: PaidSale) -> str:
    return paid.number or account_number(resolver.mapping, paid.sale.register, paid.sale.id)


def _due(resolver: Resolver, paid: PaidSale) -> Decimal:
    """Return what of an account sale is still due when the day begins."""
    own = Resolver(resolver.store, resolver.mapping, resolver.facts)
    invoice = account_sale(own, paid.sale)
    at_once = sum((payment.amount for payment in invoice.payments), ZERO)
    return invoice.total - at_once - sum(map(_amount, paid.paid_before), ZERO)


def _of_another(receipt: Receipt, sale: Receipt) -> bool:
    """Return whether the till named another customer than the sale's.

    No name is nobody else.
    """
    named, theirs = contact_name(receipt.customer), contact_name(sale.customer)
    return receipt.customer is not None and named.casefold() != theirs.casefold()


def _of_several(totals: DayTotals, receipt: Receipt) -> list[Finding]:
    registers = [each.sale.register for each in _with_its_id(totals, receipt)]
    if not registers:
        return []
    return [
        Finding(
            "invoice_of_several",
            f"The debtor payment {receipt.id} cannot be posted on the account sale {receipt.pays}.",
            f"The registers {' and '.join(registers)} each have one, and the payment's customer does not"
            " tell which of them was paid.",
            "State in `pays` the number of the invoice in the ledger, and import the payment again.",
            stops_day=False,
        )
    ]


def _not_theirs(receipt: Receipt, sale: Receipt) -> Finding:
    return Finding(
        "invoice_of_another",
        f"The debtor payment {receipt.id} cannot be posted on the account sale {sale.id}.",
        f"The till says that {receipt.customer} paid; the account sale was made to {sale.customer}.",
        "Correct the customer, or what is paid, at the till and import it again.",
        stops_day=False,
    )


def _less_due(receipt: Receipt, left: str) -> Finding:
    return Finding(
        "invoice_due_less",
        f"The debtor payment {receipt.id} cannot be posted on the account sale {receipt.pays}.",
        f"{_amount(receipt):f} was paid and only {left} is due.",
        "Correct the payment at the till, or pay the rest on another account sale, and import it again.",
        stops_day=False,
    )


def _amount(receipt: Receipt) -> Decimal:
    """Return what a payment settles of its invoice."""
    return sum(_settled(receipt).values(), ZERO)


def _settled(receipt: Receipt) -> Mapping[str, Decimal]:
    amounts = by_tender(receipt.tenders)
    if rounding := _rounding(receipt):
        amounts[CASH] -= rounding
    return amounts


def _rounding(receipt: Receipt) -> Decimal:
    """Return the rounding of the part paid in cash; none where that leaves no cash."""
    cash = by_tender(receipt.tenders).get(CASH, ZERO)
    rounding = receipt.cash_rounding or ZERO
    return rounding if cash > max(rounding, ZERO) else ZERO
