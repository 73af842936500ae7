"""The ledger computed straight from the day's totals, without the documents.

The other side of the proof (ACCOUNTING.md 3): the same rules of tax and rounding, but no
shape, no document and no sign of a credit note in between. Balances are in major units,
debits above zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from services.books.money import ZERO
from services.books.postings import PAYABLE, RECEIVABLE, TAX, without_zeros
from services.books.records import CASH, GIFT_CARD, ON_ACCOUNT, Purchase, PurchaseKind, Receipt, Tender
from services.books.resolver import Resolver
from services.books.summing import redeemed_shares, totals_of_lines
from services.books.totals import DayTotals, LineTotal, Section


class TillLedger:
    """What a day must move, by account, computed from its totals."""

    def __init__(self, resolver: Resolver, totals: DayTotals) -> None:
        self._resolver = resolver
        self._inclusive = totals.store.prices_inclusive
        self._balances: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.sales: defaultdict[str, Decimal] = defaultdict(Decimal)
        """Sales with their tax, by tax type, as the tills report them."""
        self.tax_on_top = ZERO
        """Tax of the summed receipts beyond their line amounts; none at inclusive prices."""
        self.owed: dict[str, Decimal] = {}
        """What each document of its own comes to, by its key."""
        for part in totals.parts:
            self._part(part)
        for receipt in totals.account_sales:
            self._account_sale(receipt)
        for receipt in totals.paid_outs:
            self._paid_out(receipt)
        for receipt in totals.debtor_payments:
            self._debtor_payment(receipt)
        for bill in totals.purchases:
            self._purchase(bill)

    @property
    def balances(self) -> dict[str, Decimal]:
        """Movement by account, zeros left out."""
        return without_zeros(self._balances)

    def moved(self, account: str) -> Decimal:
        """Return the movement of one account."""
        return self._balances.get(account, ZERO)

    def _part(self, totals: DayTotals) -> None:
        """Take in what is summed together: taxed and rounded as one."""
        for section in Section:
            goods = [line for line in totals.lines if line.section is section]
            shares = [line for line in totals.redeemed if line.section is section]
            owed = self._goods(goods)
            self.tax_on_top += owed - sum((line.amount for line in goods), ZERO)
            self._redeemed(shares)
            taken = sum((each.amount for each in totals.tenders if each.section is section), ZERO)
            self._round((totals.rounding or {}).get(section, ZERO), owed, taken)
        for tender in totals.tenders:
            self._tender(tender.type, tender.amount)
        for count in totals.counts:
            if count.over_short:
                self._tender(count.type, count.over_short)
                target = self._resolver.mapping.over_short
                self._balances[target.account if target else ""] -= count.over_short

    def _round(self, cash_rounding: Decimal, owed: Decimal, taken: Decimal) -> None:
        """Put aside what was rounded; with tax-exclusive prices what tax differs by, too."""
        self._rounding(cash_rounding if self._inclusive else taken - owed)

    def _rounding(self, amount: Decimal) -> None:
        target = self._resolver.mapping.rounding
        self._balances[target.account if target else ""] -= amount

    def _goods(self, lines: Iterable[LineTotal]) -> Decimal:
        """Credit income and tax per category or account, tax type and sign (R3)."""
        sums: defaultdict[tuple[str, str, str, bool], Decimal] = defaultdict(Decimal)
        for line in lines:
            place = self._resolver.line(line.category, line.account, line.tax_code)
            sums[place.order, place.account, place.tax_type, line.amount < ZERO] += line.amount
        return sum((self._credit(*key[1:3], amount) for key, amount in sums.items()), ZERO)

    def _credit(self, account: str, tax_type: str, amount: Decimal) -> Decimal:
        """Credit one sum; return it with its tax."""
        tax = self._resolver.tax(amount, tax_type)
        whole = amount if self._inclusive else amount + tax
        self._balances[account] -= whole - tax
        self._balances[TAX] -= tax
        self.sales[tax_type] += whole
        return whole

    def _redeemed(self, shares: Iterable[LineTotal]) -> None:
        """Move what gift cards paid out of the tax, where they were taxed when sold."""
        sums: defaultdict[tuple[str, str, bool], Decimal] = defaultdict(Decimal)
        for share in shares if self._resolver.mapping.taxed_at_sale else ():
            place = self._resolver.line(share.category, share.account, share.tax_code)
            if self._resolver.rate(place.tax_type):
                sums[place.order, place.tax_type, share.amount < ZERO] += share.amount
        for (_, tax_type, _), amount in sums.items():
            cards = self._resolver.tender(GIFT_CARD)
            whole = self._credit(cards, tax_type, -amount)
            self._balances[cards] += whole
            self.sales[self._resolver.no_tax] -= whole

    def _account_sale(self, receipt: Receipt) -> None:
        owed = self._goods(totals_of_lines(receipt, Section.SALES))
        if self._resolver.mapping.taxed_at_sale:
            currency = self._resolver.store.currency
            self._redeemed(redeemed_shares(receipt, currency, self._resolver.is_taxed))
        owed = self._rounded(receipt, owed)
        self._balances[RECEIVABLE] += owed
        self._settle(receipt)
        # Money that goes the other way is a line of the document, and not a payment.
        credit = sum((line.amount for line in receipt.lines), ZERO) < ZERO
        other_way = (each.amount for each in _tendered(receipt) if (each.amount < ZERO) != credit)
        self.owed[f"account:{receipt.register}/{receipt.id}"] = abs(owed - sum(other_way, ZERO))

    def _rounded(self, receipt: Receipt, owed: Decimal) -> Decimal:
        """Put aside what a receipt of its own rounded; return what is owed after it."""
        rounding = receipt.cash_rounding or ZERO
        taken = sum((tender.amount for tender in receipt.tenders), ZERO)
        on_account = any(tender.type == ON_ACCOUNT for tender in receipt.tenders)
        stated = taken if on_account or abs(taken) > abs(owed + rounding) else owed + rounding
        self._round(rounding, owed, stated)
        return owed + rounding if self._inclusive else stated

    def _paid_out(self, receipt: Receipt) -> None:
        owed = ZERO
        for line in receipt.lines:
            place = self._resolver.line(line.category, line.account, line.tax_code)
            owed += self._debit(place.account, place.tax_type, -line.amount, inclusive=self._inclusive)
        taken = sum((tender.amount for tender in receipt.tenders), ZERO)
        self._round(receipt.cash_rounding or ZERO, -owed, taken)
        for tender in receipt.tenders:
            self._tender(tender.type, tender.amount)
        self.owed[f"paid_out:{receipt.register}/{receipt.id}"] = -taken

    def _debtor_payment(self, receipt: Receipt) -> None:
        self._settle(receipt)
        cash = sum((tender.amount for tender in receipt.tenders if tender.type == CASH), ZERO)
        rounding = receipt.cash_rounding or ZERO
        if cash > max(rounding, ZERO):
            self._balances[RECEIVABLE] += rounding
            self._rounding(rounding)

    def _purchase(self, bill: Purchase) -> None:
        sign = -1 if bill.kind is PurchaseKind.PURCHASE_CREDIT else 1
        computed = ZERO
        for line in bill.lines:
            place = self._resolver.line(line.category, line.account, line.tax_code)
            computed += sign * self._debit(
                place.account, place.tax_type, sign * line.amount, inclusive=bill.inclusive
            )
        self._rounding(sign * (computed - bill.total))
        self._balances[PAYABLE] -= sign * bill.total
        self.owed[f"{bill.kind.value}:{bill.id}"] = bill.total

    def _debit(self, account: str, tax_type: str, amount: Decimal, *, inclusive: bool) -> Decimal:
        """Debit what was bought; return it with its tax."""
        tax = self._resolver.tax(amount, tax_type, inclusive=inclusive)
        whole = amount if inclusive else amount + tax
        self._balances[account] += whole - tax
        self._balances[TAX] += tax
        return whole

    def _settle(self, receipt: Receipt) -> None:
        for tender in _tendered(receipt):
            self._tender(tender.type, tender.amount)
            self._balances[RECEIVABLE] -= tender.amount

    def _tender(self, kind: str, amount: Decimal) -> None:
        self._balances[self._resolver.tender(kind)] += amount


def _tendered(receipt: Receipt) -> list[Tender]:
    return [tender for tender in receipt.tenders if tender.type != ON_ACCOUNT]
