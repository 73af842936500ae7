"""Delimited files: what real exports do, and that half a receipt is never kept."""

from collections.abc import Callable

import pytest

from services.contract.problem import NotFound, Refused
from services.sources.catalogue import add_source
from services.store.database import Database
from tests.sources.files import (
    ANNA,
    BASIC,
    HEADER,
    NOON,
    amounts,
    basic_file,
    content,
    counts,
    load,
    load_basic,
    reasons,
    taken,
    touched,
    zipped,
)

_ROWS = (
    "1,19/11/2026 08:00,food,2.50",
    "1,19/11/2026 08:00,food,3.00",
    "2,19/11/2026 09:30,drink,4.00",
)
_USED_AGAIN = "if the till uses its numbers again, add another column to receipt.id in the profile"
_FORMS: dict[str, Callable[[str], bytes]] = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "gzip": zipped,
    "quoted": lambda text: "".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in text.splitlines()
    ).encode(),
    "empty lines": lambda text: text.replace("\n", "\n\n").encode(),
    "empty cells at the end": lambda text: text.replace("\n", ",,\n").encode(),
    "other order of columns": lambda text: "\n".join(
        ",".join(reversed(line.split(","))) for line in text.splitlines()
    ).encode(),
    "new column in the middle": lambda text: "\n".join(
        ",".join((*line.split(",")[:2], "new", *line.split(",")[2:])) for line in text.splitlines()
    ).encode(),
    "spaces around names": lambda text: text.replace(HEADER, HEADER.replace(",", " , ")).encode(),
}


def test_rows_become_receipts(db: Database) -> None:
    answer = load_basic(db, *_ROWS)
    assert answer == {
        "read": 2,
        "new": 2,
        "revised": 0,
        "unchanged": 0,
        "refused": [],
        "set_apart": {},
        "dates": ["2026-11-19"],
    }
    assert amounts(db) == {
        ("2026-11-19", "sale", "food"): (1, 2, "5.50"),
        ("2026-11-19", "sale", "drink"): (1, 1, "4.00"),
    }
    assert taken(db)["tenders"] == [
        {"date": "2026-11-19", "kind": "sale", "type": "takings", "amount": "9.50"}
    ]


@pytest.mark.parametrize("form", _FORMS)
def test_a_copy_in_another_form_is_the_same_file(db: Database, form: str) -> None:
    load_basic(db, *_ROWS)
    before = content(db)
    answer = load(db, _FORMS[form](basic_file(*_ROWS)), source="basic")
    assert counts(answer) == (0, 0, 2, 0)
    assert answer["dates"] == []
    assert content(db) == before
    assert touched(db, "shop") == {"2026-11-19": 1}


def test_a_number_that_is_always_the_same_is_refused(db: Database) -> None:
    answer = load_basic(db, *[_ROWS[0]] * 20_001, _ROWS[2], *[_ROWS[0]] * 5)
    assert reasons(answer) == {2: "has more than 20,000 rows: receipt.id does not tell receipts apart"}
    assert amounts(db) == {("2026-11-19", "sale", "drink"): (1, 1, "4.00")}
    assert counts(load_basic(db, *[_ROWS[0]] * 20_000)) == (1, 0, 0, 0)


def test_identical_rows_are_all_kept(db: Database) -> None:
    load_basic(db, *[_ROWS[0]] * 3)
    assert amounts(db) == {("2026-11-19", "sale", "food"): (1, 3, "7.50")}


def test_rows_of_a_receipt_may_stand_apart(db: Database) -> None:
    rows = (_ROWS[0], _ROWS[2], _ROWS[1], "3,19/11/2026 10:00,food,1.00", _ROWS[2].replace("4.00", "0.50"))
    assert counts(load_basic(db, *rows)) == (3, 0, 0, 0)
    assert amounts(db) == {
        ("2026-11-19", "sale", "food"): (2, 3, "6.50"),
        ("2026-11-19", "sale", "drink"): (1, 2, "4.50"),
    }
    assert counts(load_basic(db, *rows)) == (0, 0, 3, 0)


def test_a_changed_receipt_is_a_revision_and_touches_its_day(db: Database) -> None:
    load_basic(db, *_ROWS, "9,20/11/2026 09:00,food,1.00")
    answer = load_basic(db, *_ROWS[:2], _ROWS[2].replace("4.00", "5.00"), "9,20/11/2026 09:00,food,1.00")
    assert counts(answer) == (0, 1, 2, 0)
    assert answer["dates"] == ["2026-11-19"]
    assert touched(db, "shop") == {"2026-11-19": 2, "2026-11-20": 1}
    assert amounts(db)["2026-11-19", "sale", "drink"] == (1, 1, "5.00")


def test_a_receipt_moved_to_another_date_touches_both(db: Database) -> None:
    load_basic(db, *_ROWS)
    load_basic(db, _ROWS[2].replace("19/11", "21/11"))
    assert touched(db, "shop") == {"2026-11-19": 2, "2026-11-21": 1}
    assert ("2026-11-19", "sale", "drink") not in amounts(db)


@pytest.mark.parametrize(
    "row,reason",
    [
        ("1,19/11/2026 08:00,food,3,00", "has 5 cells where the header has 4"),
        ("1,19/11/2026 08:00,food", "has 3 cells where the header has 4"),
        (
            "1,11/19/2026 08:00,food,3.00",
            "Time is not in the profile's format %d/%m/%Y %H:%M: '11/19/2026 08:00'",
        ),
        (
            "1,2026-11-19 08:00,food,3.00",
            "Time is not in the profile's format %d/%m/%Y %H:%M: '2026-11-19 08:00'",
        ),
        ("1,,food,3.00", "Time is empty"),
        ("1,45384.34,food,3.00", "Time was damaged by a spreadsheet: '45384.34'; export the file again"),
        ("1,15:50.5,food,3.00", "Time was damaged by a spreadsheet: '15:50.5'; export the file again"),
        ("1,19/11/2026 08:00,,3.00", "Category is empty: the row has no category"),
        (
            "1,19/11/2026 08:00,#REF!,3.00",
            "Category was damaged by a spreadsheet: '#REF!' stands in place of the category",
        ),
        (
            "1,19/11/2026 08:00,#####,3.00",
            "Category was damaged by a spreadsheet: '#####' stands in place of the category",
        ),
        ("1,19/11/2026 08:00,food,three", "Amount is not a number in the profile's form: 'three'"),
        ("1,19/11/2026 08:00,food,", "Amount is not a number in the profile's form: the cell is empty"),
        (
            "1,20/11/2026 08:00,food,3.00",
            f"has rows on 2026-11-19 and on 2026-11-20: {_USED_AGAIN}",
        ),
    ],
)
def test_a_receipt_with_one_bad_row_is_refused_whole(db: Database, row: str, reason: str) -> None:
    answer = load_basic(db, _ROWS[0], row, _ROWS[2])
    assert answer["refused"] == [{"file": "file.csv", "line": 3, "receipt": "1", "reason": reason}]
    assert amounts(db) == {("2026-11-19", "sale", "drink"): (1, 1, "4.00")}
    mended = load_basic(db, *_ROWS)
    assert counts(mended) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    "row,reason",
    [
        (",19/11/2026 08:00,food,3.00", "No is empty: the row has no receipt id"),
        (
            "1.23457E+11,19/11/2026 08:00,food,3.00",
            "No was damaged by a spreadsheet: '1.23457E+11' stands in place of the receipt id",
        ),
        ("a\x07b,19/11/2026 08:00,food,3.00", "No has characters that no receipt id can have: 'a\\x07b'"),
        ("x" * 256 + ",19/11/2026 08:00,food,3.00", "No has 256 characters; a receipt id has at most 255"),
    ],
)
def test_a_row_without_a_receipt_is_refused_by_line(db: Database, row: str, reason: str) -> None:
    answer = load_basic(db, *_ROWS, row)
    assert answer["refused"] == [{"file": "file.csv", "line": 5, "receipt": None, "reason": reason}]
    assert counts(answer) == (2, 0, 0, 1)


def test_bytes_of_another_encoding_are_refused_where_they_matter(db: Database) -> None:
    add_source(db, "basic", BASIC, who=ANNA, clock=lambda: NOON)
    text = basic_file(_ROWS[0], "2,19/11/2026 08:00,café,3.00").encode("cp1252")
    answer = load(db, text, source="basic")
    assert counts(answer) == (1, 0, 0, 1)
    assert "characters that no category can have" in reasons(answer)[3]
    profile = BASIC.replace("[time]", '[file]\nencoding = "cp1252"\n[time]')
    add_source(db, "basic", profile, who=ANNA, clock=lambda: NOON)
    assert counts(load(db, text, source="basic")) == (1, 0, 1, 0)


def test_line_numbers_are_those_of_the_file(db: Database) -> None:
    profile = BASIC.replace("[time]", "[file]\nskip_lines = 3\n[time]")
    header = f'Report "of, the shop\nPeriod,Nov 2026\n\n{HEADER}'
    rows = ('1,19/11/2026 08:00,"two\nlines",2.50', "", "2,x,food,1.00", "3,19/11/2026 08:00,food,y")
    answer = load_basic(db, *rows, profile=profile, header=header)
    assert counts(answer) == (0, 0, 0, 3)
    assert reasons(answer) == {
        5: "Category has characters that no category can have: 'two\\nlines'",
        8: "Time is not in the profile's format %d/%m/%Y %H:%M: 'x'",
        9: "Amount is not a number in the profile's form: 'y'",
    }


def test_totals_and_cancelled_rows_are_left_out_by_rule(db: Database) -> None:
    profile = (
        BASIC
        + """
        [[ignore]]
        when = { column = "No", in = ["Total", "Subtotal"], ignore_case = true }
        [[ignore]]
        when = [{ column = "Category", equals = "void" }, { column = "Amount", zero = true, not = true }]
        """
    )
    rows = (_ROWS[0], "SUBTOTAL,,,2.50", _ROWS[1], "5,19/11/2026 08:00,void,9.00", "Total", _ROWS[2])
    answer = load_basic(db, *rows, profile=profile)
    assert counts(answer) == (2, 0, 0, 0)
    assert amounts(db)["2026-11-19", "sale", "food"] == (1, 2, "5.50")


def test_the_columns_that_are_missing_are_all_named(db: Database) -> None:
    with pytest.raises(Refused) as refused:
        load_basic(db, "1,2", header="No,Item")
    assert refused.value.code == "columns_missing"
    assert refused.value.why == "These columns are missing: Time, Amount, Category."


def test_a_column_given_twice_is_refused(db: Database) -> None:
    with pytest.raises(Refused) as refused:
        load_basic(db, "1,19/11/2026 08:00,food,1.00,2.00", header=f"{HEADER},Amount")
    assert refused.value.why == "These columns are there more than once: Amount."


def test_an_empty_file_lacks_every_column(db: Database) -> None:
    load_basic(db)
    with pytest.raises(Refused) as refused:
        load(db, "", source="basic")
    assert refused.value.code == "columns_missing"


def test_a_renamed_column_is_found_by_its_other_name(db: Database) -> None:
    profile = BASIC.replace("[time]", '[file.aliases]\nCategory = ["Group", "Kind of goods"]\n[time]')
    load_basic(db, *_ROWS, profile=profile, header=HEADER.replace("Category", "Kind of goods"))
    assert set(amounts(db)) == {("2026-11-19", "sale", "food"), ("2026-11-19", "sale", "drink")}


@pytest.mark.parametrize("row", ['1,19/11/2026 08:00,"food,3.00', '1,19/11/2026 08:00,"fo"od,3.00'])
def test_quotes_that_do_not_match_refuse_the_whole_file(db: Database, row: str) -> None:
    with pytest.raises(Refused) as refused:
        load_basic(db, _ROWS[0], row, _ROWS[2])
    assert (refused.value.code, "line 3" in refused.value.what) == ("file_unreadable", True)
    assert amounts(db) == {}


def test_quotes_mean_nothing_where_the_profile_says_so(db: Database) -> None:
    profile = BASIC.replace(
        "[time]", "[file]\nquote = ''\ndelimiter = '\\t'\n[time]".replace("'\\t'", '"\\t"')
    )
    row = '1\t19/11/2026 08:00\t5" nails\t3.00'
    load_basic(db, row, profile=profile, header=HEADER.replace(",", "\t"))
    assert amounts(db) == {("2026-11-19", "sale", '5" nails'): (1, 1, "3.00")}


def test_a_damaged_gzip_is_refused_before_anything_is_kept(db: Database) -> None:
    load_basic(db)
    rows = [f"{number},19/11/2026 08:00,food,{number}.50" for number in range(3_000)]
    whole = zipped(basic_file(*rows))
    for damaged in (whole[:-2_000], whole[:-4] + b"\0\0\0\0", whole[:300] + b"\0" + whole[301:]):
        with pytest.raises(Refused) as refused:
            load(db, damaged, "cut.csv.gz", source="basic")
        assert refused.value.code == "file_damaged"
        assert amounts(db) == {}


def test_the_store_is_the_profiles_or_the_one_asked_for(db: Database) -> None:
    load_basic(db, *_ROWS)
    load(db, basic_file(*_ROWS), source="basic", store="queen-st")
    assert set(amounts(db, "queen-st")) == set(amounts(db))
    with pytest.raises(NotFound):
        load(db, basic_file(*_ROWS), source="basic", store="nowhere")
    add_source(db, "open", BASIC.replace('store = "shop"', ""), who=ANNA, clock=lambda: NOON)
    with pytest.raises(Refused) as refused:
        load(db, basic_file(*_ROWS), source="open")
    assert refused.value.code == "store_needed"


def test_a_dry_run_keeps_nothing(db: Database) -> None:
    load_basic(db, *_ROWS)
    before = content(db), touched(db, "shop")
    text = basic_file(
        _ROWS[0], "2,19/11/2026 09:30,drink,9.00", "3,20/11/2026 09:30,drink,1.00", "4,x,food,1.00"
    )
    answer = load(db, text, source="basic", dry_run=True)
    assert counts(answer) == (1, 2, 0, 1)
    assert answer["dates"] == ["2026-11-19", "2026-11-20"]
    assert (content(db), touched(db, "shop")) == before


def test_each_register_has_its_own_numbers(db: Database) -> None:
    profile = BASIC.replace('[register]\nvalue = "1"', '[register]\ncolumn = "Till"\nblank = "back office"')
    rows = [f"{row},{till}" for till in ("A", "B", "") for row in _ROWS]
    answer = load_basic(db, *rows, profile=profile, header=f"{HEADER},Till")
    assert counts(answer) == (6, 0, 0, 0)
    assert amounts(db)["2026-11-19", "sale", "food"] == (3, 6, "16.50")


def test_a_number_used_again_each_day_takes_the_date_into_its_id(db: Database) -> None:
    profile = BASIC.replace('id = "No"', 'id = ["Day", "No"]').replace(
        'columns = "Time"', 'columns = ["Day", "Hour"]'
    )
    rows = ("1,19/11/2026,08:00,food,2.50", "1,20/11/2026,08:00,food,3.00", "1,20/11/2026,08:00,food,3.00")
    answer = load_basic(db, *rows, profile=profile, header="No,Day,Hour,Category,Amount")
    assert reasons(answer) == {
        2: "Day has a slash, which parts the columns of a receipt id: '19/11/2026'",
        3: "Day has a slash, which parts the columns of a receipt id: '20/11/2026'",
        4: "Day has a slash, which parts the columns of a receipt id: '20/11/2026'",
    }
    dashed = [row.replace("/", "-") for row in rows]
    profile = profile.replace("%d/%m/%Y", "%d-%m-%Y")
    load_basic(db, *dashed, profile=profile, header="No,Day,Hour,Category,Amount")
    assert amounts(db) == {
        ("2026-11-19", "sale", "food"): (1, 1, "2.50"),
        ("2026-11-20", "sale", "food"): (1, 2, "6.00"),
    }
