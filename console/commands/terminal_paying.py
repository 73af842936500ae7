"""`tillbook terminal pay`, `refund`, `reverse` and what became of them."""

from __future__ import annotations

import secrets
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.commands.terminal_words import payment_line, payment_words
from console.options import AnyStore, Day, Home, Json, Yes, client, confirmed
from console.output import ExitStatus, say, show, tell

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.terminals import PaymentAnswer, PaymentsAnswer, ProgressAnswer

_WAIT = 20.0
_TILL = "tillbook"

Key = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's key, as in front.")]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="As in 12.50.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The payment's number (see: attempts).")]
Reference = Annotated[
    str | None,
    typer.Option("--reference", metavar="TEXT", help="Your own reference; the same one never pays twice."),
]


def pay(
    key: Key,
    amount: Amount,
    *,
    cash_out: Annotated[
        str | None,
        typer.Option(
            "--cash-out",
            metavar="AMOUNT",
            help="Cash paid out, charged on top of the amount, which may be 0.",
        ),
    ] = None,
    reference: Reference = None,
    day: Day = None,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take a payment at a card terminal, and wait for its outcome."""
    more = f", and {cash_out} paid out in notes," if cash_out else ""
    confirmed(f"Charge {amount}{more} to a card at the terminal {key}?", yes=yes)
    own = _reference(reference)
    service = client(home)
    began = service.pay(key, reference=own, amount=amount, cash_out=cash_out, business_date=_date(day))
    _see_through(service, key, own, began, as_json=json)


def refund(
    key: Key,
    amount: Amount,
    *,
    payment: Annotated[
        int | None, typer.Option("--payment", metavar="NUMBER", help="The payment it gives back, or part of.")
    ] = None,
    reference: Reference = None,
    day: Day = None,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Give money back to a card, and wait for the outcome."""
    confirmed(f"Give {amount} back to a card at the terminal {key}?", yes=yes)
    own = _reference(reference)
    service = client(home)
    began = service.refund(key, reference=own, amount=amount, original=payment, business_date=_date(day))
    _see_through(service, key, own, began, as_json=json)


def reverse(
    key: Key,
    number: Number,
    *,
    reference: Reference = None,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take a payment back as a whole, and wait for the outcome."""
    service = client(home)
    original = service.card_payment(number)
    confirmed(f"Take back {payment_line(original)}?", yes=yes)
    own = _reference(reference)
    began = service.reverse(key, reference=own, original=number)
    _see_through(service, key, own, began, as_json=json)


def abort(key: Key, *, json: Json = False, home: Home = None) -> None:
    """Ask the running payment to abort. It may be approved all the same."""
    done = client(home).abort_payment(key)
    show(done, lambda each: say("Asked." if each["done"] else "No payment runs there."), as_json=json)
    if not done["done"]:
        raise typer.Exit(ExitStatus.PARTLY)


def answer(
    key: Key,
    choice: Annotated[str, typer.Argument(metavar="CHOICE", help="One of the choices it gives.")],
    *,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What it asks to be typed in.")] = "",
    json: Json = False,
    home: Home = None,
) -> None:
    """Answer what the terminal asks the cashier."""
    done = client(home).answer_terminal(key, choice, text)
    show(done, lambda each: say("Answered." if each["done"] else "It does not ask that."), as_json=json)
    if not done["done"]:
        raise typer.Exit(ExitStatus.PARTLY)


def attempts(
    *,
    terminal: Annotated[
        str | None, typer.Option("--terminal", metavar="KEY", help="Only this terminal's.")
    ] = None,
    store: AnyStore = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STATE", help="Only approved, declined, cancelled or unknown."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=500, help="At most so many.")] = 50,
    json: Json = False,
    home: Home = None,
) -> None:
    """List what was asked of the terminals, newest first."""
    found = client(home).card_payments(store=store, terminal=terminal, state=state, limit=limit)
    show(found, _attempt_words, as_json=json)


def resolve(
    key: Key,
    *,
    payment: Annotated[
        int | None,
        typer.Option("--payment", metavar="NUMBER", help="Decide about this payment in your name."),
    ] = None,
    outcome: Annotated[
        Literal["approved", "declined", "cancelled"] | None,
        typer.Option("--as", help="What became of it, by the terminal's own journal or slip."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="How you know.")] = "",
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Find out what became of unresolved payments.

    The terminal is asked first; it charges nothing. Where nobody can tell, decide with
    --payment, --as and --note: that is kept with your name.
    """
    service = client(home)
    if payment is None:
        asked = service.resolve_terminal(key)
        show(asked, _resolved_words, as_json=json)
        _exit_for(asked["payments"])
        return
    if outcome is None or not note:
        raise typer.BadParameter("A decision needs --as and --note.")
    confirmed(f"Settle payment {payment} as {outcome}, by your name?", yes=yes)
    decided = service.decide_payment(payment, outcome, note)
    show(decided, payment_words, as_json=json)


def reprint(key: Key, *, json: Json = False, home: Home = None) -> None:
    """Have the terminal's last receipt printed again."""
    found = client(home).reprint(key)
    show(found, lambda each: say(*(line for text in each["printed"] for line in text)), as_json=json)


def _see_through(service: Client, key: str, own: str, began: ProgressAnswer, *, as_json: bool) -> None:
    """Show a payment's steps until it has ended; end with the status of its outcome."""
    now = _follow(service, key, own, began)
    payment = now["payment"]
    show(payment, payment_words, as_json=as_json)
    _exit_for([payment])


def _follow(service: Client, key: str, own: str, now: ProgressAnswer) -> ProgressAnswer:
    wants_abort = False
    while True:
        try:
            _tell_steps(now)
            if not now["running"]:
                return now
            if now["prompt"] is not None and sys.stdin.isatty():
                _ask(service, key, now)
            now = service.payment(key, own, wait=_WAIT, after=now["last"], till=_TILL)
        except KeyboardInterrupt:
            if wants_abort:
                tell("The payment goes on in the service; see: tillbook terminal attempts")
                raise
            wants_abort = True
            service.abort_payment(key)
            tell("Asked the terminal to abort. Waiting for what it says; Ctrl-C again to leave it alone.")


def _tell_steps(now: ProgressAnswer) -> None:
    for step in now["steps"]:
        if step["text"]:
            tell(step["text"])
        if step["prompt"] is not None:
            tell(f"Answer one of: {', '.join(step['prompt']['choices'])}")


def _ask(service: Client, key: str, now: ProgressAnswer) -> None:
    prompt = now["prompt"]
    if prompt is None:
        return
    choice = typer.prompt(prompt["text"], err=True)
    text = typer.prompt("Text", err=True, hide_input=prompt["secret"]) if choice == "text" else ""
    if not service.answer_terminal(key, choice, text)["done"]:
        tell("The terminal no longer asks that.")


def _reference(given: str | None) -> str:
    own = given or f"cli-{secrets.token_hex(5)}"
    if given is None:
        tell(f"Reference: {own}. To ask again for the same payment: --reference {own}")
    return own


def _date(day: datetime | None) -> str | None:
    return None if day is None else day.date().isoformat()


def _exit_for(payments: list[PaymentAnswer]) -> None:
    states = {payment["state"] for payment in payments}
    if states & {"unknown", "pending", "sent", "acked"}:
        raise typer.Exit(ExitStatus.UNKNOWN)
    if states - {"approved"}:
        raise typer.Exit(ExitStatus.PARTLY)


def _attempt_words(answer: PaymentsAnswer) -> None:
    if not answer["payments"]:
        say("Nothing was asked of a terminal yet.")
    for payment in answer["payments"]:
        say(f"{payment['created'][:19]} {payment['terminal']} {payment_line(payment)}")


def _resolved_words(answer: PaymentsAnswer) -> None:
    if not answer["payments"]:
        say("Nothing is unresolved.")
    for payment in answer["payments"]:
        payment_words(payment)


def register(terminals: typer.Typer) -> None:
    """Add these commands to `tillbook terminal`."""
    for command in (pay, refund, reverse, abort, answer, attempts, resolve, reprint):
        terminals.command()(command)
