"""Write the practice shop's files.

`python -P -m services.sandbox.shop --out DIR --days 30`.

Makes `store.json`, `mapping.json`, `days.json` (date and hard kind) and `receipts.jsonl`.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from services.sandbox.shop import MAPPING, STORE, shop_days


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="services.sandbox.shop", description="The practice shop's days.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--last", type=date.fromisoformat, required=True, help="the last business date")
    parser.add_argument("--days", type=int, default=30)
    options = parser.parse_args()
    write(options.out, options.last, options.days)


def write(folder: Path, last: date, count: int) -> None:
    """Write the practice shop's files of `count` days into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.json").write_text(json.dumps(STORE, indent=2), encoding="utf-8")
    (folder / "mapping.json").write_text(json.dumps(MAPPING, indent=2), encoding="utf-8")
    kinds = {}
    with (folder / "receipts.jsonl").open("w", encoding="utf-8") as receipts:
        for day, kind, records in shop_days(last, count):
            kinds[day.isoformat()] = kind
            receipts.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / "days.json").write_text(json.dumps(kinds, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
