"""The printed journal: what was handed over, for a bookkeeper to check and sign.

Every document with every line, debit and credit, the totals, the movement of every
account, and the proof (ACCOUNTING.md 3). Amounts are in the store's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from textwrap import wrap

from services.accounting.files.about import About, FileDay
from services.accounting.files.pages import WIDTH, Block, printed
from services.accounting.files.settling import Settled
from services.books.documents import Document
from services.books.money import ZERO
from services.books.postings import PAYABLE, RECEIVABLE, TAX, Posting, credits_of, debits, ledger, postings
from services.contract.text import printable

_CODE, _AMOUNT = 10, 14
_WORDS = WIDTH - _CODE - 2 * _AMOUNT - 3
_CONTROL = {RECEIVABLE: "Accounts receivable", PAYABLE: "Accounts payable", TAX: "Tax"}
_RULE = "-" * WIDTH


def printed_journal(days: Sequence[FileDay], settled: Sequence[Settled], about: About, steps: str) -> str:
    """Return the journal of these days; `steps` says how the files are imported."""
    first, last = days[0].date, days[-1].date
    span = first.isoformat() if first == last else f"{first} to {last}"
    title = f"JOURNAL {span}  {printable(about.store_name)} ({about.store})"
    blocks = [
        *(_document(each, about) for each in settled),
        _accounts(days, about),
        *(_sent(day) for day in days if day.sent),
        *(_proof(day) for day in days if day.proof),
        *_by_hand(settled),
        Block((*steps.splitlines(), ""), new_page=True),
        _signatures(about),
    ]
    return printed(title, _subtitle(about), blocks)


def _subtitle(about: About) -> str:
    organisation = printable(about.organisation) or "no organisation was chosen"
    return f"for {organisation}, in {about.currency}; made {about.made:%Y-%m-%d %H:%M} by {about.made_by}"


def _document(each: Settled, about: About) -> Block:
    document = each.document
    pays = f", pays {document.number}" if each.number != document.number else ""
    heading = wrap(printable(f"{document.kind}  {each.number}{pays}"), WIDTH, subsequent_indent="  ")
    lines = [*heading, *_about_document(document), *_columns()]
    posted = [posting for posting in postings(document) if posting.amount]
    for posting in posted:
        lines += _row(posting.account, _words(posting, about), posting.amount)
    up = sum((posting.amount for posting in posted if posting.amount > ZERO), ZERO)
    down = -sum((posting.amount for posting in posted if posting.amount < ZERO), ZERO)
    return Block((*lines, _RULE, _sums("", up, down), ""))


def _about_document(document: Document) -> list[str]:
    due = f", due {document.due_date}" if document.due_date else ""
    said = f"{document.date}{due}, {document.line_amounts}"
    contact = printable(document.contact)
    return [line for text in (contact, said) if text for line in wrap(text, WIDTH - 2, initial_indent="  ")]


def _columns() -> list[str]:
    return [f"{'account':<{_CODE}} {'':<{_WORDS}} {'debit':>{_AMOUNT}} {'credit':>{_AMOUNT}}", _RULE]


def _words(posting: Posting, about: About) -> str:
    if posting.account in _CONTROL:
        return posting.words if posting.account == TAX else f"{_CONTROL[posting.account]}: {posting.words}"
    return posting.words or about.account_name(posting.account)


def _row(account: str, words: str, amount: Decimal) -> Iterator[str]:
    code = "" if account in _CONTROL else printable(account)
    debit, credit = (f"{amount:,f}", "") if amount > ZERO else ("", f"{-amount:,f}")
    first, *more = wrap(printable(words), _WORDS) or [""]
    if len(code) > _CODE:  # an account without a code goes by its id
        yield code
        code = ""
    yield f"{code:<{_CODE}} {first:<{_WORDS}} {debit:>{_AMOUNT}} {credit:>{_AMOUNT}}"
    for line in more:
        yield f"{'':<{_CODE}} {line}"


def _sums(words: str, up: Decimal, down: Decimal) -> str:
    return f"{'':<{_CODE}} {words:<{_WORDS}} {up:>{_AMOUNT},f} {down:>{_AMOUNT},f}"


def _accounts(days: Sequence[FileDay], about: About) -> Block:
    balances = ledger(document for day in days for document in day.documents)
    lines = ["MOVEMENT OF EACH ACCOUNT", *_columns()]
    for account, amount in balances.items():
        lines += _row(account, _CONTROL.get(account) or about.account_name(account), amount)
    totals = _sums("debits = credits", debits(balances), credits_of(balances))
    return Block((*lines, _RULE, totals, ""))


def _sent(day: FileDay) -> Block:
    words = f"IN XERO ALREADY, AND NOT IN THE FILES OF {day.date}"
    lines = [f"  {part}" for part in wrap(printable(", ".join(day.sent)), WIDTH - 2)]
    return Block((words, *lines, ""))


def _proof(day: FileDay) -> Block:
    lines = [f"PROOF OF {day.date}"]
    for check in day.proof:
        sign = "holds" if check.holds else "NOTE " if not check.stops else "FAILS"
        said = f"{sign}  {check.check}: {check.left} | {check.right}"
        lines += wrap(printable(said), WIDTH, subsequent_indent="       ")
    return Block((*lines, ""))


def _by_hand(settled: Iterable[Settled]) -> Iterator[Block]:
    lines = [
        f"  {each.document.number}: {line.description}, {-line.amount} into {line.account}"
        for each in settled
        if each.by_hand
        for line in each.lines
    ]
    if lines:
        words = "TO BE RECORDED BY HAND: payments of customers whom the till did not name"
        yield Block((words, *(part for line in lines for part in wrap(printable(line), WIDTH)), ""))


def _signatures(about: About) -> Block:
    line = "_" * 28
    return Block(
        (
            f"Made by    {about.made_by}, {about.made:%Y-%m-%d %H:%M}",
            "",
            f"Imported   {line}   on {'_' * 14}",
            "",
            f"Checked    {line}   on {'_' * 14}",
        )
    )
