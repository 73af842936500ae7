"""The currencies card terminals count in: ISO 4217 numbers and letters."""

from __future__ import annotations

CURRENCIES = {
    978: "EUR", 756: "CHF", 826: "GBP", 985: "PLN", 203: "CZK", 348: "HUF", 752: "SEK", 208: "DKK",
    578: "NOK", 840: "USD", 554: "NZD", 36: "AUD", 975: "BGN", 946: "RON",
}  # fmt: skip
"""Number to letters."""
NUMBERS = {letters: number for number, letters in CURRENCIES.items()}
