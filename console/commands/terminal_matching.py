"""`tillbook terminal unmatched`, `match`, `dismiss`: approvals and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.terminal_words import payment_line
from console.options import From, Home, Json, StoreKey, To, Yes, client, confirmed
from console.output import ExitStatus, finding_lines, say, show, table

if TYPE_CHECKING:
    from services.contract.terminal_days import (
        CardTenderAnswer,
        MatchAnswer,
        MatchesAnswer,
        UnmatchedAnswer,
    )

Register = Annotated[str | None, typer.Option("--register", metavar="TILL", help="The receipt's till.")]
Receipt = Annotated[str | None, typer.Option("--receipt", metavar="ID", help="The receipt's id.")]
Position = Annotated[
    int, typer.Option("--position", metavar="N", min=1, help="Which of its tenders, from 1.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")]


def unmatched(
    *, store: StoreKey, first: From = None, last: To = None, json: Json = False, home: Home = None
) -> None:
    """List approvals without a receipt, and card tenders without an approval.

    Ends with 1 when there are any.
    """
    found = client(home).unmatched(
        store,
        first=None if first is None else first.date().isoformat(),
        last=None if last is None else last.date().isoformat(),
    )
    show(found, _unmatched_words, as_json=json)
    if found["payments"] or found["tenders"]:
        raise typer.Exit(ExitStatus.PARTLY)


def match(
    payment: Annotated[int, typer.Argument(metavar="NUMBER", help="The payment's number.")],
    *,
    store: StoreKey,
    register: Annotated[str, typer.Option("--register", metavar="TILL", help="The receipt's till.")],
    receipt: Annotated[str, typer.Option("--receipt", metavar="ID", help="The receipt's id.")],
    position: Position = 1,
    note: Note = "",
    json: Json = False,
    home: Home = None,
) -> None:
    """Join an approval with the tender of a receipt, in your name."""
    made = client(home).match_payment(
        store, payment=payment, register=register, receipt=receipt, position=position, note=note
    )
    show(made, _match_words, as_json=json)


def dismiss(
    *,
    store: StoreKey,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why nothing belongs to it.")],
    payment: Annotated[
        int | None, typer.Option("--payment", metavar="NUMBER", help="An approval without a receipt.")
    ] = None,
    register: Register = None,
    receipt: Receipt = None,
    position: Position = 1,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take an approval, or a card tender, off the list, in your name."""
    if (payment is None) == (register is None or receipt is None):
        raise typer.BadParameter("Name --payment, or --register and --receipt.")
    made = client(home).dismiss(
        store,
        note=note,
        payment=payment,
        register=register,
        receipt=receipt,
        position=None if payment is not None else position,
    )
    show(made, _match_words, as_json=json)


def unmatch(
    number: Annotated[int, typer.Argument(metavar="MATCH", help="Its number (see: matches).")],
    *,
    store: StoreKey,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Undo a match or a dismissal: both stand in the list again."""
    confirmed(f"Take match {number} of {store} apart?", yes=yes)
    show(client(home).unmatch(store, number), lambda each: say(f"{each['id']} is undone."), as_json=json)


def matches(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """List what was joined or dismissed, newest first."""
    show(client(home).matches(store), _matches_words, as_json=json)


def _unmatched_words(answer: UnmatchedAnswer) -> None:
    if not answer["payments"] and not answer["tenders"]:
        say("Every approval has its receipt, and every card tender its approval.")
        return
    if answer["payments"]:
        say("Approved, and on no receipt:")
        for payment in answer["payments"]:
            say(f"  {payment['business_date']} {payment['terminal']} {payment_line(payment)}")
            if payment["state"] != "approved" and payment["problem"] is not None:
                say(*finding_lines(dict(payment["problem"]), indent="    "))
    if answer["tenders"]:
        say("Paid by card, and approved by no terminal:")
        rows = [_tender_row(each) for each in answer["tenders"]]
        table(("date", "time", "till", "receipt", "tender", "amount"), rows, right=(5,))
    for pair in answer["suggestions"]:
        say(
            f"Perhaps: tillbook terminal match {pair['payment']} --store {answer['store']}"
            f" --register {pair['register']} --receipt {pair['receipt']} --position {pair['position']}"
        )


def _tender_row(tender: CardTenderAnswer) -> tuple[str, ...]:
    return (
        tender["business_date"],
        tender["time"][11:19],
        tender["register"],
        tender["receipt"],
        f"{tender['type']} ({tender['position']})",
        tender["amount"],
    )


def _match_words(answer: MatchAnswer) -> None:
    parts = []
    if answer["payment"] is not None:
        parts.append(f"payment {answer['payment']['id']} of {answer['payment']['charged']}")
    if answer["tender"] is not None:
        tender = answer["tender"]
        parts.append(f"receipt {tender['receipt']} of till {tender['register']}, {tender['amount']}")
    say(f"{answer['id']}: {' and '.join(parts)} ({answer['rule']}, by {answer['by']})")


def _matches_words(answer: MatchesAnswer) -> None:
    if not answer["matches"]:
        say("Nothing was joined or dismissed yet.")
    for each in answer["matches"]:
        _match_words(each)


def register(terminals: typer.Typer) -> None:
    """Add these commands to `tillbook terminal`."""
    for command in (unmatched, match, dismiss, unmatch, matches):
        terminals.command()(command)
