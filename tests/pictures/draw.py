"""Draw the pictures of docs/: `python -m tests.pictures.draw FOLDER`.

The same answers, time, size and colours give the same files.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from tests.pictures.recorded import RecordedClient, dates, recorded_at
from tests.pictures.walk import go_to, settled, shown
from tests.screens.canned import console

SIZE = (120, 36)
PICTURES = {
    "overview": ("tillbook-dark", ()),
    "days": ("tillbook-dark", ()),
    "day": ("tillbook-dark", ("d",)),
    "mapping": ("tillbook-dark", ()),
    "log": ("tillbook-dark", ()),
    "terminals": ("tillbook-dark", ()),
    "settings": ("tillbook-light", ()),
}
"""Each place that is pictured, in which colours, and the keys pressed there."""
_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def _own_fonts(svg: str) -> str:
    """Return a picture that fetches no font from anywhere."""
    plain = _FONT.sub("", svg)
    return plain.replace("font-family: Fira Code", 'font-family: "DejaVu Sans Mono", Menlo, Consolas')


async def _draw(name: str, theme: str, keys: tuple[str, ...], folder: Path) -> str:
    app = console(RecordedClient(), folder, theme=theme, practice=True)
    async with shown(app, SIZE) as pilot:
        await go_to(pilot, app, name, dates())
        for each in keys:
            await pilot.press(each)
            await settled(pilot)
        svg = app.export_screenshot(title="Tillbook")
    return "\n".join(line.rstrip() for line in _own_fonts(svg).splitlines()) + "\n"


def draw(folder: Path) -> list[Path]:
    """Draw every picture into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as scratch, patch("screens.moments.now", recorded_at):
        for name, (theme, keys) in PICTURES.items():
            made.append(folder / f"{name}.svg")
            made[-1].write_text(asyncio.run(_draw(name, theme, keys, Path(scratch))), encoding="utf-8")
    return made


if __name__ == "__main__":
    sys.stdout.writelines(f"{each}\n" for each in draw(Path(sys.argv[1])))
