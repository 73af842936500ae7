"""Source profiles: what they may say, and how every fault is named."""

from datetime import UTC, datetime

import pytest

from services.contract.problem import NotFound, Refused
from services.sources.catalogue import add_source, find_profile, list_sources, show_source
from services.sources.profile import Condition
from services.sources.profile_file import profile_from
from services.store.audit import entries
from services.store.database import Database
from tests.sources.files import ANNA, BASIC, NOON


def _faults(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        profile_from("mine", text)
    assert refused.value.code == "profile_invalid"
    assert "mine" in refused.value.what
    return refused.value.why.removesuffix(".").split("; ")


def test_the_least_profile_is_accepted() -> None:
    profile = profile_from("mine", BASIC)
    assert (profile.name, profile.store) == ("mine", "shop")
    assert profile.time.columns == ("Time",)
    assert profile.amount.columns == ("Amount",)
    assert profile.kind.value == "sale"
    assert (profile.file.delimiter, profile.file.encoding) == (",", "utf-8")


def test_everything_that_is_missing_is_named_at_once() -> None:
    assert _faults("") == [
        "time is missing",
        "receipt is missing",
        "amount is missing",
        "register is missing",
        "category is missing",
        "tax_code is missing",
        "tender is missing",
    ]


@pytest.mark.parametrize(
    "old,new,fault",
    [
        ('format = "%d/%m/%Y %H:%M"', "", "time.format is missing"),
        ("%d/%m/%Y %H:%M", "%d/%m %H:%M", "time.format does not give year, month and day: '%d/%m %H:%M'"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y %I:%M", "time.format has %I without %p: '%d/%m/%Y %I:%M'"),
        ("%d/%m/%Y %H:%M", "%Q", "time.format cannot be read back: 'Q' is a bad directive in format '%Q'"),
        ("[receipt]", 'zone = "Mars"\n[receipt]', "time.zone is not a time zone: 'Mars'"),
        ("[receipt]", 'zone = "../etc"\n[receipt]', "time.zone is not a time zone: '../etc'"),
        ('columns = "Time"', "columns = 5", "time.columns must be a text or a list of texts"),
        ('id = "No"', "id = []", "receipt.id names no column"),
        ('id = "No"', 'id = ["No", "No"]', "receipt.id must name each column once"),
        ('id = "No"', 'id = "No"\nnumber = "No"', "receipt.number is not known"),
        ('id = "No"', 'id = "No"\nrefund_amounts = "odd"', "receipt.refund_amounts must be one of"),
        ('columns = "Amount"', 'quantity = "Q"', "amount.quantity and price go together"),
        ('columns = "Amount"', "", "amount.columns must be given, or quantity and price: one of the two"),
        (
            'columns = "Amount"',
            'columns = "Amount"\nquantity = "Q"\nprice = "P"',
            "amount.columns must be given, or quantity and price: one of the two",
        ),
        ('value = "STD"', "", "tax_code.value or column must be given, one of the two"),
        (
            'value = "STD"',
            'value = "STD"\ncolumn = "Tax"',
            "tax_code.value or column must be given, one of the two",
        ),
        ('value = "STD"', 'value = "STD"\nblank = "x"', "tax_code.blank goes with a column"),
        ('value = "STD"', "value = 15", "tax_code.value must be a text"),
        ('value = "STD"', 'value = " "', "tax_code.value is empty"),
        ('value = "takings"', 'value = "on_account"', "tender.value cannot be 'on_account' here"),
        ('column = "Category"', 'value = "layby_deposit"', "category.value cannot be 'layby_deposit' here"),
        ("[time]", '[kind]\nvalue = "void"\n[time]', "kind.value cannot be 'void' here"),
        ("[time]", "file = 1\n[time]", "file must be a table"),
        ("[time]", '[file]\ndelimiter = "::"\n[time]', "file.delimiter must be one character: '::'"),
        ("[time]", '[file]\nencoding = "klingon"\n[time]', "file.encoding is not known: 'klingon'"),
        ("[time]", "[file]\nskip_lines = -1\n[time]", "file.skip_lines must be a whole number from 0"),
        ("[time]", "[file]\nskip_lines = true\n[time]", "file.skip_lines must be a whole number from 0"),
        ("[time]", '[numbers]\ndecimal = ";"\n[time]', "numbers.decimal must be one of '.', ',', not ';'"),
        (
            "[time]",
            '[numbers]\nthousands = "."\n[time]',
            "numbers.thousands is the same as the decimal mark",
        ),
        ("[time]", '[numbers]\nbrackets = "yes"\n[time]', "numbers.brackets must be true or false"),
        ("[time]", "[[ignore]]\n[time]", "ignore[1].when is missing"),
        (
            "[time]",
            '[[set_apart]]\nwhen = { column = "A", zero = true }\n[time]',
            "set_apart[1].name is missing",
        ),
        (
            "[time]",
            '[[ignore]]\nwhen = { column = "A" }\n[time]',
            "ignore[1].when.column needs exactly one of equals, in, prefix, regex, zero, negative, pos",
        ),
        (
            "[time]",
            '[[ignore]]\nwhen = { column = "A", zero = true, prefix = "x" }\n[time]',
            "ignore[1].when.column needs exactly one of",
        ),
        (
            "[time]",
            '[[ignore]]\nwhen = { column = "A", zero = false }\n[time]',
            "ignore[1].when.zero must be true",
        ),
        (
            "[time]",
            '[[ignore]]\nwhen = { column = "A", in = [] }\n[time]',
            "ignore[1].when.in names no value",
        ),
        (
            "[time]",
            '[[ignore]]\nwhen = { column = "A", regex = "(" }\n[time]',
            "ignore[1].when.regex is not a pattern",
        ),
        ("[time]", "[[ignore]]\nwhen = { zero = true }\n[time]", "ignore[1].when.column is missing"),
        (
            "[time]",
            '[[ignore]]\nwhen = [{ column = "A", odd = 1 }]\n[time]',
            "ignore[1].when[1].odd is not known",
        ),
    ],
)
def test_each_fault_is_named_by_its_key(old: str, new: str, fault: str) -> None:
    assert old in BASIC
    faults = _faults(BASIC.replace(old, new, 1))
    assert any(one.startswith(fault) for one in faults), faults


def test_several_faults_are_told_together() -> None:
    text = BASIC.replace('id = "No"', "").replace('value = "STD"', "value = 1") + "[odd]\n"
    assert _faults(text) == ["receipt.id is missing", "tax_code.value must be a text", "odd is not known"]


def test_what_is_no_toml_is_told() -> None:
    (fault,) = _faults("store = ")
    assert fault.startswith("is not valid TOML")


def test_rules_are_read_in_their_order() -> None:
    profile = profile_from(
        "mine",
        BASIC
        + """
        [[category.rules]]
        value = "bags"
        when = [
            { column = "Code", in = ["A", "b"], ignore_case = true },
            { column = "Price", positive = true, not = true },
        ]
        [[category.rules]]
        value = "fees"
        when = { column = "Code", prefix = "X" }
        [[ignore]]
        when = { column = "Code", blank = true }
        """,
    )
    assert [rule.name for rule in profile.category.rules] == ["bags", "fees"]
    assert profile.category.rules[0].when == (
        Condition("Code", "in", frozenset({"a", "b"}), ignore_case=True),
        Condition("Price", "positive", negated=True),
    )
    assert profile.ignore[0].when == (Condition("Code", "blank"),)


def test_a_profile_is_added_shown_and_replaced(db: Database) -> None:
    add_source(db, "my-till", BASIC, who=ANNA, clock=lambda: NOON)
    assert show_source(db, "my-till") == {"name": "my-till", "shipped": False, "text": BASIC}
    assert list_sources(db) == [
        {"name": "online-retail", "shipped": True},
        {"name": "my-till", "shipped": False},
    ]
    other = BASIC.replace("STD", "GST15")
    add_source(db, "my-till", other, who=ANNA, clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
    assert find_profile(db, "my-till").tax_code.value == "GST15"
    with db.read() as session:
        newest, first = entries(session)
    assert (newest.who, newest.action, newest.before, newest.after) == (
        "anna",
        "add_source",
        {"text": BASIC},
        {"text": other},
    )
    assert first.before is None


@pytest.mark.parametrize(
    "name,code",
    [("online-retail", "source_exists"), ("../x", "source_name"), ("", "source_name"), ("A", "source_name")],
)
def test_a_name_that_is_not_possible_is_refused(db: Database, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_source(db, name, BASIC, who=ANNA, clock=lambda: NOON)
    assert refused.value.code == code


def test_a_profile_with_a_fault_is_not_kept(db: Database) -> None:
    with pytest.raises(Refused):
        add_source(db, "mine", "store = 1", who=ANNA, clock=lambda: NOON)
    with pytest.raises(NotFound) as missing:
        show_source(db, "mine")
    assert "online-retail" in missing.value.why


def test_the_shipped_profiles_have_no_fault(db: Database) -> None:
    names = [source["name"] for source in list_sources(db)]
    assert names == ["online-retail"]
    for name in names:
        assert find_profile(db, name).store is None
