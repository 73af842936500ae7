"""The network between this machine and Xero (FEATURES.md 3, XERO.md 2.4).

What failed before anything left is tried again. After that a read changed nothing, and a
write may have been carried out: the same fault has two codes.
"""

from __future__ import annotations

from services.accounting.xero.known.failure import AGAIN, LOOK_UP, Known
from services.contract.failure_classes import UNKNOWN, WAIT

_UNREACHED = "Xero cannot be reached."
_READING = "Xero did not answer."
_WRITING = "Xero's answer did not arrive: it may have been done, or not."

NETWORK = (
    Known(
        "dns_failed",
        WAIT,
        _UNREACHED,
        "The name of Xero's server cannot be looked up: this machine has no internet, or its DNS is wrong.",
        f"{AGAIN}. If it stays: check the internet connection and the DNS server of this machine.",
    ),
    Known(
        "connection_refused",
        WAIT,
        _UNREACHED,
        "The other side refused the connection: Xero is down, or a firewall is in the way.",
        f"{AGAIN}. If it stays: see status.xero.com, then ask who looks after the firewall.",
    ),
    Known(
        "network_unreachable",
        WAIT,
        _UNREACHED,
        "This machine has no network: a cable, the Wi-Fi or the router is down.",
        f"{AGAIN}. Check cable, Wi-Fi and router.",
    ),
    Known(
        "connect_timeout",
        WAIT,
        _UNREACHED,
        "Nothing accepted the connection within seconds: the line is bad, or a firewall drops it.",
        f"{AGAIN}. If it stays: check the internet connection and the firewall.",
    ),
    Known(
        "tls_untrusted",
        WAIT,
        "What answered could not be confirmed to be Xero.",
        "Its certificate is not valid: this machine's clock is wrong, or something in between answers.",
        f"{AGAIN}. Check date and time of this machine, then for a proxy that opens secure traffic.",
    ),
    Known(
        "tls_failed",
        WAIT,
        "No secure connection to Xero could be made.",
        "What answers does not speak the same protocol: often a proxy or the log-in page of a guest Wi-Fi.",
        f"{AGAIN}. Open any web page on this network to see whether it asks to log in.",
    ),
    Known(
        "not_sent",
        WAIT,
        _UNREACHED,
        "No connection could be made.",
        f"{AGAIN}; check the internet connection if this stays.",
    ),
    Known(
        "read_broken",
        WAIT,
        _READING,
        "The connection broke while Tillbook was reading; nothing was changed.",
        f"{AGAIN}; check the internet connection if this stays.",
    ),
    Known(
        "read_timeout",
        WAIT,
        _READING,
        "It took longer than half a minute; nothing was changed.",
        f"{AGAIN}. Xero may be slow: see status.xero.com.",
    ),
    Known(
        "read_cut",
        WAIT,
        "Only part of Xero's answer arrived.",
        "The connection ended in the middle of it; nothing was changed.",
        f"{AGAIN}; check the internet connection if this stays.",
    ),
    Known(
        "read_unreadable",
        WAIT,
        "What answered is not Xero.",
        "A web page came in place of data: often the log-in page of a guest Wi-Fi or a proxy.",
        f"{AGAIN}. Open any web page on this network to see whether it asks to log in.",
    ),
    Known(
        "read_failed_at_xero",
        WAIT,
        "Xero has a fault of its own.",
        "It answered with an error page; nothing was changed.",
        f"{AGAIN}. If it stays: see status.xero.com.",
    ),
    Known(
        "read_unavailable",
        WAIT,
        "Xero is not available at the moment.",
        "It says so itself: maintenance, or too much to do; nothing was changed.",
        f"{AGAIN}. If it stays: see status.xero.com.",
    ),
    Known(
        "outcome_unknown",
        UNKNOWN,
        _WRITING,
        "What became of the call is not known.",
        LOOK_UP,
    ),
    Known(
        "write_broken",
        UNKNOWN,
        _WRITING,
        "The connection broke after the call had been sent.",
        LOOK_UP,
    ),
    Known(
        "write_timeout",
        UNKNOWN,
        _WRITING,
        "It took longer than half a minute.",
        LOOK_UP,
    ),
    Known(
        "write_cut",
        UNKNOWN,
        _WRITING,
        "Only part of it arrived: the connection ended in the middle.",
        LOOK_UP,
    ),
    Known(
        "write_unreadable",
        UNKNOWN,
        _WRITING,
        "A web page came in place of the answer: often a proxy or the log-in page of a guest Wi-Fi.",
        LOOK_UP,
    ),
    Known(
        "write_failed_at_xero",
        UNKNOWN,
        _WRITING,
        "Xero answered with an error page of its own (status 500 or the like).",
        LOOK_UP,
    ),
    Known(
        "write_unavailable",
        UNKNOWN,
        _WRITING,
        "Xero said that it is not available, after it had been given the call.",
        LOOK_UP,
    ),
)
