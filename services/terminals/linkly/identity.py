"""How the till names itself to Linkly, as it was accredited (TERMINALS.md 2.3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from services.contract.terminals import PaymentKind
from services.terminals.driver import Request

NAME = "Tillbook"
VENDOR = "6f0b9b5e-3f5e-4c57-9d0c-4b7a4a1f2c63"
"""The product's own id, the same in every shop."""
_NO_CAPABILITIES = "0000"


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, version and vendor of the product, and who operates the till."""

    name: str = NAME
    version: str = ""
    vendor: str = VENDOR
    operator: str = "1|Till"
    """Id and name, with `|` between."""

    def tags(self, request: Request, handle: str = "") -> tuple[tuple[str, str], ...]:
        """Return the purchase analysis data of an attempt; `handle` is the RFN."""
        pad = [
            ("UID", unique_id(request.reference)),
            ("NME", self.name),
            ("VER", self.version or installed_version()),
            ("VND", self.vendor),
            ("OPR", self.operator),
            ("PCM", _NO_CAPABILITIES),
        ]
        if request.kind is PaymentKind.PAYMENT and request.amount:
            pad.insert(0, ("AMT", f"{request.amount:09d}"))
        if handle:
            pad.append(("RFN", handle))
        return tuple(pad)


def unique_id(reference: str) -> str:
    """Return the id of an attempt as a UUID (version 4 in form), always the same one.

    It is worked out rather than drawn so that a restarted service finds it again without
    having kept it.
    """
    digest = sha256(f"tillbook {reference}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def installed_version() -> str:
    """Return the version of the product."""
    try:
        return version("tillbook")
    except PackageNotFoundError:
        return "0"
