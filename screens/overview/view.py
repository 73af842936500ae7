"""What the overview shows, made from the service's answers: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content

from screens.cells import fitted
from screens.log.words import doing
from screens.messages import Go
from screens.moments import Times, counted
from screens.overview import terminals
from screens.widgets.row_list import Draw, ListRow, plain
from themes.states import ATTEMPT, DAY, INTEGRATION, Mark, mark

if TYPE_CHECKING:
    from services.contract.answers import AttemptAnswer, Finding, IntegrationAnswer, StatusAnswer, StoreStatus
    from services.contract.terminal_shop import TerminalAnswer

TITLES = {"xero": "Xero", "terminals": "Card terminals", "sources": "Tills", "orders": "Online and delivery"}
_FIRST_STEP = "Usual first step"
_NARROW, _WIDE = 72, 110
"""Widths from which on there are tiles, and four of them beside each other."""
_TILE, _LISTS = 6, 10
"""Lines of a tile, and those that bars and lists need at least."""
_LINES = 3
_ROOMY = 56
_LEAST_TITLE, _MOST_TITLE, _BESIDE_TITLE = 19, 40, 48
_NEEDS = ("unknown", "refused", "differs", "blocked", "changed", "missing")


@dataclass(frozen=True, slots=True)
class TileView:
    """One integration of one store."""

    store: str
    kind: str
    title: str
    mark: Mark
    lines: tuple[str, ...]
    """State, last sync, what waits, allowance: what is known, the most urgent first."""
    state: str
    goes: Go
    waits: str = ""
    """What waits to be sent, in words."""

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return f"{self.store}:{self.kind}"


def tiles(status: StatusAnswer, counters: Sequence[TerminalAnswer] = ()) -> list[TileView]:
    """Return the integrations of every store, those not set up too.

    Accounting and terminals, the usual first steps, come first.
    """
    many = len(status["stores"]) > 1
    return [
        tile
        for store in status["stores"]
        for tile in _of_store(store, _of(counters, store), f" · {store['name']}" if many else "")
    ]


def _of(counters: Sequence[TerminalAnswer], store: StoreStatus) -> list[TerminalAnswer]:
    return [terminal for terminal in counters if terminal["store"] == store["key"]]


def fits_tiles(views: Sequence[TileView], width: int, height: int) -> bool:
    """Whether there is room for tiles and the lists below; else each is a row."""
    if width < _NARROW:
        return False
    rows = -(-len(views) // (4 if width >= _WIDE else 2))
    return rows * _TILE + _LISTS <= height


def _of_store(store: StoreStatus, counters: list[TerminalAnswer], suffix: str) -> Iterator[TileView]:
    known = {integration["kind"]: integration for integration in store["integrations"]}
    yield _accounting(store, known.pop("xero", None), suffix)
    if counters:
        yield _terminals(store, counters, suffix)
    else:
        yield _not_set_up(store, "terminals", suffix, _FIRST_STEP, "Enter adds a terminal")
    yield _tills(store, suffix)
    for kind, integration in known.items():
        yield _integration(store, kind, integration, suffix)
    if "orders" not in known:
        yield _not_set_up(store, "orders", suffix, "Comes in as sales files", "tillbook import FILE")


def _accounting(store: StoreStatus, integration: IntegrationAnswer | None, suffix: str) -> TileView:
    if integration is None or integration["state"] == "not_set_up":
        waits = waiting(integration) if integration and integration["waiting"]["days"] else ""
        return _not_set_up(store, "xero", suffix, _FIRST_STEP, "Enter begins the set-up", waits)
    return _integration(store, "xero", integration, suffix)


def _integration(store: StoreStatus, kind: str, integration: IntegrationAnswer, suffix: str) -> TileView:
    to = "setup" if integration["state"] == "setup_unfinished" else "settings"
    lines = _lines(integration, Times.of(store["timezone"]))
    return TileView(
        store["key"],
        kind,
        f"{TITLES.get(kind, kind)}{suffix}",
        mark(INTEGRATION, integration["state"]),
        tuple(line for line in lines if line)[:_LINES],
        integration["state"],
        Go(to, store=store["key"], topic=kind),
        waiting(integration),
    )


def _lines(integration: IntegrationAnswer, times: Times) -> Iterator[str]:
    """Yield what there is to say, the most urgent first; each fits a narrow tile."""
    error, until = integration["error"], integration["until"]
    if integration["state"] == "paused":
        yield f"{integration['by']}, until {times.clock(until) if until else 'resumed'}"
    elif integration["state"] == "setup_unfinished":
        yield f"{integration['by'] or 'Somebody'} must go on" if error is None else error["what"]
        yield f"Begun by {integration['by']}" if integration["by"] else ""
    elif error is not None:
        yield error["what"]
        yield who_acts(error)
    for warning in integration.get("warnings", []):
        yield f"! {warning['what']}"
    yield waiting(integration)
    yield (
        f"Last sync {times.age(integration['last_sync'])}" if integration["last_sync"] else "Nothing sent yet"
    )
    yield allowance(integration)


def who_acts(finding: Finding) -> str:
    """Return who must do something about an obstacle."""
    kind = str(finding.get("class", ""))
    return {"person": "Somebody must act", "wait": "Tried again by itself"}.get(kind, "")


def waiting(integration: IntegrationAnswer) -> str:
    """Return what waits, in days and money."""
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    if days == 0:
        return "Nothing waits"
    return f"{counted(days, 'day')}, {Decimal(amount):,} wait"


def allowance(integration: IntegrationAnswer) -> str:
    """Return the calls left, in words; empty when it is not known."""
    day = integration["allowance"]["day"]
    return "" if day is None else f"{day:,} calls left today"


def _not_set_up(store: StoreStatus, kind: str, suffix: str, *lines: str) -> TileView:
    go = Go("setup" if kind == "xero" else kind, store=store["key"], topic=kind)
    shown = tuple(line for line in lines if line)
    return TileView(
        store["key"], kind, f"{TITLES[kind]}{suffix}", INTEGRATION["not_set_up"], shown, "not_set_up", go
    )


def _terminals(store: StoreStatus, counters: list[TerminalAnswer], suffix: str) -> TileView:
    told = terminals.lines(counters, Times.of(store["timezone"]))
    return TileView(
        store["key"],
        "terminals",
        f"{TITLES['terminals']}{suffix}",
        terminals.shown(counters),
        tuple(told)[:_LINES],
        terminals.state_of(counters),
        Go("terminals", store=store["key"], topic=terminals.neediest(counters)),
    )


def _tills(store: StoreStatus, suffix: str) -> TileView:
    days = store["days"]
    missing = days.get("missing", 0)
    if not any(days.values()):
        shown, state = INTEGRATION["not_set_up"], "not_set_up"
        lines: tuple[str, ...] = ("No receipts yet", "tillbook import FILE")
    elif missing:
        shown, state = Mark("!", "!", "Days missing", "attention"), "error"
        lines = (f"{counted(missing, 'day')} without records", "Import, or say no trade")
    else:
        shown, state = Mark("✓", "+", "Complete", "ok"), "connected"
        lines = ("No day is missing", f"{counted(days.get('posted', 0), 'day')} posted")
    return TileView(
        store["key"], "sources", f"Tills{suffix}", shown, lines, state, Go("days", store=store["key"])
    )


def tile_row(view: TileView) -> ListRow:
    """Return an integration as one line, where there is no room for tiles."""

    def draw(width: int) -> Content:
        title = fitted(view.title, max(_LEAST_TITLE, min(_MOST_TITLE, width - _BESIDE_TITLE)))
        state = f"{view.mark.glyph} {view.mark.word}".ljust(20)
        told = Content.assemble((f"{title} ", "bold"), (state, f"${view.mark.role} bold"))
        return Content.assemble(told, ("; ".join(view.lines), "$foreground")).truncate(width, ellipsis=True)

    return ListRow(draw, view)


def attention(status: StatusAnswer, counters: Sequence[TerminalAnswer] = ()) -> list[ListRow]:
    """Return what needs somebody, the most urgent first; each row leads to it."""
    rows: list[ListRow] = []
    many = len(status["stores"]) > 1
    for store in status["stores"]:
        where = f" · {store['name']}" if many else ""
        for integration in store["integrations"]:
            if integration["error"] is not None:
                shown = mark(INTEGRATION, integration["state"])
                go = Go("settings", store=store["key"], topic=integration["kind"])
                rows.append(ListRow(_needs(shown, f"{integration['error']['what']}{where}"), go))
        for shown, words, key in terminals.attention(_of(counters, store)):
            go = Go("terminals", store=store["key"], topic=key)
            rows.append(ListRow(_needs(shown, f"{words}{where}"), go))
        for state in _NEEDS:
            if count := store["days"].get(state, 0):
                words = f"{counted(count, 'day')} {mark(DAY, state).word}{where}"
                go = Go("days", store=store["key"], topic=state)
                rows.append(ListRow(_needs(mark(DAY, state), words), go))
    return rows or [ListRow(plain("✓ Nothing needs you.", "$ok"))]


def _needs(shown: Mark, words: str) -> Draw:
    return lambda _width: Content.assemble((f"{shown.glyph} ", f"${shown.role} bold"), (words, "$foreground"))


def sent(attempts: Sequence[AttemptAnswer], zone_of: Callable[[str], str | None]) -> list[ListRow]:
    """Return what was sent, newest first; each row leads to its attempt in the log."""
    if not attempts:
        return [ListRow(plain("Nothing was sent yet.", "$dim"))]
    zones = {attempt["store"]: Times.of(zone_of(attempt["store"])) for attempt in attempts}
    return [
        ListRow(
            _attempt(attempt, zones[attempt["store"]]), Go("log", store=attempt["store"], topic=attempt["id"])
        )
        for attempt in attempts
    ]


def _reason(error: Finding, document: str) -> str:
    """Return what went wrong, without the document's number before it once more."""
    return error["what"].removeprefix(f"{document}: ")


def _attempt(attempt: AttemptAnswer, times: Times) -> Draw:
    shown = mark(ATTEMPT, attempt["outcome"])
    documents = attempt["documents"]
    what = documents[0] if documents else doing(attempt["call"])
    more = f" +{len(documents) - 1}" if len(documents) > 1 else ""
    reason = f": {_reason(attempt['error'], what)}" if attempt["error"] else ""
    at = times.clock(attempt["at"])

    def draw(width: int) -> Content:
        state = f"{shown.glyph} {shown.word}" if width > _ROOMY else shown.glyph
        parts = [
            (f"{at}  ", "$dim"),
            (state, f"${shown.role} bold"),
            (f"  {what}{more}", "$foreground"),
            (reason, "$dim"),
        ]
        return Content.assemble(*parts)

    return draw
