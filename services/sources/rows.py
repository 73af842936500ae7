"""The rows of a delimited file: lines, header and columns, read as a stream."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from services.contract.problem import Refused
from services.sources.profile import AmountForm, Choice, FileForm, Profile, Rule

Row = list[str]
NumberedRow = tuple[int, Row]
"""The line a row begins on, and its cells."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column of the file is."""

    index: dict[str, int]
    width: int

    def at(self, column: str) -> int:
        """Return the position of a column that `needed_columns` named."""
        return self.index[column]


def needed_columns(profile: Profile) -> list[str]:
    """Return every column that the profile names, in the order of the profile."""
    named = [*profile.time.columns, *profile.receipt.id, *_of_amount(profile.amount)]
    named += [profile.receipt.operator, profile.line.quantity, profile.line.description, profile.line.tax]
    for choice in (profile.register, profile.kind, profile.category, profile.tax_code, profile.tender):
        named += _of_choice(choice)
    named += _of_rules((*profile.set_apart, *profile.ignore))
    return list(dict.fromkeys(name for name in named if name is not None))


def open_rows(stream: BinaryIO, profile: Profile, file: str) -> tuple[Header, Iterator[NumberedRow]]:
    """Return the header and the rows after it; empty lines are left out.

    Raises Refused for a file without the columns that the profile names, or with one of
    them twice; other columns are ignored. So do the rows, at a line whose quotes do not
    match: from there on rows could be taken for one another.
    """
    rows = _rows(stream, profile, file)
    _line, names = next(rows, (0, []))
    return _header([name.strip() for name in names], profile, file), rows


def _rows(stream: BinaryIO, profile: Profile, file: str) -> Iterator[NumberedRow]:
    form = profile.file
    # Bytes that are no text of this encoding become lone surrogates: what needs them refuses them.
    text = io.TextIOWrapper(stream, _encoding(form), errors="surrogateescape", newline="")
    for _ in range(form.skip_lines):
        text.readline()
    reader = csv.reader(
        text,
        delimiter=form.delimiter,
        quotechar=form.quote or None,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
        strict=True,
    )
    skipped = form.skip_lines + 1
    line = skipped
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + skipped
    except csv.Error as error:
        raise _unreadable(file, line, str(error)) from error
    except UnicodeError as error:
        raise _unreadable(file, line, f"it is not {form.encoding}: {error}") from error


def _encoding(form: FileForm) -> str:
    # A byte order mark at the beginning is no part of the first column's name.
    return "utf-8-sig" if codecs.lookup(form.encoding).name == "utf-8" else form.encoding


def _unreadable(file: str, line: int, detail: str) -> Refused:
    return Refused(
        f"{file} cannot be read: line {line} cannot be split into cells.",
        "Its quotes do not match, or the delimiter or the encoding is another one. Nothing was imported.",
        "Export the file again, or correct the profile's [file] section.",
        detail,
        code="file_unreadable",
    )


def _header(names: Sequence[str], profile: Profile, file: str) -> Header:
    index = {name: position for position, name in enumerate(names)}
    for column, other in profile.file.aliases:
        if column not in index and other in index:
            index[column] = index[other]
    needed = needed_columns(profile)
    if missing := [name for name in needed if name not in index]:
        raise _refused(file, profile, f"These columns are missing: {', '.join(missing)}.")
    if twice := [name for name in needed if names.count(name) > 1]:
        raise _refused(file, profile, f"These columns are there more than once: {', '.join(twice)}.")
    return Header(index, len(names))


def _refused(file: str, profile: Profile, why: str) -> Refused:
    return Refused(
        f"{file} cannot be read with the source profile {profile.name}.",
        why,
        "Check that it is the right kind of export, or change the profile to the names in the file's header.",
        code="columns_missing",
    )


def _of_amount(form: AmountForm) -> list[str | None]:
    return [*form.columns, form.quantity, form.price]


def _of_choice(choice: Choice) -> list[str | None]:
    return [*_of_rules(choice.rules), choice.column]


def _of_rules(rules: Sequence[Rule]) -> list[str | None]:
    return [condition.column for rule in rules for condition in rule.when]
