"""What a retry would do with each document and payment: looked up, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.accounting.ledger import CallFailed, Found
from services.accounting.xero.catalogue import class_of, class_of_code
from services.books.documents import DocumentKind
from services.books.money import text_of
from services.contract.forecast import ForecastAnswer, ForecastPayment
from services.contract.problem import Problem
from services.contract.states import DayState
from services.store import connections, days
from services.store.documents import get_document
from services.store.tables import PaymentRow
from services.sync.documents.preparing import Preparation
from services.sync.findings import CLASS, Kept
from services.sync.links import linking, sealing
from services.sync.posting import comparing, paying
from services.sync.posting.entries import HELD, Entry, entries_of, outgoing
from services.sync.posting.jobs import NUMBER_TAKEN
from services.sync.tools import Link, Tools

CREATE, ADOPT, NOTHING, BLOCKED = "create", "adopt", "nothing", "blocked"
_UNKNOWN = "Its last call was never answered. "


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would be done with one document, why, and what with its payments."""

    action: str
    why: str
    kind: str = ""
    """Class of what is in the way (`services.contract.failure_classes`)."""
    payments: tuple[ForecastPayment, ...] = ()


@dataclass(slots=True)
class Forecast:
    """Looks at documents as a retry would find them."""

    tools: Tools
    _links: dict[str, Link] = field(default_factory=dict)

    def of(self, attempt_id: int, entry: Entry) -> ForecastAnswer:
        """Return what a retry would do with a document that an attempt carried."""
        outlook = self._outlook(entry)
        document = entry.document
        return {
            "id": attempt_id,
            "number": document.number,
            "action": outlook.action,
            "why": outlook.why,
            "class": outlook.kind,
            "store": entry.row.store,
            "date": entry.row.business_date.isoformat(),
            "kind": document.kind.value,
            "total": text_of(document.total, document.currency),
            "payments": list(outlook.payments),
        }

    def _outlook(self, entry: Entry) -> Outlook:
        if settled := _settled(entry):
            return settled
        if stopped := self._in_the_way(entry):
            return Outlook(BLOCKED, f"{stopped['what']} {stopped['why']}", stopped.get(CLASS, ""))
        link = self._link(entry.row.store)
        findings = Preparation(self.tools, link).findings_of(entry.row.business_date)
        if findings and not entry.created and entry.row.state != DayState.UNKNOWN:
            return Outlook(BLOCKED, findings[0]["what"], findings[0].get(CLASS, ""))
        try:
            return self._looked_up(link, entry)
        except CallFailed as failure:
            return Outlook(BLOCKED, str(failure), class_of(failure))

    def _in_the_way(self, entry: Entry) -> Kept | None:
        """Return what keeps a document from being sent before it is looked at."""
        row = entry.row
        with self.tools.db.read() as session:
            connection = connections.get_connection(session, row.store)
            stopped = linking.obstacle(connection)
            if stopped and stopped.get(linking.HALTS) != linking.UNTIL_ASKED:
                return stopped
            ours = (connection.tenant if connection else None) or ""
            day = days.get_day(session, row.store, row.business_date)
            owner = row.tenant if row.tenant != ours else (day.tenant if day else None) or ours
            if owner == ours:
                return None
            name = sealing.name_of(session, owner)
        current = (connection.tenant_name if connection else None) or "another organisation"
        return {
            "what": f"It belongs to {name}; the shop is connected to {current}.",
            "why": f"Connect the shop to {name} again to send it.",
            CLASS: class_of_code("organisation_gone"),
        }

    def _link(self, store: str) -> Link:
        if store not in self._links:
            self._links[store] = linking.link_for_reading(self.tools, store)
        return self._links[store]

    def _looked_up(self, link: Link, entry: Entry) -> Outlook:
        if entry.is_payment and not entry.created:
            return self._debtor_payment(link, entry)
        if entry.created:
            found = link.ledger.read(entry.ledger_kind, [entry.remote_id])[0]
            return _of_created(entry, found)
        with self.tools.db.read() as session:
            documents = outgoing(session, link, [entry])
        return _of_unsent(entry, link.ledger.find(entry.document.kind, documents)[0])

    def _debtor_payment(self, link: Link, entry: Entry) -> Outlook:
        invoice = link.ledger.find_invoice(entry.document.number)
        if problem := paying.unpayable(entry, invoice, {}):
            return _blocked_by(problem)
        assert invoice is not None  # noqa: S101 - one that is not there is unpayable
        payments = _payments(entry, invoice)
        return Outlook(_worst(payments), "The invoice it pays is there.", payments=payments)


def entries_carried(tools: Tools, documents: Sequence[int]) -> list[Entry]:
    """Return documents with their payments, each once."""
    with tools.db.read() as session:
        return entries_of(session, [get_document(session, number) for number in dict.fromkeys(documents)])


def _settled(entry: Entry) -> Outlook | None:
    """Return the outlook of a document that a retry leaves alone."""
    row = entry.row
    if row.state == DayState.BY_FILE:
        return Outlook(NOTHING, "Its date was posted by file; nothing of it is sent.")
    if row.voided:
        return Outlook(NOTHING, "It was voided, and another document took its place.")
    if row.withdrawn:
        return Outlook(NOTHING, "It is no longer part of its day.")
    if row.state == DayState.POSTED:
        return Outlook(NOTHING, "It is posted and proven.")
    if row.state == DayState.CHANGED:
        return Outlook(BLOCKED, "It was changed at the tills after it was sent; decide what is to be done.")
    return None


def _of_created(entry: Entry, found: Found | None) -> Outlook:
    if found is None or found.status in comparing.GONE:
        return _blocked_by(comparing.vanished(entry))
    if found.status in comparing.UNAPPROVED and entry.payments:
        return Outlook(NOTHING, "It waits for approval in the ledger; its payments follow then.")
    payments = _payments(entry, found)
    if _worst(payments) == CREATE:
        return Outlook(
            CREATE, "The document is there; its missing payments would be made.", payments=payments
        )
    return Outlook(ADOPT, "The document is there; it would be read back and compared.", payments=payments)


def _of_unsent(entry: Entry, found: Found | None) -> Outlook:
    unknown = _UNKNOWN if entry.row.state == DayState.UNKNOWN else ""
    if found is None:
        if (entry.row.problem or {}).get("code") == NUMBER_TAKEN:
            return Outlook(BLOCKED, "The ledger says that its number is taken, and does not show by what.")
        payments = _payments(entry, None)
        return Outlook(CREATE, f"{unknown}The ledger does not have it.", payments=payments)
    if found.status in comparing.GONE:
        return _blocked_by(comparing.voided(entry, found))
    total = comparing.total_difference(entry, found)
    differences = [*comparing.identity_differences(entry, found), *([total] if total else [])]
    if differences:
        why = f"The ledger has another document of this number: {', '.join(differences)}."
        return Outlook(BLOCKED, why, class_of_code("number_of_another"))
    why = f"{unknown}The ledger has it already, equal in total, date and contact."
    return Outlook(ADOPT, why, payments=_payments(entry, found))


def _payments(entry: Entry, found: Found | None) -> tuple[ForecastPayment, ...]:
    """Return what would become of each payment, in order."""
    taken = {payment.remote_id for payment in entry.payments if payment.remote_id}
    told = []
    for payment in entry.payments:
        action, why = _payment(entry, payment, found, taken)
        currency = entry.document.currency
        told.append(
            ForecastPayment(
                tender=payment.tender,
                account=payment.account,
                amount=text_of(entry.amount(payment.amount), currency),
                action=action,
                why=why,
            )
        )
    return tuple(told)


def _payment(entry: Entry, payment: PaymentRow, found: Found | None, taken: set[str]) -> tuple[str, str]:
    if payment.state == DayState.POSTED:
        return NOTHING, "It is made."
    if entry.document.kind is DocumentKind.JOURNAL:
        return NOTHING, "A journal has no payments."
    remote_id = comparing.same_payment(entry, payment, found, taken) if found else None
    if remote_id:
        taken.add(remote_id)
        return ADOPT, "The ledger has it already."
    if payment.state == HELD and found is not None and found.status in comparing.UNAPPROVED:
        return NOTHING, "It waits for the approval of its document."
    lost = _UNKNOWN if payment.state == DayState.UNKNOWN else ""
    return CREATE, f"{lost}The ledger does not have it."


def _worst(payments: Sequence[ForecastPayment]) -> str:
    return CREATE if any(payment["action"] == CREATE for payment in payments) else ADOPT


def _blocked_by(problem: Problem) -> Outlook:
    return Outlook(BLOCKED, f"{problem.what} {problem.why}", class_of(problem))
