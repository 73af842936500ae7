"""What account a missing setting would need: its type, code, name and tax. Pure.

Tenders are current assets that take payments; vouchers, laybys and credit notes are owed
and so liabilities; both stand outside the tax (FEATURES.md IP22).
"""

from __future__ import annotations

from collections import Counter

from services.accounting.ledger import NewAccount
from services.books import countries
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Target
from services.sync.mapping.choices import is_liability
from services.sync.mapping.validity import Against

_FIRST_CODES = {"CURRENT": 611, "CURRLIAB": 850, "REVENUE": 200, "EXPENSE": 490}
_TYPES = {
    "tenders": ["CURRENT", "CURRLIAB"],
    "categories": ["REVENUE", "SALES", "OTHERINCOME", "CURRLIAB", "EXPENSE", "DIRECTCOSTS"],
    "rounding": ["EXPENSE", "OTHERINCOME", "REVENUE"],
    "over_short": ["EXPENSE", "OTHERINCOME"],
}


def types_for(part: str, key: str) -> list[str]:
    """Return the types of accounts that make sense, the likeliest first."""
    types = _TYPES.get(part, [])
    return sorted(types, key=lambda kind: kind != "CURRLIAB") if is_liability(key) else types


def proposed(part: str, key: str, against: Against, country: str, kind: str | None = None) -> NewAccount:
    """Return the account that a setting would need.

    `kind`: another type than the likeliest.
    """
    types = types_for(part, key)
    kind = kind or (types[0] if types else "CURRENT")
    return NewAccount(
        code=free_code(kind, against.facts),
        name=_name(part, key, kind),
        type=kind,
        tax_type=_tax_type(part, key, kind, against, country),
        payments=part == "tenders",
    )


def free_code(kind: str, facts: LedgerFacts) -> str:
    """Return the first free code from where such accounts usually begin."""
    code = _FIRST_CODES.get(kind, 400)
    while str(code) in facts.accounts:
        code += 1
    return str(code)


def _name(part: str, key: str, kind: str) -> str:
    words = key.replace("_", " ").strip()
    words = words[:1].upper() + words[1:]
    if part == "tenders" and kind == "CURRENT":
        return f"POS clearing - {words}"
    if part == "categories" and kind in {"REVENUE", "SALES"}:
        return f"Sales - {words}"
    return {"rounding": "Cash rounding", "over_short": "Cash over and short"}.get(part, words)


def _tax_type(part: str, key: str, kind: str, against: Against, country: str) -> str:
    nothing = against.mapping.no_tax or countries.no_tax(country)
    if part != "categories" or kind == "CURRLIAB":
        return nothing
    used = against.types_of(key, Target(""))
    if len(used) == 1:
        return used.pop()
    usual = Counter(
        account.tax_type
        for account in against.facts.accounts.values()
        if account.klass == "REVENUE" and account.active and account.tax_type
    )
    return usual.most_common(1)[0][0] if usual else nothing
