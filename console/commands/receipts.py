"""`tillbook receipts`, `receipt`, `postings`: what is behind a day's numbers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import Home, Json, StoreKey, client
from console.output import say, show, table

if TYPE_CHECKING:
    from services.contract.drilling import BehindAnswer, BillAnswer, PostingsAnswer, ReceiptAnswer

OneDay = Annotated[
    datetime,
    typer.Option("--date", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The business date."),
]


class Side(StrEnum):
    """A side of an account."""

    DEBIT = "debit"
    CREDIT = "credit"


def _only(name: str, what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="NAME", help=f"Only {what}.")
    return option


def receipts(
    *,
    store: StoreKey,
    date: OneDay,
    kind: Annotated[str | None, _only("--kind", "this kind, such as refund")] = None,
    category: Annotated[str | None, _only("--category", "lines of this category")] = None,
    account: Annotated[str | None, _only("--account", "lines of this account")] = None,
    tax_code: Annotated[str | None, _only("--tax-code", "lines of this tax code")] = None,
    tender: Annotated[str | None, _only("--tender", "what this tender took")] = None,
    register: Annotated[str | None, _only("--register", "this till")] = None,
    section: Annotated[str | None, _only("--section", "sales or refunds, as documents sum them")] = None,
    document: Annotated[str | None, _only("--document", "the document of this key")] = None,
    line: Annotated[
        int | None, typer.Option("--line", metavar="N", min=1, help="Only this line of it; 1 is the first.")
    ] = None,
    moves: Annotated[str | None, _only("--moves", "what moves this account, or AR, AP, TAX")] = None,
    side: Annotated[
        Side | None,
        typer.Option("--side", help="Which side of --moves counts as above zero; debit unless given."),
    ] = None,
    check: Annotated[str | None, _only("--check", "what is behind this equality of the proof")] = None,
    shape: Annotated[
        str | None, typer.Option("--shape", metavar="SHAPE", help="Build the day in this shape.")
    ] = None,
    first: Annotated[int, typer.Option("--skip", metavar="N", min=0, help="Leave out the first N.")] = 0,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the receipts behind a number of a day.

    Each with what it adds, and the sum so far.
    """
    number: dict[str, str | int | None] = {
        "kind": kind,
        "category": category,
        "account": account,
        "tax_code": tax_code,
        "tender": tender,
        "register": register,
        "section": section,
        "document": document,
        "line": None if line is None else line - 1,
        "moves": moves,
        "side": side.value if side else None,
        "check": check,
        "shape": shape,
    }
    answer = client(home).behind(store, date.date().isoformat(), number, first=first)
    show(answer, _behind_words, as_json=json)


def _behind_words(answer: BehindAnswer) -> None:
    if not answer["count"]:
        say(f"No receipt of {answer['date']} is behind that number.")
        return
    table(
        ("time", "till", "receipt", "kind", "amount", "sum"),
        [
            (
                f"{datetime.fromisoformat(row['time']):%H:%M}" if row["time"] else "",
                row["register"],
                row["receipt"],
                row["kind"].replace("_", " "),
                row["amount"],
                row["running"],
            )
            for row in answer["receipts"]
        ],
        right=(4, 5),
        whole=(2,),
    )
    last = answer["first"] + len(answer["receipts"])
    say("", f"{answer['count']} in all, {answer['amount']} together.")
    if last < answer["count"]:
        say(f"{answer['count'] - last} more: --skip {last}")


def receipt(
    register: Annotated[str, typer.Argument(metavar="TILL", help="The till.")],
    number: Annotated[str, typer.Argument(metavar="RECEIPT", help="The receipt's number.")],
    *,
    store: StoreKey,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show one receipt as it came in."""
    show(client(home).receipt(store, register, number), _receipt_words, as_json=json)


def _receipt_words(answer: ReceiptAnswer) -> None:
    at = datetime.fromisoformat(answer["time"])
    kind = answer["kind"].replace("_", " ")
    say(
        f"{kind} {answer['receipt']}, till {answer['register']}, {at:%Y-%m-%d %H:%M},"
        f" business date {answer['date']}",
        "",
    )
    table(
        ("what", "category", "tax code", "quantity", "amount"),
        [
            (
                line["description"] or "",
                line["category"] or line["account"] or "",
                line["tax_code"],
                line["quantity"] or "",
                line["amount"],
            )
            for line in answer["lines"]
        ],
        right=(3, 4),
    )
    say("", f"Total {answer['total']}")
    for tender in answer["tenders"]:
        reference = f" ({tender['reference']})" if tender["reference"] else ""
        say(f"{tender['type']} {tender['amount']}{reference}")


def bill(
    number: Annotated[str, typer.Argument(metavar="BILL", help="The bill's id, as receipts lists it.")],
    *,
    store: StoreKey,
    credit: Annotated[bool, typer.Option("--credit", help="It is a supplier's credit.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show one supplier's bill as it came in."""
    kind = "purchase_credit" if credit else "purchase"
    show(client(home).bill(store, kind, number), _bill_words, as_json=json)


def _bill_words(answer: BillAnswer) -> None:
    kind = "Bill" if answer["kind"] == "purchase" else "Supplier credit"
    say(f"{kind} {answer['number']}, {answer['supplier']}, {answer['date']}, due {answer['due_date']}", "")
    rows = [
        (
            line["description"] or "",
            line["category"] or line["account"] or "",
            line["tax_code"],
            line["quantity"] or "",
            line["amount"],
        )
        for line in answer["lines"]
    ]
    table(("what", "category", "tax code", "quantity", "amount"), rows, right=(3, 4))
    say("", f"Total {answer['total']}")


def postings(*, store: StoreKey, date: OneDay, json: Json = False, home: Home = None) -> None:
    """Show what a day debits and credits, by account."""
    show(client(home).postings(store, date.date().isoformat()), _posting_words, as_json=json)


def _posting_words(answer: PostingsAnswer) -> None:
    rows = [(row["account"], row["name"], row["debit"], row["credit"]) for row in answer["rows"]]
    table(
        ("account", "name", "debit", "credit"),
        [*rows, ("", "", answer["debits"], answer["credits"])],
        right=(2, 3),
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (receipts, receipt, bill, postings):
        app.command()(command)
