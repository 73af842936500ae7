"""The protocols Tillbook speaks: one line each."""

from __future__ import annotations

from services.contract.problem import NotFound
from services.terminals.concert.setting_up import ENTRY as CONCERT
from services.terminals.entry import Entry
from services.terminals.eplus.setting_up import ENTRY as EPLUS
from services.terminals.linkly.setting_up import ENTRY as LINKLY
from services.terminals.linkly_cloud.setting_up import ENTRY as LINKLY_CLOUD
from services.terminals.nexo.setting_up import ENTRY as NEXO
from services.terminals.zvt.setting_up import ENTRY as ZVT

ENTRIES = (ZVT, CONCERT, EPLUS, LINKLY, LINKLY_CLOUD, NEXO)
PROTOCOLS = {entry.name: entry for entry in ENTRIES}


def protocol(name: str) -> Entry:
    """Return a protocol by name; raise NotFound naming those there are."""
    if name not in PROTOCOLS:
        raise NotFound(
            f"There is no terminal protocol {name}.",
            f"There are: {', '.join(PROTOCOLS)}.",
            "Choose one of them.",
            code="unknown_protocol",
        )
    return PROTOCOLS[name]
