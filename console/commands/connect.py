"""`tillbook connect`: a consent, from the address to open to its outcome."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.overview import when
from console.options import Home, Integration, Json, StoreKey, client, only_xero
from console.output import ExitStatus, finding_lines, say, show, show_json, tell
from console.waiting import polls

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import ConsentAnswer

DEFAULT_REDIRECT = "http://localhost:8742/callback"
CONSENT_WAIT_SECONDS = 900

CreateAccounts = Annotated[
    bool, typer.Option("--create-accounts", help="Also ask for the right to add accounts to the chart.")
]


def connect(
    kind: Integration,
    *,
    store: StoreKey,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="The client id of the shop's Xero app.")
    ] = None,
    client_secret_stdin: Annotated[
        bool, typer.Option("--client-secret-stdin", help="Read the client secret from standard input.")
    ] = False,
    flow: Annotated[
        str, typer.Option("--flow", metavar="pkce|web|custom", help="The kind of Xero app.")
    ] = "pkce",
    redirect: Annotated[
        str,
        typer.Option("--redirect", metavar="URL", help="The redirect address, as registered with the app."),
    ] = DEFAULT_REDIRECT,
    create_accounts: CreateAccounts = False,
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
    only_xero(kind)
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
        store,
        client_id=client_id,
        client_secret=secret,
        flow=flow,
        redirect=redirect,
        creates_accounts=create_accounts or None,
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


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(connect)
