"""What each kind of receipt must hold, and that it adds up (RECEIPTS.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.books.fields import RecordError
from services.books.money import HALF, ZERO
from services.books.records import (
    LAYBY_APPLIED,
    LAYBY_DEPOSIT,
    ON_ACCOUNT,
    Receipt,
    ReceiptKind,
)

_PAID = frozenset({ReceiptKind.PAID_IN, ReceiptKind.PAID_OUT})
_UNSUMMED = frozenset({ReceiptKind.DEBTOR_PAYMENT, ReceiptKind.VOID})
_MAY_BE_ON_ACCOUNT = frozenset({ReceiptKind.ACCOUNT_SALE, ReceiptKind.REFUND})


@dataclass(frozen=True, slots=True)
class _Needs:
    """How many lines and tenders a kind has; `most` None: as many as there are."""

    least_lines: int = 1
    most_lines: int | None = None
    least_tenders: int = 1
    most_tenders: int | None = None


_NEEDS: Mapping[ReceiptKind, _Needs] = {
    ReceiptKind.SALE: _Needs(),
    ReceiptKind.REFUND: _Needs(),
    ReceiptKind.LAYBY_PAYMENT: _Needs(),
    ReceiptKind.LAYBY_COMPLETION: _Needs(least_tenders=0),
    ReceiptKind.LAYBY_CANCELLATION: _Needs(least_tenders=0),
    ReceiptKind.ACCOUNT_SALE: _Needs(least_tenders=0),
    ReceiptKind.DEBTOR_PAYMENT: _Needs(least_lines=0, most_lines=0),
    ReceiptKind.PAID_OUT: _Needs(most_tenders=1),
    ReceiptKind.PAID_IN: _Needs(most_tenders=1),
    ReceiptKind.VOID: _Needs(least_lines=0, most_lines=0, least_tenders=0, most_tenders=0),
}


def check_receipt(receipt: Receipt, *, inclusive: bool) -> None:
    """Raise RecordError unless the receipt holds what its kind needs and adds up.

    `inclusive`: line amounts hold their tax. Where they do not, the tenders exceed them
    by the tax: what the till printed or, where it printed none, less than half the amounts.
    """
    needs = _NEEDS[receipt.kind]
    _count(receipt.kind, "lines", len(receipt.lines), needs.least_lines, needs.most_lines)
    _count(receipt.kind, "tenders", len(receipt.tenders), needs.least_tenders, needs.most_tenders)
    _check_places(receipt)
    _check_on_account(receipt)
    special = _SPECIAL.get(receipt.kind)
    if special is not None:
        special(receipt)
    if receipt.kind not in _UNSUMMED:
        _check_sum(receipt, inclusive=inclusive)


def _count(kind: ReceiptKind, name: str, count: int, least: int, most: int | None) -> None:
    if count < least:
        raise RecordError(f"{_a(kind)} needs {name}, and there are none", name)
    if most is not None and count > most:
        allowed = f"one {name[:-1]}" if most else f"no {name}"
        raise RecordError(f"{_a(kind)} has {allowed}, not {count}", name)


def _a(kind: ReceiptKind) -> str:
    return f"{'an' if kind is ReceiptKind.ACCOUNT_SALE else 'a'} {kind}"


def _check_places(receipt: Receipt) -> None:
    by_account = receipt.kind in _PAID
    for number, line in enumerate(receipt.lines):
        if by_account and (line.account is None or line.category is not None):
            raise RecordError(
                f"a {receipt.kind} names an account in place of a category", f"lines[{number}].account"
            )
        if not by_account and line.category is None:
            raise RecordError("is required", f"lines[{number}].category")
        if not by_account and line.account is not None:
            raise RecordError(
                f"{_a(receipt.kind)} names a category; accounts are for paid_out and paid_in",
                f"lines[{number}].account",
            )


def _check_on_account(receipt: Receipt) -> None:
    for number, tender in enumerate(receipt.tenders):
        if tender.type == ON_ACCOUNT and receipt.kind not in _MAY_BE_ON_ACCOUNT:
            raise RecordError(
                f"a {receipt.kind} cannot be on account; that is an account_sale", f"tenders[{number}].type"
            )
    if is_on_account(receipt) and receipt.customer is None:
        raise RecordError(f"is required: whose account the {receipt.kind} goes to", "customer")


def is_on_account(receipt: Receipt) -> bool:
    """Return whether the receipt is a document of the customer's own."""
    return receipt.kind is ReceiptKind.ACCOUNT_SALE or any(
        tender.type == ON_ACCOUNT for tender in receipt.tenders
    )


def _refund(receipt: Receipt) -> None:
    _not_above_zero("lines", receipt.kind, _sum(line.amount for line in receipt.lines))
    _not_above_zero("tenders", receipt.kind, _tendered(receipt))
    if is_on_account(receipt):
        _part_paid(receipt)


def _layby_payment(receipt: Receipt) -> None:
    for number, line in enumerate(receipt.lines):
        if line.category != LAYBY_DEPOSIT:
            raise RecordError(
                f"a layby_payment has lines of {LAYBY_DEPOSIT} only, not {line.category!r}",
                f"lines[{number}].category",
            )


def _layby_completion(receipt: Receipt) -> None:
    if all(line.category == LAYBY_APPLIED for line in receipt.lines):
        raise RecordError("a layby_completion needs the goods that were laid by", "lines")
    _negative_lines_of(receipt, LAYBY_APPLIED)


def _layby_cancellation(receipt: Receipt) -> None:
    _negative_lines_of(receipt, LAYBY_DEPOSIT)
    _not_above_zero("tenders", receipt.kind, _tendered(receipt))


def _negative_lines_of(receipt: Receipt, category: str) -> None:
    found = [(number, line) for number, line in enumerate(receipt.lines) if line.category == category]
    if not found:
        raise RecordError(f"a {receipt.kind} needs a negative line of {category}", "lines")
    for number, line in found:
        if line.amount >= ZERO:
            raise RecordError(
                f"{category} must be negative on a {receipt.kind}, not {line.amount}",
                f"lines[{number}].amount",
            )


def _account_sale(receipt: Receipt) -> None:
    if any(tender.type == ON_ACCOUNT for tender in receipt.tenders):
        _part_paid(receipt)


def _part_paid(receipt: Receipt) -> None:
    """Refuse to pay more than is owed: what is on account has the sign of the whole."""
    left = _sum(tender.amount for tender in receipt.tenders if tender.type == ON_ACCOUNT)
    whole = _tendered(receipt)
    if left * whole < ZERO:
        raise RecordError(
            f"{left} on account of {whole} would mean that more was paid than the {receipt.kind} comes to",
            "tenders",
        )


def _debtor_payment(receipt: Receipt) -> None:
    if receipt.pays is None:
        raise RecordError("is required: the account sale or the invoice that is paid", "pays")
    _tenders_above_zero(receipt)


def _tenders_above_zero(receipt: Receipt) -> None:
    for number, tender in enumerate(receipt.tenders):
        if tender.amount <= ZERO:
            raise RecordError(
                f"must be positive on a {receipt.kind}, not {tender.amount}", f"tenders[{number}].amount"
            )


def _paid_in(receipt: Receipt) -> None:
    _lines_signed(receipt, 1, "positive")
    _tenders_above_zero(receipt)


def _paid_out(receipt: Receipt) -> None:
    _lines_signed(receipt, -1, "negative")
    for number, tender in enumerate(receipt.tenders):
        if tender.amount >= ZERO:
            raise RecordError(
                f"must be negative on a paid_out, not {tender.amount}", f"tenders[{number}].amount"
            )


def _lines_signed(receipt: Receipt, sign: int, word: str) -> None:
    for number, line in enumerate(receipt.lines):
        if line.amount * sign <= ZERO:
            raise RecordError(
                f"must be {word} on a {receipt.kind}, not {line.amount}", f"lines[{number}].amount"
            )


def _void(receipt: Receipt) -> None:
    if receipt.original is None:
        raise RecordError("is required: the receipt that is voided", "original")
    if receipt.original == receipt.id:
        raise RecordError("names this record itself; it must name the receipt that is voided", "original")


_SPECIAL: Mapping[ReceiptKind, Callable[[Receipt], None]] = {
    ReceiptKind.REFUND: _refund,
    ReceiptKind.LAYBY_PAYMENT: _layby_payment,
    ReceiptKind.LAYBY_COMPLETION: _layby_completion,
    ReceiptKind.LAYBY_CANCELLATION: _layby_cancellation,
    ReceiptKind.ACCOUNT_SALE: _account_sale,
    ReceiptKind.DEBTOR_PAYMENT: _debtor_payment,
    ReceiptKind.PAID_IN: _paid_in,
    ReceiptKind.PAID_OUT: _paid_out,
    ReceiptKind.VOID: _void,
}


def _not_above_zero(name: str, kind: ReceiptKind, total: Decimal) -> None:
    if total > ZERO:
        raise RecordError(f"a {kind} gives money back, but its {name} come to {total}", name)


def _check_sum(receipt: Receipt, *, inclusive: bool) -> None:
    lines = _sum(line.amount for line in receipt.lines)
    if not inclusive:
        lines += _sum(line.tax for line in receipt.lines if line.tax is not None)
    rounding, tenders = receipt.cash_rounding or ZERO, _tendered(receipt)
    over = tenders - lines - rounding
    unstated = (line.amount for line in receipt.lines if line.tax is None)
    least, most = tax_left_open(unstated, inclusive=inclusive)
    unpaid = _rest_is_on_account(receipt)
    too_little = over < least and not (unpaid and lines >= ZERO)
    too_much = over > most and not (unpaid and lines < ZERO)
    if too_little or too_much:
        with_rounding = f" with cash rounding {rounding}" if rounding else ""
        raise RecordError(
            f"the lines{with_rounding} come to {lines + rounding} but the tenders to {tenders}", "tenders"
        )


def _rest_is_on_account(receipt: Receipt) -> bool:
    return receipt.kind is ReceiptKind.ACCOUNT_SALE and all(
        tender.type != ON_ACCOUNT for tender in receipt.tenders
    )


def tax_left_open(amounts: Iterable[Decimal], *, inclusive: bool) -> tuple[Decimal, Decimal]:
    """Return the least and the most tax that may come on top of line amounts.

    None at all when they are `inclusive`; else less than half of what has either sign.
    """
    known = [] if inclusive else list(amounts)
    return (
        _sum(amount for amount in known if amount < ZERO) * HALF,
        _sum(amount for amount in known if amount > ZERO) * HALF,
    )


def _tendered(receipt: Receipt) -> Decimal:
    return _sum(tender.amount for tender in receipt.tenders)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
