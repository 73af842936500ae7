"""The French serial handshake, and E+ on it, on a clock of its own."""

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Request, Result, Verdict
from services.terminals.eplus import messages
from services.terminals.eplus.driver import EplusDriver, EplusSettings
from services.terminals.eplus.framing import framed
from services.terminals.eplus.handshake import Delivery, Handshake, Timers
from services.terminals.eplus.messages import Told
from services.terminals.problems import JournalFailed, ProtocolError, Refusal, TerminalSilent
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted_line import Said, ScriptedLine

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
_TIMERS = Timers()
_ACKED: Said = ((0.01, ACK),)
_REQUEST = Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z")


def _handshake(line: ScriptedLine) -> Handshake:
    return Handshake(line, _TIMERS, line.monotonic)


def _driver(line: ScriptedLine) -> EplusDriver:
    return EplusDriver(line, EplusSettings(978), line.monotonic, line.clock, lambda *_: None)


def _answer(result: str = "0", amount: int = 1010, private: str = "K7TWN3QX5Z", till: int = 1) -> bytes:
    return framed(messages.answer(Told(till, result, amount, "1", 978, private)))


def _paid(*answers: Said) -> ScriptedLine:
    """A line on which a request is taken; then what is said at each of our bytes."""
    return ScriptedLine([_ACKED, _ACKED, *answers])


def test_a_bid_is_repeated_and_then_given_up() -> None:
    line = ScriptedLine()
    with pytest.raises(TerminalSilent):
        _handshake(line).bid()
    assert line.texts() == [ENQ, ENQ, ENQ]
    assert line.now == pytest.approx(6.0)


def test_a_terminal_that_does_not_want_is_busy() -> None:
    line = ScriptedLine([[(0, NAK)]] * 3)
    with pytest.raises(Refusal):
        _handshake(line).bid()
    assert line.texts() == [ENQ, ENQ, ENQ]


def test_a_bid_against_a_bid_lets_the_terminal_go_first() -> None:
    line = ScriptedLine([[(0, ENQ)], [(0, _answer())], [], [(0, EOT), (0, ACK)]])
    assert len(_handshake(line).bid()) == 1
    assert line.texts() == [ENQ, ACK, ACK, ENQ]


def test_a_frame_the_terminal_refused_is_sent_again() -> None:
    line = ScriptedLine([[(0, NAK)], [(0, NAK)], [(0, ACK)]])
    assert _handshake(line).deliver(b"AB") is Delivery.TAKEN
    assert line.texts() == [framed(b"AB")] * 3


def test_a_frame_nobody_answers_is_never_sent_again() -> None:
    line = ScriptedLine()
    assert _handshake(line).deliver(b"AB") is Delivery.UNHEARD
    assert line.texts() == [framed(b"AB")]


def test_a_frame_refused_each_time_was_not_taken() -> None:
    line = ScriptedLine([[(0, NAK)]] * 3)
    assert _handshake(line).deliver(b"AB") is Delivery.REFUSED


def test_an_acknowledgement_from_before_is_not_taken_for_the_frames() -> None:
    line = ScriptedLine(unasked=[(0, ACK)])
    assert _handshake(line).deliver(b"AB") is Delivery.UNHEARD


def test_an_answer_that_comes_at_once_is_kept() -> None:
    line = ScriptedLine([[(0, ENQ), (0.1, framed(b"CD"))]])
    handshake = _handshake(line)
    assert handshake.deliver(b"AB") is Delivery.UNHEARD
    assert handshake.receive(1) == b"CD"


def test_a_damaged_frame_is_asked_for_again() -> None:
    bad = framed(b"CD")[:-1] + b"?"
    line = ScriptedLine([[(0, framed(b"CD"))]], unasked=[(0, bad)])
    assert _handshake(line).receive(1) == b"CD"
    assert line.texts() == [NAK]


def test_a_frame_that_stops_in_the_middle_is_asked_for_again() -> None:
    line = ScriptedLine([[(0, framed(b"CD"))]], unasked=[(0, framed(b"CD")[:3])])
    assert _handshake(line).receive(1) == b"CD"
    assert line.texts() == [NAK]
    assert line.now == pytest.approx(_TIMERS.between_bytes)


def test_frames_that_stay_damaged_are_given_up() -> None:
    bad = framed(b"CD")[:-1] + b"?"
    line = ScriptedLine([[(0, bad)]] * 9, unasked=[(0, bad)])
    with pytest.raises(ProtocolError):
        _handshake(line).receive(1)
    assert line.texts() == [NAK, NAK, NAK]


@pytest.mark.parametrize("noise", [ENQ, ACK])
def test_signals_without_end_end(noise: bytes) -> None:
    line = ScriptedLine(unasked=[(0, noise)] * 500)
    with pytest.raises(ProtocolError):
        _handshake(line).receive(1)


def test_a_frame_that_never_ends_ends() -> None:
    line = ScriptedLine(unasked=[(0, b"\x02"), *[(0.4, b"A")] * 100])
    assert _handshake(line).receive(1) is None
    assert line.now < 20


def test_late_texts_are_taken_off_the_line_and_returned() -> None:
    line = ScriptedLine([[(0, framed(b"CD")), (0, EOT)]], unasked=[(0, b"login: "), (0, ENQ)])
    assert _handshake(line).clear() == [b"CD"]
    assert line.texts() == [ACK, ACK]


def test_messages_nobody_asked_for_without_end_are_refused() -> None:
    line = ScriptedLine(unasked=[(0, framed(b"CD"))] * 30)
    with pytest.raises(ProtocolError):
        _handshake(line).clear()


def test_an_answer_is_written_down_before_it_is_acknowledged() -> None:
    line = _paid([(30, ENQ)], [(0.1, _answer()), (0, EOT)])
    hooks = Noted()
    acks: list[int] = []
    hooks.calling = lambda name: acks.append(line.texts().count(ACK)) if name == "commit" else None
    result = _driver(line).perform(_REQUEST, hooks)
    assert (result.state, result.amount, result.currency) == (PaymentState.APPROVED, 1010, "EUR")
    assert hooks.calls == ["sent", "acked", "commit"]
    assert acks == [1]
    assert line.texts()[-2:] == [ACK, ACK]


def test_an_answer_that_cannot_be_kept_is_not_acknowledged() -> None:
    line = _paid([(1, ENQ)], [(0.1, _answer())])
    with pytest.raises(JournalFailed):
        _driver(line).perform(_REQUEST, Noted(fails_at="commit"))
    assert line.texts().count(ACK) == 1


def test_nothing_is_sent_when_it_cannot_be_written_down() -> None:
    line = ScriptedLine([_ACKED])
    with pytest.raises(JournalFailed):
        _driver(line).perform(_REQUEST, Noted(fails_at="sent"))
    assert line.texts() == [ENQ]


def test_a_terminal_that_is_not_there_leaves_nothing_sent() -> None:
    hooks = Noted()
    with pytest.raises(TerminalSilent):
        _driver(ScriptedLine()).perform(_REQUEST, hooks)
    assert hooks.calls == []


def test_silence_ends_after_180_seconds_and_the_request_is_sent_once() -> None:
    line = _paid()
    with pytest.raises(TerminalSilent) as caught:
        _driver(line).perform(_REQUEST, Noted())
    assert line.now == pytest.approx(180, abs=0.2)
    assert caught.value.detail == "answer"
    assert [len(text) for text in line.texts()] == [1, 37, 1]


def test_without_an_acknowledgement_the_answer_is_waited_for_all_the_same() -> None:
    line = ScriptedLine([_ACKED, [], [(20, ENQ)], [(0.1, _answer())]])
    hooks = Noted()
    assert _driver(line).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert hooks.calls == ["sent", "commit"]
    assert [len(text) for text in line.texts()].count(37) == 1


def test_without_an_acknowledgement_the_till_may_stop_waiting() -> None:
    line = ScriptedLine([_ACKED])
    hooks = Noted()
    hooks.calling = lambda name: setattr(hooks, "abort", name == "sent")
    with pytest.raises(TerminalSilent):
        _driver(line).perform(_REQUEST, hooks)
    assert line.now < 10


def test_an_abort_before_anything_was_sent_sends_nothing() -> None:
    line = ScriptedLine([_ACKED])
    result = _driver(line).perform(_REQUEST, Noted(abort=True))
    assert result.state is PaymentState.CANCELLED
    assert line.texts() == [ENQ, EOT]


def test_a_running_payment_is_aborted_at_the_terminal_only() -> None:
    line = _paid([(30, ENQ)], [(0.1, _answer("7", 0))])
    hooks = Noted()
    hooks.calling = lambda name: setattr(hooks, "abort", name == "acked")
    result = _driver(line).perform(_REQUEST, hooks)
    assert result.state is PaymentState.DECLINED
    assert len([text for text in hooks.shown if "red key" in text]) == 1


def test_a_message_the_terminal_refuses_was_not_carried_out() -> None:
    line = ScriptedLine([_ACKED, *[[(0, NAK)]] * 3])
    result = _driver(line).perform(_REQUEST, Noted())
    assert (result.state, result.code) == (PaymentState.CANCELLED, "NAK")


@pytest.mark.parametrize(
    "late",
    [_answer(private="ABCDEFGHJK"), _answer(till=2), _answer("7", private="ABCDEFGHJK")],
    ids=["other reference", "other till", "other refusal"],
)
def test_an_answer_to_something_else_settles_nothing(late: bytes) -> None:
    line = _paid([(1, ENQ)], [(0, late)], [(1, ENQ)], [(0, _answer())])
    hooks = Noted()
    assert _driver(line).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert hooks.calls.count("commit") == 1


def test_what_came_before_the_request_settles_nothing() -> None:
    late = [(0.0, ENQ), (0.0, _answer()), (0.0, EOT)]
    line = ScriptedLine([[], [], _ACKED, _ACKED, [(9, ENQ)], [(0, _answer("7"))]], unasked=late)
    hooks = Noted()
    assert _driver(line).perform(_REQUEST, hooks).state is PaymentState.DECLINED
    assert any("earlier payment" in text for text in hooks.shown)


@pytest.mark.parametrize("private", ["", "0000000000", "1234567890"])
def test_a_terminal_with_its_own_private_field_is_believed(private: str) -> None:
    line = _paid([(1, ENQ)], [(0, _answer(private=private))])
    result = _driver(line).perform(_REQUEST, Noted())
    assert result.state is PaymentState.APPROVED
    assert result.receipt == ("1234567890" if private == "1234567890" else "")


@pytest.mark.parametrize(
    "answer,words",
    [
        (_answer(amount=1110), "1110 EUR where 1010 EUR"),
        (_answer(amount=505), "505 EUR where 1010 EUR"),
        (_answer("7", 1110), "1110 EUR where 1010 EUR"),
        (_answer("9"), "could not be verified"),
        (_answer("5"), "result 5"),
    ],
)
def test_an_answer_that_does_not_agree_is_left_to_a_person(answer: bytes, words: str) -> None:
    line = _paid([(1, ENQ)], [(0, answer)])
    driver = _driver(line)
    result = driver.perform(_REQUEST, Noted())
    assert result.state is PaymentState.UNKNOWN
    finding = driver.query(_REQUEST, result, Noted())
    assert finding.verdict is Verdict.CANNOT_TELL
    assert words in finding.why


def test_an_answer_in_another_currency_is_left_to_a_person() -> None:
    line = _paid([(1, ENQ)], [(0, framed(messages.answer(Told(1, "0", 1010, "1", 756, ""))))])
    assert _driver(line).perform(_REQUEST, Noted()).state is PaymentState.UNKNOWN


def test_an_answer_that_cannot_be_read_is_acknowledged_and_left_to_a_person() -> None:
    line = _paid([(1, ENQ)], [(0, framed(b"HELLO"))])
    with pytest.raises(ProtocolError):
        _driver(line).perform(_REQUEST, Noted())
    assert line.texts()[-2:] == [ACK, ACK]


def _sent_at(line: ScriptedLine) -> Request:
    baseline = {"sent": line.clock().isoformat()}
    return Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z", baseline=baseline)


def test_what_was_said_before_a_break_needs_no_question() -> None:
    line = ScriptedLine()
    said = Result(PaymentState.APPROVED, 1010, "EUR")
    finding = _driver(line).query(_sent_at(line), said, Noted())
    assert (finding.verdict, finding.result) == (Verdict.SETTLED, said)
    assert line.sent == []


def test_after_a_break_the_answer_may_still_come() -> None:
    line = ScriptedLine([[(0, _answer())]], unasked=[(3, ENQ)])
    driver, request, hooks = _driver(line), _sent_at(line), Noted()
    assert driver.query(request, None, hooks).verdict is Verdict.RUNNING
    finding = driver.query(request, None, hooks)
    assert finding.verdict is Verdict.SETTLED
    assert hooks.calls == ["commit"]
    assert line.texts() == [ACK, ACK]


def test_once_no_answer_can_come_a_person_is_asked() -> None:
    line = ScriptedLine()
    request = _sent_at(line)
    line.now = 181
    finding = _driver(line).query(request, None, Noted())
    assert finding.verdict is Verdict.CANNOT_TELL
    assert "duplicate slip" in finding.why
    assert line.sent == []


def test_the_status_sends_no_message() -> None:
    line = ScriptedLine([_ACKED])
    assert _driver(line).status(Noted()).ready
    assert line.texts() == [ENQ, EOT]
    busy = ScriptedLine([[(0, NAK)]] * 3)
    assert not _driver(busy).status(Noted()).ready
