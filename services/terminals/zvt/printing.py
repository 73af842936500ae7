"""What a terminal gives the till to print, read (PA00P015 06 D1 and 06 D3). Pure.

Texts leave here without card numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.terminals import ReceiptCopy
from services.terminals.zvt import codes, containers
from services.terminals.zvt.charsets import Charset, text_of
from services.terminals.zvt.fields import parse_known, walk

_COPIES = {1: ReceiptCopy.MERCHANT, 2: ReceiptCopy.CUSTOMER, 3: ReceiptCopy.ADMIN}
_LAST_LINE, _FEEDS = 0x80, 0xFF
_CENTRED, _INDENT = 0x40, 0x0F


@dataclass(frozen=True, slots=True)
class PrintLine:
    """06 D1: one line of a receipt."""

    text: str
    copy: ReceiptCopy | None
    feeds: int
    """Lines the paper moves on at the receipt's end."""
    last: bool
    attribute: int = 0
    """How it is laid out: see `laid_out`."""


@dataclass(frozen=True, slots=True)
class PrintTextBlock:
    """06 D3: several lines of a receipt."""

    lines: tuple[str, ...]
    copy: ReceiptCopy
    last: bool
    attributes: tuple[int, ...] = ()
    """One a line."""


def print_line(data: bytes, charset: Charset) -> PrintLine:
    """Read 06 D1; a container behind the text says whose copy it is (card complete)."""
    attribute, text, copy, feeds = data[0] if data else 0, data[1:], None, 0
    if attribute == _FEEDS:
        feeds, text = text[0] if text else 0, text[1:]
    mark = containers.behind(text)
    if mark is not None:
        tags = walk(containers.tags_in(text[mark:]))
        kinds = [value for tag, value in tags if tag == codes.TAG_RECEIPT_KIND]
        copy = _COPIES.get(kinds[0][0]) if kinds and kinds[0] else None
        text = text[:mark]
    return PrintLine(text_of(text, charset), copy, feeds, attribute > _LAST_LINE, attribute)


def print_text_block(data: bytes, charset: Charset) -> PrintTextBlock:
    """Read 06 D3; raise ProtocolError when its container cannot be read."""
    found, _ = parse_known(data)
    tags = list(walk(containers.tags_of(dict(found))))
    own = next((value for tag, value in tags if tag == codes.TAG_CHARSET and value), None)
    used = Charset(own[0]) if own is not None and own[0] in set(Charset) else charset
    kind = next((value[0] for tag, value in tags if tag == codes.TAG_RECEIPT_KIND and value), 0)
    lines: list[tuple[str, int]] = []
    attribute, last = 0, False
    for tag, value in tags:
        if tag == codes.TAG_LINE_ATTRIBUTE and value:
            # It holds for the lines behind it, until the next one.
            attribute = value[0]
            last = last or attribute > _LAST_LINE
        elif tag == codes.TAG_TEXT_LINE:
            lines.append((text_of(value, used), attribute))
    texts, attributes = (tuple(text for text, _ in lines), tuple(each for _, each in lines))
    return PrintTextBlock(texts, _COPIES.get(kind, ReceiptCopy.CUSTOMER), last, attributes)


def laid_out(text: str, attribute: int, width: int) -> str:
    """Return a line as it stands on paper `width` characters wide."""
    if attribute >= _LAST_LINE or not text.strip():
        return text
    if attribute & _CENTRED:
        return text.strip().center(width).rstrip()
    return " " * (attribute & _INDENT) + text
