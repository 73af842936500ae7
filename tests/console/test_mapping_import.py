"""`tillbook mapping import`: saved is done, whatever the tills still miss in it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.console.conftest import Command, Serve


def test_a_mapping_that_lacks_something_is_saved_and_says_what(
    command: Command, serve: Serve, tmp_path: Path
) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps({"store": "queen-st"}))
    issue = {"part": "categories", "key": "bouquets", "problem": "Category bouquets has no account."}
    serve({"PUT /v1/stores/queen-st/mapping": {"version": 2, "issues": [issue]}})
    said = command("mapping", "import", str(file), "--store", "queen-st")
    assert said.status == 0
    assert "saved as version 2" in said.out
    assert "bouquets" in said.out
