"""Connecting a store, its organisation, reference data, pausing, disconnecting."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.overview import count, when
from console.options import Home, Json, StoreKey, Yes, client, confirmed
from console.output import ExitStatus, finding_lines, say, show, show_json, table, tell
from console.waiting import polls
from services.contract.text import printable

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import ConsentAnswer, OrganisationAnswer

DEFAULT_REDIRECT = "http://localhost:8742/callback"
CONSENT_WAIT_SECONDS = 900

Kind = Annotated[str, typer.Argument(metavar="xero", help="The integration.")]
organisations = typer.Typer(help="The organisations a consent gave access to.", no_args_is_help=True)
references = typer.Typer(help="What Xero last told us.", no_args_is_help=True)


def connect(
    kind: Kind,
    *,
    store: StoreKey,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="Of the shop's Xero app.")
    ] = None,
    client_secret_stdin: Annotated[
        bool, typer.Option("--client-secret-stdin", help="Read the client secret from standard input.")
    ] = False,
    flow: Annotated[
        str, typer.Option("--flow", metavar="pkce|web|custom", help="The kind of Xero app.")
    ] = "pkce",
    redirect: Annotated[
        str, typer.Option("--redirect", metavar="URL", help="As registered with the app.")
    ] = DEFAULT_REDIRECT,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Print the address and return.")] = False,
    paste: Annotated[
        str | None,
        typer.Option(
            "--paste", metavar="URL", help="The address the browser was sent to; - for standard input."
        ),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Connect a shop to Xero.

    Prints the address to open in a browser, and waits for the consent.
    """
    _only_xero(kind)
    service = client(home)
    if paste is not None:
        _finish(
            store, service.paste(store, sys.stdin.readline().strip() if paste == "-" else paste), as_json=json
        )
        return
    if not client_id:
        raise typer.BadParameter("--client-id is needed: it stands in the app's page at Xero.")
    secret = sys.stdin.readline().strip() if client_secret_stdin else None
    consent = service.begin_consent(
        store, client_id=client_id, client_secret=secret, flow=flow, redirect=redirect
    )
    if consent["state"] != "waiting" or no_wait:
        _finish(store, consent, as_json=json)
        return
    if json:
        # A program needs the address now; how it ends is the exit status, and told to people.
        show_json(consent)
    _explain(store, consent, tell if json else say)
    consent = _waited(service, store, consent)
    _consent_words(store, consent, tell if json else say)
    raise typer.Exit(_exit_status(consent))


def _only_xero(kind: str) -> None:
    if kind != "xero":
        raise typer.BadParameter(
            f"There is no integration {printable(kind)!r} yet; only xero can be connected."
        )


def _explain(store: str, consent: ConsentAnswer, line: Callable[[str], None]) -> None:
    line("Tillbook asks Xero for:")
    for scope in consent["scopes"]:
        line(f"  {scope['scope']}: {scope['purpose']}")
    line("")
    line("Open this address in a browser and allow the access:")
    line(f"  {consent['address']}")
    short = consent.get("short_address")
    if short is not None and line is say:
        _qr(short)
    if consent["error"]:
        for told in finding_lines(consent["error"]):
            line(told)
    line(f"Waiting until {when(consent['expires'])}. Ctrl+C leaves; the service goes on listening.")
    line("No browser on this machine? Open it elsewhere, then paste the address you end up at:")
    line(f"  tillbook connect xero --store {store} --paste 'http://localhost...'")


def _qr(address: str) -> None:
    """Print a QR of the short address, dark on light, when it fits the terminal."""
    import shutil

    import segno

    code = segno.make(address, error="l", micro=False)
    width, height = code.symbol_size(border=2)
    columns, rows = shutil.get_terminal_size()
    if not sys.stdout.isatty() or width > columns or height // 2 + 4 > rows:
        return
    code.terminal(out=sys.stdout, compact=True, border=2)
    say(address)


def _waited(service: Client, store: str, consent: ConsentAnswer) -> ConsentAnswer:
    """Return the consent once it is no longer waiting, or when the time is over."""
    for _ in polls(CONSENT_WAIT_SECONDS):
        consent = service.consent(store)
        if consent["state"] != "waiting":
            break
    return consent


def _finish(store: str, consent: ConsentAnswer, *, as_json: bool) -> None:
    show(consent, lambda found: _consent_words(store, found, say), as_json=as_json)
    raise typer.Exit(_exit_status(consent))


def _exit_status(consent: ConsentAnswer) -> ExitStatus:
    return ExitStatus.DONE if consent["state"] in {"done", "waiting"} else ExitStatus.PARTLY


def _consent_words(store: str, consent: ConsentAnswer, line: Callable[[str], None]) -> None:
    if consent["state"] == "done":
        line(f"Xero gave its consent. Next: tillbook organisation list --store {store}")
    elif consent["state"] == "waiting":
        _explain(store, consent, line)
    elif consent["error"]:
        for told in finding_lines(consent["error"], indent=""):
            line(told)
    else:
        line(f"The consent is {consent['state']}. Start again: tillbook connect xero --store {store} ...")


@organisations.command("list")
def organisation_list(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """List the organisations the consent gave access to."""
    show(client(home).organisations(store), _organisation_words, as_json=json)


def _organisation_words(found: list[OrganisationAnswer]) -> None:
    if not found:
        say("The consent gave access to no organisation. Give it again: tillbook connect xero ...")
        return
    rows = [
        (
            "chosen" if each["chosen"] else "",
            each["name"],
            each["country"],
            each["currency"],
            each["tax_basis"],
            each["tenant"],
        )
        for each in found
    ]
    table(("", "organisation", "country", "currency", "tax basis", "tenant"), rows, whole=(5,))


@organisations.command("choose")
def organisation_choose(
    *,
    store: StoreKey,
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="ID", help="When there are several.")
    ] = None,
    confirm: Annotated[
        str | None,
        typer.Option(
            "--confirm", metavar="NAME", help="The organisation's name, where it differs from the store's."
        ),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Choose the organisation the shop's days are posted to; a mismatch is refused."""
    service = client(home)
    answer = service.choose_organisation(store, tenant=tenant, confirm=confirm)
    show(answer, lambda chosen: say(f"{store} posts to {chosen['name']}."), as_json=json)


@references.command("refresh")
def reference_refresh(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Read organisation, accounts, tax rates and tracking again."""
    answer = client(home).refresh_reference(store)
    show(answer, lambda counts: say(*(f"{kind}: {number}" for kind, number in counts.items())), as_json=json)


# Heading and Xero's own name of each column.
_COLUMNS = {
    "accounts": {
        "code": "Code",
        "name": "Name",
        "type": "Type",
        "tax type": "TaxType",
        "status": "Status",
        "payments": "EnablePaymentsToAccount",
    },
    "tax-rates": {"tax type": "TaxType", "name": "Name", "percent": "EffectiveRate", "status": "Status"},
    "tracking": {"name": "Name", "status": "Status", "options": "Options"},
    "contacts": {"name": "name", "number": "number", "active": "active"},
}


@references.command("list")
def reference_list(
    kind: Annotated[str, typer.Argument(metavar="accounts|tax-rates|tracking|contacts")],
    *,
    store: StoreKey,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what Xero last told us of one kind."""
    if kind not in _COLUMNS:
        raise typer.BadParameter(f"Choose one of {', '.join(_COLUMNS)}.")
    answer = client(home).reference(store, kind)
    if json:
        show(answer, lambda _: None, as_json=True)
        return
    if not answer["rows"]:
        say(f"Xero told us of no {kind}. Ask again: tillbook reference refresh --store {store}")
        return
    columns = _COLUMNS[kind]
    say(f"As read from Xero {when(answer['read'])}:")
    table(tuple(columns), [[_cell(row.get(name)) for name in columns.values()] for row in answer["rows"]])


def _cell(value: object) -> str:
    """Return a value of Xero's as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each.get("Name", "")) for each in value)
    return "" if value is None else str(value)


def pause(
    kind: Kind,
    *,
    store: StoreKey,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for those who come after you.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M%z"], metavar="TIME"),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Stop sending for now; days are counted and wait."""
    _only_xero(kind)
    answer = client(home).pause(store, reason=reason, until=until.astimezone().isoformat() if until else None)
    show(
        answer,
        lambda _: say(f"{store}: paused. Resume with: tillbook resume xero --store {store}"),
        as_json=json,
    )


def resume(kind: Kind, *, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Go on sending; what waited is sent in order."""
    _only_xero(kind)
    show(client(home).resume(store), lambda _: say(f"{store}: sending again."), as_json=json)


def disconnect(
    kind: Kind, *, store: StoreKey, yes: Yes = False, json: Json = False, home: Home = None
) -> None:
    """End the connection at Xero.

    History stays; what is unsent stays unsent.
    """
    _only_xero(kind)
    service = client(home)
    before = service.disconnect(store, dry_run=True)
    waiting = before["waiting"]
    if waiting["days"]:
        tell(
            f"{count(waiting['days'], 'day')} ({waiting['amount']}) would stay unsent;"
            " they can only go to this organisation."
        )
    confirmed(f"Disconnect {store} from {before['organisation']}?", yes=yes)
    show(service.disconnect(store, dry_run=False), lambda _: say(f"{store}: disconnected."), as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (connect, pause, resume, disconnect):
        app.command()(command)
    app.add_typer(organisations, name="organisation")
    app.add_typer(references, name="reference")
