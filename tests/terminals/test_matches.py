"""Approvals and receipts find each other, or stand in a list for a person."""

from datetime import date

import pytest

from services.contract.problem import NotFound, Refused
from services.contract.terminals import PaymentKind
from services.store import audit
from services.store.receipts import find_receipt
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter
from tests.terminals.kit.receipts import receipt, take_in

_DAY = date(2026, 11, 20)
_TIME = "2026-11-20T11:05:00+01:00"


@pytest.fixture
def shop(any_shop: AtCounter) -> AtCounter:
    return any_shop


def _rules(shop: AtCounter) -> list[str]:
    return [match["rule"] for match in shop.office.matches.listed(STORE)]


def _tender(shop: AtCounter, number: str) -> tuple[str | None, str | None]:
    with shop.db.read() as session:
        found = find_receipt(session, STORE, "1", number)
    assert found is not None
    return found.tenders[0].reference, found.tenders[0].terminal


def test_the_result_becomes_the_reference_of_the_tender(shop: AtCounter) -> None:
    payment = shop.pay(1250)["payment"]
    take_in(shop, receipt("R-1", "12.50", _TIME))
    assert _rules(shop) == ["till_time"]
    assert _tender(shop, "R-1") == (payment["tender_reference"], "front")
    left = shop.office.matches.unmatched(STORE)
    assert (left["payments"], left["tenders"]) == ([], [])
    assert shop.told("card_matching")


def test_the_receipt_may_come_first(shop: AtCounter) -> None:
    shop.pay(700)
    take_in(shop, receipt("R-1", "12.50", _TIME))
    assert [each["receipt"] for each in shop.office.matches.unmatched(STORE)["tenders"]] == ["R-1"]
    shop.pay(1250)
    assert [
        match["tender"] and match["tender"]["receipt"] for match in shop.office.matches.listed(STORE)
    ] == ["R-1"]


def test_a_till_that_writes_our_reference_is_certain_at_any_time(shop: AtCounter) -> None:
    payment = shop.pay(1250)["payment"]
    late = receipt("R-9", "12.50", "2026-11-20T20:00:00+01:00", reference=payment["tender_reference"])
    take_in(shop, late, receipt("R-1", "12.50", _TIME))
    assert _rules(shop) == ["reference"]
    assert [each["receipt"] for each in shop.office.matches.unmatched(STORE)["tenders"]] == ["R-1"]


def test_money_given_back_finds_the_refund(shop: AtCounter) -> None:
    shop.pay(1250)
    shop.pay(500, kind=PaymentKind.REFUND)
    take_in(shop, receipt("R-1", "12.50", _TIME), receipt("R-2", "-5.00", _TIME))
    assert sorted(
        match["tender"]["amount"] for match in shop.office.matches.listed(STORE) if match["tender"]
    ) == [
        "-5.00",
        "12.50",
    ]


def test_cash_is_never_joined(shop: AtCounter) -> None:
    shop.pay(1250)
    cash = receipt("R-1", "12.50", _TIME)
    cash["tenders"] = [{"type": "cash", "amount": "12.50"}]
    take_in(shop, cash)
    left = shop.office.matches.unmatched(STORE)
    assert len(left["payments"]) == 1
    assert left["tenders"] == []


def test_two_that_fit_are_only_suggested_and_a_person_joins_them(shop: AtCounter) -> None:
    number = shop.pay(1250)["payment"]["id"]
    take_in(shop, receipt("R-1", "12.50", _TIME), receipt("R-2", "12.50", _TIME))
    left = shop.office.matches.unmatched(STORE)
    assert {pair["receipt"] for pair in left["suggestions"]} == {"R-1", "R-2"}
    made = shop.office.matches.join(STORE, number, "1", "R-2", 1, ANNA, "saw the slip")
    assert (made["rule"], made["by"], made["note"]) == ("person", "anna", "saw the slip")
    with shop.db.read() as session:
        assert audit.entries(session)[0].action == "match_payment"
    with pytest.raises(Refused) as caught:
        shop.office.matches.join(STORE, number, "1", "R-1", 1, ANNA)
    assert caught.value.code == "already_matched"
    with pytest.raises(NotFound):
        shop.office.matches.join(STORE, number, "1", "R-7", 1, ANNA)


def test_dismissed_by_name_with_a_reason(shop: AtCounter) -> None:
    number = shop.pay(1250)["payment"]["id"]
    take_in(shop, receipt("R-1", "7.00", _TIME))
    with pytest.raises(Refused):
        shop.office.matches.dismiss(STORE, ANNA, "  ", payment=number)
    shop.office.matches.dismiss(STORE, ANNA, "a test of the installer", payment=number)
    gone = shop.office.matches.dismiss(STORE, ANNA, "other terminal", tender=("1", "R-1", 1))
    left = shop.office.matches.unmatched(STORE)
    assert (left["payments"], left["tenders"]) == ([], [])
    shop.office.matches.take_apart(STORE, gone["id"], ANNA)
    assert [each["receipt"] for each in shop.office.matches.unmatched(STORE)["tenders"]] == ["R-1"]


def test_what_a_person_parts_stays_apart(shop: AtCounter) -> None:
    shop.pay(1250)
    take_in(shop, receipt("R-1", "12.50", _TIME))
    (match,) = shop.office.matches.listed(STORE)
    shop.office.matches.take_apart(STORE, match["id"], ANNA)
    left = shop.office.matches.unmatched(STORE)
    assert (len(left["payments"]), len(left["tenders"])) == (1, 1)
    assert _tender(shop, "R-1") == (None, None)


def test_a_revised_receipt_stays_joined_while_its_tender_is_the_same(shop: AtCounter) -> None:
    payment = shop.pay(1250)["payment"]
    take_in(shop, receipt("R-1", "12.50", _TIME))
    take_in(shop, receipt("R-1", "12.50", _TIME, note="with a bag"))
    assert _rules(shop) == ["till_time"]
    assert _tender(shop, "R-1") == (payment["tender_reference"], "front")
    take_in(shop, receipt("R-1", "13.00", _TIME))
    left = shop.office.matches.unmatched(STORE)
    assert [each["id"] for each in left["payments"]] == [payment["id"]]
    assert [each["amount"] for each in left["tenders"]] == ["13.00"]


def test_a_voided_receipt_lets_its_approval_go(shop: AtCounter) -> None:
    shop.pay(1250)
    void: dict[str, object] = {
        "store": STORE,
        "register": "1",
        "id": "V-1",
        "time": _TIME,
        "kind": "void",
        "original": "R-1",
    }
    take_in(shop, receipt("R-1", "12.50", _TIME))
    take_in(shop, void)
    assert len(shop.office.matches.unmatched(STORE)["payments"]) == 1


def test_a_payment_and_its_reversal_without_receipts_miss_nothing(shop: AtCounter) -> None:
    paid = shop.pay(1250)["payment"]["id"]
    assert len(shop.office.matches.unmatched(STORE)["payments"]) == 1
    shop.pay(None, kind=PaymentKind.REVERSAL, original=paid)
    assert shop.office.matches.unmatched(STORE)["payments"] == []


def test_the_day_agrees_from_the_terminal_to_the_bank(shop: AtCounter) -> None:
    shop.pay(1250)
    shop.pay(750)
    take_in(shop, receipt("R-1", "12.50", _TIME), receipt("R-2", "7.00", _TIME))
    done = shop.office.functions.settle("front", ANNA, None)
    assert (done["state"], done["amount"]) == ("done", "20.00")
    (day,) = shop.office.money.agreement(STORE)["days"]
    assert (day["approved"], day["counted"], day["tenders"], day["state"]) == (
        "20.00",
        "20.00",
        "19.50",
        "waiting",
    )
    shop.clock.move(days=1)
    told = shop.office.money.agreement(STORE)
    assert told["first_difference"] == "2026-11-20"
    take_in(shop, receipt("R-2", "7.50", _TIME))
    told = shop.office.money.agreement(STORE)
    assert (told["first_difference"], told["first_open"], told["open"]) == (None, "2026-11-20", "20.00")
    shop.office.money.add_payout(STORE, _DAY, "19.60", ANNA, fee="0.40")
    told = shop.office.money.agreement(STORE)
    assert (told["first_open"], told["open"]) == (None, "0.00")
    (scheme,) = told["days"][0]["schemes"]
    assert (scheme["scheme"], scheme["counted"], scheme["approved"]) == ("Mastercard", "20.00", "20.00")


def test_what_is_not_paid_ages_until_it_is(shop: AtCounter) -> None:
    shop.pay(1250)
    take_in(shop, receipt("R-1", "12.50", _TIME))
    shop.clock.move(days=40)
    told = shop.office.money.agreement(STORE)
    assert (told["days"], told["first_open"], told["open"]) == ([], "2026-11-20", "12.50")
    assert (told["ages"]["31+"], told["ages"]["8-30"]) == ("12.50", "0.00")
    assert shop.office.money.agreement(STORE, date(2026, 12, 1))["first_open"] is None
    shop.office.money.add_payout(STORE, _DAY, "12.00", ANNA)
    assert shop.office.money.agreement(STORE)["ages"]["31+"] == "0.50"
    shop.office.money.add_payout(STORE, _DAY, "0", ANNA, fee="0.50", note="noted later")
    told = shop.office.money.agreement(STORE)
    assert (told["first_open"], told["open"], told["ages"]["31+"]) == (None, "0.00", "0.00")


def test_what_a_terminal_holds_is_since_its_last_end_of_day(shop: AtCounter) -> None:
    shop.pay(1250)
    shop.office.functions.settle("front", ANNA, None)
    shop.clock.move(days=1)
    shop.pay(300)
    shop.office.functions.settle("front", ANNA, None)
    assert shop.terminal_totals() == [("12.50", True), ("3.00", True)]


def test_a_payout_noted_by_mistake_goes_out_again(shop: AtCounter) -> None:
    made = shop.office.money.add_payout(STORE, _DAY, "10.00", ANNA, note="batch 7")
    assert [each["note"] for each in shop.office.money.payouts(STORE)] == ["batch 7"]
    shop.office.money.remove_payout(STORE, made["id"], ANNA)
    assert shop.office.money.payouts(STORE) == []
    with pytest.raises(Refused):
        shop.office.money.add_payout(STORE, _DAY, "ten", ANNA)
    with pytest.raises(NotFound):
        shop.office.money.remove_payout(STORE, 99, ANNA)


def test_card_money_from_before_the_first_terminal_is_not_compared(shop: AtCounter) -> None:
    take_in(shop, receipt("R-0", "99.00", "2026-11-18T11:05:00+01:00"))
    shop.pay(1250)
    take_in(shop, receipt("R-1", "12.50", _TIME))
    shop.clock.move(days=1)
    told = shop.office.money.agreement(STORE)
    assert [day["date"] for day in told["days"]] == ["2026-11-20"]
    assert told["first_difference"] is None
