"""Who the practice shop is, and where its takings go in the practice books."""

from __future__ import annotations

STORE = {
    "key": "practice",
    "name": "Queen St Store (practice)",
    "country": "NZ",
    "currency": "NZD",
    "timezone": "Pacific/Auckland",
    "cutoff": "00:00",
    "prices": "inclusive",
    "gst_basis": "accrual",
    "cash_rounding": "0.10:down",
}

MAPPING: dict[str, object] = {
    "store": "practice",
    "shape": "invoice",
    "contact": "POS Sales - Queen St",
    "number": "POS-{store}-{date}",
    "account_number": "{store}-{receipt}",
    "due_days": 0,
    "rounding": "860",
    "over_short": "490",
    "no_tax": "NONE",
    "gift_card_tax": "redemption",
    "categories": {
        "grocery": "200",
        "hardware": "201",
        "basics": "202",
        "discounts": "205",
        "surcharge": "260",
        "service_fee": "210",
        "tips": {"account": "856", "tax_type": "NONE"},
        "gift_card_sold": {"account": "850", "tax_type": "NONE"},
        "layby_deposit": {"account": "855", "tax_type": "NONE"},
        "layby_applied": {"account": "855", "tax_type": "NONE"},
        "stock_grocery": {"account": "310", "tax_type": "INPUT2"},
        "stock_hardware": {"account": "311", "tax_type": "INPUT2"},
        "freight": {"account": "425", "tax_type": "INPUT2"},
    },
    "tax_codes": {"GST15": "OUTPUT2", "GST15IN": "INPUT2", "ZERO": "ZERORATED", "NONE": "NONE"},
    "tenders": {"cash": "611", "eftpos": "612", "credit": "613", "gift_card": "850"},
    "tracking": {"Region": "North"},
}
