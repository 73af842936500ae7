"""A terminal that is being added or changed, before it is saved: pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from textual.content import Content

from screens.cells import fitted
from screens.widgets.chooser import Choice
from screens.widgets.row_list import Draw, ListRow
from services.contract.terminal_shop import (
    CARD_TENDERS,
    PortAnswer,
    ProtocolAnswer,
    SettingAnswer,
    TerminalAnswer,
)

_VALUE = 40
"""Cells that a value has, as long as a title keeps nearly half of the line."""
_MOST_OF_A_KEY = 30
TYPED = "typed"
"""Chosen where what is wanted is not listed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; its value is changed by Enter."""

    name: str
    title: str
    kind: str = "text"
    """As `SettingAnswer.kind`, and `protocol`."""
    help: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    option: str = ""
    """How the same is said to the command `tillbook terminal add`."""
    unset: str = "not set"
    """What stands where nothing was filled in."""

    @property
    def told(self) -> str:
        """What it means beyond its title, and what counts without it; may be empty."""
        means = f"{self.help.rstrip('.')}." if self.help else ""
        default = f"Without it: {self.default}." if self.default else ""
        return f"{means} {default}".strip()

    @property
    def may_be_empty(self) -> bool:
        """Whether nothing is a value too."""
        return self.kind in {"text", "number"} and self not in {NAME, TENDERS}


NAME = Field("name", "Name", help="What people call it, such as Counter 1.", option="--name")
PROTOCOL = Field(
    "protocol",
    "Protocol",
    "protocol",
    "How it speaks; the terminal's manual or its maker says.",
    option="--protocol",
)
TENDERS = Field(
    "tenders",
    "Tenders it takes",
    help="As receipts name them, with commas between: eftpos, credit.",
    option="--tender",
)
CURRENCY = Field(
    "currency",
    "Currency",
    help="What it takes, such as EUR. Without it: that of the store.",
    option="--currency",
    unset="that of the store",
)
_OF_ITS_OWN = frozenset({NAME, PROTOCOL, TENDERS, CURRENCY})
"""What every terminal has, whatever its protocol."""
_FOR_EVER = frozenset({PROTOCOL, CURRENCY})
"""What cannot be changed once it is added."""


@dataclass(frozen=True)
class Draft:
    """What a person has filled in so far."""

    store: str
    key: str | None = None
    """Of the terminal that is changed; None: a new one."""
    name: str = ""
    protocol: str = ""
    tenders: str = ", ".join(CARD_TENDERS)
    currency: str = ""
    """Three letters; empty: the store's."""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    """Secrets that are in the vault already."""
    changed: bool = False

    @classmethod
    def of(cls, terminal: TerminalAnswer) -> Draft:
        """Return the draft of a terminal that there is."""
        return cls(
            terminal["store"],
            terminal["key"],
            terminal["name"],
            terminal["protocol"],
            ", ".join(terminal["tenders"]),
            settings={name: _as_text(value) for name, value in terminal["settings"].items()},
            kept=frozenset(terminal["secrets"]),
            currency=terminal["currency"],
        )

    def filled(self, field: Field, value: str) -> Draft:
        """Return the draft with one field filled in."""
        if field.kind == "secret":
            return replace(self, secrets={**self.secrets, field.name: value}, changed=True)
        if field.name == "protocol" and field.kind == "protocol":
            return replace(self, protocol=value, settings={}, secrets={}, changed=True)
        if field in _OF_ITS_OWN:
            return replace(self, **{field.name: value}, changed=True)  # type: ignore[arg-type]  # all are texts
        return replace(self, settings={**self.settings, field.name: value}, changed=True)

    def value(self, field: Field) -> str:
        """Return what a field holds; of a secret only whether it is set."""
        if field.kind == "secret":
            return "set" if field.name in self.secrets or field.name in self.kept else ""
        if field in _OF_ITS_OWN:
            return str(getattr(self, field.name))
        return self.settings.get(field.name, field.default)

    def details(self) -> dict[str, Any]:
        """Return what the service is given to add it, or to try it."""
        return {
            "key": self.key or key_of(self.name),
            "store": self.store,
            "name": self.name,
            "protocol": self.protocol,
            "currency": self.currency.strip().upper() or None,
            **self.changes(),
            "settings": {name: value for name, value in self.settings.items() if value},
        }

    def is_fixed(self, field: Field) -> bool:
        """Whether a field of a terminal that there is stays as it is."""
        return self.key is not None and field in _FOR_EVER

    def counts(self, setting: SettingAnswer, protocol: ProtocolAnswer) -> bool:
        """Whether a setting has an effect beside what is filled in so far."""
        when = setting["when"]
        if when is None:
            return True
        on = next(each for each in protocol["settings"] if each["name"] == when["setting"])
        return self.settings.get(on["name"], on["default"]) == when["value"] and self.counts(on, protocol)

    def changes(self) -> dict[str, Any]:
        """Return what the service is given to change it."""
        tenders = [each.strip() for each in self.tenders.split(",") if each.strip()]
        return {
            "name": self.name,
            "tenders": tenders,
            "settings": {name: value or None for name, value in self.settings.items()},
            "secrets": dict(self.secrets),
        }


def fields(draft: Draft, protocols: Sequence[ProtocolAnswer]) -> list[Field]:
    """Return what is to be filled in, as far as the protocol is known."""
    protocol = next((each for each in protocols if each["name"] == draft.protocol), None)
    if protocol is None:
        return [NAME, PROTOCOL, TENDERS, CURRENCY]
    counting = [_field(each) for each in protocol["settings"] if draft.counts(each, protocol)]
    return [NAME, PROTOCOL, TENDERS, CURRENCY, *counting]


def _field(setting: SettingAnswer) -> Field:
    return Field(
        setting["name"],
        setting["title"],
        setting["kind"],
        setting["help"],
        tuple(setting["choices"]),
        setting["default"],
        f"--{'secret' if setting['kind'] == 'secret' else 'set'} {setting['name']}",
    )


def rows(draft: Draft, protocols: Sequence[ProtocolAnswer]) -> list[ListRow]:
    """Return a line for each field; each leads to it."""
    titles = {each["name"]: each["title"] for each in protocols}
    found = fields(draft, protocols)
    longest = max(len(each.title) for each in found)
    return [ListRow(_drawn(draft, each, titles, longest), each) for each in found]


def _drawn(draft: Draft, field: Field, titles: Mapping[str, str], longest: int) -> Draw:
    value = draft.value(field)
    shown = titles.get(value, value) if field.kind == "protocol" else value
    style = "$foreground" if value else "$dim"

    def draw(width: int) -> Content:
        column = min(longest, max(width - _VALUE, width * 9 // 20))
        return Content.assemble((f"{fitted(field.title, column)}  ", "$dim"), (shown or field.unset, style))

    return draw


def choices(field: Field, protocols: Sequence[ProtocolAnswer], ports: Sequence[PortAnswer]) -> list[Choice]:
    """Return what a field can be set to; empty where it is typed."""
    match field.kind:
        case "protocol":
            return [Choice(each["name"], each["title"]) for each in protocols]
        case "choice":
            return [Choice(each, each) for each in field.choices]
        case "flag":
            return [Choice("yes", "yes"), Choice("no", "no")]
        case "device":
            return [*_ports(ports), Choice(TYPED, "Type another", "for a port that is not plugged in now")]
    return []


def _ports(ports: Sequence[PortAnswer]) -> list[Choice]:
    if not ports:
        return [Choice("", "No serial port was found", obstacle="plug its cable in, then p looks again")]
    return [_port(each) for each in ports]


def _port(port: PortAnswer) -> Choice:
    note = " ".join(filter(None, (port["description"], port["maker"])))
    used = f"in use by {port['used_by']}" if port["used_by"] else None
    return Choice(port["device"], port["device"], note, used)


def key_of(name: str) -> str:
    """Return a short key for a name: "Counter 1" becomes counter-1."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:_MOST_OF_A_KEY].strip("-")


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
