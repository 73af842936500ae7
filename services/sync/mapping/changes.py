"""Changes of a mapping, setting by setting: made, undone, told apart. Pure.

A body is a mapping file's content (CLI.md). A change is kept with what was in force when
it was made, so that it can be put on what somebody else saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Target
from services.contract.mapping_editor import ChangeWanted, SettingChange
from services.contract.problem import Refused

Body = dict[str, Any]
Name = tuple[str, str]
"""Part and key of a setting; of what is no table both are the same."""
Change = dict[str, Any]

TABLES = ("categories", "tax_codes", "tenders", "tracking")
TARGETS = frozenset({"categories", "rounding", "over_short"})
"""Parts whose value is an account that may have a tax type of its own."""
SINGLE = (
    "rounding",
    "over_short",
    "contact",
    "shape",
    "status",
    "due_days",
    "number",
    "account_number",
    "gift_card_tax",
    "no_tax",
)


def settings(body: Mapping[str, Any]) -> dict[Name, Any]:
    """Return every setting of a body by its name."""
    found: dict[Name, Any] = {}
    for part in TABLES:
        found |= {(part, key): value for key, value in (body.get(part) or {}).items()}
    return found | {(part, part): body[part] for part in SINGLE if body.get(part) is not None}


def with_changes(body: Mapping[str, Any], changes: Iterable[Change]) -> Body:
    """Return the body with changes made to it."""
    made: Body = {key: dict(value) if key in TABLES else value for key, value in body.items()}
    for change in changes:
        part, key, value = change["part"], change["key"], change["value"]
        holder = made.setdefault(part, {}) if part in TABLES else made
        if value is None:
            holder.pop(key, None)
        else:
            holder[key] = value
    return made


def merged(body: Mapping[str, Any], kept: Sequence[Change], wanted: Iterable[Change]) -> list[Change]:
    """Return changes with newer ones; what is in force anyway is none."""
    in_force = settings(body)
    by_name = {(each["part"], each["key"]): each for each in kept}
    for change in wanted:
        name = (change["part"], change["key"])
        was = by_name[name]["was"] if name in by_name else in_force.get(name)
        by_name[name] = {**change, "was": was}
    return [each for name, each in by_name.items() if each["value"] != in_force.get(name)]


def towards(body: Mapping[str, Any], other: Mapping[str, Any]) -> list[Change]:
    """Return the changes that make one body into another."""
    before, after = settings(body), settings(other)
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return [
        {"part": part, "key": key, "value": after.get((part, key)), "was": before.get((part, key))}
        for part, key in names
    ]


def change_of(wanted: ChangeWanted) -> Change:
    """Return a change as it is kept; raise Refused for one of nothing that is known."""
    part, key, value = wanted["part"], wanted["key"], wanted["value"]
    if part not in TABLES and (part not in SINGLE or key != part):
        raise Refused(
            f"A mapping has no {part} {key}.", "It is none of its keys.", "See CLI.md, the mapping file."
        )
    kept: Any = value.strip() or None if value is not None else None
    own = wanted.get("tax_type")
    if part in TARGETS and kept is not None and own:
        kept = {"account": kept, "tax_type": own}
    elif part == "due_days" and kept is not None and kept.isdecimal():
        kept = int(kept)
    return {"part": part, "key": key, "value": kept}


def target_of(value: object) -> Target | None:
    """Return a setting's value as an account with its tax type.

    None: nothing is said.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return Target(str(value["account"]), value.get("tax_type"))
    return Target(str(value))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], facts: LedgerFacts
) -> list[SettingChange]:
    """Return what differs, in words."""
    return [
        {
            "part": change["part"],
            "key": change["key"],
            "before": words_of(change["part"], change["was"], facts),
            "after": words_of(change["part"], change["value"], facts),
        }
        for change in towards(before, after)
    ]


def words_of(part: str, value: object, facts: LedgerFacts) -> str | None:
    """Return a value with the name of what it leads to; None: nothing is said."""
    target = target_of(value)
    if target is None:
        return None
    name = name_of(part, target.account, facts)
    told = f"{target.account} {name}".rstrip()
    return f"{told}, {target.tax_type}" if target.tax_type else told


def name_of(part: str, value: str, facts: LedgerFacts) -> str:
    """Return the name of the account or tax rate that a value stands for; else empty."""
    if part in {"tax_codes", "no_tax"}:
        rate = facts.tax_rates.get(value)
        return rate.name if rate else ""
    if part in TARGETS or part == "tenders":
        account = facts.accounts.get(value)
        return account.name if account else ""
    return ""
