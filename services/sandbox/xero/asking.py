"""One call to the accounting API, as its handlers see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from services.sandbox.xero.batch import Result, write_answer
from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import Findings, elements
from services.sandbox.xero.lists import Page, Query
from services.sandbox.xero.problems import Answer, as_json
from services.sandbox.xero.wire import Element, Json, envelope


@dataclass(frozen=True)
class Ask:
    """A call: its path below `/api.xro/2.0/`, its query and body.

    And whose books it is for.
    """

    method: str
    path: str
    query: Query
    body: bytes
    book: Book
    client: str

    @property
    def parts(self) -> list[str]:
        """The path in parts; `parts[1]` is an id or a number where there is one."""
        return [unquote(part) for part in self.path.split("/")]

    def elements(self, plural: str) -> list[Element]:
        """Return the elements a write holds."""
        return elements(self.body, plural)

    def listed(self, name: str, rows: list[Json]) -> Answer:
        """Return a 200 with these rows."""
        return as_json(200, {**self._frame(), name: rows})

    def page(self, name: str, page: Page, show: Callable[..., Json]) -> Answer:
        """Return a 200 with a page of rows."""
        return as_json(200, {**self._frame(), **page.answer(name, show)})

    def written(
        self, plural: str, id_field: str, write: Callable[[Element, Findings], Json | None]
    ) -> Answer:
        """Write each element by `write`, which returns how it is shown.

        Answers for all of them.
        """
        results = []
        for element in self.elements(plural):
            found = Findings()
            results.append(Result(write(element, found), element, found))
        summarize = self.query.says("summarizeErrors", default=True)
        return write_answer(plural, id_field, results, self._frame(), summarize=summarize)

    def _frame(self) -> Json:
        return envelope(self.book.new_id(), self.book.clock(), {})
