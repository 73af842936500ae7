"""Mappings, references, contacts, connections, sources, audit."""

from typing import Any

import pytest

from services.books.mapping_file import MappingError
from services.contract.people import Person
from services.contract.problem import NotFound
from services.contract.states import IntegrationState
from services.store import audit, connections, mappings, references, sources_table
from services.store.database import Database
from tests.store.moments import LATER, NOON

ANNA = Person("anna", 1000, frozenset({"manager"}))
MAPPING: dict[str, Any] = {
    "store": "queen-st",
    "contact": "POS Sales",
    "categories": {"grocery": "200"},
    "tax_codes": {"GST15": "OUTPUT2"},
    "tenders": {"cash": "611"},
}


def test_each_change_of_a_mapping_is_a_version(any_database: Database) -> None:
    with any_database.write() as session:
        assert mappings.latest(session, "queen-st") is None
        assert mappings.save_mapping(session, "queen-st", MAPPING, "anna", NOON) == 1
        assert mappings.save_mapping(session, "queen-st", dict(MAPPING), "ben", LATER) == 1
        assert mappings.save_mapping(session, "queen-st", MAPPING | {"due_days": 7}, "ben", LATER) == 2
        assert mappings.save_mapping(session, "bay", MAPPING | {"store": "bay"}, "ben", LATER) == 1
    with any_database.read() as session:
        newest = mappings.latest(session, "queen-st")
        assert newest is not None
        assert (newest.version, newest.saved_by, newest.saved) == (2, "ben", LATER)
        assert [row.version for row in mappings.versions(session, "queen-st")] == [2, 1]
        assert mappings.version(session, "queen-st", 1).body == MAPPING
        with pytest.raises(NotFound):
            mappings.version(session, "queen-st", 3)


def test_a_mapping_is_read_with_its_version(any_database: Database) -> None:
    with any_database.write() as session:
        mappings.save_mapping(session, "queen-st", MAPPING, "anna", NOON)
        mappings.save_mapping(session, "queen-st", MAPPING | {"colour": "red"}, "anna", NOON)
    with any_database.read() as session:
        mapping = mappings.mapping_of(mappings.version(session, "queen-st", 1))
        broken = mappings.version(session, "queen-st", 2)
    assert (mapping.version, mapping.contact, mapping.categories["grocery"].account) == (
        1,
        "POS Sales",
        "200",
    )
    with pytest.raises(MappingError):
        mappings.mapping_of(broken)


def test_what_an_organisation_told_last_replaces_what_it_told_before(any_database: Database) -> None:
    with any_database.write() as session:
        references.save_reference(session, "T", "accounts", [{"code": "200"}], NOON)
        references.save_reference(session, "T", "accounts", [{"code": "201"}, {"code": "202"}], LATER)
        references.save_reference(session, "U", "accounts", [], NOON)
    with any_database.read() as session:
        known = references.reference(session, "T", "accounts")
        assert known is not None
        assert (known.body, known.read) == ([{"code": "201"}, {"code": "202"}], LATER)
        assert references.reference(session, "T", "tax_rates") is None


def test_contacts_are_known_by_organisation_and_name(any_database: Database) -> None:
    with any_database.write() as session:
        references.save_contact(session, "T", "POS Sales", "C-1")
        references.save_contact(session, "T", "Anna", "C-2", number="7")
        references.save_contact(session, "T", "Anna", "C-3", active=False)
        references.save_contact(session, "U", "Anna", "C-9")
    with any_database.read() as session:
        assert [row.name for row in references.contacts(session, "T")] == ["Anna", "POS Sales"]
        anna = references.contact(session, "T", "Anna")
        assert anna is not None
        assert (anna.remote_id, anna.number, anna.active) == ("C-3", None, False)
        assert references.contact(session, "T", "anna") is None


def test_a_connection_begins_not_set_up_and_tells_who_changed_it(any_database: Database) -> None:
    with any_database.write() as session:
        assert connections.get_connection(session, "queen-st") is None
        row = connections.ensure_connection(session, "queen-st", NOON)
        assert connections.ensure_connection(session, "queen-st", LATER) is row
        assert (row.state, row.since, row.by) == ("not_set_up", NOON, "")
        row.tenant = "T"
        connections.set_state(session, row, IntegrationState.CONNECTED, "anna", LATER)
        connections.set_state(session, row, "connected", "ben", NOON, {"what": "slow"})
        connections.ensure_connection(session, "bay", NOON, "quickbooks")
    with any_database.read() as session:
        found = connections.get_connection(session, "queen-st")
        assert found is not None
        assert (found.state, found.since, found.by, found.problem) == (
            "connected",
            LATER,
            "anna",
            {"what": "slow"},
        )
        assert [row.store for row in connections.connections(session)] == ["bay", "queen-st"]
        assert [row.kind for row in connections.connections(session, "bay")] == ["quickbooks"]
        assert [row.store for row in connections.of_tenant(session, "T")] == ["queen-st"]


def test_sources_that_people_added(any_database: Database) -> None:
    with any_database.write() as session:
        sources_table.save_source(session, "till", "a = 1", "anna", NOON)
        sources_table.save_source(session, "till", "a = 2", "ben", LATER)
        sources_table.save_source(session, "erp", "", "anna", NOON)
    with any_database.read() as session:
        assert [row.name for row in sources_table.list_sources(session)] == ["erp", "till"]
        till = sources_table.find_source(session, "till")
        assert till is not None
        assert (till.body, till.added_by) == ("a = 2", "ben")
        assert sources_table.find_source(session, "other") is None


def test_the_audit_tells_who_did_what_newest_first(any_database: Database) -> None:
    with any_database.write() as session:
        audit.append(session, NOON, ANNA, "store.add", "queen-st", after={"name": "Queen St"})
        audit.append(session, LATER, Person("tillbook", None, frozenset()), "sync", "queen-st")
    with any_database.read() as session:
        newest, oldest = audit.entries(session)
        assert (newest.who, newest.uid, newest.before, newest.after) == ("tillbook", None, None, None)
        assert (oldest.who, oldest.uid, oldest.action, oldest.after) == (
            "anna",
            1000,
            "store.add",
            {"name": "Queen St"},
        )
        assert [entry.id for entry in audit.entries(session, since=LATER)] == [newest.id]
        assert [entry.id for entry in audit.entries(session, limit=1)] == [newest.id]


def test_an_audit_entry_goes_with_the_change_it_tells_of(any_database: Database) -> None:
    def fail() -> None:
        with any_database.write() as session:
            audit.append(session, NOON, ANNA, "store.add", "queen-st")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with any_database.read() as session:
        assert audit.entries(session) == []
