"""ZVT bytes from public projects: they decode and encode."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from services.terminals.currencies import CURRENCIES
from services.terminals.problems import ProtocolError
from services.terminals.zvt import messages, printing
from services.terminals.zvt.apdu import Apdu, Splitter, decode, encode
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.fields import CONTAINER, Tlv, encode_tlv, parse, parse_tlv
from services.terminals.zvt.fields import encode as encode_fields
from services.terminals.zvt.framing import framed, unframed
from services.terminals.zvt.texts import result_text
from tests.shared_data import shared

Vector = dict[str, Any]


def _vectors(*parts: str) -> list[Vector]:
    path = shared("terminals", "zvt.json")
    return [
        vector
        for vector in json.loads(path.read_text("utf-8"))["vectors"]
        if all(part in vector for part in parts)
    ]


def _fields_start(message: Apdu, expected: Vector) -> int:
    """Where the bitmaps of a message begin, as the reading that comes with it says."""
    start = {0x0600: 6, 0x061E: 1, 0x060F: 1, 0x04FF: 1}.get(message.command, 0)
    return start + ("timeout_min_bcd" in expected)


def _nested(tags: list[Tlv]) -> list[list[Any]]:
    return [
        [f"{tag:02x}", value.hex() if isinstance(value, bytes) else _nested(value)] for tag, value in tags
    ]


def _read(data: bytes) -> Vector:
    return {
        f"{tag:02x}": _nested(parse_tlv(value)) if tag == CONTAINER else value.hex()
        for tag, value in parse(data)
    }


def _message(vector: Vector) -> Apdu:
    found = Splitter().feed(bytes.fromhex(vector["apdu_hex"]))
    assert len(found) == 1
    return found[0]


def test_there_are_vectors() -> None:
    assert len(_vectors("apdu_hex")) > 60


def test_command_and_length_are_read() -> None:
    for vector in _vectors("apdu_hex", "decoded"):
        expected = vector["decoded"]
        if expected.get("error") == "incomplete":
            assert Splitter().feed(bytes.fromhex(vector["apdu_hex"])) == [], vector["name"]
            with pytest.raises(ProtocolError):
                decode(bytes.fromhex(vector["apdu_hex"]))
            continue
        message = _message(vector)
        assert f"{message.command:04x}" == expected["cmd"], vector["name"]
        assert len(message.data) == expected["len"], vector["name"]


def test_every_message_is_written_as_it_was_read() -> None:
    seen = 0
    for vector in _vectors("apdu_hex"):
        if vector["decoded"].get("error") == "incomplete":
            continue
        data = bytes.fromhex(vector["apdu_hex"])
        trailing = bytes.fromhex(vector["decoded"].get("trailing", ""))
        assert encode(_message(vector)) + trailing == data, vector["name"]
        seen += 1
    assert seen > 60


def test_bitmaps_and_containers_are_read_and_written_back() -> None:
    seen = 0
    for vector in _vectors("apdu_hex", "decoded"):
        expected = vector["decoded"]
        if "bmp" not in expected:
            continue
        message = _message(vector)
        data = message.data[_fields_start(message, expected) :]
        assert _read(data) == expected["bmp"], vector["name"]
        again = [
            (tag, encode_tlv(parse_tlv(value)) if tag == CONTAINER else value) for tag, value in parse(data)
        ]
        assert encode_fields(again) == data, vector["name"]
        seen += 1
    assert seen >= 15


def test_an_unknown_bitmap_cannot_be_read_on() -> None:
    named = [vector for vector in _vectors("apdu_hex") if "unknown BMP" in str(vector["decoded"])]
    assert named
    for vector in named:
        with pytest.raises(ProtocolError) as caught:
            parse(_message(vector).data)
        assert caught.value.detail.startswith("an unknown field 6C")


def test_print_lines_are_read() -> None:
    seen = 0
    for vector in _vectors("apdu_hex"):
        expected = vector["decoded"]
        if expected.get("cmd") != "06d1":
            continue
        line = printing.print_line(_message(vector).data, Charset.CP437)
        bare, mark, kind = expected["text"].partition("\x06\x04\x1f\x07\x01")
        # The expiry is printed on these slips; it does not come in.
        shown = bare.replace("12/25", "**/**") if bare.startswith("Ablauf") else bare
        assert line.text == shown, vector["name"]
        assert line.last == (expected["attr"] == "81")
        copies = {"\x01": "merchant", "\x02": "customer"}
        assert line.copy == (copies[kind] if mark else None)
        seen += 1
    assert seen > 30


def test_text_blocks_come_whole_however_they_are_cut() -> None:
    fragmented = _vectors("fragments")
    assert fragmented
    for vector in fragmented:
        pieces = [bytes.fromhex(piece) for piece in vector["fragments"]]
        splitter = Splitter()
        found = [message for piece in pieces for message in splitter.feed(piece)]
        assert found == Splitter().feed(b"".join(pieces))
        block = printing.print_text_block(found[0].data, Charset.CP437)
        assert "HÄNDLERBELEG" in "\n".join(block.lines)
        assert block.copy == "merchant"
        assert [_read(message.data) for message in found] == [
            entry["bmp"] for entry in vector["decoded"] if "bmp" in entry
        ]


def test_a_whole_receipt_is_read() -> None:
    blocks = [vector for vector in _vectors("apdu_hex") if vector["decoded"].get("cmd") == "06d3"]
    assert blocks
    block = printing.print_text_block(_message(blocks[0]).data, Charset.CP437)
    assert block.last
    assert block.lines[0] == "  Leihstellung von hobex"


def test_statuses_are_read() -> None:
    seen = 0
    for vector in _vectors("apdu_hex"):
        expected = vector["decoded"]
        if expected.get("cmd") == "04ff":
            status = messages.intermediate_status(_message(vector).data, Charset.CP437)
            assert f"{status.status:02x}" == expected["status"]
            assert status.minutes == int(expected["timeout_min_bcd"])
            assert status.text
            seen += 1
        if expected.get("cmd") == "060f":
            end = messages.enquiry_completion(_message(vector).data, Charset.CP437)
            assert f"{end.status:02x}" == expected["status"]
            assert end.software == expected.get("sw", "")
            seen += 1
    assert seen >= 5


_ASSERTED = re.compile(r'^(?P<value>".*"|0x[0-9A-F]+|[0-9.]+M?), statusInformation\.(?P<name>\w+)$')


def _said(status: messages.StatusInformation) -> dict[str, object]:
    return {
        "AdditionalText": status.text,
        "Amount": status.amount,
        "CardName": status.scheme,
        "ErrorCode": status.result,
        "TerminalIdentifier": int(status.terminal_id or 0),
        "TraceNumber": int(status.trace or 0),
        "ReceiptNumber": int(status.receipt or 0),
        "VuNumber": status.merchant_id,
        "CurrencyCode": {letters: number for number, letters in CURRENCIES.items()}.get(status.currency, 0),
    }


def _value(name: str, text: str) -> object:
    if text.startswith('"'):
        return text.strip('"')
    if name == "Amount":
        return int(Decimal(text.rstrip("M")) * 100)
    return int(text, 16) if text.startswith("0x") else int(text)


def test_status_informations_say_what_the_project_they_come_from_says() -> None:
    seen = 0
    for vector in _vectors("apdu_hex", "upstream_asserts"):
        message = _message(vector)
        if message.command != 0x040F:
            continue
        said = _said(messages.status_information(message.data, Charset.CP437))
        for line in vector["upstream_asserts"]:
            match = _ASSERTED.match(line)
            if match is not None and match["name"] in said:
                assert said[match["name"]] == _value(match["name"], match["value"]), (vector["name"], line)
                seen += 1
    assert seen >= 10


def test_serial_frames_have_the_check_sum_of_public_logs() -> None:
    frames = _vectors("serial_hex")
    assert len(frames) >= 7
    for vector in frames:
        frame = bytes.fromhex(vector["serial_hex"])
        assert unframed(frame).hex() == vector["apdu_hex"], vector["name"]
        assert framed(bytes.fromhex(vector["apdu_hex"])) == frame, vector["name"]


def test_no_vector_lets_more_than_four_digits_of_a_card_out() -> None:
    for vector in _vectors("apdu_hex"):
        if vector["decoded"].get("cmd") == "040f" and "error" not in vector["decoded"]:
            status = messages.status_information(_message(vector).data, Charset.CP437)
            assert len(re.findall(r"[0-9]", status.card)) <= 4, vector["name"]


def test_results_have_words() -> None:
    assert result_text(0x6C) == "aborted by time-out or abort key"
    assert result_text(0x02) == "declined by the bank, code 02"
    assert result_text(0x63 + 0x6) == "error 69"
