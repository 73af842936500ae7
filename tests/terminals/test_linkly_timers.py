"""Linkly's timers and the order of its messages, on the test's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Answer, Prompt, Request, Verdict
from services.terminals.linkly.driver import LinklyDriver, LinklySettings
from services.terminals.linkly.framing import Message, Splitter, encode
from services.terminals.linkly.identity import Identity
from services.terminals.linkly.links import Link, Timers
from services.terminals.problems import JournalFailed, ProtocolError, TerminalSilent, TransportLost
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted_line import OnItsClock, Said

REQUEST = Request(1, PaymentKind.PAYMENT, 1000, "AUD", "ABCDEFGHJK")


def framed(body: str) -> bytes:
    """A message of the client."""
    return encode(Message(body[0], body[1:]))


def transaction(
    purchase: int = 1000, reference: str = "ABCDEFGHJK", code: str = "00", kind: str = "P"
) -> str:
    """What M and N tell of a transaction, from its success on."""
    head = f"{1 if code in {'00', '08'} else 0}{code}{'TEXT':20}00{kind}{'Savings':7}"
    amounts = f"{0:09d}{purchase:09d}{0:09d}"
    return f"{head}{amounts}A12345{reference:16}{'':170}"


READY: Mapping[str, Said] = {
    "2": [(0, framed("2 1"))],
    "K": [(0, framed(f"K0100{'READY':20}{'':42}1{'':67}"))],
    "C": [(0, framed(f"C20E2{'NO RECEIPT':20}"))],
}
DISPLAY = framed(f"S00220{'SWIPE CARD':40}100000  0000")
APPROVED = framed("M0" + transaction())


@dataclass
class ScriptedLine(OnItsClock[bytes]):
    """Answers each command as the script says."""

    script: Mapping[str, Said]
    sent: list[tuple[float, Message]] = field(default_factory=list)
    opened: int = 0
    fails_at: str = ""
    """The connection is gone when this command is sent, once."""
    name: str = "here"

    def open(self) -> None:
        self.opened += 1

    def send(self, data: bytes) -> None:
        for message in Splitter().feed(data):
            if message.command == self.fails_at:
                self.fails_at = ""
                raise TransportLost(self.name)
            self.sent.append((self.now, message))
            self._queue += self.script.get(message.command, ())

    def receive(self, timeout: float) -> bytes:
        return self.next(timeout) or b""

    def close(self) -> None:
        self._queue.clear()

    def commands(self) -> str:
        """What the till sent, by letter."""
        return "".join(message.command for _, message in self.sent)

    def at(self, command: str) -> float:
        """When a command was sent first."""
        return next(at for at, message in self.sent if message.command == command)


def line_of(*said: tuple[float, bytes], **more: Said) -> ScriptedLine:
    """A line that answers a payment so."""
    return ScriptedLine({**READY, "M": said, **more})


def driver_on(line: ScriptedLine) -> LinklyDriver:
    """A driver with the real timers."""
    timers = Timers()
    link = Link(line, timers, line.monotonic, lambda *_: None)
    return LinklyDriver(link, LinklySettings("AUD", Identity()), timers, line.monotonic)


def test_180_seconds_of_silence() -> None:
    line = line_of((0, DISPLAY))
    with pytest.raises(TerminalSilent) as caught:
        driver_on(line).perform(REQUEST, Noted())
    assert caught.value.detail == "silence"
    assert line.now - line.at("M") == pytest.approx(180, abs=1)


def test_every_message_starts_them_again() -> None:
    line = line_of(*[(170.0, DISPLAY)] * 4, (170, APPROVED))
    assert driver_on(line).perform(REQUEST, Noted()).state is PaymentState.APPROVED
    assert line.now == pytest.approx(850)


def test_a_message_that_breaks_off_is_given_up_after_5_seconds() -> None:
    # Its length promises more than ever comes; the answer behind it must not be swallowed.
    line = line_of((0, b"#9000S0"), (6, APPROVED))
    assert driver_on(line).perform(REQUEST, Noted()).state is PaymentState.APPROVED


def test_the_client_itself_answers_at_once_or_not_at_all() -> None:
    line = line_of(K=[])
    with pytest.raises(TerminalSilent):
        driver_on(line).perform(REQUEST, Noted())
    assert line.now == pytest.approx(30, abs=1)
    assert "M" not in line.commands()


def test_sent_is_on_the_disk_before_the_first_byte() -> None:
    line = line_of((0, DISPLAY), (0, APPROVED))
    before: dict[str, str] = {}
    hooks = Noted(calling=lambda name: before.setdefault(name, line.commands()))
    driver_on(line).perform(REQUEST, hooks)
    assert before["sent"] == "2K"
    assert before["acked"] == "2KM"
    assert line.commands() == "2KM"


def test_a_full_disk_sends_nothing() -> None:
    line = line_of((0, APPROVED))
    with pytest.raises(JournalFailed):
        driver_on(line).perform(REQUEST, Noted(fails_at="sent"))
    assert "M" not in line.commands()


def test_an_abort_before_it_is_sent() -> None:
    line = line_of((0, APPROVED))
    assert driver_on(line).perform(REQUEST, Noted(abort=True)).state is PaymentState.CANCELLED
    assert "M" not in line.commands()


@dataclass
class _Aborting(Noted):
    """Wants to abort as soon as it was sent; answers what it is asked."""

    choice: str = ""
    asked: list[Prompt] = field(default_factory=list)

    def sent(self, baseline: Mapping[str, str] | None = None) -> None:
        self.abort = not self.choice

    def ask(self, prompt: Prompt) -> None:
        self.asked.append(prompt)

    def answer(self) -> Answer | None:
        return Answer(self.choice, "4321é") if self.choice and self.asked else None


@pytest.mark.parametrize(
    "keys,choice,pressed",
    [
        ("100000", "", "00"),
        ("011000", "", "02"),
        ("000000", "", None),
        ("011000", "yes", "01"),
        ("011000", "no", "02"),
        ("000001", "ok", "00"),
        ("100110", "text", "034321?" + " " * 55),
        ("100150", "text", "034321?" + " " * 55),
    ],
)
def test_which_key_is_pressed(keys: str, choice: str, pressed: str | None) -> None:
    shown = framed(f"S00220{'?':40}{keys}  0000")
    line = line_of((0, shown), (1, APPROVED))
    hooks = _Aborting(choice=choice)
    driver_on(line).perform(REQUEST, hooks)
    keyed = [message.data for _, message in line.sent if message.command == "Y"]
    assert keyed == ([] if pressed is None else [pressed])
    assert [prompt.secret for prompt in hooks.asked] == ([keys[4] == "5"] if choice else hooks_secret(keys))


def hooks_secret(keys: str) -> list[bool]:
    """A question was put when there was anything but cancel to press."""
    return [False] if keys[1] == "1" else []


def test_a_late_answer_to_another_attempt_is_passed_over() -> None:
    late = framed("M0" + transaction(reference="2222222222"))
    line = line_of((0, late), (5, APPROVED))
    assert driver_on(line).perform(REQUEST, Noted()).state is PaymentState.APPROVED
    assert line.now == pytest.approx(5)


@pytest.mark.parametrize(
    "told,state",
    [
        (transaction(2000), PaymentState.UNKNOWN),
        (transaction(kind="R"), PaymentState.UNKNOWN),
        (transaction(kind="p"), PaymentState.UNKNOWN),
        (transaction(400), PaymentState.APPROVED),
        ("0" + transaction()[1:], PaymentState.UNKNOWN),
        (transaction(code="Z5"), PaymentState.UNKNOWN),
        (transaction(code="TF"), PaymentState.DECLINED),
    ],
    ids=["more", "refund", "training", "less", "contradiction", "power", "logon"],
)
def test_what_an_answer_comes_to(told: str, state: PaymentState) -> None:
    assert driver_on(line_of((0, framed("M0" + told)))).perform(REQUEST, Noted()).state is state


NO_PREVIOUS = framed(f"N000E2{'NO PREVIOUS TXN':20}")
BARE_REFUSAL = framed(f"M00A1{'RECURSIVE CALL':20}")


def test_a_refusal_without_a_reference_is_checked() -> None:
    result = driver_on(line_of((0, BARE_REFUSAL), N=[(0, NO_PREVIOUS)])).perform(REQUEST, Noted())
    assert (result.state, result.code) == (PaymentState.CANCELLED, "A1")
    charged = framed("N01" + transaction())
    result = driver_on(line_of((0, BARE_REFUSAL), N=[(0, charged)])).perform(REQUEST, Noted())
    assert result.state is PaymentState.APPROVED


def test_an_amount_that_cannot_be_read_is_no_answer() -> None:
    with pytest.raises(ProtocolError) as caught:
        driver_on(line_of((0, framed("M0" + transaction().replace("000001000", "00000A000"))))).perform(
            REQUEST, Noted()
        )
    assert caught.value.detail == "the field purchase is not a number"


@pytest.mark.parametrize(
    "told,where,verdict",
    [
        ("N01" + transaction(), "here", Verdict.SETTLED),
        ("N01" + transaction(), "elsewhere", Verdict.SETTLED),
        ("N01" + transaction(code="51"), "here", Verdict.SETTLED),
        ("N01" + transaction(2000), "here", Verdict.CANNOT_TELL),
        ("N01" + transaction(reference="2222222222"), "here", Verdict.NOT_CHARGED),
        ("N01" + transaction(reference="2222222222"), "elsewhere", Verdict.CANNOT_TELL),
        (f"N000E2{'NO PREVIOUS TXN':20}", "here", Verdict.NOT_CHARGED),
        (f"N000E2{'NO PREVIOUS TXN':20}", "elsewhere", Verdict.CANNOT_TELL),
        # A client that names no reference tells nothing of ours.
        ("N01" + transaction(reference=""), "here", Verdict.CANNOT_TELL),
        (f"N000BY{'PINPAD BUSY':20}", "here", Verdict.RUNNING),
        (f"N000B3{'CLIENT OFFLINE':20}", "here", Verdict.RUNNING),
    ],
)
def test_what_get_last_means(told: str, where: str, verdict: Verdict) -> None:
    line = ScriptedLine({**READY, "N": [(0, framed(told))]})
    request = Request(1, PaymentKind.PAYMENT, 1000, "AUD", "ABCDEFGHJK", baseline={"where": where})
    driver = driver_on(line)
    # That it is not known is believed when it is said twice.
    findings = [driver.query(request, None, Noted()) for _ in range(2)]
    assert findings[-1].verdict is verdict
    asked = next(message for _, message in line.sent if message.command == "N")
    assert asked.data == "00000ABCDEFGHJK      "


def test_an_open_connection_that_died_is_made_anew_before_anything_is_sent() -> None:
    line = line_of((0, APPROVED))
    driver = driver_on(line)
    assert driver.perform(REQUEST, Noted()).state is PaymentState.APPROVED
    driver.status(Noted())
    assert line.opened == 1
    line.fails_at = "K"
    driver._logged_on = False  # noqa: SLF001 - as after a terminal that wants a logon
    assert driver.perform(REQUEST, Noted()).state is PaymentState.APPROVED
    assert line.opened == 2


def test_a_receipt_that_comes_unasked_is_answered_so_that_the_client_goes_on() -> None:
    line = line_of((0, APPROVED), (0, framed("3C")), (0, framed("3RLATE\r\n")))
    driver = driver_on(line)
    hooks = Noted()
    driver.perform(REQUEST, hooks)
    driver.status(hooks)
    assert line.commands() == "2KM33K"
    assert "print" not in hooks.calls


def test_a_heartbeat_is_answered_where_that_is_wanted() -> None:
    line = line_of((0, framed("F1")), (0, framed("F0")), (0, APPROVED))
    driver_on(line).perform(REQUEST, Noted())
    assert line.commands() == "2KMF"
