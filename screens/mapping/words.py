"""What the parts and settings of a mapping are called, and what each means."""

from __future__ import annotations

SECTIONS = {
    "categories": "Categories",
    "tax_codes": "Tax codes",
    "tenders": "Tenders",
    "rounding": "Special lines",
    "over_short": "Special lines",
    "tracking": "Tracking",
}
DOCUMENTS = "Documents"
"""Section of everything else."""
_LABELS = {
    "rounding": "Cash rounding",
    "over_short": "Over and short",
    "contact": "Contact",
    "shape": "Shape",
    "status": "Status",
    "due_days": "Due days",
    "number": "Number",
    "account_number": "Number on account",
    "gift_card_tax": "Gift cards taxed",
    "no_tax": "Outside the tax",
}
_MEANINGS = {
    "categories": "The account that sales of this category are posted to; t gives it a tax type of its own.",
    "tax_codes": "Xero's tax type of everything the tills mark with this code.",
    "tenders": "The account that takings of this kind are paid into: usually a clearing account.",
    "tracking": "The option of this tracking category that every line carries.",
    "rounding": "Where the cents go by which cash payments were rounded.",
    "over_short": "Where a difference goes between what was counted and what should be in the till.",
    "contact": "In whose name the day's documents are posted.",
    "shape": "How a day becomes documents; the sample shows it.",
    "status": "Whether documents are approved at once, or wait as drafts for somebody in Xero.",
    "due_days": "Days until the day's invoice is due; it is paid by its tenders anyway.",
    "number": "Number of the day's documents. {store} and {date} are filled in; {date} is needed.",
    "account_number": "Number of invoices on account. {store}, {register} and {receipt} are filled in.",
    "gift_card_tax": "When the tax of goods paid by gift card is due; ask your accountant.",
    "no_tax": "The tax type of lines that Tillbook adds: rounding, tenders, differences.",
}
SINGULAR = {"categories": "Category", "tax_codes": "Tax code", "tenders": "Tender", "tracking": "Tracking"}
TYPES = {
    "CURRENT": "Current asset",
    "CURRLIAB": "Current liability",
    "REVENUE": "Revenue",
    "SALES": "Sales",
    "OTHERINCOME": "Other income",
    "EXPENSE": "Expense",
    "DIRECTCOSTS": "Direct costs",
}
"""Types of accounts that are created from here."""


def section(part: str) -> str:
    """Return the heading that a part stands under."""
    return SECTIONS.get(part, DOCUMENTS)


def label(part: str, key: str) -> str:
    """Return what a setting is called."""
    return _LABELS.get(part, key.replace("_", " "))


def title(part: str, key: str) -> str:
    """Return what a setting is called where nothing around it says what it is."""
    name = label(part, key)
    return f"{SINGULAR[part]} {name}" if part in SINGULAR else name


def meaning(part: str) -> str:
    """Return what a setting decides."""
    return _MEANINGS.get(part, "")
