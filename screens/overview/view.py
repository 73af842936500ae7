"""What the overview shows, made from the service's answers: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from textual.content import Content

from screens.messages import Go
from screens.moments import age, clock, counted
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.answers import AttemptAnswer, IntegrationAnswer, StatusAnswer, StoreStatus
from themes.states import ATTEMPT, DAY, INTEGRATION, Mark, mark

TITLES = {"xero": "Xero", "terminals": "Card terminals", "sources": "Tills", "orders": "Online and delivery"}
_FIRST_STEP = "usual first step"
_MOST_TILES = 8
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

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return f"{self.store}:{self.kind}"


def tiles(status: StatusAnswer) -> list[TileView]:
    """Return the integrations of every store, those not set up too."""
    many = len(status["stores"]) > 1
    return [
        tile for store in status["stores"] for tile in _of_store(store, f" · {store['name']}" if many else "")
    ]


def fits_tiles(views: Sequence[TileView], width: int, height: int) -> bool:
    """Whether there is room for tiles; else each is a row."""
    return len(views) <= _MOST_TILES and width >= 72 and height >= 22  # noqa: PLR2004 - measured with people


def _of_store(store: StoreStatus, suffix: str) -> Iterator[TileView]:
    known = {integration["kind"]: integration for integration in store["integrations"]}
    yield _accounting(store, known.pop("xero", None), suffix)
    for kind, integration in known.items():
        yield _integration(store, kind, integration, suffix)
    if "terminals" not in known:
        yield _not_set_up(store, "terminals", suffix, f"The {_FIRST_STEP} after accounting")
    yield _tills(store, suffix)
    yield _not_set_up(store, "orders", suffix, "Sales files come in as a source")


def _accounting(store: StoreStatus, integration: IntegrationAnswer | None, suffix: str) -> TileView:
    if integration is None or integration["state"] == "not_set_up":
        waits = waiting(integration) if integration else ""
        return _not_set_up(store, "xero", suffix, f"Press Enter: the {_FIRST_STEP}", waits)
    return _integration(store, "xero", integration, suffix)


def _integration(store: StoreStatus, kind: str, integration: IntegrationAnswer, suffix: str) -> TileView:
    to = "setup" if integration["state"] == "setup_unfinished" else "settings"
    return TileView(
        store["key"],
        kind,
        f"{TITLES.get(kind, kind)}{suffix}",
        mark(INTEGRATION, integration["state"]),
        tuple(line for line in _lines(integration) if line)[:3],
        integration["state"],
        Go(to, store=store["key"], topic=kind),
    )


def _lines(integration: IntegrationAnswer) -> Iterator[str]:
    error, until = integration["error"], integration["until"]
    if integration["state"] == "paused":
        yield f"by {integration['by']}" + (f" until {clock(until)}" if until else ", until resumed")
    if error is not None:
        yield error["what"]
    for warning in integration.get("warnings", []):
        yield f"! {warning['what']}"
    yield waiting(integration)
    yield f"Last sync {age(integration['last_sync'])}"
    yield allowance(integration)


def waiting(integration: IntegrationAnswer) -> str:
    """Return what waits, in days and money."""
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    if days == 0:
        return "Nothing waits"
    return f"{counted(days, 'day')} waiting: {Decimal(amount):,}"


def allowance(integration: IntegrationAnswer) -> str:
    """Return the calls left, in words; empty when it is not known."""
    day, minute = integration["allowance"]["day"], integration["allowance"]["minute"]
    return "" if day is None else f"{day:,} calls left today, {minute} this minute"


def _not_set_up(store: StoreStatus, kind: str, suffix: str, *lines: str) -> TileView:
    go = Go("setup" if kind == "xero" else kind, store=store["key"], topic=kind)
    shown = tuple(line for line in lines if line)
    return TileView(
        store["key"], kind, f"{TITLES[kind]}{suffix}", INTEGRATION["not_set_up"], shown, "not_set_up", go
    )


def _tills(store: StoreStatus, suffix: str) -> TileView:
    days = store["days"]
    missing = days.get("missing", 0)
    if not any(days.values()):
        shown, state = INTEGRATION["not_set_up"], "not_set_up"
        lines: tuple[str, ...] = ("No receipts yet", "tillbook import FILE")
    elif missing:
        shown, state = Mark("!", "!", "Days missing", "attention"), "error"
        lines = (f"{counted(missing, 'day')} without records", "Import them, or confirm no trade")
    else:
        shown, state = Mark("✓", "+", "Complete", "ok"), "connected"
        lines = ("No day is missing", f"{counted(days.get('posted', 0), 'day')} posted")
    return TileView(
        store["key"], "sources", f"Tills{suffix}", shown, lines, state, Go("days", store=store["key"])
    )


def tile_row(view: TileView) -> ListRow:
    """Return an integration as one line, where there is no room for tiles."""

    def draw(width: int) -> Content:
        title = view.title if len(view.title) <= 26 else f"{view.title[:25]}…"  # noqa: PLR2004 - the column's width
        state = f"{view.mark.glyph} {view.mark.word}".ljust(20)
        told = Content.assemble((title.ljust(27), "bold"), (state, f"${view.mark.role} bold"))
        return Content.assemble(told, ("; ".join(view.lines), "$foreground")).truncate(width, ellipsis=True)

    return ListRow(draw, view)


def attention(status: StatusAnswer) -> list[ListRow]:
    """Return what needs somebody, the most urgent first; each row leads to it."""
    rows: list[ListRow] = []
    for store in status["stores"]:
        for integration in store["integrations"]:
            if integration["error"] is not None:
                shown = mark(INTEGRATION, integration["state"])
                go = Go("settings", store=store["key"], topic=integration["kind"])
                rows.append(ListRow(_needs(shown, integration["error"]["what"]), go))
        for state in _NEEDS:
            if count := store["days"].get(state, 0):
                words = f"{store['name']}: {counted(count, 'day')} {mark(DAY, state).word}"
                rows.append(ListRow(_needs(mark(DAY, state), words), Go("days", store=store["key"])))
    return rows or [ListRow(plain("✓ Nothing needs you.", "$ok"))]


def _needs(shown: Mark, words: str) -> Draw:
    return lambda _width: Content.assemble((f"{shown.glyph} ", f"${shown.role} bold"), (words, "$foreground"))


def sent(attempts: Sequence[AttemptAnswer]) -> list[ListRow]:
    """Return what was sent, newest first; each row leads to its attempt in the log."""
    if not attempts:
        return [ListRow(plain("Nothing was sent yet.", "$dim"))]
    return [
        ListRow(_attempt(attempt), Go("log", store=attempt["store"], topic=attempt["id"]))
        for attempt in attempts
    ]


def _attempt(attempt: AttemptAnswer) -> Draw:
    shown = mark(ATTEMPT, attempt["outcome"])
    documents = attempt["documents"]
    what = documents[0] if documents else attempt["call"]
    more = f" +{len(documents) - 1}" if len(documents) > 1 else ""
    reason = f": {attempt['error']['what']}" if attempt["error"] else ""
    parts = [
        (f"{clock(attempt['at'])}  ", "$dim"),
        (f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
        (f"  {what}{more}", "$foreground"),
        (reason, "$dim"),
    ]
    return lambda _width: Content.assemble(*parts)
