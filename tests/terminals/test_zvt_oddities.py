"""What ZVT terminals say oddly, or at an odd moment: a payment survives it."""

from dataclasses import dataclass, field, replace

import pytest

from services.contract.cards import is_card_number
from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Printed, Request
from services.terminals.problems import ProtocolError, Refusal, TerminalSilent, TransportLost
from services.terminals.zvt import german, messages, printing, texts
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import Command
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.fields import encode_tlv, parse
from services.terminals.zvt.profiles import PROFILES
from tests.terminals.kit.cards import CARDS
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted import NO_LAST, REGISTERED, Said, ScriptedLink

_REQUEST = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "ABCDEFGHJK")
_APPROVED = "040f1c" + "2700" + "04000000001000" + "0b001041" + "0c120001" + "0d1121" + "870463" + "490978"
_DONE = "060f00"
_ENQUIRED = "f0f0f7322e31342e313500"


@dataclass
class _Link(ScriptedLink):
    """A link that is gone once the terminal has said its last word."""

    breaks_after: int = 0
    closed: list[float] = field(default_factory=list)

    def receive(self, timeout: float) -> Apdu | None:
        message = super().receive(timeout)
        if message is not None and message.command == self.breaks_after:
            self.lost_once = True
        return message

    def close(self) -> None:
        super().close()
        self.closed.append(self.now)


def _link(*said: tuple[float, str], breaks_after: int = 0, **more: Said) -> _Link:
    script: dict[int, Said] = {
        Command.REGISTRATION: REGISTERED,
        Command.REPEAT_RECEIPT: NO_LAST,
        Command.AUTHORISATION: said,
    }
    script |= {Command[name.upper()]: answers for name, answers in more.items()}
    return _Link(script, breaks_after=breaks_after)


def _driver(link: ScriptedLink, language: texts.Language = "en", make: str = "generic") -> ZvtDriver:
    settings = ZvtSettings(PROFILES[make], "EUR", language=language)
    return ZvtDriver(link, settings, link.monotonic, link.clock, lambda *_: None)


@pytest.mark.parametrize(
    "said,end,state",
    [
        ([(0, _APPROVED), (0, _DONE)], Command.COMPLETION, PaymentState.APPROVED),
        ([(0, "040f022705"), (0, "061e0105")], Command.ABORTED, PaymentState.DECLINED),
    ],
)
def test_the_end_stands_though_its_acknowledgement_is_lost(
    said: list[tuple[float, str]], end: int, state: PaymentState
) -> None:
    link = _link((0, "800000"), *said)
    driver = _driver(link)
    hooks = Noted(calling=lambda name: setattr(link, "breaks_after", end) if name == "acked" else None)
    assert driver.perform(_REQUEST, hooks).state is state
    assert link.closed, "a connection that died is not used again"


def test_an_abort_nobody_answers_loses_no_approval() -> None:
    link = _link((0, "800000"), (1, "04ff010a"), (1, _APPROVED), (0, _DONE))
    hooks = Noted()
    hooks.calling = lambda name: setattr(hooks, "abort", name == "acked")
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert link.commands().count("06B0") == 1
    assert link.closed, "the answer that is owed must not meet the next command"


def test_lines_to_print_do_not_start_t4_again() -> None:
    printing = [(60.0, "06d1020041")] * 4
    link = _link((0, "800000"), (0, _APPROVED), *printing)
    with pytest.raises(TerminalSilent) as caught:
        _driver(link).perform(_REQUEST, Noted())
    assert caught.value.detail == "T4"
    assert link.now == pytest.approx(180)


def test_a_result_starts_t4_again() -> None:
    link = _link((0, "800000"), (170, _APPROVED), (170, _DONE))
    assert _driver(link).perform(_REQUEST, Noted()).state is PaymentState.APPROVED


@pytest.mark.parametrize(
    "status",
    [
        "04ff00",
        "04ff020a0a",
        "04ff020aff",
        "04ff030a0624",
        "04ff060a010603240707",
        "04ff030aaabb",
        "04ff01e5",
    ],
)
def test_a_status_that_cannot_be_read_ends_no_payment(status: str) -> None:
    link = _link((0, "800000"), (0, status), (0, _APPROVED), (0, _DONE))
    hooks = Noted()
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert "" not in hooks.shown


@pytest.mark.parametrize(
    "data,result", [("05", 0x05), ("b8870123", 0xB8), ("b8870123061123090802", 0xB8), ("6c3cf9f9f9", 0x6C)]
)
def test_the_code_of_an_abort_counts_whatever_follows(data: str, result: int) -> None:
    aborted = messages.aborted(bytes.fromhex(data), Charset.CP437)
    assert (aborted.result, aborted.text) == (result, "")


def test_the_text_of_an_abort_is_read_beside_a_damaged_container() -> None:
    told = messages.aborted(bytes.fromhex("053cf0f0f24e6f06032407ff"), Charset.CP437)
    assert (told.result, told.text) == (0x05, "No")


@pytest.mark.parametrize(
    "data,text,feeds,last",
    [
        ("ff03", "", 3, True),
        ("ff", "", 0, True),
        ("ff0506041f070102", "", 5, True),
        ("8141", "A", 0, True),
        ("8041", "A", 0, False),
        ("4041", "A", 0, False),
        ("", "", 0, False),
    ],
)
def test_the_attributes_of_a_line(data: str, text: str, feeds: int, *, last: bool) -> None:
    line = printing.print_line(bytes.fromhex(data), Charset.CP437)
    assert (line.text, line.feeds, line.last) == (text, feeds, last)


@pytest.mark.parametrize(
    "data",
    [
        _ENQUIRED + "06061f7303000123",
        "00" + "06061f7303000123",
        "f0f0f000" + "06061f7303000123",
        _ENQUIRED + "0641" + "1f4038" + "41" * 0x38 + "1f7303000123",
        "2700" + "06061f7303000123",
    ],
)
def test_the_number_of_an_end_is_found_behind_whatever_it_says(data: str) -> None:
    assert messages.sequence_of(Apdu(Command.COMPLETION, bytes.fromhex(data))) == "000123"


def test_the_answer_to_the_end_of_an_enquiry_bears_its_number() -> None:
    numbered = "06061f7303000123"
    registered = ((0, "800000"), (0, "060f08" + "06061f7303000000"))
    enquired = ((0, "800000"), (0, "060f13" + _ENQUIRED + numbered))
    link = _link(registration=registered, status_enquiry=enquired)
    assert _driver(link, make="card-complete").status(Noted()).ready
    assert link.sent[-1][1].data.hex() == numbered


@pytest.mark.parametrize("card", CARDS)
def test_numbers_of_no_fixed_length_pass_no_card_number(card: str) -> None:
    packed = bytes.fromhex(card + "f" * (len(card) % 2))
    tags = encode_tlv([(0x1F2B, packed), (0x1F1F, packed)])
    told = messages.status_information(b"\x27\x00\x06" + bytes([len(tags)]) + tags, Charset.CP437)
    assert not is_card_number(told.trace.rstrip("f"))
    assert told.mirror == ""


def test_a_mirror_goes_back_as_it_came() -> None:
    tags = encode_tlv([(0x1F1F, b"\x04\x63")])
    told = messages.status_information(b"\x27\x00\x06" + bytes([len(tags)]) + tags, Charset.CP437)
    assert told.mirror == "0463"


def test_the_fields_of_offline_chips_do_not_hide_what_follows() -> None:
    assert parse(bytes.fromhex("92f0f0f24142270c")) == [(0x92, b"AB"), (0x27, b"\x0c")]


def test_blocks_of_hobex_are_read_in_the_set_they_come_in() -> None:
    # As captured: 8E is the letter of code page 437, whatever was registered.
    tags = encode_tlv([(0x1F07, b"\x01"), (0x25, [(0x07, b"H\x8eNDLERBELEG")])])
    block = printing.print_text_block(b"\x06" + bytes([len(tags)]) + tags, PROFILES["hobex"].charset)
    assert block.lines == ("HÄNDLERBELEG",)


@pytest.mark.parametrize(
    "status,needs,ready",
    [
        ("00", frozenset[str](), True),
        ("01", {"initialisation"}, False),
        ("03", {"initialisation", "diagnosis"}, False),
    ],
)
def test_what_a_registration_says_is_needed(status: str, needs: frozenset[str], *, ready: bool) -> None:
    registered = ((0, "800000"), (0, "060f07" + f"19{status}" + "2928004869"))
    enquired = ((0, "800000"), (0, "060f0100"))
    driver = _driver(_link(registration=registered, status_enquiry=enquired))
    for _ in range(2):
        told = driver.status(Noted())
        assert (told.needs, told.ready, told.terminal_id) == (needs, ready, "28004869")


def test_what_the_terminal_did_by_itself_is_needed_no_more() -> None:
    enquired = ((0, "800000"), (0, "060f0100"))
    link = _link(registration=((0, "800000"), (0, "060f021903")), status_enquiry=enquired)
    driver = _driver(link)
    assert not driver.status(Noted()).ready
    link.script = {**link.script, Command.REGISTRATION: ((0, "800000"), (0, "060f021900"))}
    for _ in range(2):
        told = driver.status(Noted())
        assert (told.ready, told.needs) == (True, frozenset())
    assert link.commands().count("0600") == 2, "once it needs nothing it is not asked again"


@pytest.mark.parametrize(
    "code,text",
    [
        ("51", "initialisation required"),
        ("00", "ready"),
        ("9c", "please wait"),
        ("cc", "the printer is not ready"),
    ],
)
def test_what_a_status_enquiry_says(code: str, text: str) -> None:
    driver = _driver(_link(status_enquiry=((0, "800000"), (0, f"060f01{code}"))))
    assert driver.status(Noted()).text == text


def test_service_functions_end_and_are_told_apart() -> None:
    plain = ((0, "800000"), (0, _DONE))
    link = _link(diagnosis=plain, initialisation=plain, set_date_and_time=plain, log_off=((0, "800000"),))
    driver, hooks = _driver(link), Noted()
    driver.diagnose(hooks)
    driver.initialise(hooks)
    driver.set_clock(link.clock(), hooks)
    driver.log_off(hooks)
    wanted = {"0670": "", "0693": "000000", "0691": "aa2611210c110000", "0602": ""}
    sent = {f"{message.command:04X}": message.data.hex() for _, message in link.sent}
    assert {name: sent[name] for name in wanted} == wanted
    assert link.closed


def test_what_a_terminal_cannot_do_is_said_in_its_language() -> None:
    refused = ((0, "848300"),)
    with pytest.raises(Refusal) as caught:
        _driver(_link(diagnosis=refused), "de").diagnose(Noted())
    assert caught.value.why == "The terminal says: Funktion nicht möglich."
    link = _link((0, "800000"), (0, "061e0178"))
    assert _driver(link, "de").perform(_REQUEST, Noted()).text == "Karte abgelaufen"


def test_every_result_has_words_in_both_languages() -> None:
    assert german.RESULTS.keys() == texts.RESULTS.keys()
    assert texts.result_text(0x51, "de") == "von der Bank abgelehnt, Code 51"
    assert texts.result_text(0x69, "de") == "Fehler 69"
    assert texts.state_text(0xF0, "de") == "Kassenabschluss offen: zuerst ausführen"
    assert "starts again" in texts.what_follows(0xFC)
    assert texts.what_follows(0x77) == texts.result_text(0x77)


@pytest.mark.parametrize("code", [0x40, 0x4A, 0x5E, 0x65, 0x99, 0xFF])
def test_a_status_without_words_says_nothing(code: int) -> None:
    assert texts.status_text(code) == texts.status_text(code, "de") == ""


def test_a_line_that_dies_before_the_end_is_asked_about() -> None:
    link = _link((0, "800000"), (0, _APPROVED), (0, _DONE))
    hooks = Noted(calling=lambda name: setattr(link, "lost_once", name == "commit"))
    with pytest.raises(TransportLost):
        _driver(link).perform(replace(_REQUEST), hooks)
    assert hooks.calls[-1] == "commit"


_LAST = ((0, "800000"), (0, _APPROVED), (0, _DONE))


@pytest.mark.parametrize("end", [[(0, "040f022705"), (0, "061e0105")], [(0, _DONE)]])
def test_the_one_before_told_once_more_is_not_ours(end: list[tuple[float, str]]) -> None:
    # Same amount, receipt and trace as the terminal's last transaction before this payment.
    link = _link((0, "800000"), (0, _APPROVED), *end, repeat_receipt=_LAST)
    hooks = Noted()
    state = _driver(link).perform(_REQUEST, hooks).state
    assert state is (PaymentState.DECLINED if len(end) > 1 else PaymentState.UNKNOWN)
    assert "commit" not in hooks.calls


def test_a_trace_of_zeros_names_no_transaction() -> None:
    # Two payments of one amount at a terminal without receipt, trace and time read the same.
    approved = (0, "040f10" + "2700" + "04000000000250" + "0b000000" + "490978")
    last = ((0, "800000"), approved, (0, _DONE))
    hooks = Noted()
    result = _driver(_link(*last, repeat_receipt=last)).perform(replace(_REQUEST, amount=250), hooks)
    assert (result.state, result.amount) == (PaymentState.APPROVED, 250)
    assert "commit" in hooks.calls


def test_the_next_of_the_same_amount_is_ours() -> None:
    ours = _APPROVED.replace("870463", "870464").replace("0b001041", "0b001042")
    link = _link((0, "800000"), (0, _APPROVED), (0, ours), (0, _DONE), repeat_receipt=_LAST)
    result = _driver(link).perform(_REQUEST, Noted())
    assert (result.state, result.receipt) == (PaymentState.APPROVED, "0464")


@pytest.mark.parametrize(
    "attribute,text,printed",
    [
        (0x00, "Summe  1,00", "Summe  1,00"),
        (0x04, "Summe", "    Summe"),
        (0x40, "  VERKAUF ", "       VERKAUF"),
        (0x70, "VERKAUF", "       VERKAUF"),
        (0x40, "-" * 30, "-" * 30),
        (0x44, "", ""),
        (0x80, "Text", "Text"),
        (0xC1, "Text", "Text"),
    ],
)
def test_lines_are_laid_out_as_their_attribute_says(attribute: int, text: str, printed: str) -> None:
    assert printing.laid_out(text, attribute, 21) == printed


def test_receipts_reach_the_till_laid_out() -> None:
    def line(attribute: int, text: str) -> tuple[float, str]:
        data = bytes([attribute]) + text.encode()
        return 0, f"06d1{len(data):02x}{data.hex()}"

    block = encode_tlv(
        [
            (0x1F07, b"\x01"),
            (0x25, [(0x09, b"\x40"), (0x07, b"A"), (0x09, b"\x02"), (0x07, b"B"), (0x09, b"\xff")]),
        ]
    )
    told = bytes([6, len(block)]) + block
    link = _link(
        (0, "800000"), (0, _APPROVED), line(0x40, "VERKAUF"), line(0x02, "EUR"), line(0x81, ""),
        (0, f"06d3{len(told):02x}{told.hex()}"), (0, _DONE),
    )  # fmt: skip
    hooks = _Printing()
    assert _driver(link).perform(_REQUEST, hooks).state is PaymentState.APPROVED
    assert [part.lines for part in hooks.parts] == [(" " * 16 + "VERKAUF", "  EUR"), (" " * 19 + "A", "  B")]


@dataclass
class _Printing(Noted):
    parts: list[Printed] = field(default_factory=list)

    def print(self, printed: Printed) -> None:
        self.parts.append(printed)


@pytest.mark.parametrize(
    "data,scheme,stated",
    [
        ("8a05", "girocard", ""),
        ("8a058bf0f34142432700", "ABC", ""),
        ("8aff", "", ""),
        ("0c120001aa261121", "", "11-21 12:00:01"),
        ("0c1200010d1120aa261121", "", "11-20 12:00:01"),
    ],
)
def test_what_is_told_in_another_field_is_read_there(data: str, scheme: str, stated: str) -> None:
    told = messages.status_information(bytes.fromhex(data), Charset.CP437)
    assert (told.scheme, told.stated) == (scheme, stated)


@pytest.mark.parametrize("tail", ["0680", "067f43a0", "3cf9f9f9", "8bfafa", "060743a00000"])
def test_a_result_counts_though_what_follows_is_damaged(tail: str) -> None:
    told = bytes.fromhex(_APPROVED)[3:] + bytes.fromhex(tail)
    link = _link((0, "800000"), (0, f"040f{len(told):02x}{told.hex()}"), (0, _DONE))
    result = _driver(link).perform(_REQUEST, Noted())
    assert (result.state, result.amount, result.receipt) == (PaymentState.APPROVED, 1000, "0463")


@pytest.mark.parametrize(
    "data", ["0680", "27000680", "2700 04 0000", "04000000001000 0680 2700", "2700 04ee0000000000"]
)
def test_a_damaged_result_without_its_amount_is_no_answer(data: str) -> None:
    told = bytes.fromhex(data)
    link = _link((0, "800000"), (0, f"040f{len(told):02x}{told.hex()}"), (0, _DONE))
    hooks = Noted()
    with pytest.raises(ProtocolError):
        _driver(link).perform(_REQUEST, hooks)
    assert "commit" not in hooks.calls
    assert link.commands()[-1] == "0601", "it is not acknowledged"
