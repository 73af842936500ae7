"""`tillbook demo --headless`.

The whole journey on a practice company, with its summary.
"""

import json
import subprocess
from pathlib import Path

from tests.e2e.processes import PROGRAM, plain_environment

_HARD_KINDS = 15


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), "demo", "--headless", *arguments],
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_the_journey_is_proved(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    done = _demo("--days", str(_HARD_KINDS), "--json", "--home", str(home))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["proved"] is True
    assert answer["practice"] is True
    assert "practice" in answer["organisation"]
    assert [day["state"] for day in answer["days"]] == ["posted"] * _HARD_KINDS
    assert len({day["kind"] for day in answer["days"]}) == _HARD_KINDS
    assert all(row["agrees"] for row in answer["clearing"])
    assert answer["trial_balance_is_zero"] is True
    assert answer["documents"] > _HARD_KINDS


def test_a_person_reads_that_it_is_practice_and_what_came_of_it(tmp_path: Path) -> None:
    done = _demo("--days", "2", "--home", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("PRACTICE: ")
    assert "2 of 2 days posted and proved." in done.stdout
    assert "comes to zero" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_home_that_is_in_use_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    assert _demo("--days", "1", "--home", str(home)).returncode == 0
    again = _demo("--days", "1", "--home", str(home), "--json")
    assert again.returncode == 1
    assert json.loads(again.stdout)["error"]["next"]
