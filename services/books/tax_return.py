"""The tax boxes that documents feed, for the countries whose return is known.

NZ: GST101A boxes 5, 6, 8, 11; AU: BAS G1, 1A, G11, 1B; GB: VAT 100 boxes 1, 4, 6, 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from services.books.countries import AUSTRALIA, NEW_ZEALAND, OUTSIDE_THE_RETURN, UNITED_KINGDOM
from services.books.documents import Document, DocumentKind, DocumentLine, LineAmounts
from services.books.ledger_facts import TaxRate
from services.books.money import ZERO, rounded

_SALES_KINDS = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT, DocumentKind.JOURNAL})
# The sign that makes a line a sale above zero; what is bought has the other sign.
_SALES_SIGN = {
    DocumentKind.ACCREC: 1,
    DocumentKind.ACCRECCREDIT: -1,
    DocumentKind.JOURNAL: -1,
    DocumentKind.ACCPAY: -1,
    DocumentKind.ACCPAYCREDIT: 1,
}
_ZERO_RATED = frozenset({"ZERORATED", "ZERORATEDOUTPUT"})
_OF_PURCHASES = frozenset(
    {
        "CAPEXINPUT",
        "CAPEXINPUT2",
        "EXEMPTCAPITAL",
        "EXEMPTEXPENSES",
        "INPUT",
        "INPUT2",
        "INPUT3",
        "RRINPUT",
        "ZERORATEDINPUT",
    }
)


def tax_boxes(
    country: str, documents: Iterable[Document], rates: Mapping[str, TaxRate]
) -> dict[str, Decimal]:
    """Return the boxes of one country's return, in major units.

    Where the return is not known: plain sums of sales, purchases and their tax. Nothing
    without documents.
    """
    documents = list(documents)
    if not documents:
        return {}
    sales, purchases = _Sums(rates), _Sums(rates)
    for document in documents:
        sign = _SALES_SIGN.get(document.kind, 0)
        inclusive = document.line_amounts is LineAmounts.INCLUSIVE
        for line in document.lines:
            if _is_purchase(document, line):
                purchases.add(line, -sign, inclusive=inclusive)
            else:
                sales.add(line, sign, inclusive=inclusive)
    boxes = _BOXES.get(country, _generic)(sales, purchases)
    return {box: rounded(amount, documents[0].currency) for box, amount in boxes.items()}


class _Sums:
    """Sums of one side of the return."""

    def __init__(self, rates: Mapping[str, TaxRate]) -> None:
        self._rates = rates
        self.gross = self.tax = self.zero_rated = self.taxed_gross = ZERO

    @property
    def net(self) -> Decimal:
        """What remains without the tax."""
        return self.gross - self.tax

    def add(self, line: DocumentLine, sign: int, *, inclusive: bool) -> None:
        """Add a line, unless it lies outside the tax."""
        if line.tax_type in OUTSIDE_THE_RETURN:
            return
        gross = sign * (line.amount if inclusive else line.amount + line.tax)
        self.gross += gross
        self.tax += sign * line.tax
        self.zero_rated += gross if line.tax_type in _ZERO_RATED else ZERO
        rate = self._rates.get(line.tax_type)
        self.taxed_gross += gross if rate is not None and rate.rate > ZERO else ZERO


def _is_purchase(document: Document, line: DocumentLine) -> bool:
    """Return whether a line is of the purchases, by tax type, else by document."""
    if line.tax_type in _OF_PURCHASES:
        return True
    return document.kind not in _SALES_KINDS and "OUTPUT" not in line.tax_type


def _nz(sales: _Sums, purchases: _Sums) -> dict[str, Decimal]:
    return {
        "box5_total_sales_incl_gst_and_zero_rated": sales.gross,
        "box6_zero_rated": sales.zero_rated,
        "gst_on_sales_sum_of_line_tax": sales.tax,
        "box8_three_twentythirds_of_box7": (sales.gross - sales.zero_rated) * 3 / 23,
        "box11_total_purchases_incl_gst": purchases.taxed_gross,
        "gst_on_purchases_sum_of_line_tax": purchases.tax,
    }


def _au(sales: _Sums, purchases: _Sums) -> dict[str, Decimal]:
    return {
        "G1_total_sales": sales.gross,
        "1A_gst_on_sales": sales.tax,
        "G11_non_capital_purchases": purchases.gross,
        "1B_gst_on_purchases": purchases.tax,
    }


def _gb(sales: _Sums, purchases: _Sums) -> dict[str, Decimal]:
    return {
        "box1_vat_on_sales": sales.tax,
        "box4_vat_on_purchases": purchases.tax,
        "box6_sales_ex_vat": sales.net,
        "box7_purchases_ex_vat": purchases.net,
    }


def _generic(sales: _Sums, purchases: _Sums) -> dict[str, Decimal]:
    return {
        "sales_net": sales.net,
        "tax_on_sales": sales.tax,
        "purchases_net": purchases.net,
        "tax_on_purchases": purchases.tax,
    }


_BOXES: dict[str, Callable[[_Sums, _Sums], dict[str, Decimal]]] = {
    NEW_ZEALAND: _nz,
    AUSTRALIA: _au,
    UNITED_KINGDOM: _gb,
}
