"""Connecting and signing in: the consent, the token endpoint (XERO.md 4)."""

from __future__ import annotations

from services.accounting.xero.known.failure import AGAIN, KEPT, Known
from services.contract.failure_classes import PERSON, WAIT

_START_AGAIN = "Start the connection again and open the new address."
_APP = "developer.xero.com"
_UNREACHED = "Xero's sign-in service cannot be reached."

CONSENT = (
    Known(
        "consent_refused",
        PERSON,
        "Access was not allowed at Xero.",
        "Someone pressed Cancel, or the Xero user may not connect apps.",
        "Start again with a Xero user who has Standard or Adviser access and may connect apps.",
    ),
    Known(
        "consent_failed",
        PERSON,
        "Xero refused to connect.",
        "It says: {0}",
        f"Check client id, redirect address and kind of app at {_APP}, then start again.",
    ),
    Known(
        "consent_expired",
        PERSON,
        "The consent was not given in time.",
        "The address to open works for a few minutes only; or the service was restarted while it waited.",
        _START_AGAIN,
    ),
    Known(
        "wrong_state",
        PERSON,
        "This answer belongs to another attempt to connect.",
        "The mark that Tillbook gave this attempt is missing from it.",
        _START_AGAIN,
    ),
    Known(
        "wrong_address",
        PERSON,
        "This is not the address that Xero sent the browser to.",
        "It must begin with {0}?",
        "After Allow access, copy the browser's whole address line, also when the page shows an error.",
    ),
    Known(
        "missing_code",
        PERSON,
        "The address holds no answer from Xero.",
        "It has no code in it.",
        _START_AGAIN,
    ),
    Known(
        "port_in_use",
        PERSON,
        "Tillbook cannot listen on port {0} of this machine.",
        "Another program uses it, or another connection to Xero is being made.",
        "Close that program and start again; or open the address all the same and, after Allow access,"
        " paste the address line of the browser here, even if the page shows an error.",
    ),
    Known(
        "invalid_grant",
        PERSON,
        "Xero no longer accepts this connection.",
        "It was not used for 60 days, was replaced by a newer one, or the code is older than five minutes.",
        f"Connect to Xero again with `tillbook connect xero`. {KEPT}",
    ),
    Known(
        "invalid_client",
        PERSON,
        "Xero does not know this app.",
        "The client id or the client secret is wrong, or the app was deleted at Xero.",
        f"Copy both again from Configuration in your app at {_APP}, then connect again.",
    ),
    Known(
        "unauthorized_client",
        PERSON,
        "This app may not connect in this way.",
        "It is of another kind, or its redirect address differs from the one used here.",
        f"At {_APP}, compare the kind of app and the redirect address, to the letter.",
    ),
    Known(
        "invalid_scope",
        PERSON,
        "This app may not ask for the rights that Tillbook needs.",
        "Not all of the scopes are allowed for it.",
        f"At {_APP}, allow the scopes that Tillbook lists for this app, then connect again.",
    ),
    Known(
        "invalid_request",
        PERSON,
        "Xero did not understand the request to connect.",
        "Something in the app's settings is empty or wrong.",
        "Check the client id and the redirect address, then connect again.",
    ),
    Known(
        "sign_in_refused",
        PERSON,
        "Xero refused to sign in.",
        "It says: {0}",
        f"Connect to Xero again with `tillbook connect xero`. {KEPT}",
    ),
    Known(
        "not_connected",
        PERSON,
        "This store is not connected to Xero.",
        "There is no permission from Xero for this app on this machine.",
        f"Connect to Xero with `tillbook connect xero`. {KEPT}",
    ),
    Known(
        "sign_in_unreachable",
        WAIT,
        _UNREACHED,
        "No connection could be made.",
        f"{AGAIN}; check the internet connection if this stays.",
    ),
    Known(
        "sign_in_lost",
        WAIT,
        "Xero's sign-in service did not answer.",
        "The connection broke before the answer was here.",
        f"{AGAIN}; the previous permission works for another half an hour.",
    ),
    Known(
        "sign_in_failed_at_xero",
        WAIT,
        "Xero's sign-in service did not answer.",
        "It answered with an error page of its own.",
        f"{AGAIN}. If it stays: see status.xero.com.",
    ),
    Known(
        "sign_in_unreadable",
        WAIT,
        "Xero's sign-in service did not answer.",
        "Its answer cannot be read: a proxy or the log-in page of a network may be in between.",
        f"{AGAIN}. Open any web page on this network to see whether it asks to log in.",
    ),
    Known(
        "sign_in_limited",
        WAIT,
        "Xero asked to wait before signing in again.",
        "It has had too many requests to sign in from here.",
        f"{AGAIN}.",
    ),
    Known(
        "secret_missing",
        PERSON,
        "The client secret is missing.",
        "An app of the kind {0} has one.",
        f"Copy it from Configuration in your app at {_APP}; give it on standard input.",
    ),
)
