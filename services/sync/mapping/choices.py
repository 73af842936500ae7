"""What a setting of a mapping can be set to, and why something else cannot. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.accounting.xero.chart_words import type_words
from services.accounting.xero.outgoing import is_id
from services.books.documents import Finding
from services.books.ledger_facts import Account, TaxRate
from services.books.mapping import Mapping, Target
from services.books.money import ZERO
from services.sync.mapping.validity import ACCOUNT_PARTS, PAID_SHAPES, Against, account_obstacle, obstacle

TEXTS = frozenset({"contact", "number", "account_number", "due_days"})
"""Settings that are typed."""
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "shape": (
        ("invoice", "An invoice of sales, a credit note of refunds; tenders are payments"),
        ("net_invoice", "One document of sales less refunds; tenders are payments"),
        ("zero_invoice", "An invoice that comes to nothing: tenders are lines on their accounts"),
        ("journal", "A manual journal"),
    ),
    "status": (
        ("AUTHORISED", "Approved at once, with the payments of the day"),
        ("DRAFT", "Somebody approves it in Xero; payments wait until then"),
    ),
    "gift_card_tax": (
        ("redemption", "Taxed when the card pays for goods"),
        ("sale", "Taxed when the card is sold, and not again when it pays"),
    ),
}
_USUAL = {
    "categories": ("REVENUE", "LIABILITY", "EXPENSE"),
    "rounding": ("EXPENSE", "REVENUE", "LIABILITY"),
    "over_short": ("EXPENSE", "REVENUE"),
}
_USUAL_OF_TENDERS = ("CURRENT", "CURRLIAB", "BANK")
_LIABILITIES = ("gift", "voucher", "layby", "lay-by", "deposit", "credit", "tip", "loyalty")
HOW_TO_PAY_INTO = (
    "In Xero: Accounting, Chart of accounts, Add account. Account type Current Asset, a code, a name such as"
    " POS clearing - Cash, tick Enable payments to this account, Save. Then read the chart again here."
)
HOW_TO_CHART = (
    "Connect the shop to Xero, or import the chart of accounts as Xero exports it: Accounting, Chart of"
    " accounts, Export."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value, or why it cannot be taken."""

    value: str
    label: str
    note: str = ""
    obstacle: Finding | None = None
    rank: int = 0
    """Lower is likelier."""


def choices(part: str, key: str, against: Against, *, tax: bool = False) -> list[Choice]:
    """Return what there is for a setting; what can be taken, and is likely, first.

    With `tax`, what tax type a category or special line can have of its own.
    """
    if tax:
        found = [Choice("", "As the tills' tax code says", rank=-1), *_own_types(part, key, against)]
    elif part in ACCOUNT_PARTS:
        found = list(_accounts(part, key, against))
    elif part in {"tax_codes", "no_tax"}:
        found = list(_rates(part, key, against))
    elif part == "tracking":
        found = list(_options(key, against))
    else:
        found = [Choice(word, word.replace("_", " "), note) for word, note in _WORDS.get(part, ())]
    return sorted(found, key=lambda each: (each.obstacle is not None, each.rank, each.label))


def how_to(part: str, against: Against, found: Iterable[Choice]) -> str:
    """Return the exact steps where nothing can be taken; empty where something can."""
    if part in TEXTS or any(choice.obstacle is None for choice in found):
        return ""
    if part == "tenders" and against.facts.accounts:
        return HOW_TO_PAY_INTO
    return HOW_TO_CHART


def is_liability(key: str) -> bool:
    """Whether a name of the tills stands for money that is owed, not earned.

    FEATURES.md IP22.
    """
    return any(word in key.casefold() for word in _LIABILITIES)


def _accounts(part: str, key: str, against: Against) -> Iterator[Choice]:
    for account in against.facts.accounts.values():
        yield Choice(
            account.code,
            account.name if is_id(account.code) else f"{account.code} {account.name}",
            _note(account, part, against),
            account_obstacle(part, key, account.code, against),
            _rank(account, part, key),
        )


def _target(part: str, key: str, mapping: Mapping) -> Target | None:
    """Return where a category or a special line goes now."""
    if part == "categories":
        return mapping.categories.get(key)
    return {"rounding": mapping.rounding, "over_short": mapping.over_short}.get(part)


def _rank(account: Account, part: str, key: str) -> int:
    usual: tuple[str, ...] = _USUAL_OF_TENDERS if part == "tenders" else _USUAL[part]
    if is_liability(key):
        usual = ("CURRLIAB", "LIABILITY", *usual)
    if part == "rounding" and account.system == "ROUNDING":
        return -1
    found = [at for at, word in enumerate(usual) if word in {account.type, account.klass}]
    return min(found, default=len(usual))


def _note(account: Account, part: str, against: Against) -> str:
    words = [type_words(account.type), *(["without a code"] if is_id(account.code) else [])]
    rate = against.facts.tax_rates.get(account.tax_type or "")
    if rate is not None and part != "tenders":
        words.append(rate.name)
    if part == "tenders" and account.type == "BANK" and against.mapping.shape in PAID_SHAPES:
        words.append("straight into the bank: deposits must then match day by day")
    return ", ".join(words)


def _rates(part: str, key: str, against: Against) -> Iterator[Choice]:
    def judge(rate: TaxRate) -> Finding | None:
        return obstacle(part, key, Target(rate.tax_type), against)

    for choice in _of_rates(against.facts.tax_rates.values(), judge):
        rate = against.facts.tax_rates[choice.value]
        if part != "no_tax" or rate.rate == ZERO:
            yield choice


def _own_types(part: str, key: str, against: Against) -> Iterator[Choice]:
    target = _target(part, key, against.mapping)
    if target is None:
        return

    def judge(rate: TaxRate) -> Finding | None:
        return obstacle(part, key, Target(target.account, rate.tax_type), against)

    yield from _of_rates(against.facts.tax_rates.values(), judge)


def _of_rates(rates: Iterable[TaxRate], judge: Callable[[TaxRate], Finding | None]) -> Iterator[Choice]:
    for rate in rates:
        percent = f"{rate.rate * 100:f}".rstrip("0").rstrip(".") if rate.rate else "0"
        yield Choice(rate.tax_type, f"{rate.tax_type} {rate.name}", f"{percent} %", judge(rate))


def _options(name: str, against: Against) -> Iterator[Choice]:
    yield Choice("", "Nothing", "lines carry no option of this category", rank=-1)
    for option in sorted((against.facts.tracking or {}).get(name, ())):
        yield Choice(option, option, name)
