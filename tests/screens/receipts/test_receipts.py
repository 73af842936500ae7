"""The receipts behind a number: a running sum, down to the receipt."""

from functools import partial
from pathlib import Path

from screens.day.leads import Behind
from screens.messages import Go
from screens.receipts import view
from screens.widgets.paged_table import PagedTable
from services.contract.problem import Unreachable
from tests.screens.canned import (
    SMALL,
    USUAL,
    Size,
    Snap,
    both_sizes,
    console,
    other_themes,
    pressed,
    pressing,
    started,
    text_of,
)
from tests.screens.day.test_day import DAY, shop
from tests.screens.shop_answers import QUEEN, behind, bill, receipt

HOMEWARES = Behind("Sales - Homewares", document="sales", line=0)
AT_RECEIPTS = Go("receipts", store=QUEEN, date="2026-11-20", topic=HOMEWARES)
at_receipts = partial(started, at=AT_RECEIPTS)
keys = partial(pressing, at=AT_RECEIPTS)


def test_a_row_has_what_it_adds_and_the_sum_so_far() -> None:
    cells = [cell.plain for cell in view.row(behind()["receipts"][1])]
    assert cells == ["09:02", "1", "261120-1-002", "sale", "69.57", "139.14"]


def test_a_receipt_reads_as_on_paper() -> None:
    told = view.whole(receipt(), 40).plain.splitlines()
    assert told[0] == "sale 261120-1-001, till 1"
    assert "1 x Teapot  (homewares GST15)      69.57" in told
    assert told[-3:] == [
        "Total                              69.60",
        "cash                               69.60",
        "Operator: Kim",
    ]
    assert all(len(line) <= 60 for line in told)


async def test_a_bill_is_listed_and_shown_as_it_came_in(tmp_path: Path) -> None:
    more = {"register": "", "time": ""}
    rows = [
        {**more, "kind": "purchase", "receipt": "PO/1", "amount": "115.00", "running": "115.00"},
        {**more, "kind": "difference", "receipt": "Made even", "amount": "0.01", "running": "115.01"},
    ]
    client = shop(
        **{
            f"GET {DAY}/receipts": {**behind(0), "receipts": rows, "count": 2, "amount": "115.01"},
            f"GET /v1/stores/{QUEEN}/bills/purchase/PO%2F1": bill(),
        }
    )
    async with at_receipts(client, tmp_path, "enter") as (app, pilot):
        assert "Bill INV-1, Kiwi Wholesale Ltd" in text_of(app, "#one")
        assert "2 rows" in str(app.screen.query_one("#behind").border_subtitle)
        await pressed(pilot, "down", "enter")
        assert "Made even: 0.01" in text_of(app, "#one")


def test_a_bill_reads_as_on_paper() -> None:
    told = view.whole_bill(bill(), 40).plain.splitlines()
    assert told[1] == "2026-11-20, due 2026-12-20, amounts with tax"
    assert told[3:] == [
        "2 x Flour  (310 GSTIN)            115.00",
        "Total                             115.00",
        "Id: PO/1",
    ]


async def test_the_line_is_asked_by_its_document_and_enter_shows_the_receipt(tmp_path: Path) -> None:
    client = shop()
    async with at_receipts(client, tmp_path, "enter") as (app, _):
        (asked,) = [query for _, path, query, _ in client.asked if path == f"{DAY}/receipts"]
        assert asked == {"first": 0, "limit": 100, "document": "sales", "line": 0}
        assert "Teapot" in text_of(app, "#one")
        assert "347.85" in text_of(app, "#behind")


async def test_a_long_list_is_read_page_by_page(tmp_path: Path) -> None:
    client = shop(**{f"GET {DAY}/receipts": lambda *_asked: behind(5_000)})
    async with at_receipts(client, tmp_path, "end") as (app, _):
        firsts = {query["first"] for _, path, query, _ in client.asked if path == f"{DAY}/receipts"}
        assert firsts == {0, 4_900}
        assert app.screen.query_one(PagedTable).total == 5_000


async def test_a_number_without_receipts_says_so(tmp_path: Path) -> None:
    client = shop(**{f"GET {DAY}/receipts": behind(0)})
    async with at_receipts(client, tmp_path) as (app, _):
        assert "No receipt is behind this number." in text_of(app, "#empty")
        assert not app.screen.query_one(PagedTable).display


async def test_receipts_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    client = shop(**{f"GET {DAY}/receipts": Unreachable("No answer.", "It is busy.", "Wait.")})
    async with at_receipts(client, tmp_path) as (app, _):
        assert "It is busy." in text_of(app, "#trouble")


@both_sizes
def test_the_receipts_look_as_they_did(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    app = console(shop(**{f"GET {DAY}/receipts": behind(240)}), tmp_path)
    assert snap_compare(app, terminal_size=size, run_before=keys("enter"))


@other_themes
def test_the_receipts_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    assert snap_compare(console(shop(), tmp_path, theme=theme), terminal_size=USUAL, run_before=keys("enter"))


def test_the_receipts_in_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=SMALL, run_before=keys("enter"))


def test_no_receipts(tmp_path: Path, snap_compare: Snap) -> None:
    client = shop(**{f"GET {DAY}/receipts": behind(0)})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_a_line_without_a_description_is_told_by_what_it_is_of() -> None:
    (line,) = bill()["lines"]
    bare = {**line, "description": None, "category": "stock_grocery", "account": None, "quantity": "24"}
    told = view.whole_bill({**bill(), "lines": [bare]}, 50).plain.splitlines()  # type: ignore[list-item]  # as the service gives it
    assert told[3].startswith("24 x stock grocery  (GSTIN) ")
