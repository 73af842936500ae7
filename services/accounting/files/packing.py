"""Days as a set of files: what Xero imports, the printed journal, the manifest.

Pure: the same days give the same bytes. Names begin with the store and its dates, so
that the files of several days can lie in one folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from services.accounting.files import tables
from services.accounting.files.about import AMOUNTS_ARE, About, FileDay
from services.accounting.files.cells import encode
from services.accounting.files.file import File
from services.accounting.files.printed import printed_journal
from services.accounting.files.settling import BILLS, SALES, Settled, banks, settled
from services.accounting.files.steps import steps_for
from services.accounting.files.tables import Row
from services.books.documents import DocumentKind, LineAmounts
from services.books.money import text_of
from services.books.postings import credits_of, debits, ledger

FORMAT = "tillbook-by-file/1"


def pack(days: Sequence[FileDay], about: About) -> tuple[File, ...]:
    """Return the files of these days, oldest first; at least one, with a document.

    Raises Refused when a tax type has no name that Xero would know.
    """
    ready = [settled(document, about) for day in days for document in day.documents]
    prefix = _prefix(days, about)
    imports = [
        *_invoices(ready, SALES, "sales_invoices", prefix, about),
        *_invoices(ready, BILLS, "bills", prefix, about),
        *_journals(ready, prefix, about),
        *_statements(ready, prefix, about),
    ]
    text = printed_journal(days, ready, about, steps_for(imports, about))
    journal = File(f"{prefix}_journal.txt", "journal", text)
    return (*imports, journal, _manifest(days, ready, [*imports, journal], prefix, about))


def _prefix(days: Sequence[FileDay], about: About) -> str:
    first, last = days[0].date.isoformat(), days[-1].date.isoformat()
    return f"{about.store}_{first}" if first == last else f"{about.store}_{first}_to_{last}"


def _invoices(
    ready: Iterable[Settled], kinds: frozenset[DocumentKind], kind: str, prefix: str, about: About
) -> Iterator[File]:
    wanted = [each for each in ready if each.document.kind in kinds and each.lines and not each.by_hand]
    columns = tables.SALES_COLUMNS if kinds is SALES else tables.BILL_COLUMNS
    for line_amounts, amounts_are in AMOUNTS_ARE.items():
        wholes = [
            tables.invoice_rows(each, about)
            for each in wanted
            if _file_of(each.document.line_amounts) is line_amounts
        ]
        words = f"{kind.replace('_', '-')}_{amounts_are.lower().replace(' ', '-')}"
        for name, rows in _named(prefix, words, tables.parted(wholes, tables.MOST_INVOICES, lambda _: 1)):
            yield File(name, kind, encode(columns, rows), len(rows), amounts_are)


def _file_of(line_amounts: LineAmounts) -> LineAmounts:
    """Return which file holds a document; without tax it fits the first."""
    return LineAmounts.INCLUSIVE if line_amounts is LineAmounts.NO_TAX else line_amounts


def _journals(ready: Iterable[Settled], prefix: str, about: About) -> Iterator[File]:
    journals = [each for each in ready if each.document.kind is DocumentKind.JOURNAL]
    for line_amounts, amounts_are in AMOUNTS_ARE.items():
        wholes = [
            tables.journal_rows(each, about)
            for each in journals
            if each.document.line_amounts is line_amounts
        ]
        words = f"manual-journals_{amounts_are.lower().replace(' ', '-')}"
        for name, rows in _named(prefix, words, tables.parted(wholes, tables.MOST_JOURNAL_LINES)):
            content = encode(tables.JOURNAL_COLUMNS, rows)
            yield File(name, "manual_journals", content, len(rows), amounts_are)


def _statements(ready: Sequence[Settled], prefix: str, about: About) -> Iterator[File]:
    for account in banks(ready):
        wholes = [[row] for row in tables.statement_rows(account, ready, about)]
        words = f"bank-statement_{account}"
        for name, rows in _named(prefix, words, tables.parted(wholes, tables.MOST_STATEMENT_LINES)):
            content = encode(tables.statement_columns(about), rows)
            yield File(name, "bank_statement", content, len(rows), account=account)


def _named(prefix: str, words: str, parts: Iterable[list[Row]]) -> Iterator[tuple[str, list[Row]]]:
    found = list(parts)
    for number, rows in enumerate(found, start=1):
        which = f"_{number}-of-{len(found)}" if len(found) > 1 else ""
        yield f"{prefix}_{words}{which}.csv", rows


def _manifest(
    days: Sequence[FileDay], ready: Sequence[Settled], files: Sequence[File], prefix: str, about: About
) -> File:
    balances = ledger(document for day in days for document in day.documents)
    told = {
        "format": FORMAT,
        "store": about.store,
        "organisation": about.organisation,
        "currency": about.currency,
        "made": about.made.isoformat(),
        "made_by": about.made_by,
        "dates": [day.date.isoformat() for day in days],
        "documents": [_document(each, about) for each in ready],
        "debits": text_of(debits(balances), about.currency),
        "credits": text_of(credits_of(balances), about.currency),
        "accounts": {code: text_of(amount, about.currency) for code, amount in balances.items()},
        "files": [_file(file) for file in files],
    }
    return File(f"{prefix}_manifest.json", "manifest", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _document(each: Settled, about: About) -> dict[str, object]:
    def text(amount: Decimal) -> str:
        return text_of(amount, about.currency)

    document = each.document
    return {
        "kind": document.kind.value,
        "number": each.number,
        "date": document.date.isoformat(),
        "contact": document.contact,
        "total": text(document.total),
        "due_once_imported": text(each.due),
        "by_hand": each.by_hand,
    }


def _file(file: File) -> dict[str, object]:
    return {
        "name": file.name,
        "kind": file.kind,
        "rows": file.rows,
        "amounts_are": file.amounts_are,
        "account": file.account,
        "bytes": len(file.content.encode()),
        "sha256": file.sha256,
    }
