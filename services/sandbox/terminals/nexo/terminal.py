"""The practice terminal itself: one request a connection, one payment at a time."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from time import monotonic
from typing import Any

from services.sandbox.terminals.charges import Charge
from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.nexo import telling, writing
from services.sandbox.terminals.nexo.outcomes import ABORTED, Outcome, outcome_of
from services.sandbox.terminals.nexo.practice import KEY_IDENTIFIER, Done, Memory
from services.sandbox.terminals.nexo.sealing import NotOurs, Seal
from services.sandbox.terminals.nexo.web import Web
from services.sandbox.terminals.wires import Wire, WireClosed

_ROUND = 0.02
Body = dict[str, Any]
_SHOWN: Body = {"Device": "CustomerDisplay", "InfoQualify": "Display", "Response": {"Result": "Success"}}


class NexoTerminal:
    """Serves connections, with the memory that outlives them."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        manner = memory.manner
        self._seal = Seal(manner.passphrase, KEY_IDENTIFIER, manner.key_version)

    def serve(self, wire: Wire) -> None:
        """Answer the one request of a connection."""
        web = Web(wire, self._memory.faults)
        try:
            outer = json.loads(web.hear(), parse_float=Decimal)["SaleToPOIRequest"]
        except (ValueError, KeyError, TypeError):
            return
        header = outer.get("MessageHeader", {})
        try:
            plain = json.loads(self._seal.open(outer), parse_float=Decimal)["SaleToPOIRequest"]
        except NotOurs as error:
            told = writing.rejection(header, str(error))
            web.say("Event", told, told)
            return
        header, category = plain["MessageHeader"], plain["MessageHeader"]["MessageCategory"]
        self._memory.heard.append(category)
        body = self._handled(category, header, plain.get(f"{category}Request", {}), web)
        web.say(category, *writing.answer(header, body, self._seal))

    def _handled(self, category: str, header: Body, asked: Body, web: Web) -> Body:
        if category in {"Payment", "Reversal"}:
            return self._transaction(category, header, asked, web)
        handler = {
            "Abort": self._abort,
            "TransactionStatus": self._status,
            "Diagnosis": self._diagnosis,
            "GetTotals": self._totals,
            "Reconciliation": self._reconcile,
            "Display": self._display,
            "Print": self._print,
            "Input": self._input,
        }.get(category, self._unavailable)
        return handler(asked)

    def _transaction(self, category: str, header: Body, asked: Body, web: Web) -> Body:
        memory, service = self._memory, str(header["ServiceID"])
        running = memory.take(service)
        busy: Body = {"Response": telling.response("Busy", "Terminal busy")}
        if running is None:
            return busy
        body = busy
        try:
            if not memory.faults.due(category, FaultKind.BUSY):
                pays = category == "Payment"
                body = self._pay(asked, web, running.aborted) if pays else self._reverse(asked)
        finally:
            memory.end(Done(category, str(header["SaleID"]), service, body))
        return body

    def _pay(self, asked: Body, web: Web, aborted: threading.Event) -> Body:
        memory = self._memory
        reference = asked["SaleData"]["SaleTransactionID"]["TransactionID"]
        amounts = asked["PaymentTransaction"]["AmountsReq"]
        if amounts["Currency"] != memory.manner.currency:
            return telling.refused(memory, reference, Outcome("NotAllowed", "Currency not supported"))
        amount = int(Decimal(amounts["RequestedAmount"]).scaleb(memory.manner.decimals))
        outcome = self._customer(outcome_of(amount), web, aborted)
        if outcome.condition:
            return telling.refused(memory, reference, outcome)
        kind = "refund" if asked["PaymentData"]["PaymentType"] == "Refund" else "payment"
        if memory.faults.due("Payment", FaultKind.OTHER_AMOUNT):
            amount += 100
        charge = memory.charges.add(kind, amount // outcome.part, str(reference))
        memory.sold[telling.transaction_id(charge.number)] = charge
        return telling.payment(memory, str(reference), charge, outcome)

    def _customer(self, outcome: Outcome, web: Web, aborted: threading.Event) -> Outcome:
        """Let the customer do what is to happen; without its till it may abort."""
        until = monotonic() + self._memory.manner.patience
        while outcome.waits and not aborted.wait(_ROUND) and monotonic() < until:
            if self._lost(web):
                return ABORTED
        if outcome.waits or aborted.is_set() or self._lost(web):
            return ABORTED
        return outcome

    def _lost(self, web: Web) -> bool:
        return not self._memory.manner.keeps_going and web.gone()

    def _reverse(self, asked: Body) -> Body:
        memory = self._memory
        name = asked["OriginalPOITransaction"]["POITransactionID"]["TransactionID"]
        sold = memory.sold.get(name)
        if sold is None:
            return {"Response": telling.response("NotFound", "Original transaction not found")}
        given = asked.get("ReversedAmount")
        amount = sold.amount if given is None else int(Decimal(given).scaleb(memory.manner.decimals))
        if amount > self._left(sold, name):
            return {"Response": telling.response("NotAllowed", "Already refunded")}
        kind = "reversal" if given is None else "refund"
        return telling.reversal(memory, memory.charges.add(kind, amount, f"<{name}"))

    def _left(self, sold: Charge, name: str) -> int:
        back = [charge.amount for charge in self._memory.charges.standing() if charge.reference == f"<{name}"]
        return sold.amount - sum(back)

    def _abort(self, asked: Body) -> Body:
        running = self._memory.running
        wanted = asked.get("MessageReference", {}).get("ServiceID")
        if running is not None and running.service == wanted:
            running.aborted.set()
        return {"Response": telling.response()}

    def _status(self, asked: Body) -> Body:
        memory = self._memory
        reference = asked.get("MessageReference")
        if reference is None:
            done = next(reversed(memory.done.values()), None)
        else:
            done = memory.done.get(str(reference.get("ServiceID")))
            if done is not None and done.category != reference.get("MessageCategory"):
                done = None
        running = memory.running
        is_running = (
            running is not None and reference is not None and running.service == reference["ServiceID"]
        )
        return telling.status(done, running=is_running, receipts=bool(asked.get("ReceiptReprintFlag")))

    def _diagnosis(self, asked: Body) -> Body:
        return telling.diagnosis(self._memory, host=bool(asked.get("HostDiagnosisFlag")))

    def _totals(self, _asked: Body) -> Body:
        return telling.totals(self._memory)

    def _unavailable(self, _asked: Body) -> Body:
        return {"Response": telling.response("UnavailableService", "Unknown message")}

    def _reconcile(self, _asked: Body) -> Body:
        told = {**telling.totals(self._memory), "ReconciliationType": "SaleReconciliation"}
        self._memory.charges.settle()
        self._memory.batch += 1
        return told

    def _print(self, asked: Body) -> Body:
        self._show(asked["PrintOutput"])
        return {"DocumentQualifier": "Document", "Response": telling.response()}

    def _display(self, asked: Body) -> Body:
        for output in asked["DisplayOutput"]:
            self._show(output)
        return {"OutputResult": [_SHOWN]}

    def _input(self, asked: Body) -> Body:
        """Ask the customer, who says yes to every question."""
        texts = self._show(asked["DisplayOutput"])
        entered = {"InputCommand": "GetConfirmation", "ConfirmedFlag": texts[-1].endswith("?")}
        asking = {"Device": "CustomerInput", "InfoQualify": "Input", "Response": telling.response()}
        return {"OutputResult": _SHOWN, "InputResult": {**asking, "Input": entered}}

    def _show(self, output: Body) -> list[str]:
        texts = [line["Text"] for line in output["OutputContent"]["OutputText"]]
        self._memory.shown += texts
        return texts


def serve(memory: Memory, wire: Wire) -> None:
    """Serve one connection of a terminal with this memory."""
    try:
        NexoTerminal(memory).serve(wire)
    except WireClosed:
        return
