"""Linkly frames, fields and totals: what is written is read again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.terminals.driver import SchemeTotal
from services.terminals.linkly import requests
from services.terminals.linkly.fields import amount, cents, cut, masked_card, read_tags, tags
from services.terminals.linkly.framing import COMMANDS, Message, Splitter, decode, encode
from services.terminals.linkly.identity import unique_id
from services.terminals.linkly.requests import Transaction
from services.terminals.linkly.responses import receipt_lines
from services.terminals.linkly.totals import read, read_or_say
from services.terminals.problems import ProtocolError
from tests.terminals import fuzz_linkly, fuzz_linkly_cloud

_LATIN_1 = st.characters(min_codepoint=0, max_codepoint=255)
_MESSAGES = st.builds(Message, st.sampled_from(sorted(COMMANDS)), st.text(_LATIN_1, max_size=300))
_NAMES = st.text(st.sampled_from("ABCDEFGHIJ"), min_size=3, max_size=3)
_VALUES = st.text(st.sampled_from("ABC xyz.-"), max_size=40).map(str.strip)


@given(_MESSAGES)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.lists(_MESSAGES, max_size=5), st.lists(st.integers(1, 40), max_size=60))
def test_a_stream_gives_its_messages_however_it_is_cut(sent: list[Message], cuts: list[int]) -> None:
    stream = b"".join(encode(message) for message in sent)
    splitter, found, at = Splitter(), [], 0
    for cut_off in [*cuts, len(stream)]:
        found += splitter.feed(stream[at : at + cut_off])
        at += cut_off
    assert found == sent
    assert (splitter.waiting, splitter.skipped) == (0, 0)


@given(st.binary(max_size=40).filter(lambda noise: b"#" not in noise), _MESSAGES)
def test_what_is_no_frame_is_skipped(noise: bytes, message: Message) -> None:
    splitter = Splitter()
    assert splitter.feed(noise + encode(message) + noise) == [message]
    assert splitter.skipped == 2 * len(noise)


@pytest.mark.parametrize("noise", [b"#00A7K0", b"#0003M", b"##", b"#0012zz", b"&000012<a></a>"])
def test_a_damaged_frame_loses_only_itself(noise: bytes) -> None:
    assert Splitter().feed(noise + encode(Message("3", "C"))) == [Message("3", "C")]


def test_a_frame_that_breaks_off_can_be_given_up() -> None:
    splitter = Splitter()
    assert splitter.feed(b"#0200M0") == []
    splitter.drop()
    assert splitter.feed(encode(Message("3", "C"))) == [Message("3", "C")]


@pytest.mark.parametrize("message", [Message("M", "0" * 9994), Message("z", ""), Message("M", "€")])
def test_what_cannot_be_a_frame_is_not_written(message: Message) -> None:
    with pytest.raises(ProtocolError) as caught:
        encode(message)
    assert caught.value.__cause__ is None
    assert "€" not in caught.value.detail


def test_the_longest_message_fits() -> None:
    message = Message("M", "0" * 9993)
    assert decode(encode(message)) == message


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=8, unique_by=lambda pair: pair[0]))
def test_tags_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    assert dict(read_tags(tags(pairs))) == dict(pairs)


@pytest.mark.parametrize(
    "data,found",
    [
        ("", {}),
        ("000", {}),
        ("xyz", {}),
        ("013RFN004ABCDRE", {"RFN": "ABCD"}),
        ("020RFN004ABCDREF009AB", {"RFN": "ABCD"}),
        ("018RFN004ABCDREFxxxAB", {"RFN": "ABCD", "REF": ""}),
    ],
)
def test_damaged_tags_are_read_as_far_as_they_are_sound(data: str, found: dict[str, str]) -> None:
    assert dict(read_tags(data)) == found


@pytest.mark.parametrize(
    "pairs", [[("RF", "1")], [("RFN", "1" * 1000)], [("RFN", "1" * 600), ("REF", "1" * 600)]]
)
def test_tags_that_do_not_fit_are_not_written(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(ProtocolError):
        tags(pairs)


@given(st.integers(0, 999_999_999))
def test_amounts_are_written_and_read(minor: int) -> None:
    assert cents(amount(minor), "amount") == minor


@pytest.mark.parametrize("minor", [-1, 1_000_000_000])
def test_an_amount_that_does_not_fit_is_not_written(minor: int) -> None:
    with pytest.raises(ProtocolError):
        requests.transaction(Transaction("P", minor, "A"))


@pytest.mark.parametrize("text", ["12a", "-1", "1.0", "\u0661"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        cents(text, "purchase")


def test_a_blank_amount_is_none() -> None:
    assert cents("   ", "purchase") == 0


@pytest.mark.parametrize(
    "card,shown",
    [
        ("............4242    ", "************4242"),
        ("4111111111111111    ", "************1111"),
        ("411111......1111", "************1111"),
        ("4242", "****"),
        ("", ""),
        ("41111111111111AB", "****************"),
    ],
)
def test_a_card_number_keeps_its_last_four_digits(card: str, shown: str) -> None:
    assert masked_card(card) == shown


def test_a_reference_that_is_too_long_is_not_cut() -> None:
    with pytest.raises(ProtocolError):
        requests.last("A" * 17)


def test_fields_that_are_missing_are_empty() -> None:
    assert cut("ab", (("one", 1), ("two", 3), ("three", 2))) == ({"one": "a", "two": "b", "three": ""}, "")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_empty_lines_of_a_receipt_stay(end: str) -> None:
    assert receipt_lines(f"  ONE{end}{end}TWO{end}{end}") == ("  ONE", "", "TWO")


_CARD = "{:20}" + "000000100001000000200002000000300003+000000000006"
_ONE = _CARD.format("VISA")
_SUM = _CARD.format("TOTAL").replace("+000000000", "-000000400")
_VISA = (
    SchemeTotal("VISA", 1, 100, "payment"),
    SchemeTotal("VISA", 2, 200, "cash_out"),
    SchemeTotal("VISA", 3, 300, "refund"),
)


@pytest.mark.parametrize(
    "data,schemes,total",
    [
        (f"000000001069{_ONE}069{_SUM}000", 1, -400),
        (f"000000002138{_ONE}{_ONE}069{_SUM}000", 2, -400),
        (f"000000002069{_ONE}069{_ONE}069{_SUM}000", 2, -400),
        (f"000000002072{_ONE}+++072{_ONE}+++072{_SUM}+++000", 2, -400),
        (f"000000000000069{_SUM}", 0, -400),
        (f"000000000069{_SUM}", 0, -400),
        (f"000000001069{_ONE}", 1, None),
        ("", 0, None),
    ],
    ids=["one", "two", "own lengths", "longer", "none", "none, no length", "no sum", "nothing"],
)
def test_the_totals_of_a_settlement(data: str, schemes: int, total: int | None) -> None:
    totals = read(data, "AUD")
    assert totals.schemes == _VISA * schemes
    assert totals.amount == total


@pytest.mark.parametrize(
    "data",
    ["000000001068" + _ONE, "000000009069" + _ONE, "VISA 12.00", "000000002069" + _ONE + "069VISA" * 20],
)
def test_totals_in_another_form_do_not_undo_the_settlement(data: str) -> None:
    with pytest.raises(ProtocolError):
        read(data, "AUD")
    assert read_or_say(data, "AUD", "APPROVED").text.startswith("APPROVED (its totals cannot be read")


def test_the_id_of_an_attempt_is_always_the_same_and_of_version_4() -> None:
    assert unique_id("ABCDEFGHJK") == unique_id("ABCDEFGHJK") != unique_id("ABCDEFGHJL")
    assert unique_id("ABCDEFGHJK")[14] == "4"


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_a_value_or_a_protocol_error(data: bytes) -> None:
    fuzz_linkly.fuzz_one(data)
    fuzz_linkly_cloud.fuzz_one(data)
    assert len(data) <= 400
