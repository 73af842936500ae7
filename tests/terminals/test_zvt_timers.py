"""The timers of ZVT, to the second, on a clock of the test's own."""

from dataclasses import replace as replaced

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Request, Result, Verdict
from services.terminals.problems import JournalFailed, ProtocolError, TerminalSilent
from services.terminals.zvt.codes import Command
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.framing import framed
from services.terminals.zvt.links import SerialLink
from services.terminals.zvt.profiles import PROFILES, Timers
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted import NO_LAST, REGISTERED, Said, ScriptedLink, apdu

_REQUEST = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "ABCDEFGHJK")
_APPROVED = "040f1c" + "2700" + "04000000001000" + "0b001041" + "0c120001" + "0d1121" + "870463" + "490978"
_DONE = "060f00"


def _link(*said: tuple[float, str], **more: Said) -> ScriptedLink:
    script: dict[int, Said] = {
        Command.REGISTRATION: REGISTERED,
        Command.REPEAT_RECEIPT: NO_LAST,
        Command.AUTHORISATION: said,
    }
    return ScriptedLink(script | {Command[name.upper()]: answers for name, answers in more.items()})


def _driver(link: ScriptedLink) -> ZvtDriver:
    settings = ZvtSettings(PROFILES["generic"], "EUR")
    return ZvtDriver(link, settings, link.monotonic, link.clock, lambda *_: None)


def _at(link: ScriptedLink, command: int) -> float:
    return next(at for at, message in link.sent if message.command == command)


def test_no_answer_within_t3() -> None:
    link = _link()
    with pytest.raises(TerminalSilent) as caught:
        _driver(link).perform(_REQUEST, Noted())
    assert caught.value.detail == "T3"
    assert link.now - _at(link, Command.AUTHORISATION) == pytest.approx(5)


def test_no_end_within_t4_and_then_it_is_aborted() -> None:
    link = _link((0, "800000"), (0, "04ff010a"))
    with pytest.raises(TerminalSilent) as caught:
        _driver(link).perform(_REQUEST, Noted())
    assert caught.value.detail == "T4"
    assert link.now == pytest.approx(180)
    assert link.commands()[-1] == "06B0"


def test_every_intermediate_status_starts_t4_again() -> None:
    # Typing and clearing the PIN for ten minutes (card complete B4.5).
    typing = [(150.0, "04ff0101")] * 4
    link = _link((0, "800000"), *typing, (170, _APPROVED), (170, _DONE))
    result = _driver(link).perform(_REQUEST, Noted())
    assert result.state is PaymentState.APPROVED
    assert link.now == pytest.approx(940)


def test_a_status_may_set_t4_itself() -> None:
    link = _link((0, "800000"), (0, "04ff020e10"))
    with pytest.raises(TerminalSilent):
        _driver(link).perform(_REQUEST, Noted())
    assert link.now == pytest.approx(600)


def test_the_order_of_journal_and_line() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, _DONE))
    sent_before: dict[str, int] = {}
    hooks = Noted(calling=lambda name: sent_before.setdefault(name, len(link.sent)))
    _driver(link).perform(_REQUEST, hooks)
    names = link.commands()
    assert names[sent_before["sent"]] == "0601"
    assert names[sent_before["commit"]] == "8000"
    assert sent_before["commit"] == sent_before["sent"] + 1


def test_nothing_is_sent_when_the_journal_fails() -> None:
    link = _link((0, "800000"))
    with pytest.raises(JournalFailed) as caught:
        _driver(link).perform(_REQUEST, Noted(fails_at="sent"))
    assert caught.value.sending
    assert "0601" not in link.commands()


def test_a_result_that_cannot_be_kept_is_not_acknowledged() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, _DONE))
    with pytest.raises(JournalFailed):
        _driver(link).perform(_REQUEST, Noted(fails_at="commit"))
    assert link.commands()[-1] == "0601"


def test_the_same_result_twice_is_committed_once_and_acknowledged_twice() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, _APPROVED), (0, _DONE))
    hooks = Noted()
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert hooks.calls.count("commit") == 1
    assert link.commands()[-3:] == ["8000"] * 3


def test_an_approval_that_is_taken_back_is_not_one() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, "040f022705"), (0, "061e01cc"))
    assert _driver(link).perform(_REQUEST, Noted()).state is PaymentState.UNKNOWN


def test_an_end_without_a_result_is_no_approval() -> None:
    link = _link((0, "800000"), (0, _DONE))
    assert _driver(link).perform(_REQUEST, Noted()).state is PaymentState.UNKNOWN


def test_a_result_without_an_amount_is_turned_down() -> None:
    link = _link((0, "800000"), (0, "040f022700"), (0, "061e0166"))
    assert _driver(link).perform(_REQUEST, Noted()).state is PaymentState.UNKNOWN
    assert "8466" in link.commands()


def test_what_came_before_our_command_was_answered_settles_nothing() -> None:
    late = _APPROVED.replace("0463", "0462")
    link = _link((0, late), (0, "061e016c"), (0, "800000"), (0, "040f022705"), (0, "061e0105"))
    hooks = Noted()
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.DECLINED
    assert "commit" not in hooks.calls


def test_a_late_repeat_of_what_we_hold_is_acknowledged() -> None:
    held = Result(
        PaymentState.APPROVED, 1000, receipt="0463", trace="001041", stated="11-21 12:00:01", currency="EUR"
    )
    link = _link((0, _APPROVED), (0, "800000"), (0, "040f022705"), (0, "061e0105"))
    hooks = Noted(last=held)
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.DECLINED
    assert "commit" not in hooks.calls
    assert link.commands().count("8000") == 5


def test_an_abort_is_sent_once_and_its_answer_is_waited_for() -> None:
    link = _link((0, "800000"), (1, "04ff010a"), abort=((0, "061e016c"), (1, "800000")))
    hooks = Noted()
    hooks.calling = lambda name: setattr(hooks, "abort", name == "acked")
    result = _driver(link).perform(_REQUEST, hooks)
    assert (result.state, result.code) == (PaymentState.CANCELLED, "6C")
    assert link.commands().count("06B0") == 1
    assert link.receive(10) is None


def test_an_abort_before_anything_was_sent_sends_nothing() -> None:
    link = _link((0, "800000"))
    assert _driver(link).perform(_REQUEST, Noted(abort=True)).state is PaymentState.CANCELLED
    assert "0601" not in link.commands()


def test_what_is_not_zvt_is_said_so() -> None:
    with pytest.raises(ProtocolError) as caught:
        _driver(_link((0, "535348" + "00" * 0x48))).perform(_REQUEST, Noted())
    assert "not ZVT" in caught.value.detail


def test_a_dead_connection_is_made_anew_before_anything_is_sent() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, _DONE))
    driver = _driver(link)
    driver.perform(_REQUEST, Noted())
    sent = len(link.sent)
    link.lost_once = True
    assert driver.perform(_REQUEST, Noted()).state is PaymentState.APPROVED
    assert link.commands()[sent:].count("0600") == 1


def test_an_approval_behind_one_of_another_amount_is_asked_for() -> None:
    other = _APPROVED.replace("04000000001000", "04000000002000").replace("870463", "870462")
    link = _link((0, "800000"), (0, other), (0, _APPROVED), (0, _DONE))
    assert _driver(link).perform(_REQUEST, Noted()).state is PaymentState.UNKNOWN


@pytest.mark.parametrize("status,verdict", [("9c", Verdict.RUNNING), ("dc", Verdict.RUNNING)])
def test_a_busy_terminal_is_asked_again(status: str, verdict: Verdict) -> None:
    link = _link(status_enquiry=((0, "800000"), (0, f"060f01{status}")))
    finding = _driver(link).query(replaced(_REQUEST, baseline={"none": "64"}), None, Noted())
    assert finding.verdict is verdict


class _Wire:
    """A serial line of the test: what it answers to each frame, on the test's clock."""

    name = "the wire"

    def __init__(self, *answers: bytes) -> None:
        self.now = 0.0
        self.sent: list[tuple[float, bytes]] = []
        self.answers = list(answers)
        self.ready = b""

    def open(self) -> None:
        """Nothing to open."""

    def send(self, data: bytes) -> None:
        self.sent.append((self.now, data))
        if len(data) > 1 and self.answers:
            self.ready += self.answers.pop(0)

    def receive(self, timeout: float) -> bytes:
        data, self.ready = self.ready, b""
        if not data:
            self.now += timeout
        return data

    def close(self) -> None:
        """Nothing to close."""


def _serial(wire: _Wire) -> SerialLink:
    return SerialLink(wire, Timers(), lambda: wire.now)


def test_what_waits_on_a_serial_line_is_read_though_no_time_is_given() -> None:
    wire = _Wire()
    wire.ready = framed(bytes.fromhex("800000"))
    message = _serial(wire).receive(0)
    assert message is not None
    assert message.is_answer
    assert _serial(wire).receive(0) is None


def test_a_frame_is_sent_three_times_at_most() -> None:
    wire = _Wire()
    with pytest.raises(TerminalSilent) as caught:
        _serial(wire).send(apdu("060100"))
    assert caught.value.detail == "T2"
    assert [at for at, _ in wire.sent] == [0, pytest.approx(5), pytest.approx(10)]


def test_a_frame_that_is_always_refused_is_said_so() -> None:
    wire = _Wire(b"\x15", b"\x15", b"\x15")
    with pytest.raises(ProtocolError) as caught:
        _serial(wire).send(apdu("060100"))
    assert "refused" in caught.value.detail
    assert [at for at, _ in wire.sent] == [0, 0, 0]


def test_a_frame_that_is_refused_is_sent_again_at_once() -> None:
    wire = _Wire(b"\x15", b"\x15", b"\x06")
    _serial(wire).send(apdu("060100"))
    assert [at for at, _ in wire.sent] == [0, 0, 0]


def test_a_frame_that_stops_is_refused_after_t1() -> None:
    wire = _Wire()
    link = _serial(wire)
    wire.ready = bytes.fromhex("10020601")
    assert link.receive(1) is None
    at, data = wire.sent[0]
    assert data == b"\x15"
    assert at == pytest.approx(0.2)


def test_a_damaged_frame_is_refused_and_a_sound_one_acknowledged() -> None:
    wire = _Wire()
    link = _serial(wire)
    wire.ready = bytes.fromhex("1002849c001003c342") + bytes.fromhex("1002849c001003c341")
    heard = link.receive(1)
    assert heard is not None
    assert heard.command == 0x849C
    assert [data for _, data in wire.sent] == [b"\x15", b"\x06"]
