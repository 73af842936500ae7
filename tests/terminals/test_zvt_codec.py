"""ZVT messages, fields and frames: what is written is read again, whatever it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.terminals.problems import ProtocolError
from services.terminals.zvt import commands, messages, printing
from services.terminals.zvt.apdu import Apdu, Splitter, decode, encode
from services.terminals.zvt.charsets import Charset, raw_text
from services.terminals.zvt.codes import Command, Prints
from services.terminals.zvt.fields import (
    CONTAINER,
    LENGTHS,
    VARIABLE,
    Field,
    Tlv,
    bcd,
    encode_tlv,
    from_bcd,
    parse,
    parse_tlv,
)
from services.terminals.zvt.fields import encode as encode_fields
from services.terminals.zvt.framing import FrameReader, Signal, crc, framed, unframed
from tests.terminals.fuzz_zvt import fuzz_one

_APDUS = st.builds(Apdu, st.integers(0, 0xFFFF), st.binary(max_size=600))
_FIXED = st.sampled_from(sorted(LENGTHS)).flatmap(
    lambda tag: st.tuples(st.just(tag), st.binary(min_size=LENGTHS[tag], max_size=LENGTHS[tag]))
)
_VARIABLE = st.tuples(st.sampled_from(sorted(VARIABLE)), st.binary(max_size=99))
_TAGS = st.recursive(
    st.tuples(st.sampled_from([0x07, 0x14, 0x41, 0x1F07, 0x1F73]), st.binary(max_size=300)),
    lambda inner: st.tuples(st.sampled_from([0x24, 0x25, 0x2F, 0x60]), st.lists(inner, max_size=3)),
    max_leaves=6,
)


@given(_APDUS)
def test_a_message_is_read_as_it_was_written(message: Apdu) -> None:
    assert decode(encode(message)) == message


@given(st.lists(_APDUS, max_size=5), st.lists(st.integers(1, 40), max_size=60))
def test_a_stream_gives_its_messages_however_it_is_cut(sent: list[Apdu], cuts: list[int]) -> None:
    stream = b"".join(encode(message) for message in sent)
    splitter, found, at = Splitter(), [], 0
    for cut in [*cuts, len(stream)]:
        found += splitter.feed(stream[at : at + cut])
        at += cut
    assert found == sent
    assert splitter.waiting == 0


@given(st.lists(st.one_of(_FIXED, _VARIABLE), max_size=8))
def test_bitmaps_are_read_as_they_were_written(fields: list[Field]) -> None:
    assert parse(encode_fields(fields)) == fields


@given(st.lists(_TAGS, max_size=4))
def test_containers_are_read_as_they_were_written(tags: list[Tlv]) -> None:
    data = encode_tlv(tags)
    assert parse_tlv(data) == tags
    assert parse(encode_fields([(CONTAINER, data)])) == [(CONTAINER, data)]


@given(st.integers(0, 999_999_999_999))
def test_amounts_are_packed_and_unpacked(amount: int) -> None:
    assert from_bcd(bcd(amount, 6)) == amount


@pytest.mark.parametrize("value,length", [(-1, 2), (10_000, 2), (1_000_000_000_000, 6)])
def test_a_number_that_does_not_fit_is_refused(value: int, length: int) -> None:
    with pytest.raises(ProtocolError):
        bcd(value, length)


@given(st.binary(max_size=300))
def test_a_frame_is_read_as_it_was_written(message: bytes) -> None:
    assert unframed(framed(message)) == message


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_damaged_frame_is_never_taken_for_its_message(message: bytes, data: st.DataObject) -> None:
    frame = bytearray(framed(message))
    at = data.draw(st.integers(2, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    assert message not in FrameReader().feed(bytes(frame))


def test_the_check_sum_is_kermit() -> None:
    # The check value every catalogue of CRCs gives for "123456789", with ETX behind it here.
    value = 0x2189
    assert crc(b"12345678") != value
    frame = bytes.fromhex("1002060006123456ba0978100324c3")
    assert unframed(frame).hex() == "060006123456ba0978"


def test_ten_euros_ten_doubles_the_escape() -> None:
    message = encode(commands.authorisation(1010, "EUR").apdu())
    assert message.hex() == "06010a04000000001010490978"
    assert b"\x10\x10\x10\x10" in framed(message)
    assert unframed(framed(message)) == message


def test_a_frame_that_breaks_off_is_dropped_for_the_next() -> None:
    reader = FrameReader()
    broken, whole = framed(b"\x06\x01\x00")[:4], framed(b"\x80\x00\x00")
    assert reader.feed(broken + whole) == [Signal.BAD, b"\x80\x00\x00"]


def test_a_frame_is_found_behind_a_stray_escape() -> None:
    assert FrameReader().feed(b"\x10" + framed(b"\x80\x00\x00")) == [b"\x80\x00\x00"]


@given(st.lists(st.binary(max_size=40), max_size=4), st.lists(st.integers(1, 9), max_size=60))
def test_frames_are_found_however_they_are_cut(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(framed(message) for message in sent)
    reader, found, at = FrameReader(), list[object](), 0
    for cut in [*cuts, len(stream)]:
        found += reader.feed(stream[at : at + cut])
        at += cut
    assert found == sent


def test_signals_between_frames_are_told() -> None:
    reader = FrameReader()
    assert reader.feed(b"\x06" + framed(b"\x80\x00\x00") + b"\x15") == [
        Signal.ACK,
        b"\x80\x00\x00",
        Signal.NAK,
    ]


@given(st.binary(max_size=400))
@settings(max_examples=400)
def test_any_bytes_are_a_value_or_a_protocol_error(data: bytes) -> None:
    fuzz_one(data)
    assert len(data) <= 400


@pytest.mark.parametrize(
    "charset,data",
    [
        (Charset.CP437, "8E 84"),
        (Charset.LATIN_1, "C4 E4"),
        (Charset.UTF_8, "C3 84 C3 A4"),
        (Charset.SEVEN_BIT, "5B 7B"),
    ],
)
def test_the_four_character_sets(charset: Charset, data: str) -> None:
    assert raw_text(bytes.fromhex(data), charset) == "Ää"
    line = printing.print_line(b"\x00" + bytes.fromhex(data), charset)
    assert line.text == "Ää"
    tags = encode_tlv([(0x1F07, b"\x02"), (0x25, [(0x07, bytes.fromhex(data))])])
    assert printing.print_text_block(encode_fields([(CONTAINER, tags)]), charset).lines == ("Ää",)


def test_a_block_may_say_its_own_character_set() -> None:
    tags = encode_tlv([(0x14, b"\xfe"), (0x25, [(0x07, "Ä".encode())])])
    block = printing.print_text_block(encode_fields([(CONTAINER, tags)]), Charset.CP437)
    assert block.lines == ("Ä",)


@pytest.mark.parametrize(
    "data,minutes,text",
    [
        ("0a", None, ""),
        ("0a05", 5, ""),
        ("0a06", 6, ""),
        ("0a 06 04 24 02 07 00", None, ""),
        ("0a 06 06 24 04 07 02 4869", None, "Hi"),
        ("0a 06 06 06 24 04 07 02 4869", 6, "Hi"),
    ],
)
def test_an_intermediate_status_with_and_without_its_time(data: str, minutes: int | None, text: str) -> None:
    status = messages.intermediate_status(bytes.fromhex(data), Charset.CP437)
    assert (status.minutes, status.text) == (minutes, text)


def test_the_totals_of_an_end_of_day() -> None:
    sums = [(2, 1000), (0, 0), (3, 250_50), (0, 0), (1, 999), (0, 0), (0, 0)]
    block = bytes.fromhex("04630470") + b"".join(bytes([n]) + bcd(amount, 6) for n, amount in sums)
    data = encode_fields([(0x27, b"\x00"), (0x04, bcd(27_049, 6)), (0x60, block)])
    status = messages.status_information(data, Charset.CP437)
    assert status.amount == 27_049
    assert status.totals is not None
    assert (status.totals.first_receipt, status.totals.last_receipt) == ("0463", "0470")
    assert status.totals.sums[2] == ("Mastercard", 3, 25_050)


def test_commands_are_written_as_the_specification_shows() -> None:
    how = commands.Registration(Prints(0xBA), "EUR", Charset.CP437, 40)
    registration = commands.registration("123456", how).apdu()
    assert registration.command == Command.REGISTRATION
    assert registration.data.hex() == "123456ba0978" + "060c1201401401ff26040a0206d3"
    assert commands.repeat_receipt("000000", silent=True).apdu().data.hex() == "0000000303"
    assert commands.reversal("123456", "0463", 1000).apdu().data.hex() == "123456870463" + "04000000001000"
    assert commands.refund("000000", 1, "CHF").apdu().data.hex() == "00000004000000000001490756"
    assert encode(commands.rejected(0xCC).apdu()).hex() == "84cc00"


def test_a_sequence_id_joins_the_container() -> None:
    plain = commands.authorisation(1, "EUR").apdu(bytes.fromhex("000007"))
    assert messages.sequence_of(plain) == "000007"
    mirrored = commands.mirrored(commands.authorisation(1, "EUR"), b"\x04\x63").apdu(bytes.fromhex("000008"))
    assert messages.sequence_of(mirrored) == "000008"
    assert mirrored.data.count(b"\x1f\x1f\x02\x04\x63") == 1
    assert messages.sequence_of(commands.accepted().apdu(b"\0\0\x09")) == "000009"
    assert messages.sequence_of(commands.accepted().apdu()) == ""


def test_a_password_never_shows() -> None:
    draft = commands.with_password(Command.END_OF_DAY, "123456")
    assert "123456" not in repr(draft) + repr(draft.apdu())
    with pytest.raises(ProtocolError) as caught:
        commands.with_password(Command.END_OF_DAY, "12345x")
    assert "12345" not in str(caught.value) + caught.value.detail
