"""What a file of a chart of accounts shows: pure."""

from __future__ import annotations

from textual.content import Content

from screens.mapping import words
from screens.moments import counted
from screens.widgets.row_list import Draw, ListRow
from services.contract.mapping_editor import ChartFileAnswer, ChartRow, RefusedRow

_CODE, _TYPE, _TAX = 11, 18, 12
_ROOMY = 70


def account_rows(file: ChartFileAnswer) -> list[ListRow]:
    """Return the accounts, as they would be chosen from."""
    return [ListRow(_account(each), each["code"]) for each in file["accounts"]]


def _account(row: ChartRow) -> Draw:
    kind = words.TYPES.get(row["type"], row["type"].capitalize())
    payments = "payments" if row["payments"] else ""

    def draw(width: int) -> Content:
        about = f"{kind:<{_TYPE}}{row['tax_type'] or '':<{_TAX}}{payments:<9}" if width >= _ROOMY else kind
        room = max(width - _CODE - len(about) - 1, 1)
        name = row["name"] if len(row["name"]) <= room else f"{row['name'][: room - 1]}…"
        told = Content.assemble(
            (f"{row['code']:<{_CODE}}", "bold"), (f"{name:<{room}} ", "$foreground"), (about, "$dim")
        )
        return told if not row["note"] else Content.assemble(told, (f" ! {row['note']}", "$attention"))

    return draw


def refused_rows(file: ChartFileAnswer) -> list[ListRow]:
    """Return the rows that are not taken, with the reason."""
    return [ListRow(_refused(each), each["row"]) for each in file["refused"]]


def _refused(row: RefusedRow) -> Draw:
    return lambda _width: Content.assemble(
        (f"✗ row {row['row']:<5}", "$stopped bold"),
        (f"{row['reason']} ", "$foreground"),
        (row["text"], "$dim"),
    )


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
