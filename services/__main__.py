"""`python -P -m services serve|init`: what runs without a service to call.

Exit status: 0 done, 1 refused (with sentences on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from services.api.version import VERSION
from services.contract.problem import Problem
from services.contract.settings import default_home, load_settings

_INTERRUPTED = 130
"""What shells report for a command ended by Ctrl+C."""

# As `StoreAnswer` calls them; `store` is its key.
_DETAILS = ("name", "country", "currency", "timezone", "cutoff", "prices", "gst_basis", "cash_rounding")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
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
    return 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tillbook", description="The Tillbook service.")
    parser.add_argument("--version", action="version", version=f"Tillbook {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="serve|init")
    serve = commands.add_parser("serve", help="run the service in the foreground")
    _home(serve)
    serve.set_defaults(run=_serve)
    init = commands.add_parser("init", help="make the home and the first store")
    _home(init)
    init.set_defaults(run=_init)
    init.add_argument("--json", action="store_true", help="print one JSON document")
    init.add_argument("--profile", type=Path, metavar="FILE", help="read the options below from TOML")
    init.add_argument("--store", metavar="KEY", help="the store's key, as in queen-st")
    for name in _DETAILS:
        init.add_argument(f"--{name.replace('_', '-')}", dest=name)
    return parser


def _home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home", type=_folder, metavar="DIR", help="where all state lives (else TILLBOOK_HOME)"
    )


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


if __name__ == "__main__":
    sys.exit(main())
