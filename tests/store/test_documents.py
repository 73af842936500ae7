"""Documents: saved once, renewed while unsent, kept as sent."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment, LineAmounts
from services.contract.problem import NotFound
from services.contract.states import DayState
from services.store import attempts, documents
from services.store.database import Database
from services.store.documents import AtLedger, Change, Saved
from services.store.tables import AttemptItem, DocumentRow, PaymentRow
from tests.store.moments import DAY, LATER, NEXT_DAY, NOON

SALES = Document(
    kind=DocumentKind.ACCREC,
    key="sales",
    number="POS-queen-st-2026-11-19",
    contact="POS Sales - Queen St",
    date=DAY,
    due_date=DAY,
    currency="NZD",
    line_amounts=LineAmounts.INCLUSIVE,
    lines=(
        DocumentLine(
            "Grocery", "200", "OUTPUT2", Decimal("212.75"), Decimal("27.75"), (("Region", "North"),)
        ),
    ),
    payments=(
        DocumentPayment("cash", "611", Decimal("47.40"), "cash 19 Nov"),
        DocumentPayment("eftpos", "612", Decimal("165.35")),
    ),
    sub_total=Decimal("185.00"),
    total_tax=Decimal("27.75"),
    total=Decimal("212.75"),
)
REFUNDS = replace(SALES, kind=DocumentKind.ACCRECCREDIT, key="refunds", number="R", payments=())


def _save(session: Session, *built: Document, tenant: str = "T", version: int = 1) -> Saved:
    return documents.save_documents(
        session, "queen-st", DAY, built, shape="invoice", tenant=tenant, mapping_version=version, now=NOON
    )


def _changes(saved: Saved) -> list[Change]:
    return [each.change for each in saved.documents]


def _payments(session: Session, row: DocumentRow) -> list[PaymentRow]:
    assert row.id is not None
    return documents.payments_of(session, [row.id])[row.id]


def test_documents_are_kept_whole_with_their_payments(any_database: Database) -> None:
    with any_database.write() as session:
        assert _changes(_save(session, SALES, REFUNDS)) == [Change.NEW, Change.NEW]
    with any_database.read() as session:
        sales, refunds = documents.documents_on(session, "queen-st", DAY)
        assert documents.document_of(sales) == SALES
        assert (sales.total, sales.state, sales.tenant, sales.mapping_version) == (21275, "waiting", "T", 1)
        assert refunds.key == "refunds"
        payments = _payments(session, sales)
        assert [(each.tender, each.account, each.amount, each.reference) for each in payments] == [
            ("cash", "611", 4740, "cash 19 Nov"),
            ("eftpos", "612", 16535, ""),
        ]
        assert documents.documents_on(session, "queen-st", NEXT_DAY) == []


def test_saving_the_same_again_changes_nothing(any_database: Database) -> None:
    with any_database.write() as session:
        first = _save(session, SALES)
    with any_database.write() as session:
        again = _save(session, SALES, version=2)
        assert _changes(again) == [Change.SAME]
        assert again.documents[0].row.id == first.documents[0].row.id
        assert len(session.exec(select(DocumentRow)).all()) == 1
        assert len(session.exec(select(PaymentRow)).all()) == 2


@pytest.mark.parametrize("state", [DayState.WAITING, DayState.BLOCKED, DayState.REFUSED])
def test_what_was_not_sent_takes_the_new_content(any_database: Database, state: DayState) -> None:
    renewed = replace(
        SALES,
        total=Decimal("100.00"),
        payments=(
            DocumentPayment("visa", "613", Decimal("60.00")),
            DocumentPayment("cash", "611", Decimal("30.00")),
            DocumentPayment("eftpos", "612", Decimal("10.00")),
        ),
    )
    with any_database.write() as session:
        row = _save(session, SALES).documents[0].row
        documents.set_document(session, row, state, NOON, {"what": "x"})
    with any_database.write() as session:
        saved = _save(session, renewed, version=2)
        assert _changes(saved) == [Change.REPLACED]
    with any_database.read() as session:
        (row,) = documents.documents_on(session, "queen-st", DAY)
        assert documents.document_of(row) == renewed
        assert (row.state, row.problem, row.mapping_version, row.revision) == ("waiting", None, 2, 1)
        assert [each.tender for each in _payments(session, row)] == ["visa", "cash", "eftpos"]


@pytest.mark.parametrize("state", [DayState.SENDING, DayState.UNKNOWN, DayState.POSTED, DayState.DIFFERS])
def test_what_was_sent_is_never_overwritten(any_database: Database, state: DayState) -> None:
    with any_database.write() as session:
        row = _save(session, SALES).documents[0].row
        documents.set_document(session, row, state, NOON)
    with any_database.write() as session:
        assert _changes(_save(session, SALES)) == [Change.SAME]
        saved = _save(session, replace(SALES, total=Decimal("1.00")))
        assert _changes(saved) == [Change.DIFFERS]
    with any_database.read() as session:
        (row,) = documents.documents_on(session, "queen-st", DAY)
        assert documents.document_of(row) == SALES


def test_a_document_with_an_id_or_a_made_payment_counts_as_sent(any_database: Database) -> None:
    with any_database.write() as session:
        sales, refunds = (each.row for each in _save(session, SALES, replace(SALES, key="refunds")).documents)
        documents.set_accepted(
            session, sales, AtLedger("X-1", None, None, None, state=DayState.REFUSED), NOON
        )
        documents.set_payment(session, _payments(session, refunds)[1], DayState.REFUSED, remote_id="P-1")
    with any_database.write() as session:
        changed = [replace(SALES, contact="Y"), replace(SALES, key="refunds", contact="Y")]
        assert _changes(_save(session, *changed)) == [Change.DIFFERS, Change.DIFFERS]


def test_a_document_made_for_another_organisation_stays_with_it(any_database: Database) -> None:
    with any_database.write() as session:
        _save(session, SALES)
        assert _changes(_save(session, SALES, tenant="other")) == [Change.SAME]
        saved = _save(session, replace(SALES, contact="Y"), tenant="other")
    assert _changes(saved) == [Change.DIFFERS]
    assert saved.documents[0].row.tenant == "T"


def test_what_is_no_longer_built_is_withdrawn_and_comes_back(any_database: Database) -> None:
    with any_database.write() as session:
        _save(session, SALES, REFUNDS)
        assert _save(session, SALES).left == ()
    with any_database.write() as session:
        assert [row.key for row in documents.documents_on(session, "queen-st", DAY)] == ["sales"]
        assert [row.key for row in documents.in_state(session, ["waiting"])] == ["sales"]
        assert _changes(_save(session, SALES, REFUNDS)) == [Change.SAME, Change.REPLACED]
        assert [row.key for row in documents.documents_on(session, "queen-st", DAY)] == ["sales", "refunds"]


def test_what_was_sent_and_is_no_longer_built_is_named(any_database: Database) -> None:
    with any_database.write() as session:
        refunds = _save(session, SALES, REFUNDS).documents[1].row
        documents.set_document(session, refunds, DayState.POSTED, NOON)
    with any_database.write() as session:
        saved = _save(session, SALES)
        assert [row.key for row in saved.left] == ["refunds"]
        assert not saved.left[0].withdrawn


def test_a_payment_that_goes_leaves_the_attempt_that_carried_it(any_database: Database) -> None:
    with any_database.write() as session:
        row = _save(session, SALES).documents[0].row
        payment = _payments(session, row)[1]
        items = [attempts.Item(row.id or 0, payment.id)]
        attempts.begin(
            session,
            store="queen-st",
            tenant="T",
            call="PUT Payments",
            key="k",
            items=items,
            request=None,
            now=NOON,
        )
        _save(session, replace(SALES, payments=SALES.payments[:1]))
    with any_database.read() as session:
        assert session.exec(select(AttemptItem.payment_id)).all() == [None]
        assert len(_payments(session, row)) == 1


def test_what_the_ledger_says_is_kept(any_database: Database) -> None:
    with any_database.write() as session:
        row = _save(session, SALES).documents[0].row
        documents.set_accepted(session, row, AtLedger("X-1", 21275, 2775, 0), LATER)
        payment = _payments(session, row)[0]
        documents.set_payment(session, payment, DayState.POSTED, remote_id="P-1")
        documents.set_payment(session, payment, DayState.CHANGED, problem={"what": "gone"})
    with any_database.read() as session:
        row = documents.get_document(session, row.id or 0)
        assert (row.remote_id, row.remote_total, row.remote_tax, row.remote_due) == ("X-1", 21275, 2775, 0)
        assert (row.state, row.changed, row.created) == ("posted", LATER, NOON)
        payment = _payments(session, row)[0]
        assert (payment.remote_id, payment.state, payment.problem) == ("P-1", "changed", {"what": "gone"})


def test_documents_are_found_by_state_and_by_number(any_database: Database) -> None:
    with any_database.write() as session:
        sales, refunds = (each.row for each in _save(session, SALES, REFUNDS).documents)
        documents.set_document(session, sales, DayState.UNKNOWN, NOON)
    with any_database.read() as session:
        assert [row.id for row in documents.in_state(session, [DayState.UNKNOWN])] == [sales.id]
        both = documents.in_state(session, ["unknown", "waiting"], "queen-st", limit=1)
        assert [row.id for row in both] == [sales.id]
        assert documents.in_state(session, ["unknown"], "bay") == []
        assert [row.id for row in documents.by_number(session, "queen-st", "R")] == [refunds.id]
        assert documents.by_number(session, "bay", "R") == []
        with pytest.raises(NotFound):
            documents.get_document(session, 999)
