"""`tillbook terminal settle`, `totals`, `agree`, `payout`: the end of a day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import Day, From, Home, Json, StoreKey, To, Yes, client, confirmed
from console.output import ExitStatus, finding_lines, marked, say, show, table
from themes.states import AGREEMENT, mark

if TYPE_CHECKING:
    from services.contract.terminal_days import (
        AgreementAnswer,
        AgreementDay,
        PayoutAnswer,
        PayoutsAnswer,
        SettlementAnswer,
    )

Key = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's key, as in front.")]
_HEADS = ("date", "state", "terminals", "journal", "receipts", "ledger", "paid", "fees", "open", "days")
_ALL_WELL = "Everything agrees, and everything is paid."
_HOLDS = {True: "yes", False: "NO", None: "not yet"}
_NAMES = {
    "terminal_totals": "terminals = journal",
    "card_tenders": "journal = receipts",
    "clearing": "receipts = ledger",
    "settled": "receipts = paid + fees",
}


def settle(key: Key, *, day: Day = None, yes: Yes = False, json: Json = False, home: Home = None) -> None:
    """Run a terminal's end of day: it hands in its payments and gives its totals."""
    confirmed(f"Run the end of day of the terminal {key}?", yes=yes)
    done = client(home).settle_terminal(key, None if day is None else day.date().isoformat())
    show(done, _settlement_words, as_json=json)
    if done["state"] != "done":
        raise typer.Exit(ExitStatus.PARTLY)


def totals(
    key: Key,
    *,
    earlier: Annotated[
        bool, typer.Option("--list", help="List the ends of day and readings there were; asks nothing.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Read a terminal's totals by scheme; closes nothing."""
    service = client(home)
    if earlier:
        found = service.settlements(key)
        show(found, lambda answer: _each_settlement(answer["settlements"]), as_json=json)
        return
    show(service.terminal_totals(key), _settlement_words, as_json=json)


def agree(
    *, store: StoreKey, first: From = None, last: To = None, json: Json = False, home: Home = None
) -> None:
    """Compare terminals, receipts, clearing accounts and payouts, date by date.

    Names the first date that does not agree. Ends with 1 when there is one.
    """
    found = client(home).card_agreement(store, first=_date(first), last=_date(last))
    show(found, _agreement_words, as_json=json)
    if found["first_difference"] is not None:
        raise typer.Exit(ExitStatus.PARTLY)


def payout(
    amount: Annotated[str | None, typer.Argument(metavar="AMOUNT", help="What reached the bank.")] = None,
    *,
    store: StoreKey,
    day: Day = None,
    fee: Annotated[
        str | None, typer.Option("--fee", metavar="AMOUNT", help="What the acquirer kept.")
    ] = None,
    paid: Annotated[
        datetime | None,
        typer.Option(
            "--paid",
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="When it reached the bank; today unless given.",
        ),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="As on the statement.")] = None,
    remove: Annotated[
        int | None, typer.Option("--remove", metavar="NUMBER", help="Take one out that was wrong.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Note what the acquirer paid for a business date, with its fee."""
    service = client(home)
    if remove is not None:
        gone = service.remove_payout(store, remove)
        show(gone, lambda each: say(f"Payout {each['id']} of {each['amount']} is out again."), as_json=json)
        return
    if amount is None or day is None:
        raise typer.BadParameter("Say how much, and for which business date: AMOUNT --date YYYY-MM-DD.")
    noted = service.add_payout(
        store, business_date=day.date().isoformat(), amount=amount, fee=fee, paid=_date(paid), note=note
    )
    show(noted, _payout_words, as_json=json)


def payouts(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """List what the acquirer paid, newest first."""
    show(client(home).payouts(store), _payouts_words, as_json=json)


def _date(day: datetime | None) -> str | None:
    return None if day is None else day.date().isoformat()


def _settlement_words(answer: SettlementAnswer) -> None:
    what = "End of day" if answer["closes"] else "Totals"
    when = f" for {answer['business_date']}" if answer["business_date"] else ""
    say(f"{what} of {answer['terminal']}{when}, {answer['started'][:19]}: {answer['state']}")
    if answer["schemes"]:
        rows = [
            (each["scheme"], each["kind"], str(each["count"]), each["amount"]) for each in answer["schemes"]
        ]
        table(("scheme", "kind", "number", "amount"), rows, right=(2, 3))
    if answer["amount"] is not None:
        say(f"In all {answer['amount']} {answer['currency']}.")
    if answer["text"]:
        say(answer["text"])
    if answer["problem"] is not None:
        say(*finding_lines(dict(answer["problem"])))


def _each_settlement(settlements: list[SettlementAnswer]) -> None:
    if not settlements:
        say("No end of day was run, and no totals were read.")
    for each in settlements:
        _settlement_words(each)


def _agreement_words(answer: AgreementAnswer) -> None:
    if not answer["days"]:
        say("There is no card money on these dates.")
    else:
        table(_HEADS, [_row(day) for day in answer["days"]], right=range(2, 10), whole=(0, 1))
    for day in answer["days"]:
        if day["state"] == "differs":
            _difference_words(day)
    if answer["days"] or answer["first_open"]:
        say("", _summary(answer))
    old = [f"{amount} for {age} days" for age, amount in answer["ages"].items() if amount.strip("-0.")]
    if old:
        say(f"Open in the clearing account: {answer['open']} ({', '.join(old)}).")


def _summary(answer: AgreementAnswer) -> str:
    if answer["first_difference"]:
        return f"The first date that does not agree is {answer['first_difference']}."
    unpaid = f" The first date that is not paid in full is {answer['first_open']}."
    waiting = [day for day in answer["days"] if day["state"] == "waiting"]
    if not waiting:
        return f"Nothing differs.{unpaid}" if answer["first_open"] else _ALL_WELL
    missing = [check["words"] for check in waiting[0]["checks"] if check["holds"] is None]
    first = f"Nothing differs. The first date that waits is {waiting[0]['date']}: {missing[0]}"
    return first + (unpaid if answer["first_open"] else "")


def _row(day: AgreementDay) -> tuple[str, ...]:
    return (
        day["date"],
        marked(mark(AGREEMENT, day["state"])),
        day["counted"] or "",
        day["approved"],
        day["tenders"],
        day["posted"] or "",
        day["received"],
        day["fees"],
        day["open"],
        str(day["age"]),
    )


def _difference_words(day: AgreementDay) -> None:
    say("", f"{day['date']}:")
    for check in day["checks"]:
        if check["holds"] is False:
            say(
                f"  {_NAMES[check['check']]}: {check['left']} and {check['right']},"
                f" {check['difference']} apart. {check['words']}"
            )
    rows = [
        (each["terminal"], each["scheme"], each["counted"] or "", each["approved"])
        for each in day["schemes"]
        if (each["counted"] or "") != each["approved"]
    ]
    if rows:
        table(("terminal", "scheme", "counted", "journal"), rows, right=(2, 3))


def _payout_words(answer: PayoutAnswer) -> None:
    say(f"{answer['id']}: {answer['amount']} for {answer['business_date']}, fee {answer['fee']}.")


def _payouts_words(answer: PayoutsAnswer) -> None:
    if not answer["payouts"]:
        say("No payout was noted yet. Note one with: tillbook terminal payout AMOUNT --store KEY --date D")
        return
    rows = [
        (str(each["id"]), each["business_date"], each["paid"], each["amount"], each["fee"], each["by"])
        for each in answer["payouts"]
    ]
    table(("number", "business date", "paid", "amount", "fee", "noted by"), rows, right=(0, 3, 4))


def register(terminals: typer.Typer) -> None:
    """Add these commands to `tillbook terminal`."""
    for command in (settle, totals, agree, payout, payouts):
        terminals.command()(command)
