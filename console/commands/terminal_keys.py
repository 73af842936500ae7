"""`tillbook terminal key …`: the keys tills call with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.options import AnyStore, Home, Json, StoreKey, Yes, client, confirmed
from console.output import say, show, table

if TYPE_CHECKING:
    from services.contract.terminal_shop import ListenerAnswer, NewTillKeyAnswer, TillKeysAnswer

keys = typer.Typer(help="The keys tills call with.", no_args_is_help=True)


def create(
    *,
    store: StoreKey,
    till: Annotated[
        str, typer.Option("--till", metavar="TILL", help="The till, as its receipts name it (register).")
    ],
    refunds: Annotated[bool, typer.Option("--refunds", help="It may give money back to cards too.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make a key for a till. It is shown this once."""
    show(client(home).add_till_key(store, till, refunds=refunds), _new_words, as_json=json)


def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The key's number (see: list).")],
    *,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """End a key: the till's next call is refused."""
    confirmed(f"Revoke key {number}? The till that has it can take no payment any more.", yes=yes)
    ended = client(home).revoke_till_key(number)
    show(ended, lambda key: say(f"Key {key['id']} of till {key['till']} is revoked."), as_json=json)


def listed(*, store: AnyStore = None, json: Json = False, home: Home = None) -> None:
    """List the keys, and where tills are listened to."""
    show(client(home).till_keys(store), _list_words, as_json=json)


def _new_words(answer: NewTillKeyAnswer) -> None:
    key = answer["key"]
    say(
        f"Key {key['id']} for till {key['till']} of {key['store']}:",
        "",
        f"  {answer['secret']}",
        "",
        "Put it into the till now: it is not shown again, and Tillbook keeps no copy.",
    )
    _listener_words(answer["listener"])


def _list_words(answer: TillKeysAnswer) -> None:
    if not answer["keys"]:
        say("No till has a key. Make one with: tillbook terminal key create --store KEY --till TILL")
    else:
        rows = [
            (
                str(key["id"]),
                key["store"],
                key["till"],
                f"{key['begins']}...",
                "yes" if key["refunds"] else "no",
                f"{key['created'][:10]} by {key['created_by']}",
                (key["last_used"] or "never")[:16],
                f"{key['revoked'][:10]} by {key['revoked_by']}" if key["revoked"] else "",
            )
            for key in answer["keys"]
        ]
        heads = ("number", "store", "till", "key", "refunds", "made", "last used", "revoked")
        table(heads, rows, right=(0,))
    _listener_words(answer["listener"])


def _listener_words(listener: ListenerAnswer) -> None:
    if listener["address"]:
        say(f"Tills call {listener['address']} on this machine (docs/terminals.md, Tills).")
    else:
        say(f"Tills are not listened to: {listener['why']}")


def register(terminals: typer.Typer) -> None:
    """Add these commands to `tillbook terminal`."""
    keys.command("create")(create)
    keys.command("revoke")(revoke)
    keys.command("list")(listed)
    terminals.add_typer(keys, name="key")
