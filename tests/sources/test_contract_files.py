"""Files of receipts in Tillbook's own form: what is read, what is refused."""

import gzip
import io
import json

import pytest

from services.contract.problem import Refused
from services.sources.contract_file import LONGEST_RECORD, Bad, records
from services.store.database import Database
from tests.sources.files import (
    amounts,
    content,
    counts,
    json_lines,
    load,
    load_records,
    reasons,
    receipt,
    zipped,
)

_BOM = b"\xef\xbb\xbf"


def _read(text: bytes) -> list[tuple[int, object]]:
    return [
        (line, body.reason if isinstance(body, Bad) else body) for line, body in records(io.BytesIO(text))
    ]


def test_each_record_is_taken_in(db: Database) -> None:
    answer = load_records(db, receipt("A-1"), receipt("A-2", "3.00"))
    assert answer == {
        "read": 2,
        "new": 2,
        "revised": 0,
        "unchanged": 0,
        "refused": [],
        "set_apart": {},
        "dates": ["2026-11-19"],
    }
    assert amounts(db, "queen-st") == {("2026-11-19", "sale", "grocery"): (2, 2, "15.50")}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(zipped, id="gzip"),
        pytest.param(lambda text: _BOM + text.encode(), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\n\n").encode(), id="empty lines"),
        pytest.param(lambda text: text.strip().encode(), id="no newline at the end"),
        pytest.param(lambda text: json.dumps(list(map(json.loads, text.splitlines()))).encode(), id="array"),
        pytest.param(
            lambda text: zipped(
                _BOM + json.dumps(list(map(json.loads, text.splitlines())), indent=2).encode()
            ),
            id="array over many lines, gzip",
        ),
    ],
)
def test_the_same_records_in_another_form_are_recognised(db: Database, form: object) -> None:
    text = json_lines([receipt("A-1"), receipt("A-2", note='Māori bread: "nāu mai"'), receipt("A-3")])
    assert callable(form)
    load(db, text, "first.jsonl")
    before = content(db)
    answer = load(db, form(text), "again.jsonl")
    assert counts(answer) == (0, 0, 3, 0)
    assert answer["dates"] == []
    assert content(db) == before


def test_what_is_refused_is_named_and_the_rest_is_kept(db: Database) -> None:
    text = "\n".join(
        (
            json.dumps(receipt("A-1")),
            "{",
            json.dumps(receipt("A-2")).replace('"12.50"', "12.50", 1),
            '{"id":"A-3","id":"A-4"}',
            json.dumps(receipt("A-5")).replace('"12.50"', "NaN"),
            json.dumps(receipt("A-6", store="elsewhere")),
            "[1, 2]",
            '"text"',
            json.dumps(receipt("A-7")),
        )
    )
    answer = load(db, text, "till.jsonl")
    assert counts(answer) == (2, 0, 0, 7)
    assert answer["read"] == 9
    assert {refused["file"] for refused in answer["refused"]} == {"till.jsonl"}
    assert [(refused["line"], refused["receipt"]) for refused in answer["refused"]] == [
        (2, None),
        (3, "A-2"),
        (4, None),
        (5, None),
        (6, "A-6"),
        (7, None),
        (8, None),
    ]
    told = reasons(answer)
    assert "is not JSON" in told[2]
    assert "12.5" in told[3]
    assert told[4] == "gives 'id' more than once"
    assert told[5] == "has NaN for a number"
    assert "elsewhere" in told[6]
    assert told[7] == told[8] == "is not a JSON object"


def test_mending_a_refused_record_changes_only_that_record(db: Database) -> None:
    bad = json_lines([receipt("A-1")]) + "{\n" + json_lines([receipt("A-3")])
    load(db, bad, "till.jsonl")
    answer = load(db, bad.replace("{\n", json_lines([receipt("A-2")])), "till.jsonl")
    assert counts(answer) == (1, 0, 2, 0)
    assert amounts(db, "queen-st")[("2026-11-19", "sale", "grocery")][0] == 3


def test_a_line_without_end_is_passed_over() -> None:
    long = b'{"note":"' + b"x" * LONGEST_RECORD + b'"}'
    assert _read(b'{"a":1}\n' + long + b'\n{"b":2}\n' + long) == [
        (1, {"a": 1}),
        (2, "is longer than 4 MiB"),
        (3, {"b": 2}),
        (4, "is longer than 4 MiB"),
    ]


def test_the_longest_line_allowed_is_read() -> None:
    text = b'{"note":"' + b"x" * (LONGEST_RECORD - 11) + b'"}'
    assert len(text) == LONGEST_RECORD
    assert [type(body) for _line, body in _read(text + b"\n" + text)] == [dict, dict]


@pytest.mark.parametrize(
    "text,reason",
    [
        (b'{"note":"\xff"}', "is not UTF-8 at byte 10"),
        (b'{"a":' + b"[" * 100_000, "is nested too deeply"),
        (b'{"amount":-Infinity}', "has -Infinity for a number"),
        (b'{"a":{"b":1,"b":2}}', "gives 'b' more than once"),
    ],
)
def test_what_is_no_record_is_told(text: bytes, reason: str) -> None:
    assert _read(text + b'\n{"b":2}') == [(1, reason), (2, {"b": 2})]


def test_texts_are_made_safe_to_show() -> None:
    text = json.dumps({"note": "a\x1b[31mb\u202ec", "lines": [{"description": "\ud800"}], "list": ["\x07"]})
    assert _read(text.encode()) == [(1, {"note": "a [31mbc", "lines": [{"description": " "}], "list": [" "]})]


def test_an_array_is_followed_to_where_it_breaks() -> None:
    text = b'[{"a":"]},"},\n {"b":[1,{"c":2}]},\n {"d":}, {"e":"\\"]"}\n, {"f": '
    assert _read(text) == [
        (1, {"a": "]},"}),
        (2, {"b": [1, {"c": 2}]}),
        (3, "is not JSON: Expecting value at character 6"),
        (3, {"e": '"]'}),
        (4, "the array is broken here, or has too long a record; what follows was not read"),
    ]


@pytest.mark.parametrize("text", [b"[]", b" [ ]\n", b"", b"\n\n", _BOM])
def test_nothing_is_read_from_nothing(text: bytes) -> None:
    assert _read(text) == []


@pytest.mark.parametrize("text", [b'[{"a":1}] x', b'[{"a":1}', b'[{"a":1},', b'[{"a":1} {"b":2}]'])
def test_a_broken_array_is_told(text: bytes) -> None:
    found = _read(text)
    assert found[-1][0] == 1
    assert "the array is broken here" in str(found[-1][1]) or "is not JSON" in str(found[-1][1])


def test_an_array_is_read_piece_by_piece() -> None:
    many = json.dumps([receipt(str(number), note="é" * 50) for number in range(2_000)], indent=1)
    read = _read(many.encode())
    assert len(many) > 500_000
    assert [body["id"] for _line, body in read if isinstance(body, dict)] == list(map(str, range(2_000)))
    lines_of_one = (many.count("\n") - 1) // 2_000
    assert [line for line, _body in read[:2]] == [2, 2 + lines_of_one]


def test_a_damaged_gzip_keeps_what_came_before(db: Database) -> None:
    whole = gzip.compress(json_lines(receipt(f"A-{n}", note=str(n) * 40) for n in range(5_000)).encode())
    answer = load(db, whole[: len(whole) // 2], "cut.jsonl.gz")
    assert answer["new"] > 100
    assert [refused["receipt"] for refused in answer["refused"]] == [None]
    assert "damaged from here on" in answer["refused"][0]["reason"]
    again = load(db, whole, "cut.jsonl.gz")
    assert counts(again) == (5_000 - answer["new"], 0, answer["new"], 0)


def test_records_of_another_store_are_refused_where_one_is_named(db: Database) -> None:
    answer = load_records(db, receipt("A-1"), receipt("A-2", store="shop"), store="shop")
    assert counts(answer) == (1, 0, 0, 1)
    assert reasons(answer) == {1: "belongs to the store 'queen-st', not to shop"}


def test_a_file_in_another_form_asks_for_its_source(db: Database) -> None:
    with pytest.raises(Refused) as refused:
        load(db, "InvoiceNo,StockCode\n1,2\n", "retail.csv")
    assert refused.value.code == "source_needed"
    assert "--source" in refused.value.next


def test_a_long_reason_is_cut(db: Database) -> None:
    name = "x" * 500
    answer = load(db, f'{{"{name}":1,"{name}":2}}', "file.jsonl")
    assert len(answer["refused"][0]["reason"]) == 300
