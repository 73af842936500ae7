"""E+ frames and messages: what is written is read again, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.terminals.eplus import messages
from services.terminals.eplus.framing import FrameReader, Signal, framed, lrc, unframed
from services.terminals.eplus.messages import Ask, Told, card_of
from services.terminals.problems import ProtocolError
from tests.terminals.fuzz_eplus import fuzz_one
from tests.terminals.kit.cards import CARDS

_PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=90).map(str.encode)
_PRIVATE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=10)
_ASKS = st.builds(
    Ask,
    st.integers(0, 99),
    st.integers(1, 99_999_999),
    st.sampled_from("0124"),
    st.integers(0, 999),
    st.sampled_from(sorted(messages.MODES)),
    _PRIVATE,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
_TOLD = st.builds(
    Told,
    st.integers(0, 99),
    st.sampled_from("0179"),
    st.integers(0, 99_999_999),
    st.sampled_from(sorted(messages.MODES)),
    st.integers(0, 999),
    _PRIVATE,
)


def test_a_payment_as_it_goes_over_the_line() -> None:
    ask = Ask(1, 1010, messages.PAYMENT, 978, private="K7TWN3QX5Z")
    text = messages.request(ask)
    assert text == b"0100001010010978K7TWN3QX5ZA010B010"
    assert len(text) == 34
    assert framed(text) == b"\x02" + text + b"\x03" + bytes([lrc(text)])


@pytest.mark.parametrize(
    "text,ask",
    [
        # Each letter of TERMINALS.md 3.1.
        (b"9999999999111978          A010B011", Ask(99, 99_999_999, "1", 978, report=True, force=True)),
        (b"00000000010C2978          A010B010", Ask(0, 1, "2", 978, messages.CHEQUE)),
        (b"0100001010014978ABCDEFGHJKA011B010", Ask(1, 1010, "4", 978, private="ABCDEFGHJK", at_once=True)),
    ],
)
def test_every_form_of_a_request_is_read(text: bytes, ask: Ask) -> None:
    assert messages.asked(text) == ask
    assert messages.request(ask) == text


def test_answers_are_28_or_83_bytes_on_the_line() -> None:
    told = Told(1, "0", 1010, "1", 978, "K7TWN3QX5Z")
    assert len(framed(messages.answer(told))) == 28
    assert len(framed(messages.answer(told, "4" * 19))) == 83
    assert messages.told(b"010000010101978K7TWN3QX5Z") == told


@given(_ASKS)
def test_a_request_is_read_as_it_was_written(ask: Ask) -> None:
    assert messages.asked(messages.request(ask)) == ask


@given(_TOLD, st.none() | st.text("0123456789 X*ABC", max_size=55))
def test_an_answer_is_read_as_it_was_written(told: Told, report: str | None) -> None:
    read = messages.told(messages.answer(told, report))
    assert (read.till, read.result, read.amount, read.mode) == (
        told.till,
        told.result,
        told.amount,
        told.mode,
    )
    assert (read.currency, read.private) == (told.currency, told.private)


@pytest.mark.parametrize(
    "ask",
    [
        Ask(100, 1, "0", 978),
        Ask(1, 0, "0", 978),
        Ask(1, 100_000_000, "0", 978),
        Ask(1, 1, "3", 978),
        Ask(1, 1, "0", 1000),
        Ask(1, 1, "0", -1),
        Ask(1, 1, "0", 978, mode="?"),
        Ask(1, 1, "0", 978, private="elevenchars"),
        Ask(1, 1, "0", 978, private="é"),
    ],
)
def test_what_does_not_fit_is_not_written(ask: Ask) -> None:
    with pytest.raises(ProtocolError):
        messages.request(ask)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"0" * 26,
        b"01x0000101x1978          "[:25],
        b"a10000010101978          ",
        b"010000010101eur          ",
        b"010000010101978\xe9         ",
    ],
)
def test_what_is_no_answer_is_refused(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        messages.told(text)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("filler", ["", " ", "0", "0" * 55])
def test_of_a_report_only_the_last_four_digits_are_read(card: str, filler: str) -> None:
    report = (card + filler)[:55]
    text = messages.answer(Told(1, "0", 1010, "1", 978, ""), report)
    told = messages.told(text)
    assert told.card == "*" * (len(card) - 4) + card[-4:]
    assert card[:-4] not in repr(told)


@pytest.mark.parametrize(
    "report,card",
    [
        ("************4771", "************4771"),
        ("XXXXXXXXXXXX4771   more", "************4771"),
        ("4771", ""),
        ("1234567890123456", ""),
        ("", ""),
        ("CMC7 0000123", ""),
    ],
)
def test_a_report_that_names_no_card_gives_none(report: str, card: str) -> None:
    assert card_of(report) == card


def test_the_report_of_a_cheque_is_not_read() -> None:
    text = messages.answer(Told(1, "0", 1010, messages.CHEQUE, 978, ""), CARDS[0])
    assert messages.told(text).card == ""


@given(_PRINTABLE)
def test_a_frame_is_read_as_it_was_written(text: bytes) -> None:
    assert unframed(framed(text)) == text


@pytest.mark.parametrize("wanted", [0x02, 0x03, 0x04, 0x05, 0x06, 0x15])
def test_a_check_byte_may_be_any_control_byte(wanted: int) -> None:
    # Three printable bytes whose exclusive or, with ETX, gives the control byte.
    text = bytes([0x21, 0x40, 0x21 ^ 0x40 ^ 0x03 ^ wanted]) + b"AA"
    assert lrc(text) == wanted
    assert FrameReader().feed(framed(text) + b"\x04") == [text, Signal.EOT]


@given(_PRINTABLE.filter(len), st.data())
def test_a_damaged_frame_is_never_taken_for_its_text(text: bytes, data: st.DataObject) -> None:
    frame = bytearray(framed(text))
    at = data.draw(st.integers(1, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    assert text not in FrameReader().feed(bytes(frame))


@given(st.lists(_PRINTABLE, max_size=4), st.lists(st.integers(1, 9), max_size=60))
def test_frames_are_found_however_they_are_cut(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(b"\x05" + framed(text) + b"\x04" for text in sent)
    reader, found, at = FrameReader(), list[object](), 0
    for cut in [*cuts, len(stream)]:
        found += reader.feed(stream[at : at + cut])
        at += cut
    assert found == [event for text in sent for event in (Signal.ENQ, text, Signal.EOT)]


def test_a_frame_that_breaks_off_is_dropped_for_what_follows() -> None:
    reader = FrameReader()
    assert reader.feed(framed(b"ABC")[:3] + b"\x05" + framed(b"DEF")) == [Signal.BAD, Signal.ENQ, b"DEF"]
    assert reader.feed(b"\x02" + b"A" * 5000) == [Signal.BAD]


def test_text_with_control_characters_is_not_framed() -> None:
    with pytest.raises(ProtocolError):
        framed(b"A\x03B")
    with pytest.raises(ProtocolError):
        unframed(framed(b"A") + framed(b"B"))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    assert fuzz_one(data) is None  # type: ignore[func-returns-value]


@given(_TOLD, st.binary(max_size=6), st.integers(0, 80))
def test_an_answer_with_anything_in_it_is_a_value_or_refused(told: Told, noise: bytes, at: int) -> None:
    text = messages.answer(told, "0" * 55)
    assert fuzz_one(text[:at] + noise + text[at + len(noise) :]) is None  # type: ignore[func-returns-value]
