"""A store's mapping: saved by version, checked, proposed for."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import replace
from typing import Any, cast

from sqlmodel import Session

from services.books import countries
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping
from services.books.mapping_file import MappingError, mapping_from, mapping_to
from services.contract.answers import MappingIssue
from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.contract.replies import MappingAnswer, MappingSavedAnswer, MappingVersionsAnswer
from services.store import audit, connections, mappings, stores
from services.store.tables import MappingRow
from services.sync import reference
from services.sync.mapping import advice
from services.sync.mapping.needs import Needs, needs
from services.sync.number_clashes import refuse_same_numbers
from services.sync.tools import Tools


class MappingOffice:
    """Reads, saves and checks the mappings of the stores."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def mapping(self, store: str, version: int | None = None) -> MappingAnswer:
        """Return a version, or the one in force; raise NotFound when there is none."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            row = mappings.version(session, store, version) if version else mappings.latest(session, store)
        if row is None:
            raise NotFound(
                f"{store} has no mapping yet.",
                "Nothing was said of where its takings go.",
                "Import one with `tillbook mapping import`; `tillbook mapping suggest` proposes.",
                code="no_mapping",
            )
        return _answer(row)

    def save(self, store: str, body: MappingType[str, Any], who: Person) -> MappingSavedAnswer:
        """Save a mapping as a new version; raise Refused naming its faults.

        What is posted stays as it is; what is built from now on follows the new version.
        """
        with self._tools.db.write() as session:
            facts = stores.get_facts(session, store)
            mapping = checked(store, body, countries.no_tax(facts.country))
            _refuse_same_numbers(session, mapping)
            before = mappings.latest(session, store)
            plain = {key: value for key, value in mapping_to(mapping).items() if key != "version"}
            number = mappings.save_mapping(session, store, plain, who.name, self._tools.now())
            old = {"version": before.version} if before else None
            audit.append(
                session, self._tools.now(), who, "save_mapping", store, before=old, after={"version": number}
            )
            issues = advice.check(replace(mapping, version=number), *self._against(session, store))
        self._tools.tell("mapping", store)
        return {"version": number, "issues": issues}

    def versions(self, store: str) -> MappingVersionsAnswer:
        """Return every version, newest first."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            rows = mappings.versions(session, store)
        return {
            "versions": [
                {"version": row.version, "saved": row.saved.isoformat(), "by": row.saved_by} for row in rows
            ]
        }

    def check(self, store: str) -> list[MappingIssue]:
        """Return everything missing or invalid."""
        with self._tools.db.read() as session:
            return advice.check(_in_force(session, store), *self._against(session, store))

    def suggest(self, store: str) -> list[MappingIssue]:
        """Return proposals for what is missing; nothing is changed."""
        with self._tools.db.read() as session:
            return advice.suggest(_in_force(session, store), *self._against(session, store))

    @staticmethod
    def _against(session: Session, store: str) -> tuple[Needs, LedgerFacts]:
        facts = stores.get_facts(session, store)
        row = connections.get_connection(session, store)
        return needs(session, store), reference.facts(session, row.tenant if row else None, facts.country)


def _in_force(session: Session, store: str) -> Mapping | None:
    stores.get_store(session, store)
    row = mappings.latest(session, store)
    return mappings.mapping_of(row) if row else None


def _refuse_same_numbers(session: Session, mapping: Mapping) -> None:
    row = connections.get_connection(session, mapping.store)
    if row is not None:
        refuse_same_numbers(session, mapping, row.tenant, row.tenant_name or "one organisation")


def checked(store: str, body: MappingType[str, Any], no_tax: str) -> Mapping:
    """Return the mapping that a body states; raise Refused naming its faults."""
    try:
        mapping = mapping_from(body, no_tax)
    except MappingError as error:
        raise Refused(
            "The mapping cannot be saved.",
            "; ".join(error.faults) + ".",
            "Correct what is named and import it again.",
            code="invalid_mapping",
        ) from error
    if mapping.store != store:
        raise Refused(
            "The mapping cannot be saved.",
            f"It says that it is for {mapping.store}, not for {store}.",
            "Correct `store` in it, or name the other store.",
            code="mapping_of_another",
        )
    return mapping


def _answer(row: MappingRow) -> MappingAnswer:
    return cast("MappingAnswer", {**row.body, "store": row.store, "version": row.version})
