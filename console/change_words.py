"""A change after posting, printed for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.output import finding_lines, marked, say, table
from themes.states import DAY, mark

if TYPE_CHECKING:
    from services.contract.changed import ChangeAnswer

_SIDES = {"tills": "the tills", "ledger": "Xero"}


def change_words(change: ChangeAnswer) -> None:
    """Print one change for a person: what was sent, what is so now, per line."""
    other = _SIDES[change["side"]]
    say("", f"{change['date']}  {change['kind']} {change['number']}: {marked(mark(DAY, change['state']))}")
    say(f"  sent {change['sent']}, {other} now {change['now']}, difference {change['difference']}")
    for name in change["corrections"]:
        say(f"  corrected before by {name}")
    rows = [
        (x["description"], x["account"], x["tax_type"], x["sent"], x["now"], x["difference"])
        for x in change["lines"]
    ]
    rows += [
        (f"paid {x['tender']}", x["account"], "", x["sent"], x["now"], x["difference"])
        for x in change["payments"]
    ]
    if rows:
        table(("what", "account", "tax type", "sent", f"{other} now", "difference"), rows, right=(3, 4, 5))
    for field in change["fields"]:
        say(f"  {field['name'].replace('_', ' ')}: sent {field['sent']}, {other} now {field['now']}")
    if change["kept"]:
        say(f"  kept before by {change['kept']['by']}: {change['kept']['note'] or 'no note'}")
    if change["why"]:
        say(*finding_lines(change["why"], indent="  "))
