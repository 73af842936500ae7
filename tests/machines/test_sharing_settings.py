"""What tillbook.toml may say of the allowance and of the machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.settings import Settings, load_settings
from services.sync.pace import Pace
from services.sync.sharing.allowance import Limits
from services.sync.sharing.settings import good_for, limits_of, pace_of


def settings(home: Path, text: str) -> Settings:
    (home / "tillbook.toml").write_text(text, encoding="utf-8")
    return load_settings(home, {})


def test_without_a_word_they_are_xero_s(tmp_path: Path) -> None:
    given = settings(tmp_path, "")
    assert limits_of(given) == Limits(60, 5000, 5, 100)
    assert (pace_of(given, Pace()).beat, pace_of(given, Pace()).dead_after) == (10, 60)


def test_each_can_be_set_alone(tmp_path: Path) -> None:
    given = settings(tmp_path, "[allowance]\nday = 1000\nreserve = 0\n[machines]\nbeat = 2.5\n")
    assert limits_of(given) == Limits(60, 1000, 5, 0)
    assert (pace_of(given, Pace()).beat, pace_of(given, Pace()).dead_after) == (2.5, 60)


@pytest.mark.parametrize(
    "text, said",
    [
        ("[allowance]\nhour = 5\n", "hour"),
        ("[allowance]\nday = 'many'\n", "day"),
        ("[allowance]\nminute = 0\n", "minute"),
        ("[allowance]\nreserve = -1\n", "reserve"),
        ("allowance = 5\n", "section"),
        ("[machines]\nbeat = 0\n", "beat"),
        ("[machines]\nbeat = true\n", "beat"),
    ],
    ids=["unknown", "word", "zero", "negative", "no section", "no beat", "true"],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    given = settings(tmp_path, text)
    with pytest.raises(Refused) as caught:
        _ = (limits_of(given), pace_of(given, Pace()))
    assert said in str(caught.value).lower()
    assert "tillbook.toml" in caught.value.what


def test_a_machine_is_not_dead_after_one_missed_beat(tmp_path: Path) -> None:
    given = settings(tmp_path, "[machines]\nbeat = 10\ndead_after = 20\n")
    with pytest.raises(Refused) as caught:
        pace_of(given, Pace())
    assert caught.value.code == "wrong_setting"


def test_the_leave_for_a_call_ends_long_before_a_machine_is_dead() -> None:
    assert good_for(Pace()) == 15
    assert good_for(Pace(beat=0.5, dead_after=3)) < 1


def test_the_reserve_is_a_tenth_of_a_small_day_at_most() -> None:
    assert Limits(day=200).kept("day") == 20
    assert Limits(day=200).kept("day", asked=True) == 0
    assert Limits().kept("minute") == 10
    assert Limits(at_once=1).kept("at once") == 0
