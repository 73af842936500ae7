"""Stores: what is accepted, what is refused, what can be changed."""

from datetime import date
from decimal import Decimal

import pytest

from services.books.money import decimals
from services.books.records import CashRounding
from services.contract.problem import NotFound, Refused
from services.store.codes import CURRENCIES, countries, timezones
from services.store.database import Database
from services.store.stores import (
    add_store,
    answer_of,
    facts_of,
    find_facts,
    get_facts,
    get_store,
    list_stores,
    set_schedule,
    update_store,
)
from services.store.tables import SessionRow
from tests.store.moments import DAY, NOON
from tests.store.rows import QUEEN_ST, put_store


def test_a_store_is_kept_as_it_was_given(any_database: Database) -> None:
    with any_database.write() as session:
        add_store(session, QUEEN_ST | {"prices": "exclusive", "gst_basis": "cash", "cutoff": "04:30"}, NOON)
    with any_database.read() as session:
        facts = get_facts(session, "queen-st")
        row = get_store(session, "queen-st")
        answer = answer_of(row)
    assert (facts.name, facts.country, facts.currency) == ("Queen St", "NZ", "NZD")
    assert (facts.prices_inclusive, facts.gst_basis, facts.cutoff) == (False, "cash", "04:30")
    assert facts.cash_rounding == CashRounding(Decimal("0.10"), "down")
    assert row.created == NOON
    assert answer == QUEEN_ST | {
        "prices": "exclusive",
        "gst_basis": "cash",
        "cutoff": "04:30",
        "frequency": "manual",
        "sync_at": None,
        "start": None,
        "on_change": "wait",
    }


def test_the_defaults_are_those_of_the_command_line(any_database: Database) -> None:
    with any_database.write() as session:
        given = {key: QUEEN_ST[key] for key in ("key", "name", "country", "currency", "timezone")}
        facts = facts_of(add_store(session, given | {"cutoff": None}, NOON))
    assert (facts.cutoff, facts.prices_inclusive, facts.gst_basis) == ("00:00", True, "accrual")
    assert facts.cash_rounding is None


@pytest.mark.parametrize(
    "field,value,words",
    [
        ("country", "UK", "GB is meant"),
        ("country", "nz", "ISO 3166"),
        ("country", "ZZ", "ISO 3166"),
        ("currency", "nzd", "ISO 4217"),
        ("currency", "XAU", "ISO 4217"),
        ("timezone", "Auckland", "Pacific/Auckland"),
        ("timezone", "../../etc/passwd", "time zone"),
        ("cutoff", "24:00", "time of day"),
        ("cutoff", "4:00", "time of day"),
        ("cutoff", 400, "time of day"),
        ("prices", "gross", "inclusive, exclusive"),
        ("gst_basis", "hybrid", "accrual, cash"),
        ("cash_rounding", "0.10", "up or down"),
        ("cash_rounding", "0.10:even", "up or down"),
        ("cash_rounding", "0:up", "up or down"),
        ("cash_rounding", "-0.10:up", "up or down"),
        ("cash_rounding", "0.001:up", "decimals"),
        ("cash_rounding", "ten:up", "decimal number"),
        ("key", "queen st", "such as queen-st"),
        ("key", "queen/st", "such as queen-st"),
        ("key", "", "such as queen-st"),
        ("name", " \n ", "1 to 200"),
        ("name", 7, "1 to 200"),
        ("colour", "red", "no such setting"),
    ],
)
def test_what_is_wrong_is_refused_by_field(
    sqlite_database: Database, field: str, value: object, words: str
) -> None:
    with sqlite_database.write() as session, pytest.raises(Refused) as caught:
        add_store(session, QUEEN_ST | {field: value}, NOON)
    assert caught.value.code == "invalid_store"
    assert caught.value.why.startswith(f"{field}: ")
    assert words in caught.value.why


def test_every_fault_is_named_at_once(sqlite_database: Database) -> None:
    with sqlite_database.write() as session, pytest.raises(Refused) as caught:
        add_store(session, QUEEN_ST | {"country": "UK", "timezone": "x"}, NOON)
    assert "country: " in caught.value.why
    assert "timezone: " in caught.value.why


def test_what_is_missing_is_named(sqlite_database: Database) -> None:
    with sqlite_database.write() as session, pytest.raises(Refused, match="cannot be added") as caught:
        add_store(session, {"key": "a", "name": "A", "country": None}, NOON)
    assert caught.value.why == "Not given: country, currency, timezone."


def test_a_key_is_taken_once(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        with pytest.raises(Refused) as caught:
            put_store(session, name="Another")
    assert caught.value.code == "store_exists"


def test_a_name_cannot_steer_a_terminal(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        assert put_store(session, name="Queen\x1b[31m St\u202e").name == "Queen [31m St"


def test_only_what_is_named_changes(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        update_store(session, "queen-st", {"name": "Queen Street", "cash_rounding": None, "cutoff": None})
    with any_database.read() as session:
        facts = get_facts(session, "queen-st")
    assert (facts.name, facts.cash_rounding, facts.timezone) == ("Queen Street", None, "Pacific/Auckland")


def test_a_rounding_step_is_checked_in_the_stores_currency(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        put_store(session, currency="JPY", cash_rounding=None)
        with pytest.raises(Refused, match="cannot be saved"):
            update_store(session, "queen-st", {"cash_rounding": "0.50:up"})
        assert update_store(session, "queen-st", {"cash_rounding": "5:up"}).rounding_step == "5"


def test_the_key_and_a_used_currency_stay(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        with pytest.raises(Refused) as caught:
            update_store(session, "queen-st", {"key": "other"})
        assert caught.value.code == "fixed_setting"
        assert update_store(session, "queen-st", {"currency": "AUD"}).currency == "AUD"
        till = SessionRow(
            store="queen-st",
            till="1",
            session="1",
            opened=NOON,
            business_date=DAY,
            float_amount=0,
            digest=b"",
        )
        session.add(till)
        with pytest.raises(Refused) as caught:
            update_store(session, "queen-st", {"currency": "NZD"})
        assert caught.value.code == "fixed_setting"
        assert update_store(session, "queen-st", {"currency": "AUD", "key": "queen-st"}).currency == "AUD"


def test_a_schedule_is_set_in_part(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        set_schedule(session, "queen-st", how_often="daily", at="20:00", start=date(2026, 11, 1))
        set_schedule(session, "queen-st", how_often="weekly")
    with any_database.read() as session:
        answer = answer_of(get_store(session, "queen-st"))
    assert (answer["frequency"], answer["sync_at"], answer["start"]) == ("weekly", "20:00", "2026-11-01")


@pytest.mark.parametrize("wrong", [{"how_often": "hourly"}, {"at": "8pm"}])
def test_a_wrong_schedule_is_refused(sqlite_database: Database, wrong: dict[str, str]) -> None:
    with sqlite_database.write() as session:
        put_store(session)
        with pytest.raises(Refused) as caught:
            set_schedule(session, "queen-st", how_often=wrong.get("how_often"), at=wrong.get("at"))
    assert caught.value.code == "invalid_schedule"


def test_an_unknown_store_is_not_found_and_the_known_are_named(any_database: Database) -> None:
    with any_database.write() as session:
        put_store(session)
        put_store(session, key="bay")
        assert [store.key for store in list_stores(session)] == ["bay", "queen-st"]
        assert find_facts(session, "nowhere") is None
        with pytest.raises(NotFound) as caught:
            get_facts(session, "nowhere")
    assert caught.value.why == "The stores are: bay, queen-st."


def test_the_codes_are_whole() -> None:
    assert len(countries()) == 249
    assert {"GB", "NZ", "AU", "US"} <= countries()
    assert "UK" not in countries()
    assert {"Pacific/Auckland", "Europe/London"} <= timezones()
    assert all(len(code) == 3 for code in CURRENCIES)
    assert {code for code in CURRENCIES if decimals(code) == 0} >= {"JPY", "KRW", "VND"}
    assert {code for code in CURRENCIES if decimals(code) == 3} == {
        "BHD",
        "IQD",
        "JOD",
        "KWD",
        "LYD",
        "OMR",
        "TND",
    }
