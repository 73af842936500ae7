"""`tillbook import`, `totals`, `source …`: what the tills did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import AnyStore, Day, From, Home, Json, StoreKey, To, client, required_span
from console.output import ExitStatus, progress, progress_done, say, say_text, show, table, tell
from services.contract.problem import NotFound, Problem, Refused

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import ImportAnswer, RefusedRecord, TotalsAnswer

_REFUSED_SHOWN = 20
READABLE = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files, or folders of them.")]
SourceName = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="The source profile; none: records by contract."),
]
sources = typer.Typer(help="How files of a point-of-sale system are read.", no_args_is_help=True)


def import_(
    files: Files,
    *,
    source: SourceName = None,
    store: AnyStore = None,
    whole_days: Annotated[
        bool,
        typer.Option(
            "--whole-days",
            help="The file holds all receipts of its business dates: what is missing of them is gone.",
        ),
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take receipts in.

    Files hold records by contract, or what a source profile reads.
    """
    found = _expanded(files)
    if whole_days and len(found) > 1:
        raise typer.BadParameter("--whole-days takes one file: two could hold parts of the same date.")
    answer = _import_all(client(home), found, source, store, whole_days=whole_days)
    show(answer, _import_words, as_json=json)
    if answer["refused"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _expanded(given: list[Path]) -> list[Path]:
    """Return the files named, and for a folder the readable files in it, by name."""
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            files += sorted(inside for inside in path.iterdir() if inside.name.lower().endswith(READABLE))
        elif path.is_file():
            files.append(path)
        else:
            raise NotFound(f"{path} was not found.", "", "Check the name; nothing was imported.")
    if not files:
        raise NotFound(
            "There is nothing to import.", f"No file ends in {', '.join(READABLE)}.", "Name the files."
        )
    return files


def _import_all(
    service: Client, files: list[Path], source: str | None, store: str | None, *, whole_days: bool = False
) -> ImportAnswer:
    whole: ImportAnswer = {
        "read": 0, "new": 0, "revised": 0, "unchanged": 0, "refused": [], "set_apart": {}, "dates": [],
    }  # fmt: skip
    left_out: list[Refused] = []
    for number, file in enumerate(files, start=1):
        progress(f"{file.name} ({number} of {len(files)}) …")
        try:
            _add(whole, _import_one(service, file, source, store, whole_days=whole_days))
        except Refused as refused:
            left_out.append(refused)
            whole["refused"].append(_as_a_whole(file, refused))
        except Problem:
            progress_done()
            if number > 1:
                taken = number - 1 - len(left_out)
                tell(f"{file.name} was not imported; before it {taken} taken in, {len(left_out)} refused.")
            _tell_refused(whole["refused"])
            raise
    progress_done()
    if len(left_out) == len(files):
        _tell_refused(whole["refused"][1:])  # the first is told whole
        raise left_out[0]
    return whole


def _tell_refused(refused: list[RefusedRecord]) -> None:
    """Name what was refused where no answer will: the import ends in a problem."""
    for each in refused[:_REFUSED_SHOWN]:
        tell(_refused_line(each))
    if (more := len(refused) - _REFUSED_SHOWN) > 0:
        tell(f"  and {more} more.")


def _refused_line(refused: RefusedRecord) -> str:
    receipt = f" receipt {refused['receipt']}" if refused["receipt"] else ""
    return f"  {refused['file']}, line {refused['line']}{receipt}: {refused['reason']}"


def _as_a_whole(file: Path, refused: Refused) -> RefusedRecord:
    """Name a file that is refused whole; the others are taken in."""
    return {"file": file.name, "line": 1, "receipt": None, "reason": str(refused)}


def _import_one(
    service: Client, file: Path, source: str | None, store: str | None, *, whole_days: bool
) -> ImportAnswer:
    try:
        return service.import_file(file, source=source, store=store, whole_days=whole_days)
    except OSError as error:
        raise Refused(
            f"{file} cannot be read.", "It is damaged, or not open to you.", "Check the file.", str(error)
        ) from error


def _add(whole: ImportAnswer, part: ImportAnswer) -> None:
    whole["read"] += part["read"]
    whole["new"] += part["new"]
    whole["revised"] += part["revised"]
    whole["unchanged"] += part["unchanged"]
    whole["refused"] += part["refused"]
    for name, count in part["set_apart"].items():
        whole["set_apart"][name] = whole["set_apart"].get(name, 0) + count
    whole["dates"] = sorted({*whole["dates"], *part["dates"]})
    if "gone" in part:
        whole["gone"] = whole.get("gone", 0) + part["gone"]
    if part.get("gone_unknown"):
        whole["gone_unknown"] = True


def _import_words(answer: ImportAnswer) -> None:
    say(
        f"Read {answer['read']}: {answer['new']} new, {answer['revised']} revised,"
        f" {answer['unchanged']} unchanged, {len(answer['refused'])} refused."
    )
    if "gone" in answer and not answer.get("gone_unknown"):
        say(f"Gone from their source, and no longer counted: {answer['gone']}.")
    if answer.get("gone_unknown"):
        say("Nothing was taken out: with records refused, nobody can say what is missing.")
    for name, count in answer["set_apart"].items():
        say(f"Set apart as {name}: {count} (counted, never posted).")
    if answer["dates"]:
        say(f"Business dates touched: {len(answer['dates'])}, {answer['dates'][0]} to {answer['dates'][-1]}.")
    for refused in answer["refused"][:_REFUSED_SHOWN]:
        say(_refused_line(refused))
    if (more := len(answer["refused"]) - _REFUSED_SHOWN) > 0:
        say(f"  and {more} more; --json names them all.")


def totals(
    *,
    store: StoreKey,
    date: Day = None,
    first: From = None,
    last: To = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what was taken in, by date, kind and category."""
    start, end = required_span(date, first, last)
    show(client(home).totals(store, first=start, last=end), _totals_words, as_json=json)


def _totals_words(answer: TotalsAnswer) -> None:
    if not answer["rows"] and not answer["set_apart"]:
        say(f"{answer['store']}: no receipts on these dates.")
        return
    table(
        ("date", "kind", "category", "tax code", "receipts", "lines", "amount"),
        [
            (
                row["date"],
                row["kind"],
                row["category"] or "",
                row["tax_code"],
                str(row["receipts"]),
                str(row["lines"]),
                row["amount"],
            )
            for row in answer["rows"]
        ],
        right=(4, 5, 6),
    )
    tenders = [(row["date"], row["kind"], row["type"], row["amount"]) for row in answer["tenders"]]
    say("")
    table(("date", "kind", "tender", "amount"), tenders, right=(3,))
    if answer["set_apart"]:
        apart = [
            (row["date"], row["name"], str(row["receipts"]), str(row["lines"]), row["amount"])
            for row in answer["set_apart"]
        ]
        say("")
        table(("date", "set apart", "receipts", "lines", "amount"), apart, right=(2, 3, 4))


@sources.command("list")
def source_list(*, json: Json = False, home: Home = None) -> None:
    """List the source profiles: shipped ones and your own."""
    answer = client(home).sources()
    show(
        answer,
        lambda found: table(
            ("name", "kind"), [(row["name"], "shipped" if row["shipped"] else "own") for row in found]
        ),
        as_json=json,
    )


@sources.command("show")
def source_show(name: Annotated[str, typer.Argument()], *, json: Json = False, home: Home = None) -> None:
    """Print a source profile, to read or to start your own from."""
    show(client(home).source(name), lambda found: say_text(found.get("text", "")), as_json=json)


@sources.command("add")
def source_add(
    name: Annotated[str, typer.Argument()],
    file: Annotated[
        typer.FileText, typer.Argument(metavar="FILE", help="The profile, in TOML; - for standard input.")
    ],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add or replace a source profile of your own."""
    answer = client(home).add_source(name, file.read())
    show(answer, lambda found: say(f"Source {found['name']} saved."), as_json=json)


@sources.command("test")
def source_test(
    name: Annotated[str, typer.Argument()],
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    *,
    store: AnyStore = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say what an import through a profile would do; keeps nothing."""
    answer = client(home).test_source(name, file, store=store)
    tell("This was a test: nothing was written.")
    show(answer, _import_words, as_json=json)
    if answer["refused"]:
        raise typer.Exit(ExitStatus.PARTLY)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("import")(import_)
    app.command()(totals)
    app.add_typer(sources, name="source")
