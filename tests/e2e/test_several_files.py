"""Several files at once: one that cannot be read does not hold up the rest."""

import json
from pathlib import Path

from tests.e2e.records import sale
from tests.e2e.shop import Shop


def test_a_file_that_is_refused_is_named_and_the_others_are_taken_in(shop: Shop, tmp_path: Path) -> None:
    good = [json.dumps(sale("2026-01-03", number, "10.00")) + "\n" for number in ("SF-1", "SF-2")]
    (tmp_path / "a.jsonl").write_text(good[0], encoding="utf-8")
    (tmp_path / "b.csv").write_text("date,amount\n2026-01-03,10.00\n", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text("no record\n" + good[1], encoding="utf-8")
    ran = shop.tillbook("import", str(tmp_path))
    assert (ran.status, ran.answer["new"], ran.answer["dates"]) == (1, 2, ["2026-01-03"])
    assert [(each["file"], each["line"]) for each in ran.answer["refused"]] == [("b.csv", 1), ("c.jsonl", 1)]
    assert "b.csv was not imported" in ran.answer["refused"][0]["reason"]
    said = shop.run("import", str(tmp_path))
    assert (said.status, said.out.count("b.csv, line 1")) == (1, 1)


def test_when_none_can_be_read_the_next_step_is_told(shop: Shop, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("date,amount\n", encoding="utf-8")
    ran = shop.tillbook("import", str(tmp_path))
    assert (ran.status, ran.answer["error"]["code"]) == (1, "source_needed")
    assert "--source" in ran.answer["error"]["next"]
