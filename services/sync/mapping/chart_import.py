"""A chart of accounts from a file, for a shop that is not connected yet.

It feeds what an editor chooses from, and nothing else: no day is built from it.
"""

from __future__ import annotations

from sqlmodel import Session

from services.accounting.xero.chart_file import ChartOfFile, account_to_json, read_chart
from services.books import countries
from services.contract.mapping_editor import ChartFileAnswer
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.text import printable
from services.store import audit, mapping_work, stores
from services.sync.mapping.facts import chart_of
from services.sync.tools import Tools


def import_chart(
    tools: Tools, store: str, text: str, name: str, *, confirm: bool, who: Person
) -> ChartFileAnswer:
    """Return what a file holds, row by row; keep it only when `confirm` is set.

    Raises Refused for a file that is no chart, and for a shop that Xero tells its own.
    """
    name = printable(name)
    with tools.db.read() as session:
        country = stores.get_facts(session, store).country
        _refuse_connected(session, store)
        before = mapping_work.chart_file(session, store)
    chart = read_chart(text, countries.built_in(country).tax_rates.values())
    if not chart.accounts:
        raise Refused(
            f"{name} holds no account that can be used.",
            chart.refused[0].reason if chart.refused else "It has a heading and no rows.",
            "Export the chart again: Accounting, Chart of accounts, Export.",
            code="no_chart",
        )
    if confirm:
        _keep(tools, store, name, chart, who)
    return _answer(store, name, chart, len(before.accounts) if before else 0, kept=confirm)


def _refuse_connected(session: Session, store: str) -> None:
    chart = chart_of(session, store)
    if chart.source == "xero":
        raise Refused(
            "A chart of accounts from a file is not taken.",
            f"The shop is connected to {chart.name}, which tells its own.",
            "Read the chart again from Xero instead.",
            code="chart_is_known",
        )


def _keep(tools: Tools, store: str, name: str, chart: ChartOfFile, who: Person) -> None:
    accounts = [account_to_json(each.account) for each in chart.accounts]
    now = tools.now()
    with tools.db.write() as session:
        before = mapping_work.chart_file(session, store)
        was = {"file": before.name, "accounts": len(before.accounts)} if before else None
        mapping_work.keep_chart(session, store, name, accounts, who.name, now)
        after = {"file": name, "accounts": len(accounts), "refused": len(chart.refused)}
        audit.append(session, now, who, "import_chart", store, before=was, after=after)
    tools.tell("reference", store)


def _answer(store: str, name: str, chart: ChartOfFile, replaces: int, *, kept: bool) -> ChartFileAnswer:
    return {
        "store": store,
        "name": name,
        "accounts": [
            {
                "code": each.account.code,
                "name": each.account.name,
                "type": each.account.type,
                "tax_type": each.account.tax_type,
                "payments": each.account.payments_enabled,
                "note": each.note,
            }
            for each in chart.accounts
        ],
        "refused": [{"row": each.row, "text": each.text, "reason": each.reason} for each in chart.refused],
        "replaces": replaces,
        "kept": kept,
    }
