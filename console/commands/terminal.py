"""`tillbook terminal …`: the card terminals of the shops."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import terminal_days, terminal_keys, terminal_matching, terminal_pack, terminal_paying
from console.commands.terminal_words import asked_words, terminal_lines
from console.options import AnyStore, Home, Json, StoreKey, Yes, client, confirmed
from console.output import ExitStatus, marked, say, show, table, tell
from themes.states import TERMINAL, mark

if TYPE_CHECKING:
    from services.contract.terminal_shop import (
        PortsAnswer,
        ProtocolsAnswer,
        StatusOfTerminalAnswer,
        TerminalAnswer,
        TerminalsAnswer,
    )

terminals = typer.Typer(help="Card terminals: set up, take payments, end the day.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's key, as in front.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of its protocol (see: protocols)."),
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret", metavar="NAME", help="A secret setting: asked for, or a line of standard input each."
    ),
]
Tenders = Annotated[
    list[str] | None,
    typer.Option("--tender", metavar="TYPE", help="A tender type it takes the money for, as in eftpos."),
]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="What people call it.")]


def add(
    key: Key,
    *,
    store: StoreKey,
    protocol: Annotated[str, typer.Option("--protocol", metavar="zvt", help="How it speaks.")],
    name: Name = None,
    sets: Sets = None,
    secrets: Secrets = None,
    tenders: Tenders = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="EUR", help="Where it is not the store's.")
    ] = None,
    test: Annotated[
        bool, typer.Option("--test", help="Only test the connection, keep nothing; moves no money.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add a card terminal, or try one out first (--test)."""
    details: dict[str, object] = {
        "store": store,
        "protocol": protocol,
        "name": name,
        "settings": _settings(sets),
        "secrets": _secrets(secrets),
        "tenders": tenders or None,
        "currency": currency,
    }
    service = client(home)
    if test:
        _show_status(service.try_terminal(key, **details), as_json=json)
        return
    show(service.add_terminal(key, **details), _added_words, as_json=json)


def change(
    key: Key,
    *,
    name: Name = None,
    sets: Sets = None,
    unset: Annotated[
        list[str] | None, typer.Option("--unset", metavar="NAME", help="Take a setting away.")
    ] = None,
    secrets: Secrets = None,
    tenders: Tenders = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it is used.")] = None,
    here: Annotated[
        bool, typer.Option("--here", help="This machine runs it from now on, where several share the work.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Change a card terminal; not while a payment runs on it."""
    settings: dict[str, str | None] = {**_settings(sets), **dict.fromkeys(unset or [])}
    changed = client(home).set_terminal(
        key,
        name=name,
        settings=settings or None,
        secrets=_secrets(secrets) or None,
        tenders=tenders or None,
        enabled=on,
        here=here or None,
    )
    show(changed, _one_words, as_json=json)


def pair(
    key: Key,
    *,
    username: Annotated[str, typer.Option("--username", metavar="NAME", help="The shop's name there.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Pair with a terminal, where its protocol wants that (Linkly Cloud).

    The password, then the code that the terminal shows, are asked for, or are two lines of
    standard input. They are not kept; what pairing gives goes to the vault.
    """
    said = _secrets(["password", "code"])
    paired = client(home).pair_terminal(key, username=username, password=said["password"], code=said["code"])
    show(paired, _added_words, as_json=json)


def remove(key: Key, *, yes: Yes = False, json: Json = False, home: Home = None) -> None:
    """Remove a card terminal. Its payments are kept, its secrets are not."""
    confirmed(f"Remove the card terminal {key}, and forget its secrets?", yes=yes)
    show(client(home).remove_terminal(key), lambda gone: say(f"{gone['name']} was removed."), as_json=json)


def listed(*, store: AnyStore = None, json: Json = False, home: Home = None) -> None:
    """List the card terminals and their states."""
    show(client(home).terminals(store), _list_words, as_json=json)


def shown(key: Key, *, json: Json = False, home: Home = None) -> None:
    """Show one card terminal: its settings, what runs, what is unresolved."""
    show(client(home).terminal(key), _one_words, as_json=json)


def protocols(*, json: Json = False, home: Home = None) -> None:
    """List the protocols, and what is set for each."""
    show(client(home).terminal_protocols(), _protocol_words, as_json=json)


def ports(*, json: Json = False, home: Home = None) -> None:
    """List the serial ports of the service's machine."""
    show(client(home).terminal_ports(), _port_words, as_json=json)


def try_out(key: Key, *, json: Json = False, home: Home = None) -> None:
    """Test the connection to a card terminal. Never moves money."""
    _show_status(client(home).test_terminal(key), as_json=json)


def status(key: Key, *, json: Json = False, home: Home = None) -> None:
    """Ask a card terminal for its state. Never moves money."""
    _show_status(client(home).terminal_status(key), as_json=json)


def _show_status(said: StatusOfTerminalAnswer, *, as_json: bool) -> None:
    show(said, asked_words, as_json=as_json)
    if not said["ready"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _settings(given: list[str] | None) -> dict[str, str]:
    settings = {}
    for each in given or []:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"--set takes NAME=VALUE, not {each!r}.")
        settings[name] = value
    return settings


def _secrets(names: list[str] | None) -> dict[str, str]:
    """Ask for secrets, or read a line of standard input each; never from arguments."""
    secrets = {}
    for name in names or []:
        if sys.stdin.isatty():
            secrets[name] = typer.prompt(name, hide_input=True, err=True)
        else:
            secrets[name] = sys.stdin.readline().rstrip("\n")
        if not secrets[name]:
            raise typer.BadParameter(f"Nothing was given for the secret {name}.")
    return secrets


def _list_words(answer: TerminalsAnswer) -> None:
    if not answer["terminals"]:
        say("No card terminal yet. Add one with: tillbook terminal add TERMINAL --store KEY --protocol zvt")
        return
    rows = [
        (
            each["key"],
            each["store"],
            each["name"],
            each["title"] + (" [practice]" if each["practice"] else ""),
            marked(mark(TERMINAL, each["state"])),
            "" if each["last"] is None else f"{each['last']['amount']} {each['last']['state']}",
        )
        for each in answer["terminals"]
    ]
    table(("terminal", "store", "name", "protocol", "state", "last payment"), rows)
    for each in answer["terminals"]:
        if each["error"]:
            say("", f"{each['key']}:", f"  {each['error']['what']}", f"  {each['error']['next']}")


def _one_words(answer: TerminalAnswer) -> None:
    say(*terminal_lines(answer))


def _added_words(answer: TerminalAnswer) -> None:
    _one_words(answer)
    tell(f"Test the connection with: tillbook terminal test {answer['key']}")


def _protocol_words(answer: ProtocolsAnswer) -> None:
    for protocol in answer["protocols"]:
        say("", f"{protocol['name']}: {protocol['title']}")
        rows = [
            (
                each["name"],
                "secret" if each["kind"] == "secret" else "|".join(each["choices"]) or each["kind"],
                each["default"],
                f"{each['title']}. {each['help']}".rstrip(". ") + ".",
            )
            for each in protocol["settings"]
        ]
        table(("setting", "values", "default", "what it is"), rows)


def _port_words(answer: PortsAnswer) -> None:
    if not answer["ports"]:
        say("No serial port was found. Plug the terminal's cable in, then look again.")
        return
    rows = [
        (each["device"], each["description"], each["maker"], each["used_by"] or "")
        for each in answer["ports"]
    ]
    table(("device", "description", "maker", "used by"), rows)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    terminals.command("add")(add)
    terminals.command("set")(change)
    terminals.command("pair")(pair)
    terminals.command("remove")(remove)
    terminals.command("list")(listed)
    terminals.command("show")(shown)
    terminals.command("protocols")(protocols)
    terminals.command("ports")(ports)
    terminals.command("test")(try_out)
    terminals.command("status")(status)
    for part in (terminal_paying, terminal_days, terminal_matching, terminal_pack, terminal_keys):
        part.register(terminals)
    app.add_typer(terminals, name="terminal")
