"""Concert V3 over its lines, on a clock of its own."""

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.concert.driver import ConcertDriver, ConcertSettings
from services.terminals.concert.links import Quiet, SerialLink, TcpLink
from services.terminals.concert.messages import Till
from services.terminals.concert.tlv import encode
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.eplus.framing import framed
from services.terminals.eplus.handshake import Handshake, Timers
from services.terminals.problems import JournalFailed, ProtocolError, Refusal, TerminalSilent, TransportLost
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted_line import HANG_UP, Said, ScriptedLine

_REQUEST = Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z")


def _said(**values: str) -> bytes:
    known = {"CZ": "0300", "CA": "01", "CE": "978", "CD": "0", "CB": "1010", "AE": "10", "AC": "A22222"}
    return encode((known | values).items())


_OLD = _said(CD="3", CB="500", AC="A11111")
_NEW = _said(CD="3")
_APPROVED = _said()


def _link(line: ScriptedLine, *, ticket: bool = False) -> TcpLink:
    link = TcpLink(line, line.monotonic, Quiet(), ticket=ticket)
    link.begin()
    return link


def _driver(line: ScriptedLine, *, asks_before: bool = True) -> ConcertDriver:
    link = TcpLink(line, line.monotonic, Quiet(), ticket=False)
    settings = ConcertSettings(Till(978), asks_before)
    return ConcertDriver(link, settings, line.monotonic, line.clock, lambda *_: None)


def _line(*answers: Said) -> ScriptedLine:
    """A line on which each request is answered so."""
    return ScriptedLine(answers)


def _query(line: ScriptedLine, said: Result | None = None, *, ago: float = 200) -> Finding:
    baseline = {"amount": "500", "auth": "A11111", "sent": line.clock().isoformat()}
    request = Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z", baseline=baseline)
    line.now += ago
    return _driver(line).query(request, said, Noted())


def test_an_answer_that_says_all_is_taken_within_milliseconds() -> None:
    line = ScriptedLine(unasked=[(3, _APPROVED)])
    assert _link(line).receive(180) == _APPROVED
    assert line.now == pytest.approx(3.002)


def test_a_refusal_is_taken_within_milliseconds() -> None:
    refused = _said(AE="01", AF="04")
    line = ScriptedLine(unasked=[(3, refused)])
    assert _link(line).receive(180) == refused
    assert line.now == pytest.approx(3.002)


@pytest.mark.parametrize(
    "tag,value,reason,state",
    [
        ("CA", "01", "", PaymentState.APPROVED),
        ("CE", "978", "", PaymentState.APPROVED),
        ("CE", "756", "", PaymentState.UNKNOWN),
        ("CA", "01", "04", PaymentState.DECLINED),
        ("CD", "0", "04", PaymentState.DECLINED),
        ("CD", "1", "04", PaymentState.UNKNOWN),
    ],
)
def test_what_the_answer_is_judged_by_is_waited_for(
    tag: str, value: str, reason: str, state: PaymentState
) -> None:
    # The order of the tags is free, and a packet may be late.
    values = {"CZ": "0300", "CB": "1010", "AE": "10", "AC": "A22222", "CE": "978", "CD": "0", "CA": "01"}
    if reason:
        values |= {"AE": "01", "AF": reason}
    first = encode((name, text) for name, text in values.items() if name != tag)
    line = _line([(0, _OLD)], [(1, first), (0.2, encode([(tag, value)]))])
    assert _driver(line).perform(_REQUEST, Noted()).state is state


def test_an_answer_to_which_more_may_come_is_waited_for() -> None:
    line = ScriptedLine(unasked=[(3, _said(AC="")[:-5]), (0.2, b"AC006A22222"), (0.1, b"AI001A")])
    assert _link(line).receive(180) == _said(AC="")[:-5] + b"AC006A22222"
    late = ScriptedLine(unasked=[(3, _APPROVED), (0.2, b"ZT000")])
    assert _link(late, ticket=True).receive(180) == _APPROVED + b"ZT000"


@pytest.mark.parametrize("size", [1, 3, 40])
def test_an_answer_comes_in_any_pieces(size: int) -> None:
    pieces = [(0.0, _APPROVED[at : at + size]) for at in range(0, len(_APPROVED), size)]
    assert _link(ScriptedLine(unasked=pieces)).receive(10) == _APPROVED


def test_a_terminal_that_hangs_up_has_said_all() -> None:
    line = ScriptedLine(unasked=[(1, _said(AC="")), (0, HANG_UP)])
    assert _link(line).receive(10) == _said(AC="")


@pytest.mark.parametrize("begun", [b"", b"CZ0040300", b"CZ0040300AE0021"])
def test_a_terminal_that_hangs_up_too_early_has_said_nothing(begun: bytes) -> None:
    line = ScriptedLine(unasked=[(1, begun), (0, HANG_UP)])
    with pytest.raises(TransportLost):
        _link(line).receive(10)


def test_half_an_answer_is_none() -> None:
    line = ScriptedLine(unasked=[(1, _APPROVED[:-3])])
    link = _link(line)
    assert link.receive(10) is None
    assert line.now == pytest.approx(10)


def test_an_answer_that_drips_on_ends() -> None:
    line = ScriptedLine(unasked=[(0, _APPROVED), *[(0.0019, b"AI001A")] * 9, *[(0.0019, b"A")] * 9_000])
    with pytest.raises(ProtocolError):
        _link(line).receive(1)
    line = ScriptedLine(unasked=[(0.2, b"A1001A")] * 1_000)
    assert _link(line).receive(1) is None


def test_a_payment_is_asked_for_once_and_kept_before_the_line_is_let_go() -> None:
    line = _line([(0.1, _OLD)], [(30, _APPROVED)])
    hooks = Noted()
    result = _driver(line).perform(_REQUEST, hooks)
    assert (result.state, result.amount, result.auth_code) == (PaymentState.APPROVED, 1010, "A22222")
    assert hooks.calls == ["sent", "commit"]
    assert [b"CB0041010" in text for text in line.texts()] == [False, True]


def test_what_it_says_of_the_payment_before_settles_nothing() -> None:
    # The answer to the payment before comes on the connection of this one.
    line, hooks = _line([(0, _NEW)], [(1, _APPROVED)]), Noted()
    result = _driver(line).perform(_REQUEST, hooks)
    assert (result.state, result.amount, hooks.calls) == (PaymentState.UNKNOWN, 0, ["sent"])
    assert "earlier payment" in hooks.shown[-1]


@pytest.mark.parametrize("before", [_OLD, _said(CD="3", AC="000000"), _said(CD="3", AE="01", AF="12")])
def test_another_authorisation_than_before_is_its_own(before: bytes) -> None:
    line = _line([(0, before)], [(1, _said(AC="000000" if b"000000" in before else "A22222"))])
    assert _driver(line).perform(_REQUEST, Noted()).state is PaymentState.APPROVED


def test_money_given_back_may_bear_the_authorisation_of_its_payment() -> None:
    line = _line([(0, _NEW)], [(1, _said(CD="2"))])
    request = Request(1, PaymentKind.REVERSAL, 1010, "EUR", "K7TWN3QX5Z")
    assert _driver(line).perform(request, Noted()).state is PaymentState.APPROVED


def test_silence_ends_after_180_seconds() -> None:
    line = _line([(0.1, _OLD)])
    with pytest.raises(TerminalSilent):
        _driver(line).perform(_REQUEST, Noted())
    assert line.now == pytest.approx(180, abs=1)
    assert len(line.sent) == 2


def test_a_question_nobody_answers_leaves_nothing_sent() -> None:
    line, hooks = _line(), Noted()
    with pytest.raises(TerminalSilent):
        _driver(line).perform(_REQUEST, hooks)
    assert hooks.calls == []
    assert line.now == pytest.approx(20)


def test_nothing_is_sent_when_it_cannot_be_written_down() -> None:
    line = _line([(0, _OLD)])
    with pytest.raises(JournalFailed):
        _driver(line).perform(_REQUEST, Noted(fails_at="sent"))
    assert len(line.sent) == 1


def test_an_abort_before_anything_was_sent_sends_nothing() -> None:
    line = _line([(0, _OLD)])
    assert _driver(line).perform(_REQUEST, Noted(abort=True)).state is PaymentState.CANCELLED
    assert len(line.sent) == 1


def test_that_a_request_was_taken_is_not_its_answer() -> None:
    line = _line([(0, _OLD)], [(1, _said(AE="11")), (60, _APPROVED)])
    hooks = Noted()
    assert _driver(line).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert hooks.calls == ["sent", "acked", "commit"]


def test_the_question_before_may_be_left_out() -> None:
    line = _line([(1, _APPROVED)])
    assert _driver(line, asks_before=False).perform(_REQUEST, Noted()).state is PaymentState.APPROVED
    assert len(line.sent) == 1


@pytest.mark.parametrize("kind,action", [(PaymentKind.REFUND, b"CD0011"), (PaymentKind.REVERSAL, b"CD0012")])
def test_refunds_and_cancellations(kind: PaymentKind, action: bytes) -> None:
    answer = _said(CD=action[-1:].decode())
    line = _line([(0, _OLD)], [(1, answer)])
    request = Request(1, kind, 1010, "EUR", "K7TWN3QX5Z")
    assert _driver(line).perform(request, Noted()).state is PaymentState.APPROVED
    assert action in line.texts()[1]


def test_after_a_break_the_duplicate_tells() -> None:
    assert _query(_line([(0, _NEW)]), ago=1).verdict is Verdict.SETTLED
    assert _query(_line([(0, _OLD)])).verdict is Verdict.NOT_CHARGED
    assert _query(_line([(0, _OLD)]), ago=179).verdict is Verdict.RUNNING
    # A clock that was set back: it may just have been sent.
    assert _query(_line([(0, _OLD)]), ago=-3_600).verdict is Verdict.RUNNING
    assert _query(_line([(0, _said(CD="3", CB="1110"))])).verdict is Verdict.CANNOT_TELL


def test_what_was_said_before_the_break_needs_no_question() -> None:
    said = Result(PaymentState.APPROVED, 1010, "EUR")
    line = _line()
    assert _query(line, said).result == said
    assert line.sent == []


def test_what_was_said_of_another_amount_is_asked_for() -> None:
    line = _line([(0, _OLD)])
    assert _query(line, Result(PaymentState.APPROVED, 1110, "EUR")).verdict is Verdict.NOT_CHARGED
    assert len(line.sent) == 1


def test_status_and_what_is_not_known() -> None:
    assert _driver(_line([(0, _said(CD="I"))])).status(Noted()).ready
    assert _driver(_line([(0, _said(CD="I", AE="01", AF="12"))])).status(Noted()).ready
    busy = _driver(_line([(0, _said(CD="I", AE="01", AF="07"))])).status(Noted())
    assert (busy.ready, busy.text) == (False, "not completed")
    with pytest.raises(Refusal) as caught:
        _driver(_line([(0, _said(CD="3", AE="01", AF="12"))])).reprint(Noted())
    assert caught.value.detail == "12"


def test_over_a_serial_line_the_answer_is_kept_before_it_is_acknowledged() -> None:
    ack: Said = [(0.0, b"\x06")]
    bid: Said = [(1.0, b"\x05")]
    # Bid, text, end; the answer's bid, the answer; then the same for the payment.
    line = ScriptedLine(
        [ack, ack, bid, [(0, framed(_OLD))], [(0, b"\x04")], ack, ack, bid, [(0, framed(_APPROVED))]]
    )
    link = SerialLink(Handshake(line, Timers(), line.monotonic))
    driver = ConcertDriver(link, ConcertSettings(Till(978)), line.monotonic, line.clock, lambda *_: None)
    hooks, acks = Noted(), list[int]()
    hooks.calling = lambda name: acks.append(line.texts().count(b"\x06")) if name == "commit" else None
    assert driver.perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert hooks.calls == ["sent", "acked", "commit"]
    assert acks == [3]
    assert line.texts().count(b"\x06") == 4
