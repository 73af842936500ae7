"""What the editor does about the chart: read, import, open, add to it."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.content import Content

from screens.mapping import questions, view, words
from screens.mapping.changing import Changing
from screens.mapping.chooser import AccountChooser
from screens.mapping.messages import AccountCreated, AccountProposed, ChartRead
from screens.messages import Copy, Go
from screens.widgets.chooser import Choice
from services.contract.mapping_editor import NewAccountAnswer, SettingAnswer


class Charting(Changing):
    """The part of the editor that is about the chart."""

    def __init__(self) -> None:
        super().__init__()
        self._reopens = False

    # --- reading, importing, opening --------------------------------------------------

    def do_refresh(self) -> None:
        """Read the chart from Xero again."""
        if (store := self.shop.store) is not None:
            self.say("Reading the chart from Xero …")
            self.ask("the chart", lambda service: service.refresh_reference(store), ChartRead, changing=True)

    @on(AccountChooser.ReadChart)
    def _read_chart(self) -> None:
        for chooser in self.query(AccountChooser):
            chooser.remove()
        self._reopens = True
        self.action_command("refresh")

    @on(ChartRead)
    def _chart_read(self, message: ChartRead) -> None:
        counts = message.counts
        self.say(f"Read: {counts.get('accounts', 0)} accounts, {counts.get('tax-rates', 0)} tax rates.", "ok")
        self.look()
        if self._reopens:
            self._reopens = False
            self.do_change()

    def do_chart(self) -> None:
        """Ask for Xero's file of a chart, and show what is in it."""
        self.confirm(
            "Import a chart of accounts",
            "Xero's own file: Accounting, Chart of accounts, Export. You choose from it until the shop is"
            " connected; no day is posted by it. First you see what is in it.",
            self._look_into,
            asks="Path of the file on this machine",
        )

    def _look_into(self, path: str) -> None:
        self.post_message(Go("chart", store=self.shop.store, topic=path))

    def do_xero(self) -> None:
        """Show where the chart is in Xero."""
        address = self.editor["chart"]["address"] if self.editor else None
        if address is not None:
            told = Content.assemble(
                (address, "bold"), ("\nOpen it in a browser; then r reads it again.", "$dim")
            )
            self.explain("The chart of accounts in Xero", told)
            self.post_message(Copy(address, "the address"))

    # --- an account that is missing ---------------------------------------------------

    def do_account(self) -> None:
        """Propose the account that the setting needs."""
        store, setting = self.shop.store, self.setting()
        if store is None or setting is None:
            return
        part, key = setting["part"], setting["key"]
        self.ask(
            "the account",
            lambda service: service.new_account(store, part, key),
            partial(AccountProposed, setting),
        )

    @on(AccountProposed)
    def _proposed(self, message: AccountProposed) -> None:
        account, setting = message.answer, message.setting
        cannot = self.editor["cannot_create"] if self.editor else None
        if cannot is not None and account["problems"]:
            self.explain("Create it in Xero", view.obstacle(account["problems"][0]))
            self.say(cannot["what"], "attention")
        elif len(account["types"]) > 1:
            kinds = [Choice(each, words.TYPES.get(each, each), each) for each in account["types"]]
            self.choose("Type of the new account", kinds, lambda kind: self._name_it(setting, account, kind))
        else:
            self._name_it(setting, account, account["type"])

    def _name_it(self, setting: SettingAnswer, account: NewAccountAnswer, kind: str) -> None:
        store, part, key = self.shop.store, setting["part"], setting["key"]
        if kind != account["type"] and store is not None:
            self.ask(
                "the account",
                lambda service: service.new_account(store, part, key, type=kind),
                lambda answer: AccountProposed(setting, {**answer, "types": []}),
            )
            return
        organisation = self.editor["chart"]["name"] if self.editor else ""
        self.confirm(
            f"New account for {words.title(part, key)}",
            questions.new_account(account, organisation),
            lambda typed: self._create(setting, account, typed),
            asks="Code and name",
            value=f"{account['code']} {account['name']}",
        )

    def _create(self, setting: SettingAnswer, account: NewAccountAnswer, typed: str) -> None:
        store = self.shop.store
        if store is None:
            return
        code, _, name = typed.partition(" ")
        self.say(f"Creating {typed} in Xero …")
        self.ask(
            "the new account",
            lambda service: service.create_account(
                store,
                code=code,
                name=name.strip(),
                type=account["type"],
                tax_type=account["tax_type"],
                payments=account["payments"],
            ),
            partial(AccountCreated, setting),
            changing=True,
        )

    @on(AccountCreated)
    def _created(self, message: AccountCreated) -> None:
        account = message.answer
        if not account["created"]:
            self.explain("Not created", view.obstacle(account["problems"][0]))
            self.say(account["problems"][0]["what"], "stopped")
            return
        self.say(f"Created {account['code']} {account['name']} in Xero.", "ok")
        self.keep(message.setting, account["code"])
