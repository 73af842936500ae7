"""The chart of accounts as the editor of a mapping changes it.

A file, a new account.
"""

from __future__ import annotations

from services.accounting.ledger import NewAccount
from services.contract.mapping_editor import ChartFileAnswer, NewAccountAnswer
from services.contract.people import Person
from services.store import stores
from services.sync.mapping import account_creating, account_proposing, chart_import
from services.sync.mapping.account_creating import AccountCreating
from services.sync.mapping.drafts import edited_of
from services.sync.mapping.facts import chart_of
from services.sync.tools import Tools


class ChartEditing:
    """Takes a chart from a file, and adds accounts to the ledger's."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._creating = AccountCreating(tools)

    def import_chart(
        self, store: str, text: str, name: str, *, confirm: bool, who: Person
    ) -> ChartFileAnswer:
        """Return what a chart file holds; keep it only when confirmed."""
        return chart_import.import_chart(self._tools, store, text, name, confirm=confirm, who=who)

    def new_account(
        self, store: str, part: str, key: str, who: Person, kind: str | None = None
    ) -> NewAccountAnswer:
        """Return the account that a setting needs, and what stands in its way."""
        with self._tools.db.read() as session:
            edited, _ = edited_of(session, store, who)
            country = stores.get_facts(session, store).country
        account = account_proposing.proposed(part, key, edited.against, country, kind)
        types = account_proposing.types_for(part, key)
        return self._account(store, account, types=types, created=False)

    def create_account(
        self, store: str, account: NewAccount, *, dry_run: bool, who: Person
    ) -> NewAccountAnswer:
        """Create an account in the ledger's chart, or say what stands in its way."""
        told_first = self._account(store, account, types=[], created=False)
        if dry_run or told_first["problems"]:
            return told_first
        self._creating.create(store, account, who)
        return account_creating.answer(account, [], created=True)

    def _account(
        self, store: str, account: NewAccount, *, types: list[str], created: bool
    ) -> NewAccountAnswer:
        with self._tools.db.read() as session:
            facts = chart_of(session, store).facts
            cannot = account_creating.cannot_create(session, store, account_creating.in_xero(account, facts))
        found = [*([cannot] if cannot else []), *account_creating.problems(account, facts)]
        return account_creating.answer(account, found, types=types, created=created)
