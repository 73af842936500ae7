"""What a file of a chart of accounts shows: pure."""

from __future__ import annotations

from textual.content import Content

from screens.cells import cut, fitted
from screens.mapping import words
from screens.moments import counted
from screens.widgets.row_list import Draw, ListRow
from services.contract.mapping_editor import ChartFileAnswer, ChartRow, RefusedRow

_CODE, _TYPE, _TAX = 11, 18, 12
_ROOMY = 70


def account_rows(file: ChartFileAnswer) -> list[ListRow]:
    """Return the accounts, as they would be chosen from."""
    return [ListRow(_account(each), each) for each in file["accounts"]]


def _account(row: ChartRow) -> Draw:
    kind = words.TYPES.get(row["type"], row["type"].capitalize())
    payments = "payments" if row["payments"] else ""

    def draw(width: int) -> Content:
        if row["note"]:
            return Content.assemble(
                (fitted(row["code"], _CODE), "bold"),
                (f"{cut(row['name'], width // 3)} ", "$foreground"),
                (kind, "$dim"),
                (f" ! {row['note']}", "$attention"),
            )
        about = f"{kind:<{_TYPE}}{row['tax_type'] or '':<{_TAX}}{payments:<9}" if width >= _ROOMY else kind
        room = max(width - _CODE - len(about) - 1, 1)
        return Content.assemble(
            (fitted(row["code"], _CODE), "bold"),
            (f"{fitted(row['name'], room)} ", "$foreground"),
            (about, "$dim"),
        )

    return draw


def refused_rows(file: ChartFileAnswer) -> list[ListRow]:
    """Return the rows that are not taken, with the reason."""
    return [ListRow(_refused(each), each) for each in file["refused"]]


def _refused(row: RefusedRow) -> Draw:
    return lambda _width: Content.assemble(
        (f"✗ row {row['row']:<5}", "$stopped bold"),
        (f"{row['reason']} ", "$foreground"),
        (row["text"], "$dim"),
    )


def account_told(row: ChartRow) -> str:
    """Return an account whole, with what is odd about it."""
    return f"{row['code']} {row['name']}{': ' if row['note'] else ''}{row['note']}"


def refusal_told(row: RefusedRow) -> str:
    """Return why a row stays out, and the row."""
    return f"Row {row['row']} stays out. {row['reason']} {row['text']}"


def counted_accounts(file: ChartFileAnswer) -> str:
    """Return how many accounts there are, and how many rows are refused."""
    refused = len(file["refused"])
    left = f", {counted(refused, 'row')} refused" if refused else ""
    return f"{counted(len(file['accounts']), 'account')}{left}"


def consequences(file: ChartFileAnswer) -> str:
    """Return what taking the file does, in sentences."""
    instead = (
        f" in place of {counted(file['replaces'], 'account')} of an earlier file" if file["replaces"] else ""
    )
    refused = len(file["refused"])
    left = f" {counted(refused, 'row')} stay out." if refused else ""
    return (
        f"The mapping chooses from them{instead} until the shop is connected to Xero.{left} No day is posted"
        " by this file, and nothing changes in Xero."
    )
