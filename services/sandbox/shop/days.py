"""The practice shop's days: ordinary trade, and one hard kind of record a day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from services.sandbox.shop.hard import HARD
from services.sandbox.shop.till import Record, Till, line

HARD_KINDS = tuple(HARD)
"""In words, in the order in which the days bring them."""

_GOODS = (("grocery", "GST15"), ("grocery", "GST15"), ("hardware", "GST15"), ("basics", "ZERO"))
_TENDERS = ("eftpos", "eftpos", "eftpos", "cash", "cash", "credit")
_WEEKDAY_TRADE = (28, 30, 34, 38, 52, 64, 24)


def shop_days(last: date, count: int) -> Iterator[tuple[date, str, list[Record]]]:
    """Yield `count` business dates up to `last`.

    Date, the hard kind in it, its records.
    """
    first = last - timedelta(days=count - 1)
    for number in range(count):
        day = first + timedelta(days=number)
        kind = HARD_KINDS[number % len(HARD_KINDS)]
        yield day, kind, _day(day, HARD[kind])


def _day(day: date, happening: Callable[[Till], Decimal | None]) -> list[Record]:
    chance = random.Random(day.toordinal())  # noqa: S311 - believable, not secret
    tills = [Till(day, "1", chance), Till(day, "2", chance)]
    for _ in range(_WEEKDAY_TRADE[day.weekday()]):
        _sale(chance.choice(tills), chance)
    over = happening(tills[0])
    tills[0].close(over or Decimal(0))
    tills[1].close()
    return [record for till in tills for record in till.records]


def _sale(till: Till, chance: random.Random) -> None:
    lines = []
    for _ in range(chance.randint(1, 4)):
        category, tax_code = chance.choice(_GOODS)
        lines.append(line(category, Decimal(chance.randint(195, 4995)) / 100, tax_code))
    till.sell(lines, chance.choice(_TENDERS))
