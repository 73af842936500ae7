"""`python -P -m services COMMAND`: what runs without a service to call.

Exit status: 0 done, 1 refused (with sentences on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from services.api.version import VERSION
from services.contract.problem import Problem
from services.contract.settings import default_home, load_settings

_USAGE = 2
_INTERRUPTED = 130
"""What shells report for a command ended by Ctrl+C."""

# As `StoreAnswer` calls them; `store` is its key. With what stands for the value, and the help.
_DETAILS = {
    "name": ("NAME", "the shop's name"),
    "country": ("NZ", "ISO 3166 code (GB, not UK)"),
    "currency": ("NZD", "ISO 4217 code"),
    "timezone": ("Pacific/Auckland", "IANA time zone of the shop"),
    "cutoff": ("HH:MM", "local time at which a new business date begins (00:00)"),
    "prices": ("inclusive|exclusive", "whether prices include tax (inclusive)"),
    "gst_basis": ("accrual|cash", "GST or VAT basis (accrual)"),
    "cash_rounding": ("0.10:down", "step of cash rounding, and where ties go (none)"),
}


class _WrongUsage(Problem):
    """The command line cannot be read."""


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong as every command does, as JSON where that is asked for."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong, and how to see what would be right."""
        what = f"{message[:1].upper()}{message[1:]}."
        raise _WrongUsage(what, "", f"See: {self.prog} --help", code="invalid")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = _parser().parse_args(given)
        return _run(options)
    except _WrongUsage as problem:
        _tell(problem, as_json="--json" in given)
        return _USAGE


def _run(options: argparse.Namespace) -> int:
    try:
        status: int = options.run(options)
    except _WrongUsage:
        raise
    except Problem as problem:
        _tell(problem, as_json=getattr(options, "json", False))
    except KeyboardInterrupt:
        # Interrupted before there was anything to stop in good order.
        return _INTERRUPTED
    except OSError as error:
        _tell(_unusable(error), as_json=getattr(options, "json", False))
    else:
        return status
    return 1


def _unusable(error: OSError) -> Problem:
    return Problem(
        f"{error.filename or 'The home'} cannot be used.",
        f"{error.strerror}.",
        "Make it writable for this user, or name another home (--home, TILLBOOK_HOME).",
        code="home_unusable",
    )


def _tell(problem: Problem, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"error": problem.answer()}) + "\n")
    parts = (problem.what, problem.why, problem.next)
    sys.stderr.write("\n".join(part for part in parts if part) + "\n")


def _serve(options: argparse.Namespace) -> int:
    # Loading the whole service takes most of a second; a wrong option is told at once.
    serving = import_module("services.api.serving")
    serving.serve(load_settings(options.home))
    _end_in_time()
    return 0


def _end_in_time() -> None:
    """End although a thread still waits; everything is closed by now.

    What another machine took over waits in the job runner for the outcome that machine
    records, and the interpreter would wait for that thread for ever.
    """
    left = [each for each in threading.enumerate() if each is not threading.main_thread() and not each.daemon]
    if left:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _init(options: argparse.Namespace) -> int:
    first_store = import_module("services.api.first_store")
    settings = load_settings(options.home or default_home())
    details: dict[str, Any] = first_store.profile(options.profile) if options.profile else {}
    details |= {name: value for name in _DETAILS if (value := getattr(options, name)) is not None}
    details["key"] = options.store or details.pop("store", None)
    store = first_store.add_first_store(settings, {name: value for name, value in details.items() if value})
    told = json.dumps({"home": str(settings.home), "store": store})
    words = f"{store['name']} is set up in {settings.home}.\nNext: tillbook serve"
    sys.stdout.write((told if options.json else words) + "\n")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    doctor_local = import_module("services.sync.doctor.local")
    found = doctor_local.local_answer(load_settings(options.home))
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found["counts"]["stops"] else 0


def _restore(options: argparse.Namespace) -> int:
    put_back = import_module("services.api.put_back")
    if not (options.yes or options.dry_run or options.pg_restored or sys.stdin.isatty()):
        following = "A script answers with --yes, or looks with --dry-run."
        raise _WrongUsage("Restoring replaces the books.", "", following, code="invalid")
    settings = load_settings(options.home or default_home())
    file = options.file.expanduser().absolute()
    if options.pg_restored is not None:
        return _told(put_back.note_restored(settings, file, options.pg_restored), options)
    answer = put_back.put_back(
        settings,
        file,
        dry_run=options.dry_run,
        without_manifest=options.without_manifest,
        confirm=lambda lines: options.yes or _agreed(lines),
    )
    return _told(answer, options)


def _told(answer: dict[str, Any], options: argparse.Namespace) -> int:
    lines = answer.pop("lines")
    sys.stdout.write(json.dumps(answer) + "\n" if options.json else "".join(f"{line}\n" for line in lines))
    return 0 if answer["done"] or options.dry_run else 1


def _agreed(lines: list[str]) -> bool:
    """Ask on standard error, which is not the answer."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.write("Put it in the place of the books? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="tillbook", description="The Tillbook service.")
    parser.add_argument("--version", action="version", version=f"Tillbook {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="serve|init|doctor|restore")
    serve = commands.add_parser("serve", help="run the service in the foreground")
    _home(serve)
    serve.set_defaults(run=_serve)
    doctor = commands.add_parser("doctor", help="look at this machine; prints one JSON document")
    _home(doctor)
    doctor.set_defaults(run=_doctor)
    init = commands.add_parser(
        "init",
        help="make the home and the first store",
        description="Make the home and the first store. It needs no running service.",
    )
    _home(init)
    init.set_defaults(run=_init)
    init.add_argument("--json", action="store_true", help="print one JSON document")
    init.add_argument("--yes", "-y", action="store_true", help=argparse.SUPPRESS)  # it asks nobody
    init.add_argument("--profile", type=Path, metavar="FILE", help="read the options below from TOML")
    init.add_argument("--store", metavar="KEY", help="the store's key, as in queen-st")
    for name, (value, words) in _DETAILS.items():
        init.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar=value, help=words)
    _restore_options(
        commands.add_parser(
            "restore",
            help="put a backup in the place of the books",
            description="Put a backup in the place of the books, while no service runs on this home."
            " It shows first what would be lost.",
        )
    )
    return parser


def _restore_options(restore: argparse.ArgumentParser) -> None:
    _home(restore)
    restore.set_defaults(run=_restore)
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup, tillbook-….db")
    restore.add_argument("--dry-run", action="store_true", help="only show what would be lost")
    restore.add_argument("--yes", "-y", action="store_true", help="do not ask; for scripts")
    restore.add_argument(
        "--without-manifest", action="store_true", help="accept a file whose manifest is gone"
    )
    restore.add_argument(
        "--pg-restored",
        type=_moment,
        metavar="TIME",
        help="PostgreSQL: pg_restore was run, with a dump made at TIME (2026-11-20T14:10:00+00:00)",
    )
    restore.add_argument("--json", action="store_true", help="print one JSON document")


def _home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home", type=_folder, metavar="DIR", help="where all state lives (else TILLBOOK_HOME)"
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    return moment


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


if __name__ == "__main__":
    sys.exit(main())
