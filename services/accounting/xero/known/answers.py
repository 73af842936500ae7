"""What Xero answers in place of doing a call: limits, rights, refusals.

XERO.md 4.7, 5.1.
"""

from __future__ import annotations

from services.accounting.xero.known.failure import KEPT, Known
from services.contract.failure_classes import PERSON, WAIT

_WAITED = "Xero asked to wait."
_BY_ITSELF = f"{KEPT} Tillbook goes on by itself"
_SCOPES = "Connect again with `tillbook connect xero`; leave every right ticked that Xero lists."
_SUPPORT = "Copy the details of `tillbook log` and report them: this should not happen."

ANSWERS = (
    Known(
        "rate_limited",
        WAIT,
        "Tillbook waits, so that it keeps within Xero's limits.",
        "The calls that Xero allows for now are used, or kept for what a person asks for.",
        f"{_BY_ITSELF} when there are calls again; see `tillbook status`.",
    ),
    Known(
        "rate_limited_minute",
        WAIT,
        _WAITED,
        "Xero takes 60 calls a minute from one organisation.",
        f"{_BY_ITSELF} within a minute.",
    ),
    Known(
        "rate_limited_app",
        WAIT,
        _WAITED,
        "Xero has had too many calls from this app, of all who use it, in the last minute.",
        f"{_BY_ITSELF} within a minute.",
    ),
    Known(
        "rate_limited_concurrent",
        WAIT,
        _WAITED,
        "Xero takes five calls at a time from one organisation.",
        f"{_BY_ITSELF} within seconds. Another program may be using the same app.",
    ),
    Known(
        "rate_limited_day",
        WAIT,
        _WAITED,
        "The organisation's calls of the day are used up.",
        f"{_BY_ITSELF} when Xero gives new ones; see `tillbook status` for the time.",
    ),
    Known(
        "authorisation_lost",
        PERSON,
        "Xero no longer accepts this connection.",
        "Its permission has ended: a new access token was refused too.",
        f"Connect to Xero again with `tillbook connect xero`. {KEPT}",
    ),
    Known(
        "connection_gone",
        PERSON,
        "This connection was ended in Xero.",
        "Someone disconnected Tillbook under Connected apps, or the user who connected was removed.",
        f"Connect to Xero again with `tillbook connect xero`. {KEPT}",
    ),
    Known(
        "right_missing",
        PERSON,
        "Tillbook may not do this in Xero.",
        "The consent did not include that right, or the Xero user who connected does not have it.",
        "In Xero, give that user Standard or Adviser access (Adviser for journals), then connect again.",
    ),
    Known(
        "scope_missing",
        PERSON,
        "The consent does not include what Tillbook wanted to do.",
        "A right was not allowed when the shop was connected, or Xero has taken it out of use since.",
        _SCOPES,
    ),
    Known(
        "user_rights_lost",
        PERSON,
        "The Xero user who connected may no longer do what Tillbook needs.",
        "Somebody changed that user's role in Xero: {0} is not allowed any more.",
        "In Xero, give that user Standard or Adviser access (Adviser for journals), or connect again as"
        " another user. Tillbook looks again once a day, and at once with `tillbook sync`.",
    ),
    Known(
        "not_there",
        PERSON,
        "Xero does not know what it was asked for.",
        "The address or the record does not exist there (status 404): it was deleted, or a proxy answers.",
        f"Refresh the reference data, then send the day again. If it stays: {_SUPPORT}",
    ),
    Known(
        "too_large",
        PERSON,
        "The call was too large for Xero.",
        "A document has more lines than Xero takes at once (about 3 MB a call).",
        f"Choose a shape that sums more (`invoice`). {_SUPPORT}",
    ),
    Known(
        "redirected",
        PERSON,
        "Xero's address leads elsewhere.",
        "A redirect came back: a proxy or the log-in page of a network is in between.",
        "Log in to the network or take the proxy away, then send the day again.",
    ),
    Known(
        "call_refused",
        PERSON,
        "Xero refused the call.",
        "It gives no reason that Tillbook recognises.",
        f"See its words in `tillbook log --failed`. {_SUPPORT}",
    ),
    Known(
        "tries_used_up",
        PERSON,
        "Tillbook has stopped trying by itself.",
        "{0} tries in a row failed since {1}. The last time: {2}",
        "{3} Then run `tillbook sync` or `tillbook retry`: it starts at once. Tillbook looks again once a"
        " day and goes on by itself when Xero answers.",
    ),
    Known(
        "end_by_hand",
        PERSON,
        "The connection at Xero could not be ended from here.",
        "This machine has no permission from Xero any more with which it could.",
        "End it in Xero: Settings, Connected apps, Disconnect. Nothing is sent in the meantime.",
    ),
    Known(
        "still_connected",
        PERSON,
        "Xero still lets Tillbook in.",
        "The connection was ended, yet a call was answered.",
        "End it in Xero: Settings, Connected apps, Disconnect. Then run `tillbook disconnect` again.",
    ),
)
