"""Closing, deciding, scheduling: which days are over, due, missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.contract.problem import Refused
from services.store.stores import get_store
from services.sync.schedule import closing
from tests.sync.support import (
    ANNA,
    DAY,
    MAPPING,
    STORE,
    Shop,
    all_posted,
    moment,
    purchase,
    receipt,
    sale,
    states,
)

TODAY = date(2026, 11, 25)  # at the store, by the fake clock


def till(day: date, number: str, register: str, *, closed: bool) -> dict[str, object]:
    return {
        "record": "till_session",
        "store": STORE,
        "register": register,
        "id": number,
        "opened": moment(day, 7),
        "closed": moment(day, 9) if closed else None,
        "float": "150.00",
    }


def month(shop: Shop) -> dict[str, str]:
    return {day["date"]: day["state"] for day in shop.office.days(STORE, "2026-11")["days"]}


def test_the_month_shows_gaps(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), sale(DAY + timedelta(days=2), "2", "40.00"))
    shown = month(shop)
    assert list(shown) == [f"2026-11-{number}" for number in range(19, 26)]
    assert shown["2026-11-19"] == "waiting"
    assert shown["2026-11-20"] == "missing"
    assert shown["2026-11-25"] == "open"
    amounts = {day["date"]: day["amount"] for day in shop.office.days(STORE, "2026-11")["days"]}
    assert (amounts["2026-11-19"], amounts["2026-11-20"]) == ("100.00", None)


def test_no_trade_keeps_the_name_of_whoever_says_so(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), sale(DAY + timedelta(days=2), "2", "40.00"))
    gap = DAY + timedelta(days=1)
    answer = shop.office.no_trade(STORE, gap, who=ANNA, name=" Mia\x1b[2J Brown ")
    assert answer["confirmed_by"] == "Mia [2J Brown"
    entry = shop.office.audit()["entries"][0]
    assert (entry["who"], entry["after"]) == ("anna", {"state": "no_trade", "confirmed_by": "Mia [2J Brown"})
    shown = {day["date"]: day.get("confirmed_by") for day in shop.office.days(STORE, "2026-11")["days"]}
    assert shown["2026-11-20"] == "Mia [2J Brown"
    assert shown["2026-11-19"] is None


def test_a_waiting_date_says_what_it_will_miss(shop: Shop) -> None:
    shop.ledger.rows["organisation"][0] |= {"SalesTaxPeriod": "TWOMONTHS", "FinancialYearEndMonth": 3}
    shop.office.refresh_reference(STORE, who=ANNA)
    shop.take(sale(DAY, "1", "100.00"))
    due = shop.office.days(STORE, "2026-11")["days"][0]["deadline"]
    assert (due["kind"], due["due"], due["days_left"]) == ("return", "2027-01-15", 51)
    assert shop.office.preview(STORE, DAY)["deadline"] == due


def test_a_month_is_a_month(shop: Shop) -> None:
    with pytest.raises(Refused, match="not a month"):
        shop.office.days(STORE, "2026-13")


def test_no_trade_is_confirmed_by_name(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    gap = DAY + timedelta(days=1)
    assert shop.office.no_trade(STORE, gap, who=ANNA)["state"] == "no_trade"
    assert shop.day(gap).no_trade_by == "anna"
    assert shop.office.audit()["entries"][0]["action"] == "no_trade"
    with pytest.raises(Refused):
        shop.office.no_trade(STORE, DAY, who=ANNA)
    with pytest.raises(Refused, match="has not begun"):
        shop.office.no_trade(STORE, TODAY + timedelta(days=1), who=ANNA)


def refused_no_trade(shop: Shop, day: date = DAY) -> str:
    before = shop.day(day).state
    with pytest.raises(Refused, match="not a day without trade") as caught:
        shop.office.no_trade(STORE, day, who=ANNA)
    assert shop.day(day).state == before
    return caught.value.code


def test_a_date_that_is_in_xero_is_not_without_trade(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    shop.take(sale(DAY - timedelta(days=1), "1", "100.00"))  # the till moved it to another date
    assert shop.day().state == "changed"
    assert refused_no_trade(shop) == "day_at_ledger"


def test_a_date_of_a_week_that_is_in_xero_is_not_without_trade(shop: Shop) -> None:
    monday = date(2026, 11, 9)
    shop.office.set_schedule(STORE, frequency="weekly", start=monday, who=ANNA)
    shop.take(sale(monday, "1", "100.00"), sale(monday + timedelta(days=2), "2", "40.00"))
    for _ in range(3):
        shop.later(minutes=1)
    assert shop.day(monday).state == "posted"
    shop.take(sale(monday + timedelta(days=2), "1", "100.00"))
    assert refused_no_trade(shop, monday) == "day_at_ledger"
    gap = monday + timedelta(days=1)
    assert shop.office.no_trade(STORE, gap, who=ANNA)["state"] == "no_trade"


def test_a_date_with_a_bill_is_not_without_trade(shop: Shop) -> None:
    shop.map(tax_codes={**MAPPING["tax_codes"], "GSTIN": "INPUT2"})
    shop.take(purchase(DAY, "P", "23.00"))
    assert refused_no_trade(shop) == "day_has_bills"
    assert all_posted(shop.sync())
    assert len(shop.ledger.documents) == 1


def test_a_date_with_a_counted_till_is_not_without_trade(shop: Shop) -> None:
    shop.take({**till(DAY, "S-1", "1", closed=True), "counted": {"cash": "145.00"}})
    assert refused_no_trade(shop) == "day_has_counts"
    shop.take(till(DAY + timedelta(days=1), "S-2", "1", closed=True))
    assert shop.office.no_trade(STORE, DAY + timedelta(days=1), who=ANNA)["state"] == "no_trade"


def test_a_date_of_which_nothing_moved_money_may_be_confirmed(shop: Shop) -> None:
    """What a sync tells of it to do has to be possible."""
    voided, even, nothing = (DAY + timedelta(days=number) for number in range(3))
    shop.take(sale(voided, "1", "100.00"), receipt(voided, "2", "void", original="1"))
    shop.take({**till(even, "S-1", "1", closed=True), "counted": {"cash": "150.00"}})
    shop.take(sale(nothing, "3", "0.00"))
    for day in (voided, even, nothing):
        (stands,) = shop.sync(day)
        assert [stands["state"], *(each["code"] for each in stands["blocked"])] == [
            "missing",
            "nothing_to_send",
        ]
        assert shop.office.no_trade(STORE, day, who=ANNA)["state"] == "no_trade"
    shop.take(sale(even, "4", "5.00"))
    assert shop.day(even).state == "open"
    assert refused_no_trade(shop, even) == "day_has_receipts"


def test_a_date_that_was_handed_over_is_not_without_trade(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.office.files.post(STORE, DAY, DAY, ANNA)
    shop.take(sale(DAY - timedelta(days=1), "1", "100.00"))
    assert refused_no_trade(shop) == "day_by_file"


def test_today_is_open_until_it_is_closed_by_hand(shop: Shop) -> None:
    shop.take(sale(TODAY, "1", "100.00"))
    (day,) = shop.sync(TODAY)
    assert day["state"] == "open"
    assert day["blocked"][0]["code"] == "day_open"
    assert not shop.ledger.writes()
    assert shop.office.close_day(STORE, TODAY, who=ANNA)["state"] == "waiting"
    assert all_posted(shop.sync(TODAY))


def test_a_day_is_over_when_its_last_till_closed(shop: Shop) -> None:
    shop.take(
        sale(TODAY, "1", "100.00"), till(TODAY, "A", "1", closed=True), till(TODAY, "B", "2", closed=False)
    )
    with pytest.raises(Refused, match="cannot be closed yet") as refusal:
        shop.office.close_day(STORE, TODAY, who=ANNA)
    assert "Till 2" in refusal.value.why
    shop.take(till(TODAY, "B", "2", closed=True))
    assert month(shop)["2026-11-25"] == "waiting"


def test_a_purchase_does_not_wait_for_the_close(shop: Shop) -> None:
    from tests.sync.support import purchase

    shop.map(tax_codes={"GST15": "OUTPUT2", "GSTIN": "INPUT2"})
    shop.take(sale(TODAY, "1", "100.00"), purchase(TODAY, "P1", "46.00"))
    (day,) = shop.sync(TODAY)
    assert day["state"] == "open"
    assert [(document["kind"], document["state"]) for document in day["documents"]] == [("ACCPAY", "posted")]
    shop.office.close_day(STORE, TODAY, who=ANNA)
    (day,) = shop.sync(TODAY)
    assert day["state"] == "posted"
    assert sorted(document["kind"] for document in day["documents"]) == ["ACCPAY", "ACCREC"]
    assert shop.ledger.calls.count("create ACCPAY") == 1


def test_a_manual_store_sends_nothing_unasked(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.later(days=3)
    assert not shop.ledger.calls
    schedule = shop.office.schedule(STORE)
    assert (schedule["frequency"], schedule["at"], schedule["start"]) == ("manual", None, None)


def test_a_daily_store_sends_what_is_over_from_its_start_on(shop: Shop) -> None:
    shop.take_days(4, DAY)
    answer = shop.office.set_schedule(STORE, frequency="daily", start=DAY + timedelta(days=2), who=ANNA)
    assert (answer["frequency"], answer["at"], answer["start"]) == ("daily", None, "2026-11-21")
    shop.office.tick()
    assert states(shop.state(DAY, DAY + timedelta(days=3))) == ["waiting", "waiting", "posted", "posted"]


def test_a_day_is_sent_when_its_last_till_has_closed(shop: Shop) -> None:
    shop.office.set_schedule(STORE, frequency="daily", who=ANNA)
    shop.take(sale(TODAY, "1", "100.00"), till(TODAY, "A", "1", closed=True))
    shop.take(till(TODAY, "B", "2", closed=False))
    shop.later(hours=1)
    assert not shop.ledger.documents
    shop.take(till(TODAY, "B", "2", closed=True))
    shop.later(seconds=10)
    assert all_posted(shop.state(TODAY))
    shop.later(days=2)
    assert len(shop.ledger.documents) == 1


def test_a_day_that_was_asked_for_while_it_was_open_is_sent_when_it_is_over(shop: Shop) -> None:
    shop.office.set_schedule(STORE, frequency="daily", who=ANNA)
    shop.take(sale(TODAY, "1", "100.00"))
    (day,) = shop.sync(TODAY)
    assert (day["state"], day["blocked"][0]["code"]) == ("open", "day_open")
    shop.later(hours=12)
    assert all_posted(shop.state(TODAY))


def test_a_schedule_without_a_start_begins_today(shop: Shop) -> None:
    shop.take_days(2, DAY)
    assert shop.office.set_schedule(STORE, frequency="daily", who=ANNA)["start"] == "2026-11-25"
    shop.office.tick()
    assert not shop.ledger.calls


def test_days_are_sent_at_their_time_also_after_downtime(shop: Shop) -> None:
    shop.take(sale(TODAY, "1", "100.00"))
    shop.office.set_schedule(STORE, frequency="daily", at="20:00", who=ANNA)
    shop.later(hours=6)  # 19:00
    assert month(shop)["2026-11-25"] == "open"
    shop.later(hours=8)  # 03:00 of the 26th: over, and not due before 20:00
    assert states(shop.state(TODAY)) == ["waiting"]
    shop.later(hours=16, minutes=59)
    assert states(shop.state(TODAY)) == ["waiting"]
    shop.later(days=2)  # the service was down when it was due
    assert all_posted(shop.state(TODAY))


@pytest.mark.parametrize(
    "now,expected",
    [
        # The night of 27 September 2026, when Auckland's clocks skip from 02:00 to 03:00.
        (datetime(2026, 9, 26, 14, 45, tzinfo=UTC), datetime(2026, 9, 26, 14, 30, tzinfo=UTC)),
        (datetime(2026, 9, 26, 13, 0, tzinfo=UTC), datetime(2026, 9, 25, 14, 30, tzinfo=UTC)),
        # The night of 5 April 2026, when 02:30 comes twice: the first one counts.
        (datetime(2026, 4, 4, 13, 35, tzinfo=UTC), datetime(2026, 4, 4, 13, 30, tzinfo=UTC)),
        (datetime(2026, 4, 4, 14, 35, tzinfo=UTC), datetime(2026, 4, 4, 13, 30, tzinfo=UTC)),
    ],
)
def test_the_time_of_sending_where_the_clock_changes(shop: Shop, now: datetime, expected: datetime) -> None:
    shop.office.set_schedule(STORE, frequency="daily", at="02:30", who=ANNA)
    with shop.database.read() as session:
        store = get_store(session, STORE)
    assert closing.last_time(store, now) == expected


def test_a_frequency_that_there_is_not_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        shop.office.set_schedule(STORE, frequency="hourly", who=ANNA)
    assert "hourly" in refusal.value.why
    assert shop.office.schedule(STORE)["frequency"] == "manual"


def test_a_sync_without_dates_takes_what_is_over_and_unsettled(shop: Shop) -> None:
    dates = shop.take_days(3, DAY)
    shop.take(sale(TODAY, "T", "9.00"))
    queued = shop.office.sync(STORE, who=ANNA)["queued"]
    assert queued == [day.isoformat() for day in dates]
    assert all_posted(shop.state(DAY, dates[-1]))
    assert shop.office.sync(STORE, who=ANNA)["queued"] == []
    assert states(shop.office.sync_state(STORE)["days"]) == ["posted", "posted", "posted", "open"]


def test_a_date_without_records_is_not_queued(shop: Shop) -> None:
    assert shop.office.sync(STORE, first=DAY, last=DAY, who=ANNA)["queued"] == []
    with pytest.raises(Refused):
        shop.office.sync(STORE, first=DAY, last=DAY - timedelta(days=1), who=ANNA)


def test_the_status_counts_days(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), sale(DAY + timedelta(days=2), "2", "40.00"))
    shop.sync()
    (store,) = shop.office.status()["stores"]
    assert {word: count for word, count in store["days"].items() if count} == {
        "posted": 1,
        "waiting": 1,
        "missing": 4,
    }
    (integration,) = store["integrations"]
    assert integration["state"] == "connected"
    assert integration["waiting"] == {"days": 1, "amount": "40.00"}
    assert integration["last_sync"] is not None
    left = {"minute": 50, "day": 4900, "day_resets": None, "reserve": 100}
    assert integration["allowance"] == left
