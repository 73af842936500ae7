"""What a person chose for the console is kept, and never in the way."""

from pathlib import Path

from console.preferences import Preferences


def test_a_choice_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "tillbook" / "console.json"
    Preferences(path).set("theme", "tillbook-light")
    assert Preferences(path).get("theme") == "tillbook-light"
    assert Preferences(path).get("other") is None


def test_a_file_that_is_none_counts_as_no_choice(tmp_path: Path) -> None:
    for number, text in enumerate(("", "[1]", "{", '{"theme": 3}', "\x00")):
        path = tmp_path / f"{number}.json"
        path.write_text(text, encoding="utf-8")
        assert Preferences(path).get("theme") is None


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    preferences = Preferences(tmp_path / "file" / "console.json")
    preferences.set("theme", "tillbook-dark")
    assert preferences.get("theme") == "tillbook-dark"
