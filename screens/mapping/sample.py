"""The sample day beside the settings: pure."""

from __future__ import annotations

from datetime import date

from screens.day.view import document_rows, proof_rows
from screens.widgets.row_list import ListRow, plain
from services.contract.mapping_editor import SampleAnswer


def rows(sample: SampleAnswer) -> list[ListRow]:
    """Return what stops the day, its documents and its proof."""
    day = sample["day"]
    if day is None:
        return [
            ListRow(plain("No day with takings came in yet.", "$dim")),
            ListRow(plain("Import receipts; then a sample stands here.", "$dim")),
        ]
    stops = [ListRow(plain(f"! {each['what']}", "$attention")) for each in day["blocked"]]
    return [*stops, *document_rows(day["documents"]), *proof_rows(day["proof"], day["warnings"])]


def title(sample: SampleAnswer) -> str:
    """Return which day the sample is of."""
    return f"Sample {date.fromisoformat(sample['date']):%a %d %b}" if sample["date"] else "Sample"


def state(sample: SampleAnswer) -> str:
    """Return the state of the proof in a few words."""
    day = sample["day"]
    if day is None:
        return ""
    failed = sum(not check["holds"] for check in day["proof"])
    if failed:
        return f"✗ {failed} of the proof fail"
    return f"! {len(day['blocked'])} stop it" if day["blocked"] else "✓ proof holds"
