"""A surcharge of the bank is counted once, wherever the bank put it."""

import pytest

from services.contract.terminals import PaymentKind
from services.terminals.driver import Request, Verdict
from services.terminals.linkly.responses import Outcome, TransactionResponse
from services.terminals.linkly.results import judge

_ASKED = Request(1, PaymentKind.PAYMENT, 1000, "AUD", "K7TWN3QX5Z", cash_out=200)


def _told(purchase: int, *, cash: int = 0, success: bool = True, **pad: str) -> TransactionResponse:
    outcome = Outcome(success, "00" if success else "51", "APPROVED" if success else "DECLINED")
    return TransactionResponse(outcome, "P", False, "K7TWN3QX5Z", purchase, cash, pad=pad)  # noqa: FBT003 - not training


@pytest.mark.parametrize(
    "told,approved,surcharge",
    [
        (_told(1000, SUR="15"), 1000, 15),
        (_told(1015, SUR="15"), 1000, 15),
        # A part: the sum of the whole sale says where the surcharge is.
        (_told(515, SUR="15", AMT="515"), 500, 15),
        (_told(500, SUR="15", AMT="515"), 500, 15),
        (_told(515, SUR="15", AMT="715", cash=200), 500, 15),
        (_told(500, SUR="15", AMT="715", cash=200), 500, 15),
        (_told(1005, SUR="15", AMT="1005"), 990, 15),
        (_told(500, AMT="1000"), 500, 0),
    ],
)
def test_it_is_told_apart_from_the_purchase(told: TransactionResponse, approved: int, surcharge: int) -> None:
    finding = judge(told, _ASKED, "AUD")
    assert finding.verdict is Verdict.SETTLED
    assert finding.result is not None
    assert (finding.result.amount, finding.result.surcharge) == (approved, surcharge)


@pytest.mark.parametrize(
    "told",
    [
        _told(515, SUR="15"),
        # What we had sent ourselves, given back.
        _told(515, SUR="15", AMT="1000"),
        _told(800, SUR="15", AMT="1000", cash=200),
        _told(515, SUR="15", AMT="777"),
        _told(15, SUR="15", AMT="15"),
        _told(1005, SUR="15"),
        _told(1016, SUR="15"),
    ],
)
def test_where_nobody_can_tell_a_person_decides(told: TransactionResponse) -> None:
    assert judge(told, _ASKED, "AUD").verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("purchase", [500, 1000, 1015])
def test_what_was_declined_has_no_surcharge(purchase: int) -> None:
    finding = judge(_told(purchase, success=False, SUR="15"), _ASKED, "AUD")
    assert finding.verdict is Verdict.SETTLED
    assert finding.result is not None
    assert (finding.result.amount, finding.result.surcharge) == (0, 0)
