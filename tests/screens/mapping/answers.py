"""Answers about a mapping that is being edited, for the tests of its screens."""

from __future__ import annotations

from typing import Any

from services.contract.answers import DayDocumentsAnswer
from services.contract.finding import Finding
from services.contract.mapping_editor import (
    ChoicesAnswer,
    EditorAnswer,
    MappingHistoryAnswer,
    SampleAnswer,
    SettingAnswer,
)

MISSING: Finding = {
    "what": "Tender cash has no account.",
    "why": "13,921.70 went over it lately. Days that use it wait until it has one.",
    "next": "Choose one from the chart; a suggestion is only a guess from names.",
}
REFUSED: Finding = {
    "what": "Account 499 Sundries is archived in Xero.",
    "why": "Nothing can be posted to an archived account.",
    "next": "Restore it in Xero's chart of accounts and refresh the reference data.",
}
NO_PAYMENTS: Finding = {
    "what": "Account 855 Layby deposits takes no payments, and cash is mapped to it.",
    "why": "'Enable payments to this account' is not ticked in Xero.",
    "next": "In Xero: Accounting, Chart of accounts, open the account, tick Enable payments to this account,"
    " Save. Then refresh the reference data here.",
}
NO_RIGHT: Finding = {
    "what": "Tillbook may read the chart of accounts and not add to it.",
    "why": "The right accounting.settings was not given when the shop was connected.",
    "next": "In Xero: Accounting, Chart of accounts, Add account. Account type Current Asset, code 619, name"
    " POS clearing - Cash, tax No GST, tick Enable payments to this account, Save.",
}


def setting(part: str, key: str, value: str | None, words: str = "", **more: Any) -> SettingAnswer:  # noqa: ANN401 - its fields
    """Return a setting that is as it was saved."""
    answer: SettingAnswer = {
        "part": part,
        "key": key,
        "value": value,
        "words": words,
        "tax_type": None,
        "tax_words": "",
        "saved": None,
        "changed": False,
        "problem": None,
        "proposal": None,
        "amount": None,
        "receipts": 0,
        "last": None,
        "conflict": None,
    }
    return {**answer, **more}  # type: ignore[typeddict-item]  # its own fields


CASH = setting(
    "tenders",
    "cash",
    None,
    problem=MISSING,
    proposal={"value": "611", "words": "611 POS clearing - Cash", "confidence": "high"},
    amount="13921.70",
    receipts=181,
    last="2026-11-20",
)
DISCOUNTS = setting("categories", "discounts", "499", "Sundries", problem=REFUSED, amount="20.00", receipts=2)
GROCERY = setting(
    "categories",
    "grocery",
    "201",
    "Sales - Hardware",
    changed=True,
    saved="200 Sales - Grocery",
    amount="15955.66",
    receipts=402,
    last="2026-11-20",
)


def settings() -> list[SettingAnswer]:
    """Return the settings of a small shop, what needs somebody first."""
    return [
        CASH,
        DISCOUNTS,
        GROCERY,
        setting("categories", "hardware", "201", "Sales - Hardware", amount="14861.78", receipts=300),
        setting(
            "categories", "gift_card_sold", "850", "Gift card liability", tax_type="NONE", tax_words="No GST"
        ),
        setting("tax_codes", "GST15", "OUTPUT2", "15% GST on Income", amount="30846.04", receipts=700),
        setting("tenders", "eftpos", "612", "POS clearing - EFTPOS", amount="25264.61", receipts=520),
        setting("rounding", "rounding", "860", "Rounding", amount="3.41", receipts=88),
        setting("over_short", "over_short", "490", "Cash over/short"),
        setting("contact", "contact", "POS Sales - Queen St"),
        setting("shape", "shape", "net_invoice"),
        setting("due_days", "due_days", "0"),
        setting("tracking", "Region", "North"),
    ]


def editor(**more: Any) -> EditorAnswer:  # noqa: ANN401 - its fields
    """Return an editor with one unsaved change."""
    answer: EditorAnswer = {
        "store": "queen-st",
        "currency": "NZD",
        "version": 4,
        "saved": "2026-11-20T09:00:00+00:00",
        "saved_by": "mia",
        "settings": settings(),
        "changes": [
            {
                "part": "categories",
                "key": "grocery",
                "before": "200 Sales - Grocery",
                "after": "201 Sales - Hardware",
            }
        ],
        "draft": {"by": "mia", "at": "2026-11-20T09:30:00+00:00", "changes": 1},
        "others": [],
        "chart": {
            "source": "xero",
            "name": "Queen St",
            "read": "2026-11-20T09:00:00+00:00",
            "accounts": 49,
            "address": "https://go.xero.com/organisationlogin/default.aspx?shortcode=!abc",
        },
        "advice": {
            "text": "Ask your accountant before you link accounts.",
            "by": "mia",
            "at": "2026-11-01T09:00:00+00:00",
        },
        "since": "2026-10-21",
        "cannot_create": None,
    }
    return {**answer, **more}  # type: ignore[typeddict-item]  # its own fields


DAY: DayDocumentsAnswer = {
    "store": "queen-st",
    "date": "2026-11-20",
    "state": "blocked",
    "shape": "net_invoice",
    "documents": [
        {
            "kind": "ACCREC",
            "number": "POS-queen-st-2026-11-20",
            "contact": "POS Sales - Queen St",
            "date": "2026-11-20",
            "due_date": "2026-11-20",
            "currency": "NZD",
            "line_amounts": "Inclusive",
            "lines": [
                {
                    "description": "Sales - Hardware",
                    "account": "201",
                    "tax_type": "OUTPUT2",
                    "amount": "1190.67",
                    "tax": "155.30",
                    "tracking": {},
                }
            ],
            "payments": [{"tender": "cash", "account": "?", "amount": "1190.67", "reference": "r"}],
            "sub_total": "1035.37",
            "total_tax": "155.30",
            "total": "1190.67",
            "xero_id": None,
            "state": "blocked",
            "reference": "POS-queen-st-2026-11-20",
            "key": "sales",
        }
    ],
    "proof": [{"check": "1 lines = tenders", "left": "1190.67", "right": "1190.67", "holds": True}],
    "blocked": [{"what": "The tender 'cash' has no account.", "why": "", "next": ""}],
    "warnings": [],
    "tax_return": {},
}
SAMPLE: SampleAnswer = {"store": "queen-st", "date": "2026-11-20", "day": DAY}
CHOICES: ChoicesAnswer = {
    "store": "queen-st",
    "part": "tenders",
    "key": "cash",
    "choices": [
        {
            "value": "611",
            "label": "611 POS clearing - Cash",
            "note": "Current Asset",
            "obstacle": None,
            "proposed": True,
        },
        {
            "value": "612",
            "label": "612 POS clearing - EFTPOS",
            "note": "Current Asset",
            "obstacle": None,
            "proposed": False,
        },
        {
            "value": "855",
            "label": "855 Layby deposits",
            "note": "Current Liability",
            "obstacle": NO_PAYMENTS,
            "proposed": False,
        },
    ],
    "how_to": "",
    "free": False,
}
HISTORY: MappingHistoryAnswer = {
    "store": "queen-st",
    "versions": [
        {
            "version": 2,
            "saved": "2026-11-20T09:00:00+00:00",
            "by": "mia",
            "changes": [
                {
                    "part": "categories",
                    "key": "grocery",
                    "before": "201 Sales - Hardware",
                    "after": "200 Sales - Grocery",
                }
            ],
        },
        {
            "version": 1,
            "saved": "2026-11-10T09:00:00+00:00",
            "by": "ben",
            "changes": [{"part": "due_days", "key": "due_days", "before": None, "after": "0"}],
        },
    ],
}
EFFECT = {
    "store": "queen-st",
    "before": None,
    "after": 1,
    "days": [
        {
            "date": "2026-11-19",
            "accounts": [],
            "tax_types": [],
            "blocked": [{"what": "The category 'garden' has no account.", "why": "", "next": ""}],
        }
    ],
    "accounts": [
        {"name": "200", "before": "1200.00", "after": "0.00", "difference": "-1200.00"},
        {"name": "201", "before": "0.00", "after": "1200.00", "difference": "1200.00"},
    ],
    "tax_types": [],
}
FILE = {
    "store": "queen-st",
    "name": "chart.csv",
    "accounts": [
        {
            "code": "200",
            "name": "Sales",
            "type": "REVENUE",
            "tax_type": "OUTPUT2",
            "payments": False,
            "note": "",
        },
        {
            "code": "611",
            "name": "Cash drawer",
            "type": "CURRENT",
            "tax_type": None,
            "payments": True,
            "note": "Tax code Old is not known before the shop is connected.",
        },
    ],
    "refused": [{"row": 4, "text": "Savings, Bank", "reason": "It has no code."}],
    "replaces": 0,
    "kept": False,
}
