"""The rules of a profile: conditions on columns, and the values they choose."""

from __future__ import annotations

import re
from collections.abc import Collection

from services.sources.profile import TESTS, Choice, Condition, Rule
from services.sources.profile_section import Section

_SWITCHES = frozenset({"zero", "negative", "positive", "blank"})


def choice(
    section: Section,
    *,
    default: str | None = None,
    allowed: Collection[str] | None = None,
    refused: Collection[str] = (),
) -> Choice:
    """Read a value for each row: `rules`, then `column` or the fixed `value`.

    `allowed` and `refused` limit the values that the profile itself names.
    """
    rules = tuple(_rule(one, "value") for one in section.tables("rules"))
    column = section.optional_text("column")
    value = section.optional_text("value") or section.optional_text("blank") or default
    if section.has("column") == section.has("value") and (default is None or section.has("column")):
        section.fault("value", "or column must be given, one of the two")
    if section.has("blank") and not section.has("column"):
        section.fault("blank", "goes with a column")
    for named in [rule.name for rule in rules] + [value]:
        if named and (named in refused or (allowed is not None and named not in allowed)):
            section.fault("value", f"cannot be {named!r} here")
    section.finish()
    return Choice(rules, column, value)


def setting_apart(sections: list[Section]) -> tuple[Rule, ...]:
    """Read the rules of rows that are kept under a name."""
    return tuple(_rule(section, "name") for section in sections)


def ignoring(sections: list[Section]) -> tuple[Rule, ...]:
    """Read the rules of rows that are not read at all, such as subtotals."""
    return tuple(_rule(section, None) for section in sections)


def _rule(section: Section, name_key: str | None) -> Rule:
    name = section.text(name_key) if name_key else "ignored"
    conditions = tuple(_condition(one) for one in section.tables("when"))
    if not conditions:
        section.fault("when", "is missing")
    section.finish()
    return Rule(name, conditions)


def _condition(section: Section) -> Condition:
    column = section.text("column")
    given = [test for test in TESTS if section.has(test)]
    ignore_case = section.switch("ignore_case")
    negated = section.switch("not")
    if len(given) != 1:
        section.fault("column", f"needs exactly one of {', '.join(TESTS)}")
    test = given[0] if given else "blank"
    values, pattern = _expected(section, test, ignore_case=ignore_case)
    for other in given[1:]:
        section.texts(other)
    section.finish()
    return Condition(column, test, values, pattern, ignore_case=ignore_case, negated=negated)


def _expected(
    section: Section, test: str, *, ignore_case: bool
) -> tuple[frozenset[str], re.Pattern[str] | None]:
    if test in _SWITCHES:
        if section.has(test) and not section.switch(test):
            section.fault(test, "must be true (use not = true for the opposite)")
        return frozenset(), None
    if test == "regex":
        return frozenset(), _pattern(section, ignore_case=ignore_case)
    values = section.texts(test)
    if not values:
        section.fault(test, "names no value")
    return frozenset(value.casefold() if ignore_case else value for value in values), None


def _pattern(section: Section, *, ignore_case: bool) -> re.Pattern[str] | None:
    try:
        return re.compile(section.text("regex"), re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        section.fault("regex", f"is not a pattern: {error}")
        return None
