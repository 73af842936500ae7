"""Creating a missing account: proposed, written ahead, made once."""

from __future__ import annotations

import pytest

from services.accounting.ledger import NewAccount, NotSent, OutcomeUnknown
from services.accounting.xero.scopes import ACCOUNTS
from services.contract.problem import Problem
from services.store import attempts, audit, connections
from services.store.tables import Attempt
from tests.sync.editing import choices, desk
from tests.sync.fakes import Killed
from tests.sync.support import ANNA, DAY, STORE, Shop, sale

CHEQUE = NewAccount("613", "POS clearing - Cheque", "CURRENT", "NONE", payments=True)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop whose consent allows accounts to be created."""
    shop.office.refresh_reference(STORE, who=ANNA)
    with shop.database.write() as session:
        row = connections.ensure_connection(session, STORE, shop.clock())
        row.scopes = f"accounting.settings.read {ACCOUNTS}"
        session.add(row)
    return shop


def create(shop: Shop, account: NewAccount = CHEQUE) -> bool:
    return desk(shop).chart.create_account(STORE, account, dry_run=False, who=ANNA)["created"]


def logged(shop: Shop) -> list[Attempt]:
    with shop.database.read() as session:
        return [each.attempt for each in attempts.log(session)]


def test_an_account_is_created_and_can_be_chosen_at_once(shop: Shop) -> None:
    assert create(shop)
    (attempt,) = logged(shop)
    assert (attempt.call, attempt.outcome, attempt.elements) == ("PUT Accounts", "accepted", 1)
    assert "POS clearing - Cheque" in (attempt.request or "")
    assert choices(shop, "tenders", "cheque")["613"]["obstacle"] is None
    with shop.database.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.action, entry.who) == ("create_account", "anna")
    assert entry.after is not None
    assert entry.after["code"] == "613"


def test_a_dry_run_creates_nothing(shop: Shop) -> None:
    answer = desk(shop).chart.create_account(STORE, CHEQUE, dry_run=True, who=ANNA)
    assert (answer["created"], answer["problems"]) == (False, [])
    assert logged(shop) == []
    assert "create_account" not in shop.ledger.calls


def test_without_the_right_the_exact_steps_in_xero_are_told(shop: Shop) -> None:
    with shop.database.write() as session:
        row = connections.ensure_connection(session, STORE, shop.clock())
        row.scopes = "accounting.settings.read"
        session.add(row)
    answer = desk(shop).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)
    assert not answer["created"]
    (problem,) = answer["problems"]
    assert problem.get("code") == "scope_missing"
    assert problem["next"].startswith(
        "In Xero: Accounting, Chart of accounts, Add account. Account type Current Asset, code 613, name"
        " POS clearing - Cheque, tax No GST, tick Enable payments to this account, Save."
    )
    assert logged(shop) == []
    cannot = desk(shop).editor(STORE, ANNA)["cannot_create"]
    assert cannot is not None
    assert cannot.get("code") == "scope_missing"


@pytest.mark.parametrize(
    "account,word",
    [
        (NewAccount("611", "Other", "CURRENT", "NONE"), "611 is taken by POS clearing - Cash."),
        (NewAccount("613", "pos clearing - cash", "CURRENT", "NONE"), "There is an account"),
        (NewAccount("", "X", "CURRENT", "NONE"), "needs a code"),
        (NewAccount("12345678901", "X", "CURRENT", "NONE"), "needs a code"),
        (NewAccount("613", "", "CURRENT", "NONE"), "needs a name"),
        (NewAccount("613", "X", "BANK", "NONE"), "cannot be created here"),
        (NewAccount("613", "X", "REVENUE", "INPUT2"), "cannot be used with"),
    ],
)
def test_what_xero_would_refuse_is_not_sent(shop: Shop, account: NewAccount, word: str) -> None:
    answer = desk(shop).chart.create_account(STORE, account, dry_run=False, who=ANNA)
    assert not answer["created"]
    assert any(word in problem["what"] for problem in answer["problems"])
    assert logged(shop) == []


def test_a_refusal_of_xero_is_told_in_its_words(shop: Shop) -> None:
    shop.ledger.on("create_account", lambda: shop.ledger.rows["accounts"].append({"Code": "613"}))
    with pytest.raises(Problem) as refusal:
        create(shop)
    assert "unique Code" in refusal.value.detail
    assert logged(shop)[0].outcome == "refused"


def test_an_answer_that_was_lost_is_looked_up(shop: Shop) -> None:
    shop.ledger.fail("create_account", OutcomeUnknown("Lost.", "", ""), after=True)
    assert create(shop)
    assert logged(shop)[0].outcome == "accepted"


def test_a_call_that_may_still_arrive_is_unknown_and_can_be_made_again(shop: Shop) -> None:
    shop.ledger.fail("create_account", OutcomeUnknown("Lost.", "", ""))
    with pytest.raises(OutcomeUnknown) as lost:
        create(shop)
    assert "a code is taken once" in lost.value.next
    assert logged(shop)[0].outcome == "unknown"
    assert create(shop)
    assert [row["Code"] for row in shop.ledger.rows["accounts"]].count("613") == 1


def test_what_never_left_is_told_so(shop: Shop) -> None:
    shop.ledger.fail("create_account", NotSent("No network.", "", "Try again."))
    with pytest.raises(NotSent):
        create(shop)
    assert logged(shop)[0].outcome == "not_sent"


def test_a_service_that_dies_leaves_an_attempt_that_the_next_run_closes(shop: Shop) -> None:
    shop.ledger.fail("create_account", Killed(), after=True)
    with pytest.raises(Killed):
        create(shop)
    assert logged(shop)[0].outcome == "started"
    shop.take(sale(DAY, "1", "10.00"))
    shop.open_office().sync(STORE, first=DAY, last=DAY, who=ANNA)
    shop.open_office().sync(STORE, first=DAY, last=DAY, who=ANNA)
    outcomes = {each.call: each.outcome for each in logged(shop)}
    assert outcomes["PUT Accounts"] == "resolved"


def test_a_paused_store_creates_nothing(shop: Shop) -> None:
    shop.office.pause(STORE, reason="stocktake", who=ANNA)
    answer = desk(shop).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)
    assert [problem.get("code") for problem in answer["problems"]] == ["paused"]


@pytest.mark.parametrize(
    "part,key,expected",
    [
        ("tenders", "cheque", ("CURRENT", "613", "POS clearing - Cheque", "NONE", True)),
        ("tenders", "gift_voucher", ("CURRLIAB", "851", "Gift voucher", "NONE", True)),
        ("categories", "layby_deposit", ("CURRLIAB", "851", "Layby deposit", "NONE", False)),
        ("categories", "garden", ("REVENUE", "202", "Sales - Garden", "NONE", False)),
        ("rounding", "rounding", ("EXPENSE", "491", "Cash rounding", "NONE", False)),
    ],
)
def test_the_suggested_account_has_the_type_and_tax_of_the_chart(
    shop: Shop, part: str, key: str, expected: tuple[object, ...]
) -> None:
    answer = desk(shop).chart.new_account(STORE, part, key, ANNA)
    found = (answer["type"], answer["code"], answer["name"], answer["tax_type"], answer["payments"])
    assert found == expected
    assert answer["types"][0] == answer["type"]
