"""The doctor's judgements, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from services.accounting.xero import scopes
from services.books.documents import Shape
from services.books.ledger_facts import LedgerFacts, TaxRate
from services.books.mapping import Mapping, Target
from services.books.records import StoreFacts
from services.books.totals import DayTotals, LineTotal, Section
from services.contract.support import Severity
from services.sync.doctor import rules
from services.sync.doctor.notes import Note, answer, fine, stops, warns

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
_RATES = {
    "OUTPUT2": TaxRate("OUTPUT2", "15% GST on Income", Decimal("0.15")),
    "NONE": TaxRate("NONE", "No GST", Decimal(0)),
}
_FACTS = LedgerFacts(connected=True, tax_rates=_RATES, accounts={})


def _store(*, inclusive: bool = True) -> StoreFacts:
    return StoreFacts("queen-st", "Queen St", "NZ", "NZD", "Pacific/Auckland", prices_inclusive=inclusive)


def _mapping(**categories: Target) -> Mapping:
    return Mapping("queen-st", "POS", categories, {"GST15": "OUTPUT2", "ZERO": "NONE"}, {})


def _printed(
    amount: str, tax: str | None, *, lines: int = 1, code: str = "GST15", inclusive: bool = True
) -> DayTotals:
    printed = None if tax is None else Decimal(tax)
    line = LineTotal(Section.SALES, "grocery", None, code, Decimal(amount), lines, printed)
    return DayTotals(_store(inclusive=inclusive), date(2026, 11, 19), (line,))


def _taxes(*days: DayTotals, mapping: Mapping | None = None) -> list[Note]:
    return list(rules.printed_taxes(days, mapping or _mapping(), _FACTS))


@pytest.mark.parametrize(
    "seconds,severity,word",
    [
        (5, "fine", ""),
        (-29, "fine", ""),
        (40, "warns", "ahead"),
        (-90, "warns", "behind"),
        (7200, "stops", "ahead"),
    ],
)
def test_the_clock(seconds: int, severity: str, word: str) -> None:
    note = rules.clock(timedelta(seconds=seconds))
    assert (str(note.severity), word in note.what) == (severity, True)


def test_a_clock_that_was_not_told_is_a_warning() -> None:
    assert rules.clock(None).severity is Severity.WARNS


@pytest.mark.parametrize(
    "days,code,severity",
    [
        (-1, "connection_ended", "stops"),
        (10, "connection_ends_soon", "warns"),
        (15, "connection_end", "fine"),
    ],
)
def test_a_connection_that_will_die(days: int, code: str, severity: str) -> None:
    note = rules.connection_end(NOW + timedelta(days=days), NOW)
    assert (note.code, str(note.severity)) == (code, severity)


def test_a_connection_without_an_end_is_fine() -> None:
    assert rules.connection_end(None, NOW).severity is Severity.FINE


@pytest.mark.parametrize(
    "word,severity",
    [
        ("NEWZEALANDSTANDARDTIME", "fine"),
        ("AUSEASTERNSTANDARDTIME", "warns"),
        ("UNHEARDOF", "fine"),
        ("", "fine"),
    ],
)
def test_the_time_zones_of_store_and_organisation(word: str, severity: str) -> None:
    note = rules.zone("Pacific/Auckland", {"Timezone": word}, NOW)
    assert str(note.severity) == severity


def test_rights_by_the_shape_of_the_documents() -> None:
    journal = rules.scopes_needed(Shape.JOURNAL, frozenset({scopes.SETTINGS}))
    assert [note.what for note in journal] == [f"The right {scopes.JOURNALS} was not given."]
    every = frozenset({scopes.SETTINGS, scopes.CONTACTS, scopes.INVOICES, scopes.PAYMENTS})
    assert [note.severity for note in rules.scopes_needed(Shape.INVOICE, every)] == [Severity.FINE]
    assert list(rules.scopes_needed(Shape.INVOICE, None)) == []


@pytest.mark.parametrize("left,severity", [(None, "fine"), (9, "warns"), (10, "fine")])
def test_calls_left_against_what_waits(left: int | None, severity: str) -> None:
    assert str(rules.calls(left, 10).severity) == severity


@pytest.mark.parametrize(
    "kind,approved,waiting,severity",
    [
        ("PREMIUM", 500, 500, "fine"),
        ("STARTER", 10, 4, "fine"),
        ("STARTER", 10, 5, "warns"),
        ("STARTER", 20, 0, "warns"),
        ("STARTER", 20, 1, "stops"),
    ],
)
def test_the_plans_limit(kind: str, approved: int, waiting: int, severity: str) -> None:
    assert str(rules.plan({"Class": kind}, approved, waiting).severity) == severity


def test_a_printed_tax_as_xero_works_it_out_is_fine() -> None:
    (note,) = _taxes(_printed("115.00", "15.00"), _printed("10.00", "1.34", lines=4))
    assert note.severity is Severity.FINE


def test_a_printed_tax_of_another_rate_names_both() -> None:
    (note,) = _taxes(_printed("112.50", "12.50", lines=5))
    assert note.severity is Severity.WARNS
    assert "12.5 %" in note.what
    assert "is 15 %" in note.what
    assert "12.50" in note.why
    assert "14.67" in note.why


def test_tax_on_top_is_judged_on_top() -> None:
    (note,) = _taxes(_printed("100.00", "15.00", inclusive=False))
    assert note.severity is Severity.FINE


def test_a_tax_type_of_the_category_goes_before_that_of_the_code() -> None:
    (note,) = _taxes(_printed("115.00", "15.00"), mapping=_mapping(grocery=Target("200", "NONE")))
    assert "NONE" in note.what


def test_tills_that_print_no_tax_are_not_judged() -> None:
    assert _taxes(_printed("115.00", None)) == []
    assert _taxes(_printed("115.00", "15.00", code="UNMAPPED")) == []


def test_the_answer_has_each_note_once_with_its_dates_worst_first() -> None:
    day, next_day = date(2026, 11, 18), date(2026, 11, 19)
    twice = [
        Note(Severity.STOPS, "locked", "Locked.", "why", "next", "b", (each,)) for each in (next_day, day)
    ]
    told = answer(
        [fine("disk", "Room."), warns("manual", "M", "w", "n").of("a"), *twice, stops("x", "X", "y", "z")],
        NOW,
        "1",
    )
    assert [(each["severity"], each["store"], each["code"]) for each in told["findings"]] == [
        ("stops", None, "x"), ("stops", "b", "locked"), ("warns", "a", "manual"), ("fine", None, "disk"),
    ]  # fmt: skip
    assert told["findings"][1]["dates"] == ["2026-11-18", "2026-11-19"]
    assert told["counts"] == {"stops": 2, "warns": 1, "fine": 1}
