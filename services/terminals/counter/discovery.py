"""The serial ports of the service's machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from services.contract.terminal_shop import PortAnswer
from services.contract.text import printable
from services.store.tables import Terminal

_BY_ID = Path("/dev/serial/by-id")


def serial_ports(
    terminals: Iterable[Terminal], found: Iterable[ListPortInfo] | None = None, by_id: Path = _BY_ID
) -> list[PortAnswer]:
    """Return the serial ports there are, with who uses them; opens none.

    A port is named by the name that stays with its adapter, where it has one: /dev/ttyUSB0
    may be another adapter after the next start. `found` stands for pyserial's own search.
    """
    lasting = {link.resolve(): link for link in sorted(by_id.iterdir())} if by_id.is_dir() else {}
    users = {Path(str(row.settings["device"])).resolve(): row.key for row in terminals if _device(row)}
    ports: list[PortAnswer] = []
    for port in list_ports.comports() if found is None else found:
        path = Path(port.device).resolve()
        ports.append(
            {
                "device": str(lasting.get(path, port.device)),
                "description": _words(port.description),
                "maker": _words(port.manufacturer),
                "used_by": users.get(path),
            }
        )
    return sorted(ports, key=lambda each: each["device"])


def _device(row: Terminal) -> bool:
    return bool(row.settings.get("device")) and row.settings.get("connection", "serial") == "serial"


def _words(text: str | None) -> str:
    return "" if text in {None, "n/a"} else printable(text or "")
