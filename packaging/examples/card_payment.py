#!/usr/bin/env python3
"""Take a card payment through Tillbook, as a till does.

With Python's own library only.

    TILLBOOK_TILL_KEY=tbk_... ./card_payment.py front 12.50 --reference sale-1001

The key comes from `tillbook terminal key create`. The one rule a till has to keep: a new
reference for each new payment, and the same reference whenever it asks again for the same
one. Then a lost connection, a restart of the till or an impatient second press never
charges a card twice: Tillbook answers what became of the first.

Prints one JSON document: the payment. Exit status: 0 approved, 1 not approved or refused,
2 wrong usage, 3 Tillbook cannot be reached (ask again under the same reference before
another payment is taken), 5 nobody knows yet (a person has to look).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import time
from typing import Any

PORT = int(os.environ.get("TILLBOOK_TILLS_PORT", "8743"))
LONG_POLL_SECONDS = 25
TRIES = 60
PAUSE_SECONDS = 1.0
_LOST = (OSError, http.client.HTTPException, json.JSONDecodeError)
_EXIT = {"approved": 0, "declined": 1, "cancelled": 1}
_REFUSED, _UNREACHABLE, _UNKNOWN = 1, 3, 5
_FIRST_ERROR, _OWN_FAULT = 400, 500


class Refused(Exception):
    """Tillbook understood, and says no."""


class Unknown(Exception):
    """The order was taken, and it cannot be found out what became of it."""


def call(method: str, path: str, body: object = None) -> dict[str, Any]:
    """Call Tillbook here; raise Refused, or one of _LOST without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=LONG_POLL_SECONDS + 30)
    key = os.environ.get("TILLBOOK_TILL_KEY", "")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        told: dict[str, Any] = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status >= _OWN_FAULT:
        # It could not do it now, and does not say that nothing was done.
        raise OSError(f"{answer.status} {told['error']['what']}")
    if answer.status >= _FIRST_ERROR:
        error = told["error"]
        raise Refused(f"{error['what']} {error['why']} {error['next']}")
    return told


def persistently(method: str, path: str, body: object = None) -> dict[str, Any]:
    """Call until there is an answer: the same call again never pays twice."""
    for _ in range(TRIES):
        try:
            return call(method, path, body)
        except _LOST as error:
            show(f"No answer ({error}); asking again.")
            time.sleep(PAUSE_SECONDS)
    raise ConnectionError("Tillbook cannot be reached")


def pay(terminal: str, amount: str, reference: str) -> dict[str, Any]:
    """Take a payment to its end; show what the terminal shows. Returns the payment."""
    order = {"reference": reference, "amount": amount}
    told = persistently("POST", f"/v1/terminals/{terminal}/payments", order)
    while True:
        for step in told["steps"]:
            if step["text"]:
                show(step["text"])
        if not told["running"]:
            payment: dict[str, Any] = told["payment"]
            return payment
        # Answers as soon as there is a step after the last one we saw.
        waiting = f"wait={LONG_POLL_SECONDS}&after={told['last']}"
        try:
            told = persistently("GET", f"/v1/terminals/{terminal}/payments/{reference}?{waiting}")
        except Refused as refused:
            raise Unknown(str(refused)) from refused


def show(text: str) -> None:
    """Show something to the cashier."""
    sys.stderr.write(f"{text}\n")


def main() -> int:
    """Take one payment; return the exit status."""
    parser = argparse.ArgumentParser(description="Take a card payment through Tillbook.")
    parser.add_argument("terminal", help="the terminal's key")
    parser.add_argument("amount", help="as in 12.50")
    parser.add_argument("--reference", required=True, help="the till's own, new for each payment")
    options = parser.parse_args()
    if not os.environ.get("TILLBOOK_TILL_KEY", "").startswith("tbk_"):
        parser.error("TILLBOOK_TILL_KEY is not set: make a key with tillbook terminal key create")
    try:
        payment = pay(options.terminal, options.amount, options.reference)
    except Refused as refused:
        show(str(refused))
        return _REFUSED
    except Unknown as unknown:
        show(f"{unknown} The payment was begun: see what became of it before another is taken.")
        return _UNKNOWN
    except ConnectionError as error:
        show(str(error))
        return _UNREACHABLE
    sys.stdout.write(json.dumps(payment, indent=2) + "\n")
    if payment["state"] == "approved":
        # The receipt's tender has the amount `charged`, and this reference.
        show(f"Write {payment['tender_reference']} into the receipt's tender.")
    return _EXIT.get(payment["state"], _UNKNOWN)


if __name__ == "__main__":
    raise SystemExit(main())
