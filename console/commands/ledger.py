"""A store's organisation and its reference data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.overview import when
from console.options import Home, Json, StoreKey, client
from console.output import say, show, table

if TYPE_CHECKING:
    from services.contract.answers import OrganisationAnswer

organisations = typer.Typer(help="The organisations a consent gave access to.", no_args_is_help=True)
references = typer.Typer(help="What Xero last told us.", no_args_is_help=True)


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
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over",
            help="Post here the days that wait for an organisation that never got a document of the shop.",
        ),
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Choose the organisation the shop's days are posted to; a mismatch is refused."""
    service = client(home)
    answer = service.choose_organisation(store, tenant=tenant, confirm=confirm, take_over=take_over)
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


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(organisations, name="organisation")
    app.add_typer(references, name="reference")
