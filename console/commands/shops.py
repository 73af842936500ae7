"""`tillbook store …` and `schedule`: the shops, and when days are sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import Home, Json, StoreKey, client
from console.output import say, show, table
from console.schedule_words import before_start_words
from services.contract.problem import Refused

if TYPE_CHECKING:
    from services.contract.answers import StoreAnswer
    from services.contract.schedule import ScheduleAnswer

shops = typer.Typer(help="The shops: add one, change one, list them.", no_args_is_help=True)

NewKey = Annotated[
    str | None, typer.Option("--store", metavar="KEY", help="The store's key, as in queen-st.")
]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The shop's name.")]
Country = Annotated[str | None, typer.Option("--country", metavar="NZ", help="ISO 3166 code (GB, not UK).")]
Currency = Annotated[str | None, typer.Option("--currency", metavar="NZD", help="ISO 4217 code.")]
Zone = Annotated[
    str | None, typer.Option("--timezone", metavar="Pacific/Auckland", help="IANA time zone of the shop.")
]
Cutoff = Annotated[
    str | None,
    typer.Option("--cutoff", metavar="HH:MM", help="Local time at which a new business date begins."),
]
Prices = Annotated[
    str | None, typer.Option("--prices", metavar="inclusive|exclusive", help="Whether prices include tax.")
]
Basis = Annotated[str | None, typer.Option("--gst-basis", metavar="accrual|cash", help="GST or VAT basis.")]
Rounding = Annotated[
    str | None,
    typer.Option("--cash-rounding", metavar="0.10:down", help="Step of cash rounding, and where ties go."),
]
OnChange = Annotated[
    str | None,
    typer.Option(
        "--on-change",
        metavar="wait|delta|resend",
        help="What is done automatically when a posted day changes: nothing, a correction, or sent anew.",
    ),
]
Profile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="A TOML file with the same keys as the options.",
    ),
]


def settings(profile: Path | None, **given: str | None) -> dict[str, str]:
    """Return a shop's settings: those of the profile, overridden by the options."""
    plain = {key.replace("-", "_"): str(value) for key, value in _read(profile).items()} if profile else {}
    return plain | {key: value for key, value in given.items() if value is not None}


def _read(profile: Path) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(profile.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(
            f"The profile {profile} cannot be read.", "It is not valid TOML.", "Correct the file.", str(error)
        ) from error


@shops.command("add")
def store_add(
    *,
    store: NewKey = None,
    name: Name = None,
    country: Country = None,
    currency: Currency = None,
    timezone: Zone = None,
    cutoff: Cutoff = None,
    prices: Prices = None,
    gst_basis: Basis = None,
    cash_rounding: Rounding = None,
    profile: Profile = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add a shop."""
    body = settings(
        profile,
        store=store,
        name=name,
        country=country,
        currency=currency,
        timezone=timezone,
        cutoff=cutoff,
        prices=prices,
        gst_basis=gst_basis,
        cash_rounding=cash_rounding,
    )
    key = body.pop("store", None)
    if key is None:
        raise typer.BadParameter("--store is needed: a short key such as queen-st.")
    show(client(home).add_store(key, **body), lambda shop: say(f"Store {shop['key']} added."), as_json=json)


@shops.command("set")
def store_set(
    *,
    store: StoreKey,
    name: Name = None,
    country: Country = None,
    currency: Currency = None,
    timezone: Zone = None,
    cutoff: Cutoff = None,
    prices: Prices = None,
    gst_basis: Basis = None,
    cash_rounding: Rounding = None,
    on_change: OnChange = None,
    profile: Profile = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Change a shop; what is not named stays."""
    body = settings(
        profile,
        name=name,
        country=country,
        currency=currency,
        timezone=timezone,
        cutoff=cutoff,
        prices=prices,
        gst_basis=gst_basis,
        cash_rounding=cash_rounding,
        on_change=on_change,
    )
    body.pop("store", None)
    show(client(home).set_store(store, **body), lambda shop: say(f"Store {shop['key']} saved."), as_json=json)


@shops.command("list")
def store_list(*, json: Json = False, home: Home = None) -> None:
    """List the shops."""
    show(client(home).stores(), _shops_words, as_json=json)


def _shops_words(found: list[StoreAnswer]) -> None:
    if not found:
        say("No store yet. Make one with: tillbook store add --store KEY --name NAME ...")
        return
    rows = [
        (shop["key"], shop["name"], shop["country"], shop["currency"], shop["timezone"], shop["frequency"])
        for shop in found
    ]
    table(("key", "name", "country", "currency", "time zone", "sent"), rows)


def schedule(
    *,
    store: StoreKey,
    frequency: Annotated[
        str | None,
        typer.Option(
            "--frequency",
            metavar="daily|real-time|weekly|monthly|manual",
            help="daily is enough for most shops; real-time: each receipt; manual: only when asked.",
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="HH:MM", help="Local time at which what is over is sent.")
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="First business date to send."
        ),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show or set when the days of a shop are sent.

    A change holds from the current business date on: nothing is sent twice. Weeks run from
    Monday to Sunday; the first and the last one are cut where the schedule changes.
    """
    service = client(home)
    if frequency is None and at is None and start is None:
        answer = service.schedule(store)
    else:
        answer = service.set_schedule(
            store, frequency=frequency, at=at, start=start.date().isoformat() if start else None
        )
    show(answer, lambda found: _schedule_words(found, store), as_json=json)


def _schedule_words(answer: ScheduleAnswer, store: str) -> None:
    if answer["frequency"] == "manual":
        say("Nothing is sent unless asked (manual).")
    else:
        say(f"Sent {_WORDS.get(answer['frequency'], answer['frequency'])}{_at(answer)}{_since(answer)}.")
    if period := answer.get("period"):
        say(f"Under way: {period['first']} to {period['last']}, sent when it is over.")
    if early := answer.get("before_start"):
        say(*before_start_words(early, store))


_WORDS = {
    "real-time": "receipt by receipt, the rest of a day",
    "weekly": "as the sum of each week, Monday to Sunday,",
    "monthly": "as the sum of each month",
}


def _since(answer: ScheduleAnswer) -> str:
    """Return from which date on it is sent so, and how it was sent before."""
    start = answer["start"]
    if start is None:
        return ""
    others = [each for each in answer.get("changes", []) if each["frequency"] != answer["frequency"]]
    if not others:
        return f", from business date {start}"
    later = (each["since"] for each in answer["changes"] if each["since"] > others[-1]["since"])
    since = min(later, default=start)
    if since <= start:
        return f", from business date {start}"
    before = max(start, others[-1]["since"])
    return f", from business date {since}; until then, from {before}, {others[-1]['frequency']}"


def _at(answer: ScheduleAnswer) -> str:
    return f" at {answer['at']}" if answer["at"] else " after the last till has closed"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(shops, name="store")
    app.command()(schedule)
