"""When backups are made by themselves, and where they are kept: `[backup]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from services.contract.problem import Refused
from services.contract.settings import Settings

_AT = time(3, 10)
_KEEP = 14
_FOLDER = "backups"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """The nightly backup: `at` is in the time of the shop."""

    folder: Path
    at: time = _AT
    keep: int = _KEEP
    nightly: bool = True

    def latest(self, now: datetime, zone: str) -> datetime:
        """Return the latest time at which a backup was due; `zone` is the shop's."""
        return next(moment for moment in self._moments(now, zone, (1, 0, -1, -2)) if moment <= now)

    def following(self, now: datetime, zone: str) -> datetime:
        """Return the next time at which a backup is due."""
        return next(moment for moment in self._moments(now, zone, (-1, 0, 1, 2)) if moment > now)

    def _moments(self, now: datetime, zone: str, days: tuple[int, ...]) -> list[datetime]:
        there = ZoneInfo(zone)
        today = now.astimezone(there).date()
        return [
            datetime.combine(today + timedelta(days=each), self.at, there).astimezone(UTC) for each in days
        ]


def plan_of(settings: Settings) -> BackupPlan:
    """Return the plan of these settings; raise Refused for a value that cannot be."""
    section = settings.values.get("backup", {})
    if not isinstance(section, Mapping):
        raise _impossible("backup", section, "a section: [backup]")
    folder = Path(str(section.get("folder", _FOLDER))).expanduser()
    return BackupPlan(
        folder if folder.is_absolute() else settings.home / folder,
        _at(section.get("at", _AT)),
        _keep(section.get("keep", _KEEP)),
        _nightly(section.get("nightly", True)),
    )


def _at(value: object) -> time:
    try:
        return value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        raise _impossible("at", value, "a time such as 03:10") from None


def _keep(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _impossible("keep", value, "how many backups are kept, 1 or more")
    return value


def _nightly(value: object) -> bool:
    if not isinstance(value, bool):
        raise _impossible("nightly", value, "true or false")
    return value


def _impossible(name: str, value: object, wanted: str) -> Refused:
    return Refused(
        f"The setting {name} of [backup] in tillbook.toml cannot be {value!r}.",
        f"It is {wanted}.",
        "Correct it and start again.",
        code="invalid",
    )
