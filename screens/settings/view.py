"""What the settings of an integration show: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from screens.moments import age, clock, counted
from screens.widgets.row_list import Draw, ListRow
from services.contract.answers import IntegrationAnswer, StoreAnswer
from services.contract.integration import DisconnectionAnswer
from services.contract.replies import MappingVersionsAnswer, ReferenceAnswer
from services.contract.schedule import ScheduleAnswer
from themes.states import INTEGRATION, mark

_LABEL = 18
FREQUENCIES = {
    "daily": "each day after it closed; enough for most shops",
    "real-time": "each receipt as it comes in, as a document of its own",
    "weekly": "one summary a week, Monday to Sunday",
    "monthly": "one summary a calendar month",
    "manual": "nothing is sent unasked",
}
ON_CHANGE = {
    "wait": "a person decides each time",
    "delta": "the difference is posted as a document of its own",
    "resend": "the document is voided and sent anew, where that is allowed",
}


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is shown of one store's integration."""

    store: StoreAnswer
    integration: IntegrationAnswer
    schedule: ScheduleAnswer
    versions: MappingVersionsAnswer
    accounts: ReferenceAnswer


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the settings: what Enter on it does, and what it means."""

    name: str
    meaning: str


def rows(known: Known, now: datetime) -> list[ListRow]:
    """Return the settings, one a line."""
    integration, schedule = known.integration, known.schedule
    state = mark(INTEGRATION, integration["state"])
    told = [
        _row(
            "state",
            "State",
            f"{state.glyph} {state.word}{_since(integration, now)}",
            _STATE,
            f"${state.role} bold",
        ),
        _row("organisation", "Organisation", integration["organisation"] or "none chosen", _ORGANISATION),
        _row(
            "frequency",
            "Frequency",
            f"{schedule['frequency']}: {FREQUENCIES.get(schedule['frequency'], '')}",
            _FREQUENCY,
        ),
        _row("at", "Sync time", schedule["at"] or "as soon as the day closed", _SYNC_TIME),
        _row("start", "Start date", schedule["start"] or "none", _START),
        _row(
            "on_change",
            "After a change",
            f"{known.store['on_change']}: {ON_CHANGE[known.store['on_change']]}",
            _CHANGE,
        ),
        _row("mapping", "Mapping", _mapping(known.versions, now), _MAPPING),
        _row("reference", "Reference data", f"read {age(known.accounts['read'], now)}", _REFERENCE),
        _row("connection", "Connection", _connection(integration), _CONNECTION),
        _row("allowance", "Calls left", _allowance(integration), _ALLOWANCE),
        _row("waiting", "Waiting", _waiting(integration), _WAITING),
    ]
    told += [
        _row("warning", "Warning", warning["what"], f"{warning['why']} {warning['next']}", "$attention")
        for warning in integration.get("warnings", [])
    ]
    if (error := integration["error"]) is not None:
        told.append(_row("error", "Error", error["what"], f"{error['why']} {error['next']}", "$stopped"))
    return told


_STATE = "Pause with p, disconnect with x. A pause keeps everything and sends nothing."
_ORGANISATION = "Which books the days go to. Days made for one organisation are never sent to another."
_FREQUENCY = "When days are sent. A change holds from now on; what was sent stays, nothing is sent twice."
_SYNC_TIME = "The store's own time of day at which closed days are sent."
_START = "Nothing earlier is sent unless it is asked for: tillbook backfill --store KEY --from D --to D"
_CHANGE = "What is done when the tills change a day that was posted."
_MAPPING = "Which account and tax type each category, tax code and tender goes to. Enter opens it."
_REFERENCE = "Accounts, tax rates, contacts and lock dates as Xero last told them. Enter reads them again."
_CONNECTION = "A consent dies 60 days after it was used last; each sync uses it."
_ALLOWANCE = "Xero allows so many calls a minute and a day; some are kept for what people ask for."
_WAITING = "Days that are over and not sent. r sends what is due."


def _row(name: str, label: str, value: str, meaning: str, style: str = "$foreground") -> ListRow:
    return ListRow(_drawn(label, value, style), Setting(name, meaning))


def _drawn(label: str, value: str, style: str) -> Draw:
    return lambda _width: Content.assemble((label.ljust(_LABEL), "$dim"), (value, style))


def _since(integration: IntegrationAnswer, now: datetime) -> str:
    since, by = integration["since"], integration["by"]
    told = f" since {clock(since, now)}" if since else ""
    paused = integration.get("paused")
    if paused is not None:
        until = f" until {clock(paused['until'], now)}" if paused["until"] else ""
        return f"{told} by {paused['by']}{until}: {paused['reason']}"
    return f"{told} by {by}" if by else told


def _mapping(versions: MappingVersionsAnswer, now: datetime) -> str:
    if not versions["versions"]:
        return "none yet"
    newest = versions["versions"][0]
    return f"version {newest['version']}, saved {age(newest['saved'], now)} by {newest['by']}"


def _connection(integration: IntegrationAnswer) -> str:
    ends = integration["connection_ends"]
    return f"dies {ends[:10]} unless it is used" if ends else "does not end by itself, as far as is known"


def _allowance(integration: IntegrationAnswer) -> str:
    allowance = integration["allowance"]
    if allowance["day"] is None:
        return "not known yet"
    resets = f", more from {clock(allowance['day_resets'])}" if allowance["day_resets"] else ""
    now = f"{allowance['day']:,} today, {allowance['minute']} this minute"
    return f"{now}, {allowance['reserve']} in reserve{resets}"


def _waiting(integration: IntegrationAnswer) -> str:
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    return f"{counted(days, 'day')}: {Decimal(amount):,}" if days else "nothing"


def unsent(integration: IntegrationAnswer) -> str:
    """Return what a disconnection leaves unsent, as a sentence."""
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    left = f"{counted(days, 'day')} ({Decimal(amount):,}) stay unsent" if days else "Nothing stays unsent"
    organisation = integration["organisation"] or "the organisation"
    return (
        f"{left}. The connection at Xero is removed; everything that was sent stays there and here. What"
        f" waits is kept for {organisation} and is sent when the shop is connected to it again; no other"
        " organisation ever receives it."
    )


def receipt(disconnection: DisconnectionAnswer) -> Content:
    """Return the receipt of a disconnection."""
    lines = [
        f"Disconnected from {disconnection['organisation']}.",
        f"By {disconnection['by']}, {clock(disconnection['at'])}.",
        f"{counted(disconnection['days'], 'day')} unsent: {disconnection['amount']}.",
    ]
    if (proof := disconnection["proof"]) is not None:
        answered = f"was answered {proof['status']} at {clock(proof['at'])}: {proof['said']}"
        lines.append(f"Proof: {proof['call']} {answered}")
    if disconnection["shared_with"]:
        lines.append(f"The connection at Xero stays for {', '.join(disconnection['shared_with'])}.")
    return Content("\n".join(lines))
