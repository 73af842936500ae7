"""A terminal that is being added or changed, before it is saved: pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from textual.content import Content

from screens.widgets.chooser import Choice
from screens.widgets.row_list import Draw, ListRow
from services.contract.terminal_shop import PortAnswer, ProtocolAnswer, SettingAnswer, TerminalAnswer

_LABEL = 34
_MOST_OF_A_KEY = 30


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


NAME = Field("name", "Name", help="What people call it, such as Counter 1.")
PROTOCOL = Field(
    "protocol", "Protocol", "protocol", "How it speaks; the terminal's manual or its maker says."
)
TENDERS = Field(
    "tenders", "Tenders it takes", help="As receipts name them, with commas between: eftpos, credit."
)


@dataclass(frozen=True)
class Draft:
    """What a person has filled in so far."""

    store: str
    key: str | None = None
    """Of the terminal that is changed; None: a new one."""
    name: str = ""
    protocol: str = ""
    tenders: str = "eftpos"
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
            {name: _as_text(value) for name, value in terminal["settings"].items()},
            {},
            frozenset(terminal["secrets"]),
        )

    def filled(self, field: Field, value: str) -> Draft:
        """Return the draft with one field filled in."""
        if field.kind == "secret":
            return replace(self, secrets={**self.secrets, field.name: value}, changed=True)
        if field.name == "protocol" and field.kind == "protocol":
            return replace(self, protocol=value, settings={}, secrets={}, changed=True)
        if field in {NAME, TENDERS}:
            return replace(self, **{field.name: value}, changed=True)  # type: ignore[arg-type]  # both are texts
        return replace(self, settings={**self.settings, field.name: value}, changed=True)

    def value(self, field: Field) -> str:
        """Return what a field holds; of a secret only whether it is set."""
        if field.kind == "secret":
            return "set" if field.name in self.secrets or field.name in self.kept else ""
        if field in {NAME, PROTOCOL, TENDERS}:
            return str(getattr(self, field.name))
        return self.settings.get(field.name, field.default)

    def details(self) -> dict[str, Any]:
        """Return what the service is given to add it, or to try it."""
        return {
            "key": self.key or key_of(self.name),
            "store": self.store,
            "name": self.name,
            "protocol": self.protocol,
            **self.changes(),
        }

    def changes(self) -> dict[str, Any]:
        """Return what the service is given to change it."""
        tenders = [each.strip() for each in self.tenders.split(",") if each.strip()]
        return {
            "name": self.name,
            "tenders": tenders,
            "settings": dict(self.settings),
            "secrets": dict(self.secrets),
        }


def fields(draft: Draft, protocols: Sequence[ProtocolAnswer]) -> list[Field]:
    """Return what is to be filled in, as far as the protocol is known."""
    protocol = next((each for each in protocols if each["name"] == draft.protocol), None)
    settings = [] if protocol is None else protocol["settings"]
    return [NAME, PROTOCOL, TENDERS, *(_field(each) for each in settings)]


def _field(setting: SettingAnswer) -> Field:
    return Field(
        setting["name"],
        setting["title"],
        setting["kind"],
        setting["help"],
        tuple(setting["choices"]),
        setting["default"],
    )


def rows(draft: Draft, protocols: Sequence[ProtocolAnswer]) -> list[ListRow]:
    """Return a line for each field; each leads to it."""
    titles = {each["name"]: each["title"] for each in protocols}
    return [ListRow(_drawn(draft, each, titles), each) for each in fields(draft, protocols)]


def _drawn(draft: Draft, field: Field, titles: Mapping[str, str]) -> Draw:
    value = draft.value(field)
    shown = titles.get(value, value) if field.kind == "protocol" else value
    style = "$foreground" if value else "$dim"
    return lambda _width: Content.assemble((field.title.ljust(_LABEL), "$dim"), (shown or "not set", style))


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
            return [_port(each) for each in ports]
    return []


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
