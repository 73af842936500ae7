"""What every subject's calls share: addresses, and the patience a ledger needs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from console.transport import Json, Transport, given

# A ledger may be asked on the way, at the pace it allows.
LEDGER_SECONDS = 180.0


class Calls(Transport):
    """Calls on a subject of the service."""

    def ask_ledger(
        self, method: str, store: str, path: str, body: Mapping[str, object] | None = None
    ) -> Json:
        """Call a route that asks the ledger on the way."""
        return self.call(
            method, f"{store_path(store)}/{path}", body=body and given(body), timeout=LEDGER_SECONDS
        )


def part(text: str) -> str:
    """Return `text` as one part of an address, whatever is in it."""
    return quote(text, safe="")


def store_path(key: str) -> str:
    """Return the address of a store."""
    return f"/v1/stores/{part(key)}"


def day_path(store: str, date: str) -> str:
    """Return the address of a business date of a store."""
    return f"{store_path(store)}/days/{part(date)}"
