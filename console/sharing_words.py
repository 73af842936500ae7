"""What `tillbook status` says of calls, the queue and the machines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.contract.answers import IntegrationAnswer, MachineAnswer


def machine_lines(machines: list[MachineAnswer]) -> list[str]:
    """Return a line a machine; none while there is only one."""
    return [_machine(each) for each in machines] if len(machines) > 1 else []


def call_lines(integration: IntegrationAnswer, zone: tzinfo | None = None) -> Iterator[str]:
    """Yield what is left of the calls, and what of them the queue takes.

    Times are of `zone`; None: of this terminal.
    """
    allowance, queue = integration["allowance"], integration["queue"]
    if integration["state"] != "disconnected" and None not in (allowance["minute"], allowance["day"]):
        resets = (
            f"; they come back from {_when(allowance['day_resets'], zone)} on"
            if allowance["day_resets"]
            else ""
        )
        kept = f"{allowance['reserve']} of them kept for what people ask for"
        yield f"calls left: {allowance['minute']} this minute, {allowance['day']} today ({kept}{resets})"
    if queue["calls"]:
        through = f", through at about {_when(queue['through'], zone)}" if queue["through"] else ""
        calls = "1 call" if queue["calls"] == 1 else f"{queue['calls']} calls"
        yield f"queue: about {calls}{through}"


def _machine(machine: MachineAnswer) -> str:
    seen = {"here": "this one", "running": "runs"}.get(
        machine["state"], f"gone, last seen {_when(machine['last_seen'])}"
    )
    return f"machine {machine['name']} ({machine['machine'][:8]}): version {machine['version']}, {seen}"


def _when(time: str | None, zone: tzinfo | None = None) -> str:
    return f"{datetime.fromisoformat(time).astimezone(zone):%Y-%m-%d %H:%M}" if time else "some day"
