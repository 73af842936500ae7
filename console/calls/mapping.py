"""Editing a mapping: unsaved changes, choices, the sample, the chart, accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.calls.asking import LEDGER_SECONDS, Calls, store_path
from console.transport import given
from services.contract.problem import Refused

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import mapping_editor as editing
    from services.contract.replies import MappingSavedAnswer

_LARGEST_CHART = 800_000


class MappingCalls(Calls):
    """Editing a mapping: unsaved changes, choices, the sample, the chart.

    New accounts.
    """

    def mapping_editor(self, store: str) -> editing.EditorAnswer:
        """Return the mapping with this person's unsaved changes."""
        answer: editing.EditorAnswer = self.call("GET", _mapping(store, "editor"))
        return answer

    def change_mapping(self, store: str, *changes: editing.ChangeWanted) -> editing.EditorAnswer:
        """Keep changes of this person; they are not saved by that."""
        body = {"changes": list(changes)}
        answer: editing.EditorAnswer = self.call("PUT", _mapping(store, "draft"), body=body)
        return answer

    def discard_mapping_changes(
        self, store: str, *, part: str | None = None, key: str | None = None
    ) -> editing.EditorAnswer:
        """Forget this person's changes, or the one of a setting."""
        query = {"part": part, "key": key}
        answer: editing.EditorAnswer = self.call("DELETE", _mapping(store, "draft"), query=query)
        return answer

    def take_mapping_version(self, store: str, version: int) -> editing.EditorAnswer:
        """Make this person's changes what leads back to an earlier version."""
        answer: editing.EditorAnswer = self.call(
            "POST", _mapping(store, "draft/version"), body={"version": version}
        )
        return answer

    def save_mapping_changes(self, store: str, version: int | None) -> MappingSavedAnswer:
        """Save this person's changes; `version`: the one they were looked at on."""
        answer: MappingSavedAnswer = self.call(
            "POST", _mapping(store, "draft/save"), body={"version": version}
        )
        return answer

    def mapping_choices(self, store: str, part: str, key: str, *, tax: bool = False) -> editing.ChoicesAnswer:
        """Return what a setting can be; `tax`: its own tax type."""
        query = {"part": part, "key": key, "tax": tax or None}
        answer: editing.ChoicesAnswer = self.call("GET", _mapping(store, "choices"), query=query)
        return answer

    def mapping_sample(self, store: str, date: str | None = None) -> editing.SampleAnswer:
        """Return what this person's mapping would post of a date; sends nothing."""
        answer: editing.SampleAnswer = self.call("GET", _mapping(store, "sample"), query={"date": date})
        return answer

    def try_mapping(
        self, store: str, mapping: dict[str, Any], date: str | None = None
    ) -> editing.TriedAnswer:
        """Return what a mapping file lacks and would post; keeps nothing."""
        body = given({"mapping": mapping, "date": date})
        answer: editing.TriedAnswer = self.call("POST", _mapping(store, "try"), body=body)
        return answer

    def mapping_history(self, store: str) -> editing.MappingHistoryAnswer:
        """Return the versions with what each changed."""
        answer: editing.MappingHistoryAnswer = self.call("GET", _mapping(store, "history"))
        return answer

    def mapping_advice(self, store: str) -> editing.AdviceAnswer:
        """Return the warning before accounts are linked, and who read it."""
        answer: editing.AdviceAnswer = self.call("GET", _mapping(store, "advice"))
        return answer

    def acknowledge_advice(self, store: str) -> editing.AdviceAnswer:
        """Say that this person read the warning."""
        answer: editing.AdviceAnswer = self.call("POST", _mapping(store, "advice"))
        return answer

    def import_chart(self, store: str, path: Path, *, confirm: bool = False) -> editing.ChartFileAnswer:
        """Return what a chart file holds; have it kept only when `confirm` is set."""
        body = {"name": path.name, "text": _text(path), "confirm": confirm}
        answer: editing.ChartFileAnswer = self.call("POST", _mapping(store, "chart"), body=body)
        return answer

    def new_account(
        self,
        store: str,
        part: str,
        key: str,
        *,
        type: str | None = None,  # noqa: A002 - the contract's word
    ) -> editing.NewAccountAnswer:
        """Return the account that a setting would need."""
        query = {"part": part, "key": key, "type": type}
        answer: editing.NewAccountAnswer = self.call("GET", _mapping(store, "accounts"), query=query)
        return answer

    def create_account(
        self, store: str, *, dry_run: bool = False, **account: str | bool
    ) -> editing.NewAccountAnswer:
        """Create an account in the ledger; fields code, name, type, tax_type, payments."""
        body = {**account, "dry_run": dry_run}
        answer: editing.NewAccountAnswer = self.call(
            "POST", _mapping(store, "accounts"), body=body, timeout=LEDGER_SECONDS
        )
        return answer


def _mapping(store: str, what: str) -> str:
    return f"{store_path(store)}/mapping/{what}"


def _text(path: Path) -> str:
    """Return a file's text; raise Refused for one that cannot be read as such."""
    try:
        content = path.expanduser().read_bytes()
    except OSError as error:
        raise _unread(path, f"The system says: {error.strerror or error}.") from error
    if len(content) > _LARGEST_CHART:
        raise _unread(path, "It is far larger than a chart of accounts.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unread(path, "It is no text in UTF-8, as Xero exports it.") from error


def _unread(path: Path, why: str) -> Refused:
    return Refused(
        f"{path} cannot be read.",
        why,
        "Name the file that Xero exported: Accounting, Chart of accounts, Export.",
        code="file_not_read",
    )
