"""The shop: stores, imports, source profiles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from console.calls.asking import Calls, part, store_path
from console.transport import Readable, given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import answers, replies


class ShopCalls(Calls):
    """The shop: stores, imports, source profiles."""

    def stores(self) -> list[answers.StoreAnswer]:
        """Return the stores."""
        answer: list[answers.StoreAnswer] = self.call("GET", "/v1/stores")
        return answer

    def add_store(self, key: str, **details: str | None) -> answers.StoreAnswer:
        """Add a store; `details` are the fields of StoreAnswer (name, country …)."""
        answer: answers.StoreAnswer = self.call("POST", "/v1/stores", body=given({"key": key, **details}))
        return answer

    def set_store(self, key: str, **changes: str | None) -> answers.StoreAnswer:
        """Change settings of a store; an empty `cash_rounding` takes the rule away."""
        answer: answers.StoreAnswer = self.call("PATCH", store_path(key), body=given(changes))
        return answer

    def import_file(
        self, path: Path, *, source: str | None = None, store: str | None = None, whole_days: bool = False
    ) -> answers.ImportAnswer:
        """Take in one file. Raises OSError when it cannot be read.

        `whole_days`: it holds all receipts of its dates, and what is missing is gone.
        """
        with path.open("rb") as stream:
            return self.import_stream(stream, path.name, source=source, store=store, whole_days=whole_days)

    def import_stream(
        self,
        stream: Readable,
        name: str,
        *,
        source: str | None = None,
        store: str | None = None,
        whole_days: bool = False,
    ) -> answers.ImportAnswer:
        """Take in what `stream` gives, told to people as `name`."""
        query = {"name": name, "source": source, "store": store, "whole_days": whole_days or None}
        answer: answers.ImportAnswer = self.upload("/v1/imports", stream, query=query)
        return answer

    def sources(self) -> list[replies.SourceAnswer]:
        """Return the source profiles."""
        answer: list[replies.SourceAnswer] = self.call("GET", "/v1/sources")
        return answer

    def source(self, name: str) -> replies.SourceAnswer:
        """Return one source profile with its text."""
        answer: replies.SourceAnswer = self.call("GET", f"/v1/sources/{part(name)}")
        return answer

    def add_source(self, name: str, text: str) -> replies.SourceAnswer:
        """Add a source profile."""
        answer: replies.SourceAnswer = self.call("POST", "/v1/sources", body={"name": name, "text": text})
        return answer

    def test_source(self, name: str, path: Path, *, store: str | None = None) -> answers.ImportAnswer:
        """Return what importing a file through the profile would do; keeps nothing."""
        query = {"name": path.name, "store": store}
        with path.open("rb") as stream:
            answer: answers.ImportAnswer = self.upload(f"/v1/sources/{part(name)}/test", stream, query=query)
        return answer

    def totals(self, store: str, *, first: str, last: str) -> answers.TotalsAnswer:
        """Return what was taken in from one business date to another."""
        query = {"from": first, "to": last}
        answer: answers.TotalsAnswer = self.call("GET", f"{store_path(store)}/totals", query=query)
        return answer
