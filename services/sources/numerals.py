"""Numbers as a delimited file writes them: marks, signs, brackets, cents."""

from __future__ import annotations

import re
from decimal import Decimal

from services.books.money import decimals, rounded, to_minor
from services.sources.profile import NumberForm

_LONGEST = 40


class ValueFault(ValueError):
    """A value does not fit what the profile says; the text tells which and why."""


class Numerals:
    """Reads the numbers of one file, in the one form that its profile gives."""

    def __init__(self, form: NumberForm, currency: str) -> None:
        self._form = form
        self._currency = currency
        self._pattern = _pattern(form)
        self._shift = -decimals(currency) if form.minor_units else 0

    def number(self, text: str, column: str) -> Decimal:
        """Return a number; raise ValueFault for a text that is none in this form."""
        match = self._pattern.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if match is None:
            raise ValueFault(f"{column} is not a number in the profile's form: {_shown(text)}")
        digits = match["whole"].replace(self._form.thousands, "") if self._form.thousands else match["whole"]
        value = Decimal(f"{digits}.{match['part'] or '0'}" if match["part"] else digits)
        return -value if match["minus"] or match["open"] else value

    def money(self, text: str, column: str) -> Decimal:
        """Return an amount in major units, not rounded; raise ValueFault."""
        return self.number(text, column).scaleb(self._shift)

    def minor(self, amount: Decimal, column: str) -> int:
        """Return an amount rounded to the minor unit, as a whole number of it."""
        try:
            return to_minor(rounded(amount, self._currency), self._currency)
        except ArithmeticError as error:
            raise ValueFault(f"{column} is too large an amount") from error

    def sign(self, text: str) -> int | None:
        """Return -1, 0 or 1; None when the text is no number."""
        try:
            value = self.number(text, "")
        except ValueFault:
            return None
        return (value > 0) - (value < 0)


def _pattern(form: NumberForm) -> re.Pattern[str]:
    whole = "[0-9]+"
    if form.thousands:
        whole = f"(?:[0-9]{{1,3}}(?:{re.escape(form.thousands)}[0-9]{{3}})+|[0-9]+)"
    sign = re.escape(form.currency)
    currency = f"(?:{sign} ?)?" if form.currency else ""
    after = f"(?: ?{sign})?" if form.currency else ""
    opening = r"(?P<open>\()?" if form.brackets else "(?P<open>(?!))?"
    closing = r"(?(open)\))" if form.brackets else ""
    number = f"(?P<whole>{whole})(?:{re.escape(form.decimal)}(?P<part>[0-9]+))?"
    return re.compile(f"{opening}{currency}(?P<minus>-)?{currency}{number}{after}{closing}", re.ASCII)


def _shown(text: str) -> str:
    if not text.strip():
        return "the cell is empty"
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
