"""The PIN pad behind the practice cloud: a thread for each session."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from services.sandbox.terminals.at_work import AtWork
from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.linkly import writing
from services.sandbox.terminals.linkly.outcomes import ABORTED, UNSIGNED, Outcome, outcome_of
from services.sandbox.terminals.linkly.practice import Entry, Memory
from services.sandbox.terminals.linkly.transacting import KINDS

Json = dict[str, Any]
_CANCEL, _YES = "0", "1"
_LINE = 20


@dataclass(slots=True)
class Session:
    """One request to the PIN pad, and what it said so far."""

    function: str
    events: list[Json] = field(default_factory=list)
    told: int = 0
    """How many of them were fetched."""
    keys: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    answer: Json | None = None

    def end(self, answer: Json) -> None:
        """Say how it ended."""
        self.answer = {"ResponseType": self.function, **answer}
        self.events.append(self.answer)


class Pad:
    """Runs sessions; remembers transactions as an EFT-Client does."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.sessions: dict[str, Session] = {}
        self._at_work = AtWork(memory.idle)
        self._lock = threading.Lock()

    def begin(self, name: str, function: str, asked: Json, *, shows: bool) -> Session:
        """Run a request; the same session again runs nothing."""
        with self._lock:
            if name in self.sessions:
                return self.sessions[name]
            session = self.sessions[name] = Session(function)
            self._at_work.begin()
        work = self._works(shows=shows)[function]
        threading.Thread(target=self._run, args=(session, asked, work), daemon=True).start()
        return session

    def wait(self, session: Session) -> Session:
        """Return a session once it has ended."""
        self.memory.idle.wait(self.memory.manner.patience)
        return session

    def _run(self, session: Session, asked: Json, work: Callable[[Session, Json], None]) -> None:
        try:
            work(session, asked)
        finally:
            self._at_work.end()

    def _works(self, *, shows: bool) -> dict[str, Callable[[Session, Json], None]]:
        return {
            "transaction": self._shown_transaction if shows else self._transaction,
            "status": self._status,
            "logon": self._logon,
            "settlement": self._settlement,
            "reprintreceipt": self._reprint,
        }

    def _shown_transaction(self, session: Session, asked: Json) -> None:
        self._transaction(session, asked, shows=True)

    def _transaction(self, session: Session, asked: Json, *, shows: bool = False) -> None:
        outcome = self._customer(session, self._outcome(asked), shows=shows)
        if outcome.signature and shows:
            outcome = self._sign(session, outcome)
        entry = self._keep(asked, outcome)
        copy = slip("C", entry.receipt)
        if shows and entry.approved:
            session.events.append(copy)
        session.end(transaction(entry, self.memory.manner.card, [copy] if entry.approved else []))

    def _outcome(self, asked: Json) -> Outcome:
        handle = asked.get("PurchaseAnalysisData", {}).get("RFN")
        known = {entry.handle for entry in self.memory.entries if entry.approved}
        if handle is not None and handle not in known:
            return Outcome("21", "NO ORIGINAL TXN", ())
        return outcome_of(int(asked["AmtPurchase"]) or int(asked.get("AmtCash") or 0))

    def _customer(self, session: Session, outcome: Outcome, *, shows: bool) -> Outcome:
        if shows:
            session.events += [display(text, "c") for text in outcome.displays]
        if outcome.waits:
            return ABORTED if self._key(session) in {_CANCEL, ""} else outcome
        return outcome

    def _sign(self, session: Session, outcome: Outcome) -> Outcome:
        session.events += [slip("M", "SIGN ______________\r\n"), display("SIGNATURE OK?", "yn")]
        return outcome if self._key(session) == _YES else UNSIGNED

    def _key(self, session: Session) -> str:
        try:
            return session.keys.get(timeout=self.memory.manner.patience)
        except queue.Empty:
            return ""

    def _keep(self, asked: Json, outcome: Outcome) -> Entry:
        memory = self.memory
        amount = int(asked["AmtPurchase"]) // outcome.part
        if memory.faults.due("answer", FaultKind.OTHER_AMOUNT):
            amount += 100
        letter, reference = str(asked["TxnType"]), str(asked["TxnRef"])
        cash = int(asked.get("AmtCash") or 0) if outcome.approved else 0
        stan, approved = memory.next_stan(), outcome.approved
        entry = Entry(
            letter, reference, amount, cash, approved, outcome.code, outcome.text, stan, outcome.surcharge
        )
        entry = replace(entry, receipt=writing.receipt(entry, memory.manner.card))
        memory.keep(entry)
        if approved:
            memory.charges.add(KINDS.get(letter, "payment"), entry.amount, reference)
        return entry

    def _status(self, session: Session, _asked: Json) -> None:
        more = {"LoggedOn": self.memory.logged_on, "PinPadVersion": "100800          "}
        session.end({**_went("00", "READY"), "CatId": writing.TERMINAL, "CaId": writing.MERCHANT, **more})

    def _logon(self, session: Session, _asked: Json) -> None:
        self.memory.logged_on = True
        session.end(_went("00", "APPROVED"))

    def _settlement(self, session: Session, asked: Json) -> None:
        memory, kind = self.memory, str(asked["SettlementType"])
        if kind == "S" and not memory.open:
            session.end(_went("97", "ALREADY SETTLED"))
            return
        told = memory.settled if kind == "L" else list(memory.open)
        if kind == "S":
            memory.charges.settle()
            memory.settled, memory.open = told, []
        data = writing.totals(told, record_lengths=memory.manner.record_lengths)
        session.end({**_went("00", "APPROVED"), "SettlementData": data})

    def _reprint(self, session: Session, _asked: Json) -> None:
        entry = self.memory.find("")
        if entry is None:
            session.end(_went("E2", "NO PREVIOUS TXN"))
        else:
            session.end({**_went("00", "APPROVED"), "ReceiptText": entry.receipt.split("\r\n")})


def _went(code: str, text: str) -> Json:
    return {"Success": code in {"00", "08"}, "ResponseCode": code, "ResponseText": f"{text:<20.20}"}


def slip(kind: str, text: str) -> Json:
    """Return a receipt."""
    return {"ResponseType": "receipt", "Type": kind, "ReceiptText": text.split("\r\n"), "IsPrePrint": False}


def display(text: str, keys: str) -> Json:
    """Return a display and the keys it takes: c, y, n."""
    return {
        "ResponseType": "display",
        "NumberOfLines": "1",
        "LineLength": str(_LINE),
        "DisplayText": [f"{text:<{_LINE}}"],
        "CancelKeyFlag": "c" in keys,
        "AcceptYesKeyFlag": "y" in keys,
        "DeclineNoKeyFlag": "n" in keys,
        "AuthoriseKeyFlag": False,
        "OKKeyFlag": False,
        "InputType": "0",
        "GraphicCode": "0",
    }


def transaction(entry: Entry, card: str, slips: list[Json]) -> Json:
    """Return how a transaction ended."""
    data = {"REF": f"{entry.stan:06d}", "HRC": entry.code, "HRT": entry.text}
    if entry.handle:
        data["RFN"] = entry.handle
    if entry.surcharge:
        data |= {"SUR": f"{entry.surcharge:09d}", "AMT": f"{entry.purchase + entry.surcharge:09d}"}
    return {
        **_went(entry.code, entry.text),
        "TxnType": entry.letter,
        "Merchant": "00",
        "CardType": "VISA DEBIT          ",
        "CardName": "28",
        "RRN": f"{entry.stan:012d}",
        "DateSettlement": "2026-11-21T00:00:00",
        "AmtCash": entry.cash,
        "AmtPurchase": entry.purchase,
        "AmtTip": 0,
        "AuthCode": entry.stan if entry.approved else 0,
        "TxnRef": f"{entry.reference:<16}",
        "Pan": card,
        "DateExpiry": "",
        "Track2": "",
        "AccountType": "Savings",
        "TxnFlags": {"Offline": "0", "ReceiptPrinted": " ", "CardEntry": "E"},
        "Date": "2026-11-20T10:15:30",
        "CatId": writing.TERMINAL,
        "CaId": writing.MERCHANT,
        "Stan": entry.stan,
        "PurchaseAnalysisData": data,
        "Receipts": slips,
    }
