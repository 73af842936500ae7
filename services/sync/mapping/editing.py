"""Editing a mapping: one person's changes are kept, judged, shown at work.

Then saved.

Changes are kept here, per store and person, as soon as they are made: a dropped link or
a closed console loses none. They are put on whatever is in force when they are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.books import countries
from services.books.mapping_file import mapping_to
from services.contract.mapping_editor import (
    AdviceAnswer,
    ChangeWanted,
    ChoicesAnswer,
    DraftAnswer,
    EditorAnswer,
    MappingHistoryAnswer,
    SampleAnswer,
    TriedAnswer,
)
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.replies import MappingSavedAnswer
from services.store import audit, mapping_work, mappings, stores
from services.store.tables import AdviceTaken, MappingDraft
from services.sync.findings import from_books, told
from services.sync.mapping import account_creating, advice
from services.sync.mapping import choices as choosing
from services.sync.mapping.changes import change_of, differences, merged, towards, with_changes
from services.sync.mapping.chart_editing import ChartEditing
from services.sync.mapping.drafts import body_of, edited_of, plain
from services.sync.mapping.facts import chart_of
from services.sync.mapping.judging import judge
from services.sync.mapping.needs import needs
from services.sync.mapping.office import MappingOffice, checked
from services.sync.mapping.sample import sample
from services.sync.mapping.settings import answers, proposals
from services.sync.mapping.validity import ACCOUNT_PARTS
from services.sync.tools import Tools

ADVICE = (
    "Which account and tax type each sale goes to decides your tax return. Ask your accountant or bookkeeper"
    " before you link accounts, and have them look at the sample."
)


class MappingEditing:
    """Edits the mappings of the stores; a draft belongs to a store and a person."""

    def __init__(self, tools: Tools, office: MappingOffice) -> None:
        self._tools = tools
        self._office = office
        self.chart = ChartEditing(tools)

    # --- looking ----------------------------------------------------------------------

    def editor(self, store: str, who: Person) -> EditorAnswer:
        """Return a store's mapping with a person's unsaved changes."""
        with self._tools.db.read() as session:
            edited, chart = edited_of(session, store, who)
            row = mappings.latest(session, store)
            drafts = mapping_work.drafts_of(session, store)
            return {
                "store": store,
                "currency": edited.currency,
                "version": row.version if row else None,
                "saved": row.saved.isoformat() if row else None,
                "saved_by": row.saved_by if row else None,
                "settings": answers(edited),
                "changes": differences(edited.saved, edited.body, edited.facts),
                "draft": next((_draft(each) for each in drafts if each.person == who.name), None)
                if edited.changes
                else None,
                "others": [_draft(each) for each in drafts if each.person != who.name],
                "chart": chart.answer(),
                "advice": _advice(mapping_work.advice(session, store)),
                "since": edited.usage.since.isoformat() if edited.usage.since else None,
                "cannot_create": account_creating.cannot_create(session, store),
            }

    def choices(self, store: str, part: str, key: str, who: Person, *, tax: bool = False) -> ChoicesAnswer:
        """Return what a setting can be set to; `tax`: its own tax type."""
        with self._tools.db.read() as session:
            edited, chart = edited_of(session, store, who)
        against = edited.against
        found = choosing.choices(part, key, against, tax=tax)
        likely = dict(proposals(against)).get((part, key)) if not tax else None
        found.sort(key=lambda each: likely is None or each.value != likely["value"])
        return {
            "store": store,
            "part": part,
            "key": key,
            "choices": [
                {
                    "value": each.value,
                    "label": each.label,
                    "note": each.note,
                    "obstacle": told(from_books([each.obstacle]))[0] if each.obstacle else None,
                    "proposed": likely is not None and each.value == likely["value"],
                }
                for each in found
            ],
            "how_to": choosing.how_to(part, against, found),
            "free": part in choosing.TEXTS or (chart.source == "none" and part in ACCOUNT_PARTS),
        }

    def sample(self, store: str, day: date | None, who: Person) -> SampleAnswer:
        """Return what the mapping with a person's changes would post of a date."""
        with self._tools.db.read() as session:
            edited, _ = edited_of(session, store, who)
            return sample(self._tools, session, store, edited.against.mapping, day)

    def tried(self, store: str, body: Mapping[str, Any], day: date | None) -> TriedAnswer:
        """Return what a mapping that is not saved lacks, and what it would post."""
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, store)
            mapping = checked(store, body, countries.no_tax(facts.country))
            chart = chart_of(session, store)
            issues = advice.check(mapping, needs(session, store), chart.facts)
            return {"issues": issues, "sample": sample(self._tools, session, store, mapping, day)}

    def history(self, store: str) -> MappingHistoryAnswer:
        """Return every version, newest first, with what it changed of the one before."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            facts = chart_of(session, store).facts
            rows = mappings.versions(session, store)
        before = [*(row.body for row in rows[1:]), {}]
        return {
            "store": store,
            "versions": [
                {
                    "version": row.version,
                    "saved": row.saved.isoformat(),
                    "by": row.saved_by,
                    "changes": differences(old, row.body, facts),
                }
                for row, old in zip(rows, before, strict=True)
            ],
        }

    # --- changing ---------------------------------------------------------------------

    def change(self, store: str, wanted: Sequence[ChangeWanted], who: Person) -> EditorAnswer:
        """Keep changes of a person; raise Refused for what the ledger would not take."""
        made = [change_of(each) for each in wanted]
        with self._tools.db.write() as session:
            edited, _ = edited_of(session, store, who)
            kept = merged(edited.saved, edited.changes, made)
            judge(edited, with_changes(edited.saved, kept), made)
            mapping_work.keep_draft(session, store, who.name, kept, self._tools.now())
        return self.editor(store, who)

    def take_version(self, store: str, version: int, who: Person) -> EditorAnswer:
        """Make a person's changes what leads back to an earlier version."""
        with self._tools.db.write() as session:
            body = body_of(session, store)
            earlier = mappings.mapping_of(mappings.version(session, store, version))
            back = towards(body, plain(mapping_to(earlier)))
            mapping_work.keep_draft(session, store, who.name, back, self._tools.now())
        return self.editor(store, who)

    def discard(
        self, store: str, who: Person, part: str | None = None, key: str | None = None
    ) -> EditorAnswer:
        """Forget a person's changes, or the one of a setting."""
        with self._tools.db.write() as session:
            stores.get_store(session, store)
            draft = mapping_work.draft_of(session, store, who.name)
            kept = (
                [each for each in draft.changes if (each["part"], each["key"]) != (part, key)]
                if draft
                else []
            )
            left = kept if part is not None else []
            mapping_work.keep_draft(session, store, who.name, left, self._tools.now())
        return self.editor(store, who)

    def save(self, store: str, version: int | None, who: Person) -> MappingSavedAnswer:
        """Save a person's changes as a new version.

        `version`: the one they were looked at on.

        Raises Refused where the warning was not read, or somebody saved meanwhile.
        """
        with self._tools.db.read() as session:
            edited, _ = edited_of(session, store, who)
            row = mappings.latest(session, store)
            if not edited.changes:
                raise Refused("There is nothing to save.", "Nothing was changed.", "Change something first.")
            if mapping_work.advice(session, store) is None:
                raise Refused(
                    "The mapping was not saved.",
                    "Nobody acknowledged the warning to take professional advice yet.",
                    "Acknowledge it first: `tillbook mapping advice --acknowledge`.",
                    code="advice_needed",
                )
            if row is not None and row.version != version:
                raise Refused(
                    f"{row.saved_by} saved version {row.version} meanwhile.",
                    "Your changes are kept, and are shown on that version now.",
                    "Look at what saving would change, then save again.",
                    code="saved_meanwhile",
                )
        saved = self._office.save(store, edited.body, who)
        with self._tools.db.write() as session:
            mapping_work.drop_draft(session, store, who.name)
        return saved

    def acknowledge(self, store: str, who: Person) -> AdviceAnswer:
        """Note that a person read the warning; only the first time counts."""
        with self._tools.db.write() as session:
            stores.get_store(session, store)
            if mapping_work.take_advice(session, store, who, self._tools.now()):
                audit.append(session, self._tools.now(), who, "take_advice", store, after={"read": ADVICE})
        self._tools.tell("mapping", store)
        return self.advice(store)

    def advice(self, store: str) -> AdviceAnswer:
        """Return the warning, and who read it."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            return _advice(mapping_work.advice(session, store))


def _draft(row: MappingDraft) -> DraftAnswer:
    return {"by": row.person, "at": row.changed.isoformat(), "changes": len(row.changes)}


def _advice(row: AdviceTaken | None) -> AdviceAnswer:
    return {"text": ADVICE, "by": row.by if row else None, "at": row.at.isoformat() if row else None}
