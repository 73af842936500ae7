"""Record the practice month: `python -m tests.pictures.record`.

Makes a practice company, walks through the console and keeps what the service answered.
To be run again when an answer changes its form.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import re
import socket
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.app import Console
from console.client import Client
from console.demo import PracticeCompany, make_shop, practice_company, practice_terminal
from console.journey import connected, read_json
from console.practice import PRACTICE_TERMINAL, set_up_counter
from console.practice_month import DAYS, Month, make_month
from console.preferences import Preferences
from tests.pictures.recorded import FILE, key
from tests.pictures.walk import WALK, go_to, shown
from tests.screens.canned import QuietWatcher

_SIZES = ((80, 24), (120, 36))


class Recorder(Client):
    """Keeps every answer that only looked."""

    def __init__(self, address: Path) -> None:
        super().__init__(address)
        self.kept: dict[str, Any] = {}

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
    ) -> Any:  # noqa: ANN401 - as the client has it
        """Ask, and keep the answer."""
        answer = super().call(method, path, query=query, body=body, timeout=timeout)
        self.kept[key(method, path, query)] = answer
        return answer


async def _walk(client: Recorder, month: Month, folder: Path) -> None:
    for size in _SIZES:
        preferences = Preferences(folder / "console.json")
        app = Console(client, practice=True, preferences=preferences, watching=QuietWatcher)
        async with shown(app, size) as pilot:
            for name in WALK:
                await go_to(pilot, app, name, asdict(month))


def _recorded(company: PracticeCompany, month: Month) -> dict[str, Any]:
    with Recorder(company.home / "tillbook.sock") as client:
        asyncio.run(_walk(client, month, company.home))
        return client.kept


def main() -> None:
    """Record and write the file."""
    last = (datetime.now(ZoneInfo("Pacific/Auckland")) - timedelta(days=1)).date()
    with tempfile.TemporaryDirectory(prefix="tillbook-record-") as name:
        home = Path(name)
        make_shop(home / "shop", last.isoformat(), DAYS)
        with (
            practice_company(home, read_json(home / "shop" / "store.json")) as company,
            practice_terminal(home, PRACTICE_TERMINAL) as counter,
        ):
            connected(company, "practice", home / "shop", lambda _: None)
            company.service.acknowledge_advice("practice")
            month = make_month(company, "practice", home / "shop", last, lambda _: None)
            set_up_counter(company, "practice", counter)
            kept = _recorded(company, month)
        text = json.dumps(
            {"at": datetime.now(UTC).isoformat(), "month": asdict(month), "answers": kept},
            ensure_ascii=False,
            indent=0,
            sort_keys=True,
        )
        text = text.replace(name, "/var/lib/tillbook").replace(f'"{socket.gethostname()}"', '"till-server"')
    text = re.sub(rf"\b{re.escape(getpass.getuser())}\b", "mia", text)
    FILE.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE}: {len(kept)} answers, {FILE.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
