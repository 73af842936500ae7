"""The doctor's judgements. Pure: what is known in, notes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.accounting.xero import scopes
from services.books.documents import Shape
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping as StoreMapping
from services.books.money import ZERO
from services.books.totals import DayTotals
from services.sync.doctor.notes import Note, fine, stops, warns

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_FOR_INVOICES = (scopes.CONTACTS, scopes.INVOICES, scopes.PAYMENTS)
_DIES_SOON = timedelta(days=14)
_CLOCK_WARNS, _CLOCK_STOPS = timedelta(seconds=30), timedelta(hours=1)
# The entry plan (XERO.md 6.13); no call tells what is left of it.
_SMALL_PLANS = frozenset({"STARTER", "LITE"})
_INVOICES_OF_SMALL_PLAN, _NEARLY = 20, 15
# Xero's own names of time zones (XERO.md 6.14); others are not judged.
_ZONES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "GMTSTANDARDTIME": "Europe/London",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
}


def clock(ahead: timedelta | None) -> Note:
    """Return the note on this machine's clock against Xero's."""
    if ahead is None:
        return warns("clock_unknown", "Xero did not tell its time.", "A proxy may have taken it out.", "")
    off = abs(ahead)
    side = "ahead of" if ahead > timedelta(0) else "behind"
    told = f"The clock of this machine is {_length(off)} {side} Xero's."
    if off < _CLOCK_WARNS:
        return fine("clock", "The clock of this machine agrees with Xero's.")
    why = "The clock decides when a day is over and when a permission must be renewed."
    how = "Turn on time synchronisation (timedatectl set-ntp true)."
    return stops("clock", told, why, how) if off >= _CLOCK_STOPS else warns("clock", told, why, how)


def _length(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds} seconds" if seconds < 2 * 60 else f"{seconds // 60} minutes"


def zone(store_zone: str, organisation: Mapping[str, object], now: datetime) -> Note:
    """Return the note on the store's time zone against the organisation's."""
    word = str(organisation.get("Timezone") or "")
    theirs = _ZONES.get(word)
    if theirs is None or _offset(theirs, now) == _offset(store_zone, now):
        return fine("time_zone", f"The store keeps the dates of {store_zone}.")
    return warns(
        "time_zone",
        f"The store keeps the dates of {store_zone}, the organisation those of {theirs}.",
        "A sale near midnight then has another date in the books.",
        "Check the store's time zone (`tillbook store set --timezone`) or the organisation's.",
    )


def _offset(name: str, now: datetime) -> timedelta | None:
    return now.astimezone(ZoneInfo(name)).utcoffset()


def connection_end(expires: datetime | None, now: datetime) -> Note:
    """Return the note on when the connection dies unless it is used."""
    if expires is None:
        return fine("connection_end", "The connection does not end by itself.")
    day = expires.astimezone(UTC).date()
    if expires <= now:
        return stops(
            "connection_ended",
            f"The connection to Xero ended on {day}.",
            "It had not been used for 60 days.",
            "Connect again with `tillbook connect xero`; everything that waits is kept.",
        )
    if expires - now <= _DIES_SOON:
        return warns(
            "connection_ends_soon",
            f"The connection to Xero ends on {day} unless it is used before then.",
            "Xero ends a connection that has not been used for 60 days.",
            "Sync a day, or refresh the reference data: either renews it.",
        )
    return fine("connection_end", f"The connection lasts until {day}, longer when it is used.")


def scopes_needed(shape: Shape, granted: frozenset[str] | None) -> Iterator[Note]:
    """Yield the rights that the shop's documents need and the consent does not give."""
    if granted is None:
        return
    needed = {scopes.SETTINGS}
    needed |= (
        {scopes.JOURNALS} if shape is Shape.JOURNAL else {scopes.CONTACTS, scopes.INVOICES, scopes.PAYMENTS}
    )
    purposes = {each["scope"]: each["purpose"] for each in scopes.SCOPES}
    missing = sorted(needed - granted)
    for scope in missing:
        yield stops(
            "scope_missing",
            f"The right {scope} was not given.",
            f"It is needed to {purposes[scope]}.",
            "Connect to Xero again and allow everything that is listed there.",
        )
    if not missing:
        yield fine("scopes", "The consent gives every right that the shop's documents need.")


def calls(left: int | None, needed: int) -> Note:
    """Return the note on the calls left today against what waits."""
    if left is None:
        return fine("allowance", "Xero has not said yet how many calls are left today.")
    if left < needed:
        return warns(
            "day_limit",
            f"Xero takes {left} more calls today; what waits needs about {needed}.",
            "The organisation's daily allowance is nearly used up, perhaps by another app.",
            "Nothing to do: what is left over goes out tomorrow. With many stores, a larger tier at"
            " developer.xero.com.",
        )
    return fine("allowance", f"Xero takes {left} more calls today; what waits needs about {needed}.")


def plan(organisation: Mapping[str, object], approved: int, waiting: int) -> Note:
    """Return the note on the invoice limit of a small plan; both are of this month."""
    kind = str(organisation.get("Class") or "")
    if kind.upper() not in _SMALL_PLANS:
        return fine("plan", "The organisation's plan is not known to limit invoices.")
    told = f"The plan {kind.title()} approves {_INVOICES_OF_SMALL_PLAN} invoices a month."
    sums = f"Tillbook has made {approved} this month, {waiting} more wait; others made in Xero count too."
    how = "Upgrade the plan in Xero, or send one document a week or a month (`tillbook schedule`)."
    if approved + waiting > _INVOICES_OF_SMALL_PLAN:
        return stops("plan_limit", told, sums, how)
    if approved + waiting >= _NEARLY:
        return warns("plan_limit", told, sums, how)
    return fine("plan", f"{told} {sums}")


@dataclass(slots=True)
class _Printed:
    amount: Decimal = ZERO
    tax: Decimal = ZERO
    lines: int = 0


def printed_taxes(totals: Iterable[DayTotals], mapping: StoreMapping, facts: LedgerFacts) -> Iterator[Note]:
    """Yield where the tills printed another tax than Xero will work out.

    By the till's tax code and the tax type it goes to. A line may be off by a cent, for
    tills round each and Xero each of its own.
    """
    inclusive, printed = True, defaultdict[tuple[str, str], _Printed](_Printed)
    for day in totals:
        inclusive = day.store.prices_inclusive
        for line in day.all_lines:
            target = mapping.categories.get(line.category or "")
            tax_type = (target.tax_type if target else None) or mapping.tax_codes.get(line.tax_code)
            if line.printed_tax is None or tax_type is None or tax_type not in facts.tax_rates:
                continue
            found = printed[line.tax_code, tax_type]
            found.amount += line.amount
            found.tax += line.printed_tax
            found.lines += line.lines
    differing = [
        _rate_note(*key, found, facts, inclusive=inclusive) for key, found in sorted(printed.items())
    ]
    yield from filter(None, differing)
    if printed and not any(differing):
        yield fine("tax_rates", "The tax that the tills printed is what Xero will work out.")


def _rate_note(
    code: str, tax_type: str, found: _Printed, facts: LedgerFacts, *, inclusive: bool
) -> Note | None:
    rate = facts.tax_rates[tax_type]
    expected = found.amount * rate.rate / (1 + rate.rate if inclusive else 1)
    if abs(expected - found.tax) <= found.lines * _CENT:
        return None
    base = found.amount - found.tax if inclusive else found.amount
    tills = _percent(found.tax / base) if base else f"a tax of {found.tax}"
    return warns(
        "tax_rate_differs",
        f"The tills charge {tills} on {code}; Xero's {tax_type} ({rate.name}) is {_percent(rate.rate)}.",
        f"Tax printed on receipts: {found.tax:.2f}. Tax that Xero will work out: {expected:.2f}.",
        "Correct the rate at the till, or map the code to another tax type (`tillbook mapping`).",
    )


def _percent(rate: Decimal) -> str:
    return f"{round(rate * _HUNDRED, 2).normalize():f} %"
