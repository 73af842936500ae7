"""What the settings of an integration show: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from textual.content import Content

from screens.moments import Times, counted
from screens.settings.words import FREQUENCIES, ON_CHANGE
from screens.widgets.row_list import Draw, ListRow
from services.contract.answers import IntegrationAnswer, StoreAnswer
from services.contract.integration import DisconnectionAnswer, PauseAnswer, ScopeAnswer
from services.contract.replies import MappingVersionsAnswer, ReferenceAnswer
from services.contract.schedule import ScheduleAnswer
from themes.states import INTEGRATION, mark

_LABEL = 16


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is shown of one store's integration."""

    store: StoreAnswer
    integration: IntegrationAnswer
    schedule: ScheduleAnswer
    versions: MappingVersionsAnswer
    accounts: ReferenceAnswer
    receipts: tuple[DisconnectionAnswer, ...] = ()
    """Of every time the store was disconnected, newest first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the settings: what Enter on it does, and what it means."""

    name: str
    meaning: str


def rows(known: Known, times: Times) -> list[ListRow]:
    """Return the settings, one a line, what is urgent first."""
    return [
        *_state(known, times),
        *_urgent(known.integration),
        *_settings(known, times),
        *_facts(known, times),
    ]


def _state(known: Known, times: Times) -> Iterator[ListRow]:
    integration = known.integration
    shown = mark(INTEGRATION, integration["state"])
    told = f"{shown.glyph} {shown.word}{_since(integration, times)}"
    yield _row("state", "State", told, _STATE, f"${shown.role} bold")
    if (pause := integration.get("paused")) is not None:
        yield _row("pause", "Pause", _paused(pause), pause_words(pause, times), "$attention")
    waits = waiting(integration)
    yield _row("waiting", "Waiting", waits, _WAITING, "$foreground" if waits == "nothing" else "$attention")


def _urgent(integration: IntegrationAnswer) -> Iterator[ListRow]:
    if (error := integration["error"]) is not None:
        yield _row("error", "Error", error["what"], f"{error['why']} {error['next']}", "$stopped")
    for warning in integration.get("warnings", []):
        yield _row("warning", "Warning", warning["what"], f"{warning['why']} {warning['next']}", "$attention")


def _settings(known: Known, times: Times) -> Iterator[ListRow]:
    schedule, store = known.schedule, known.store
    yield _row(
        "organisation", "Organisation", known.integration["organisation"] or "none chosen", _ORGANISATION
    )
    frequency = schedule["frequency"]
    yield _row("frequency", "Frequency", f"{frequency}: {FREQUENCIES.get(frequency, '')}", _FREQUENCY)
    zone = f" ({store['timezone']})"
    yield _row("at", "Sync time", f"{schedule['at'] or 'as soon as the day closed'}{zone}", _SYNC_TIME)
    yield _row("start", "Start date", schedule["start"] or "none", _START)
    changed = store["on_change"]
    yield _row("on_change", "After a change", f"{changed}: {ON_CHANGE[changed]}", _CHANGE)
    yield _row("mapping", "Mapping", _mapping(known.versions, times), _MAPPING)
    yield _row("reference", "Reference data", f"read {times.age(known.accounts['read'])}", _REFERENCE)


def _facts(known: Known, times: Times) -> Iterator[ListRow]:
    integration = known.integration
    yield _row("last_sync", "Last sync", times.clock(integration["last_sync"]), _LAST_SYNC)
    yield _row("connection", "Connection", _connection(integration, times), _CONNECTION)
    scopes = integration.get("scopes", [])
    yield _row("scopes", "Scopes", _scopes(scopes), _scopes_meaning(scopes))
    yield _row("allowance", "Calls left", _allowance(integration, times), _ALLOWANCE)
    if (calls := integration["queue"]["calls"]) > 0:
        through = integration["queue"]["through"]
        until = f", through about {times.clock(through)}" if through else ""
        yield _row("queue", "Queue", f"{counted(calls, 'call')}{until}", _QUEUE)
    for each in known.receipts:
        told = f"{times.clock(each['at'])} by {each['by']}, from {each['organisation']}"
        yield _row("receipt", "Disconnected", told, receipt(each, times).plain)


_STATE = "p pauses or resumes, x disconnects. A pause keeps everything and sends nothing."
_ORGANISATION = (
    "Which books the days go to; Enter chooses another. Days made for one organisation are never sent to"
    " another."
)
_FREQUENCY = "When days are sent. A change holds from now on; what was sent stays, nothing is sent twice."
_SYNC_TIME = "The store's own time of day at which closed days are sent."
_START = "Nothing earlier is sent unless it is asked for: tillbook backfill --store KEY --from D --to D"
_CHANGE = "What is done when the tills change a day that was posted."
_MAPPING = "Which account and tax type each category, tax code and tender goes to. Enter opens it."
_REFERENCE = "Accounts, tax rates, contacts and lock dates as Xero last told them. Enter reads them again."
_LAST_SYNC = "When something was last sent or read back. Enter opens the log."
_CONNECTION = "A consent dies 60 days after it was used last; each sync uses it."
_ALLOWANCE = "Xero allows so many calls a minute and a day; some are kept for what people ask for."
_WAITING = "Days that are over and not sent. r sends what is due."
_QUEUE = "What is queued, in calls, and when it will be through under the allowance: estimates."


def _row(name: str, label: str, value: str, meaning: str, style: str = "$foreground") -> ListRow:
    return ListRow(_drawn(label, value, style), Setting(name, meaning))


def _drawn(label: str, value: str, style: str) -> Draw:
    return lambda _width: Content.assemble((label.ljust(_LABEL), "$dim"), (value, style))


def _since(integration: IntegrationAnswer, times: Times) -> str:
    since, by = integration["since"], integration["by"]
    told = f" since {times.clock(since)}" if since else ""
    return f"{told} by {by}" if by else told


def _paused(pause: PauseAnswer) -> str:
    until = f"until {pause['until_local']}" if pause["until_local"] else "until somebody resumes"
    return f"{until}: {pause['reason']}"


def pause_words(pause: PauseAnswer, times: Times) -> str:
    """Return a pause whole: by whom, since when, until when, why."""
    until = (
        f"until {pause['until_local']} ({pause['zone']})"
        if pause["until_local"]
        else "until somebody resumes"
    )
    return f"Paused by {pause['by']} since {times.clock(pause['since'])}, {until}. Reason: {pause['reason']}"


def _mapping(versions: MappingVersionsAnswer, times: Times) -> str:
    if not versions["versions"]:
        return "none yet"
    newest = versions["versions"][0]
    return f"version {newest['version']}, saved {times.age(newest['saved'])} by {newest['by']}"


def _connection(integration: IntegrationAnswer, times: Times) -> str:
    ends = integration["connection_ends"]
    if integration["state"] == "disconnected":
        return "none; w connects the shop again"
    if not ends:
        return "does not end by itself, as far as is known"
    day = date.fromisoformat(ends[:10])
    return f"dies {day:%-d %b %Y} unless used, {counted((day - times.today()).days, 'day')} from now"


def _scopes(scopes: list[ScopeAnswer]) -> str:
    return ", ".join(each["scope"].removeprefix("accounting.") for each in scopes) or "none given"


def _scopes_meaning(scopes: list[ScopeAnswer]) -> str:
    told = "; ".join(each["purpose"] for each in scopes)
    return f"What the consent lets Tillbook do: {told}." if told else "There is no consent yet."


def _allowance(integration: IntegrationAnswer, times: Times) -> str:
    allowance = integration["allowance"]
    if allowance["day"] is None:
        return "not known yet"
    resets = f", more from {times.clock(allowance['day_resets'])}" if allowance["day_resets"] else ""
    return (
        f"{allowance['day']:,} today ({allowance['reserve']} in reserve), {allowance['minute']} now{resets}"
    )


def waiting(integration: IntegrationAnswer) -> str:
    """Return what waits, in days and money."""
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    return f"{counted(days, 'day')}, {Decimal(amount):,}" if days else "nothing"


def unsent(integration: IntegrationAnswer) -> str:
    """Return what a disconnection leaves unsent: what its receipt will say."""
    forecast = integration.get("disconnection")
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    if forecast is not None:
        days, amount = forecast["days"], forecast["amount"]
    verb = "stays" if days == 1 else "stay"
    left = f"{counted(days, 'day')} ({Decimal(amount):,}) {verb} unsent" if days else "Nothing stays unsent"
    organisation = integration["organisation"] or "the organisation"
    return (
        f"{left}. The connection at Xero is removed; everything that was sent stays there and here. What"
        f" waits is kept for {organisation} and is sent when the shop is connected to it again; no other"
        " organisation ever receives it."
    )


def receipt(disconnection: DisconnectionAnswer, times: Times) -> Content:
    """Return the receipt of a disconnection."""
    at = times.clock(disconnection["at"])
    lines = [f"Disconnected from {disconnection['organisation']} by {disconnection['by']}, {at}."]
    unsent_days = f"{counted(disconnection['days'], 'day')} unsent: {Decimal(disconnection['amount']):,}"
    dates = f" ({', '.join(disconnection['dates'])})" if disconnection["dates"] else ""
    lines.append(f"{unsent_days}{dates}.")
    if (proof := disconnection["proof"]) is not None:
        answered = f"was answered {proof['status']} at {times.clock(proof['at'])}: {proof['said']}"
        lines.append(f"Proof: {proof['call']} {answered}")
    if disconnection["shared_with"]:
        lines.append(f"The connection at Xero stays for {', '.join(disconnection['shared_with'])}.")
    if disconnection["next_try"]:
        lines.append(f"Not ended at Xero yet; tried again {times.clock(disconnection['next_try'])}.")
    return Content("\n".join(lines))
