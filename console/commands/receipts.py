"""`tillbook receipts`, `receipt`, `postings`: what is behind a day's numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import Home, Json, StoreKey, client
from console.output import say, show, table

if TYPE_CHECKING:
    from services.contract.drilling import BehindAnswer, PostingsAnswer, ReceiptAnswer

OneDay = Annotated[
    datetime,
    typer.Option("--date", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The business date."),
]


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
    first: Annotated[int, typer.Option("--skip", metavar="N", min=0, help="Leave out the first N.")] = 0,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the receipts behind a number of a day.

    Each with what it adds, and the sum so far.
    """
    number = {
        "kind": kind,
        "category": category,
        "account": account,
        "tax_code": tax_code,
        "tender": tender,
        "register": register,
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
                f"{datetime.fromisoformat(row['time']):%H:%M}",
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
    say("", f"{answer['count']} receipts, {answer['amount']} together.")
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
    for command in (receipts, receipt, postings):
        app.command()(command)
