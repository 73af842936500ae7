"""Card money in the books: receipts, totals, clearing accounts, payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.calls.asking import Calls, store_path
from console.transport import given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import terminal_days


class CardMoneyCalls(Calls):
    """Card money in the books: receipts, totals, clearing accounts, payouts."""

    def unmatched(
        self, store: str, *, first: str | None = None, last: str | None = None
    ) -> terminal_days.UnmatchedAnswer:
        """Return approvals without a receipt and card tenders without an approval."""
        path = f"{store_path(store)}/card-payments/unmatched"
        answer: terminal_days.UnmatchedAnswer = self.call("GET", path, query={"from": first, "to": last})
        return answer

    def matches(self, store: str, *, limit: int | None = None) -> terminal_days.MatchesAnswer:
        """Return what was joined or dismissed, newest first."""
        path = f"{store_path(store)}/card-payments/matches"
        answer: terminal_days.MatchesAnswer = self.call("GET", path, query={"limit": limit})
        return answer

    def match_payment(
        self, store: str, *, payment: int, register: str, receipt: str, position: int = 1, note: str = ""
    ) -> terminal_days.MatchAnswer:
        """Join an approval with the tender of a receipt."""
        body = {
            "payment": payment,
            "register": register,
            "receipt": receipt,
            "position": position,
            "note": note,
        }
        answer: terminal_days.MatchAnswer = self.call(
            "POST", f"{store_path(store)}/card-payments/matches", body=body
        )
        return answer

    def dismiss(
        self,
        store: str,
        *,
        note: str,
        payment: int | None = None,
        register: str | None = None,
        receipt: str | None = None,
        position: int | None = None,
    ) -> terminal_days.MatchAnswer:
        """Take an approval, or the tender of a receipt, off the list; `note` says why."""
        body = {
            "note": note,
            "payment": payment,
            "register": register,
            "receipt": receipt,
            "position": position,
        }
        answer: terminal_days.MatchAnswer = self.call(
            "POST", f"{store_path(store)}/card-payments/dismissals", body=given(body)
        )
        return answer

    def unmatch(self, store: str, number: int) -> terminal_days.MatchAnswer:
        """Undo a match or a dismissal."""
        path = f"{store_path(store)}/card-payments/matches/{number}"
        answer: terminal_days.MatchAnswer = self.call("DELETE", path)
        return answer

    def card_agreement(
        self, store: str, *, first: str | None = None, last: str | None = None
    ) -> terminal_days.AgreementAnswer:
        """Return terminals, receipts, clearing accounts and payouts, date by date."""
        path = f"{store_path(store)}/card-agreement"
        answer: terminal_days.AgreementAnswer = self.call("GET", path, query={"from": first, "to": last})
        return answer

    def payouts(self, store: str, *, limit: int | None = None) -> terminal_days.PayoutsAnswer:
        """Return what the acquirer paid, newest first."""
        path = f"{store_path(store)}/card-payouts"
        answer: terminal_days.PayoutsAnswer = self.call("GET", path, query={"limit": limit})
        return answer

    def add_payout(
        self,
        store: str,
        *,
        business_date: str,
        amount: str,
        fee: str | None = None,
        paid: str | None = None,
        note: str | None = None,
    ) -> terminal_days.PayoutAnswer:
        """Note what the acquirer paid for a business date, less its fee."""
        body = {"business_date": business_date, "amount": amount, "fee": fee, "paid": paid, "note": note}
        answer: terminal_days.PayoutAnswer = self.call(
            "POST", f"{store_path(store)}/card-payouts", body=given(body)
        )
        return answer

    def remove_payout(self, store: str, number: int) -> terminal_days.PayoutAnswer:
        """Take a payout out again."""
        answer: terminal_days.PayoutAnswer = self.call("DELETE", f"{store_path(store)}/card-payouts/{number}")
        return answer
