"""Card terminals: which there are, payments at them, service functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.calls.asking import Calls, part
from console.transport import Json, given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import terminal_days, terminal_shop
    from services.contract import terminals as at_terminal

# A terminal takes its time: it calls the bank, prints, and its own timers run for minutes.
_TERMINAL_SECONDS = 400.0


class TerminalCalls(Calls):
    """Card terminals: which there are, payments at them, service functions."""

    def terminals(self, store: str | None = None) -> terminal_shop.TerminalsAnswer:
        """Return the terminals with how they are."""
        answer: terminal_shop.TerminalsAnswer = self.call("GET", "/v1/terminals", query={"store": store})
        return answer

    def terminal(self, key: str) -> terminal_shop.TerminalAnswer:
        """Return one terminal with how it is."""
        answer: terminal_shop.TerminalAnswer = self.call("GET", terminal_path(key))
        return answer

    def add_terminal(self, key: str, **details: object) -> terminal_shop.TerminalAnswer:
        """Add a terminal; `details`: store, protocol, name, settings, secrets, tenders."""
        body = given({"key": key, **details})
        answer: terminal_shop.TerminalAnswer = self.call("POST", "/v1/terminals", body=body)
        return answer

    def set_terminal(self, key: str, **changes: object) -> terminal_shop.TerminalAnswer:
        """Change a terminal; in `settings` and `secrets` None takes one away."""
        answer: terminal_shop.TerminalAnswer = self.call("PATCH", terminal_path(key), body=given(changes))
        return answer

    def pair_terminal(
        self, key: str, *, username: str, password: str, code: str
    ) -> terminal_shop.TerminalAnswer:
        """Pair with a terminal that shows a code; what is given is not kept."""
        body: dict[str, object] = {"username": username, "password": password, "code": code}
        answer: terminal_shop.TerminalAnswer = self._ask("POST", key, "pair", body)
        return answer

    def remove_terminal(self, key: str) -> terminal_shop.TerminalAnswer:
        """Remove a terminal; its payments stay."""
        answer: terminal_shop.TerminalAnswer = self.call("DELETE", terminal_path(key))
        return answer

    def test_terminal(self, key: str) -> terminal_shop.StatusOfTerminalAnswer:
        """Test the connection; moves no money."""
        answer: terminal_shop.StatusOfTerminalAnswer = self._ask("POST", key, "test")
        return answer

    def try_terminal(self, key: str, **details: object) -> terminal_shop.StatusOfTerminalAnswer:
        """Test the connection to a terminal that is not added yet; moves no money."""
        body = given({"key": key, **details})
        answer: terminal_shop.StatusOfTerminalAnswer = self.call(
            "POST", "/v1/terminal-test", body=body, timeout=_TERMINAL_SECONDS
        )
        return answer

    def terminal_protocols(self) -> terminal_shop.ProtocolsAnswer:
        """Return the protocols there are, and their settings."""
        answer: terminal_shop.ProtocolsAnswer = self.call("GET", "/v1/terminal-protocols")
        return answer

    def terminal_ports(self) -> terminal_shop.PortsAnswer:
        """Return the serial ports of the service's machine."""
        answer: terminal_shop.PortsAnswer = self.call("GET", "/v1/terminal-ports")
        return answer

    def pay(
        self,
        key: str,
        *,
        reference: str,
        amount: str,
        cash_out: str | None = None,
        business_date: str | None = None,
        wait: float = 0,
    ) -> at_terminal.ProgressAnswer:
        """Take a payment; the same reference and content is the same payment."""
        body = {
            "reference": reference,
            "amount": amount,
            "cash_out": cash_out,
            "business_date": business_date,
        }
        return self._order(key, "payments", body, wait)

    def refund(
        self,
        key: str,
        *,
        reference: str,
        amount: str,
        original: int | None = None,
        business_date: str | None = None,
        wait: float = 0,
    ) -> at_terminal.ProgressAnswer:
        """Give money back to a card; `original`: the number of the payment."""
        body = {
            "reference": reference,
            "amount": amount,
            "original": original,
            "business_date": business_date,
        }
        return self._order(key, "refunds", body, wait)

    def reverse(
        self, key: str, *, reference: str, original: int, business_date: str | None = None, wait: float = 0
    ) -> at_terminal.ProgressAnswer:
        """Take a payment back as a whole."""
        body = {"reference": reference, "original": original, "business_date": business_date}
        return self._order(key, "reversals", body, wait)

    def payment(
        self, key: str, reference: str, *, wait: float = 0, after: int | None = None, till: str | None = None
    ) -> at_terminal.ProgressAnswer:
        """Return where a payment stands: when it has ended, or has a step after `after`."""
        query = {"wait": wait, "after": after, "till": till}
        path = f"{terminal_path(key)}/payments/{part(reference)}"
        answer: at_terminal.ProgressAnswer = self.call("GET", path, query=query, timeout=wait + 30)
        return answer

    def abort_payment(self, key: str) -> terminal_shop.DoneAnswer:
        """Ask the running payment to abort; it may be approved all the same."""
        answer: terminal_shop.DoneAnswer = self.call("POST", f"{terminal_path(key)}/abort")
        return answer

    def answer_terminal(self, key: str, choice: str, text: str = "") -> terminal_shop.DoneAnswer:
        """Answer what the terminal asks the cashier."""
        body = {"choice": choice, "text": text}
        answer: terminal_shop.DoneAnswer = self.call("POST", f"{terminal_path(key)}/answer", body=body)
        return answer

    def terminal_status(self, key: str) -> terminal_shop.StatusOfTerminalAnswer:
        """Ask a terminal how it is."""
        answer: terminal_shop.StatusOfTerminalAnswer = self._ask("GET", key, "status")
        return answer

    def settle_terminal(self, key: str, business_date: str | None = None) -> terminal_days.SettlementAnswer:
        """Run a terminal's end of day."""
        body = given({"business_date": business_date})
        answer: terminal_days.SettlementAnswer = self._ask("POST", key, "settle", body)
        return answer

    def terminal_totals(self, key: str) -> terminal_days.SettlementAnswer:
        """Read a terminal's totals; closes nothing."""
        answer: terminal_days.SettlementAnswer = self._ask("POST", key, "totals")
        return answer

    def settlements(self, key: str, *, limit: int | None = None) -> terminal_days.SettlementsAnswer:
        """Return a terminal's ends of day and readings, newest first."""
        answer: terminal_days.SettlementsAnswer = self.call(
            "GET", f"{terminal_path(key)}/settlements", query={"limit": limit}
        )
        return answer

    def reprint(self, key: str) -> terminal_shop.PrintoutAnswer:
        """Have the last receipt printed again."""
        answer: terminal_shop.PrintoutAnswer = self._ask("POST", key, "reprint")
        return answer

    def resolve_terminal(self, key: str) -> at_terminal.PaymentsAnswer:
        """Ask a terminal what became of its unresolved payments."""
        answer: at_terminal.PaymentsAnswer = self._ask("POST", key, "resolve")
        return answer

    def decide_payment(self, number: int, state: str, note: str) -> at_terminal.PaymentAnswer:
        """Settle a payment of unknown outcome by a person's word."""
        body = {"state": state, "note": note}
        answer: at_terminal.PaymentAnswer = self.call(
            "POST", f"/v1/terminal-payments/{number}/decide", body=body
        )
        return answer

    def card_payments(
        self,
        *,
        store: str | None = None,
        terminal: str | None = None,
        state: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> at_terminal.PaymentsAnswer:
        """Return the payments at terminals, newest first."""
        query = {"store": store, "terminal": terminal, "state": state, "limit": limit, "before": before}
        answer: at_terminal.PaymentsAnswer = self.call("GET", "/v1/terminal-payments", query=query)
        return answer

    def card_payment(self, number: int) -> at_terminal.PaymentAnswer:
        """Return one payment."""
        answer: at_terminal.PaymentAnswer = self.call("GET", f"/v1/terminal-payments/{number}")
        return answer

    def till_keys(self, store: str | None = None) -> terminal_shop.TillKeysAnswer:
        """Return the keys of the tills, and where tills are listened to."""
        answer: terminal_shop.TillKeysAnswer = self.call("GET", "/v1/till-keys", query={"store": store})
        return answer

    def add_till_key(self, store: str, till: str, *, refunds: bool = False) -> terminal_shop.NewTillKeyAnswer:
        """Make a key for a till; the answer is the only place it is shown."""
        body = {"store": store, "till": till, "refunds": refunds}
        answer: terminal_shop.NewTillKeyAnswer = self.call("POST", "/v1/till-keys", body=body)
        return answer

    def revoke_till_key(self, number: int) -> terminal_shop.TillKeyAnswer:
        """End a key."""
        answer: terminal_shop.TillKeyAnswer = self.call("DELETE", f"/v1/till-keys/{number}")
        return answer

    def _order(
        self, key: str, what: str, body: Mapping[str, object], wait: float
    ) -> at_terminal.ProgressAnswer:
        # Before it sends, the service may have to find out about an earlier payment.
        answer: at_terminal.ProgressAnswer = self.call(
            "POST",
            f"{terminal_path(key)}/{what}",
            query={"wait": wait},
            body=given(body),
            timeout=wait + _TERMINAL_SECONDS,
        )
        return answer

    def _ask(self, method: str, key: str, what: str, body: dict[str, object] | None = None) -> Json:
        return self.call(method, f"{terminal_path(key)}/{what}", body=body, timeout=_TERMINAL_SECONDS)


def terminal_path(key: str) -> str:
    """Return the address of a terminal."""
    return f"/v1/terminals/{part(key)}"
