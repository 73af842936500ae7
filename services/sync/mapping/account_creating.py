"""Creating an account that the mapping needs in Xero's chart.

The attempt is written down before the call. When its answer is lost the chart is read:
a code is there once, so the account is found or may be created again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, replace
from http import HTTPStatus

from sqlmodel import Session

from services.accounting.ledger import (
    Accepted,
    CallFailed,
    CallRefused,
    NewAccount,
    OutcomeUnknown,
    Rejected,
    Result,
)
from services.accounting.xero.chart_file import CODE_LENGTH, NAME_LENGTH
from services.accounting.xero.chart_words import TYPES, type_of, type_words
from services.accounting.xero.preflight_rules import line_tax
from services.accounting.xero.scopes import ACCOUNTS as SCOPE
from services.books.documents import Finding as BooksFinding
from services.books.ledger_facts import Account, LedgerFacts
from services.contract.finding import Finding
from services.contract.mapping_editor import NewAccountAnswer
from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.contract.text import printable
from services.store import attempts, audit, connections
from services.sync import reference
from services.sync.findings import finding, from_books, kept, told, told_one
from services.sync.links import linking
from services.sync.tools import Link, Tools

CALL = "PUT Accounts"
_BY_HAND = "Add it in Xero: Accounting, Chart of accounts, Add account, Save. Then read the chart again here."
_OFFERED = frozenset(each.type for each in TYPES if each.type not in {"BANK", "INVENTORY"})
"""Types that are created from here; a bank account takes more than a code and a name."""


def in_xero(account: NewAccount, facts: LedgerFacts) -> str:
    """Return the exact steps that create an account by hand (FEATURES.md QR7)."""
    rate = facts.tax_rates.get(account.tax_type)
    payments = ", tick Enable payments to this account" if account.payments else ""
    return (
        f"In Xero: Accounting, Chart of accounts, Add account. Account type {type_words(account.type)},"
        f" code {account.code}, name {account.name}, tax {rate.name if rate else account.tax_type}{payments},"
        " Save. Then read the chart again here."
    )


def cannot_create(session: Session, store: str, steps: str = "") -> Finding | None:
    """Return why no account can be created for a store; None: it can."""
    connection = connections.get_connection(session, store)
    stopped = linking.obstacle(connection)
    if stopped is None and connection is not None and SCOPE not in connection.scopes.split():
        stopped = finding(
            "scope_missing",
            "Tillbook may read the chart of accounts and not add to it.",
            f"The right {SCOPE} was not given when the shop was connected.",
            steps or _BY_HAND,
        )
    return told_one(stopped)


def problems(account: NewAccount, facts: LedgerFacts) -> list[Finding]:
    """Return what Xero would refuse of a new account."""
    return [
        *told([finding("account_invalid", *each) for each in _faults(account, facts)]),
        *told(from_books(_tax_faults(account, facts))),
    ]


def _faults(account: NewAccount, facts: LedgerFacts) -> Iterator[tuple[str, str, str]]:
    if not account.code or len(account.code) > CODE_LENGTH:
        yield "The account needs a code.", f"Xero keeps 1 to {CODE_LENGTH} characters.", "Give another code."
    elif account.code in facts.accounts:
        there = facts.accounts[account.code]
        yield f"{there.code} is taken by {there.name}.", "A code is used once.", "Give another code."
    if not account.name or len(account.name) > NAME_LENGTH:
        yield "The account needs a name.", f"Xero keeps 1 to {NAME_LENGTH} characters.", "Give another name."
    elif any(each.name.casefold() == account.name.casefold() for each in facts.accounts.values()):
        yield f"There is an account {account.name}.", "A name is used once.", "Give another name."
    if account.type not in _OFFERED:
        yield f"{account.type} cannot be created here.", "It is no usual type.", "Create it in Xero."


def _tax_faults(account: NewAccount, facts: LedgerFacts) -> Iterator[BooksFinding]:
    kind = type_of(account.type)
    as_created = Account(account.code, account.name, account.type, kind.klass if kind else "")
    with_it = replace(facts, accounts={account.code: as_created})
    yield from line_tax(account.tax_type, account.code, with_it)


def _not_now() -> Refused:
    return Refused("The account was not created.", "Xero asks to wait a moment.", "Try again in a minute.")


def answer(
    account: NewAccount, found: list[Finding], *, types: list[str] | None = None, created: bool = False
) -> NewAccountAnswer:
    """Return a new account as it crosses the socket."""
    return {
        "code": account.code,
        "name": account.name,
        "type": account.type,
        "tax_type": account.tax_type,
        "payments": account.payments,
        "problems": found,
        "types": types or [],
        "created": created,
    }


class AccountCreating:
    """Creates accounts, once each."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def create(self, store: str, account: NewAccount, who: Person) -> None:
        """Create an account and read the chart again.

        Raises Refused when it was not created; OutcomeUnknown when nobody knows.
        """
        link = linking.link_of(self._tools, store, asked_by_person=True)
        if link is None:
            stopped = linking.obstacle_of(self._tools, store)
            raise linking.refused(stopped) if stopped else _not_now()
        result = self._made(link, account, who)
        if isinstance(result, Rejected):
            raise result.problem
        reference.refresh(self._tools, link, (reference.ACCOUNTS,))
        self._tools.tell("reference", store)

    def _made(self, link: Link, account: NewAccount, who: Person) -> Result:
        self._tools.room.wait_for_room(link.tenant, asked_by_person=True)
        attempt, key = self._write_ahead(link, account, who)
        try:
            result = link.ledger.create_account(account, key)
        except OutcomeUnknown as lost:
            result = self._looked_up(link, attempt, account, lost)
        except CallFailed as failure:
            outcome = "refused" if isinstance(failure, CallRefused) else "not_sent"
            self._finish(attempt, outcome, failure)
            raise
        if isinstance(result, Accepted):
            self._finish(attempt, "accepted")
        else:
            self._finish(attempt, "refused", result.problem)
        return result

    def _write_ahead(self, link: Link, account: NewAccount, who: Person) -> tuple[int, str]:
        key, now = f"tillbook-{uuid.uuid4().hex}", self._tools.now()
        wanted = asdict(account)
        with self._tools.db.write() as session:
            try:
                linking.guard(session, link, begins=True)
            except linking.Stopped as stopped:
                raise Refused(
                    "The account was not created.",
                    "The store was paused or disconnected a moment ago.",
                    "Resume it first.",
                    code="paused",
                ) from stopped
            row = attempts.begin(
                session,
                store=link.store,
                tenant=link.tenant,
                call=CALL,
                key=key,
                items=(),
                request=json.dumps([wanted], ensure_ascii=False),
                now=now,
            )
            row.elements = 1
            audit.append(session, now, who, "create_account", link.store, after=wanted)
            assert row.id is not None  # noqa: S101 - flushed rows have one
            return row.id, key

    def _looked_up(self, link: Link, attempt: int, account: NewAccount, lost: OutcomeUnknown) -> Result:
        """Return the account where the chart has it; else nobody knows."""
        try:
            rows = link.ledger.reference(reference.ACCOUNTS)
        except CallFailed:
            rows = []
        same = (row for row in rows if row.get("Code") == account.code and row.get("Name") == account.name)
        found = next(same, None)
        if found is not None:
            return Accepted(str(found["AccountID"]))
        self._finish(attempt, attempts.UNKNOWN, lost)
        raise OutcomeUnknown(
            f"Nobody knows whether account {account.code} {account.name} was created.",
            "Xero's answer was lost, and the chart does not show it yet.",
            "Read the chart again in a minute. If it is not there, create it again: a code is taken once.",
            lost.detail,
        ) from lost

    def _finish(self, attempt: int, outcome: str, problem: Problem | None = None) -> None:
        status = getattr(problem, "status", None) or (HTTPStatus.OK if problem is None else None)
        said = printable(problem.detail or problem.what) if problem else ""
        with self._tools.db.write() as session:
            attempts.finish(
                session,
                attempt,
                outcome,
                self._tools.now(),
                status=status,
                problem=kept(problem) if problem else None,
                answer=json.dumps([{"refused": said} if said else {"status": outcome}], ensure_ascii=False),
            )
