"""What the month shows, made from the service's answers: pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from textual.content import Content

from services.contract.answers import DayAnswer, DaysAnswer
from services.contract.deadline import SOON, left
from themes.states import DAY, Mark, mark

BARS = " ▏▎▍▌▋▊▉█"
_NOT_BEGUN = Mark("◦", ".", "not begun", "dim")
_NOT_KEPT = Mark("◦", ".", "before the first day", "dim")
OUTSIDE = frozenset({_NOT_BEGUN.word, _NOT_KEPT.word})
"""Words of dates that Tillbook keeps no books of."""
_FEWEST_WEEKS = 3
_ODD_HIGH, _ODD_LOW = Decimal(3), Decimal(1) / 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One business date of one store."""

    date: date
    mark: Mark
    amount: str | None
    why: str
    next: str
    odd: bool = False
    """Whether its takings are far from what its weekday usually takes."""
    deadline: str = ""
    """What it will miss when it is not sent, in words."""
    urgent: bool = False
    """Whether that is soon, or has passed."""


@dataclass(frozen=True, slots=True)
class Month:
    """One store's month: a cell for every date of it."""

    store: str
    name: str
    cells: tuple[Cell, ...]


def month_of(day: date) -> str:
    """Return the month of a date as the service takes it ("2026-11")."""
    return f"{day:%Y-%m}"


def turned(month: str, by: int) -> str:
    """Return the month `by` months later, or earlier."""
    year, number = map(int, month.split("-"))
    year, number = divmod(year * 12 + number - 1 + by, 12)
    return f"{year:04}-{number + 1:02}"


def dates_of(month: str) -> list[date]:
    """Return every date of a month."""
    year, number = map(int, month.split("-"))
    return [date(year, number, 1) + timedelta(days=each) for each in range(monthrange(year, number)[1])]


def heading(month: str) -> str:
    """Return a month in words."""
    return f"{dates_of(month)[0]:%B %Y}"


def months(answers: Sequence[DaysAnswer], names: Mapping[str, str], month: str) -> list[Month]:
    """Return each store's month, with a cell for every date."""
    return [_month(answer, names.get(answer["store"], answer["store"]), month) for answer in answers]


def _month(answer: DaysAnswer, name: str, month: str) -> Month:
    told = {each["date"]: each for each in answer["days"]}
    odd = odd_dates(answer["days"])
    first = min(told, default="9999")
    cells = (
        _cell(day, told.get(day.isoformat()), odd=day in odd, past=day.isoformat() < first)
        for day in dates_of(month)
    )
    return Month(answer["store"], name, tuple(cells))


def _cell(day: date, answer: DayAnswer | None, *, odd: bool, past: bool) -> Cell:
    if answer is None:
        return Cell(day, _NOT_KEPT if past else _NOT_BEGUN, None, "", "")
    first = answer["why"][0] if answer["why"] else None
    by = answer.get("confirmed_by")
    return Cell(
        day,
        mark(DAY, answer["state"]),
        answer["amount"],
        first["what"] if first else (f"confirmed by {by}" if by else ""),
        first["next"] if first else "",
        odd,
        _deadline(answer),
        urgent=is_urgent(answer),
    )


def is_urgent(answer: DayAnswer) -> bool:
    """Whether a date misses something within a week, or has."""
    deadline = answer.get("deadline")
    return deadline is not None and deadline["days_left"] <= SOON


def _deadline(answer: DayAnswer) -> str:
    deadline = answer.get("deadline")
    if deadline is None or answer["state"] == "open":
        return ""
    kind = "lock date" if deadline["kind"] == "lock" else "tax return"
    return f"{kind}: {left(deadline)}"


def odd_dates(days: Sequence[DayAnswer]) -> set[date]:
    """Return the dates whose takings stand out from those of the same weekday.

    Three times the median of the other weeks, or a third of it: a till that was not
    imported, or was imported twice, shows so.
    """
    taken = {date.fromisoformat(each["date"]): Decimal(each["amount"]) for each in days if each["amount"]}
    found = set()
    for day, amount in taken.items():
        alike = sorted(other for each, other in taken.items() if each.weekday() == day.weekday())
        usual = alike[len(alike) // 2]
        if len(alike) >= _FEWEST_WEEKS and usual and not _ODD_LOW <= amount / usual <= _ODD_HIGH:
            found.add(day)
    return found


def bar(amount: str | None, most: Decimal, width: int) -> str:
    """Return takings as a bar of at most `width` cells, an eighth of a cell exact."""
    if amount is None or most <= 0 or Decimal(amount) <= 0:
        return ""
    eighths = int(Decimal(amount) / most * width * 8)
    full, rest = divmod(eighths, 8)
    return BARS[8] * full + (BARS[rest] if rest else "")


def most_taken(cells: Sequence[Cell]) -> Decimal:
    """Return the largest takings among cells."""
    return max((Decimal(cell.amount) for cell in cells if cell.amount), default=Decimal(0))


def money(amount: str | None) -> str:
    """Return an amount with its thousands apart, for people."""
    return "" if amount is None else f"{Decimal(amount):,}"


def line(cell: Cell, most: Decimal, width: int) -> Content:
    """Return a date as a row of the list: date, state, takings, bar, why."""
    fixed = 7 + 2 + 18 + 12 + 2
    room = max(width - fixed, 8)
    bar_width = max(min(room // 3, 24), 6)
    told = Content.assemble(
        (f"{cell.date:%a %d}".ljust(7), "$foreground"),
        ("  ", ""),
        (f"{cell.mark.glyph} {cell.mark.word}".ljust(18), f"${cell.mark.role} bold"),
        (money(cell.amount).rjust(12), "$foreground"),
        ("  ", ""),
        (bar(cell.amount, most, bar_width).ljust(bar_width), "$idle"),
        ("  ", ""),
        (_remark(cell), "$attention" if cell.odd else "$dim"),
    )
    return told.truncate(width, ellipsis=True)


def _remark(cell: Cell) -> str:
    # One that is far off would stand in every row of the month; the foot tells it.
    deadline = cell.deadline if cell.urgent else ""
    remarks = (deadline, _short(cell), "unlike other weeks" if cell.odd else "")
    return "; ".join(remark for remark in remarks if remark)


def _short(cell: Cell) -> str:
    """Return why, without the number that the row's date stands for and the stop."""
    number, colon, rest = cell.why.partition(": ")
    why = rest if colon and number.endswith(cell.date.isoformat()) else cell.why
    return why.removesuffix(".")


def newest(months: Sequence[Month], store: str | None, state: str) -> date | None:
    """Return a store's newest date in a state; None: none of the month is."""
    cells = (cell for month in months if month.store == store for cell in month.cells)
    return max((cell.date for cell in cells if cell.mark == mark(DAY, state)), default=None)


def has_begun(month: Month) -> bool:
    """Whether Tillbook keeps books of any date of the month."""
    return any(cell.mark.word not in OUTSIDE for cell in month.cells)


def counted(month: Month) -> str:
    """Return how many dates need somebody, for the frame."""
    waiting = sum(cell.mark is DAY["waiting"] for cell in month.cells)
    act = sum(cell.mark.role in {"attention", "stopped"} for cell in month.cells)
    parts = [f"{act} need somebody" if act else "nothing needs you"]
    if waiting:
        parts.insert(0, f"{waiting} waiting")
    return ", ".join(parts)
