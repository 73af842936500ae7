"""What the editor does to settings: choosing, suggestions, taking back, saving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import on

from screens.mapping import questions, view, words
from screens.mapping.chooser import AccountChooser
from screens.mapping.editing import Editing
from screens.mapping.messages import AdviceTaken, ChangesKept, ChoicesRead, EditorRead, Saved
from screens.mapping.unsent import Unsent
from services.contract.mapping_editor import ChangeWanted, ChoicesAnswer, SettingAnswer


class Changing(Editing):
    """The part of the editor that changes settings."""

    def __init__(self) -> None:
        super().__init__()
        self.unsent = Unsent()

    # --- choosing -----------------------------------------------------------------------

    def do_change(self) -> None:
        """Choose what the setting is set to."""
        self._advised(lambda: self._choose(tax=False))

    def do_tax(self) -> None:
        """Choose a tax type of its own."""
        self._advised(lambda: self._choose(tax=True))

    def _choose(self, *, tax: bool) -> None:
        store, setting = self.shop.store, self.setting()
        if store is None or setting is None:
            return
        part, key = setting["part"], setting["key"]
        self.ask(
            "the choices",
            lambda service: service.mapping_choices(store, part, key, tax=tax),
            partial(ChoicesRead, setting, tax),
        )

    @on(ChoicesRead)
    def _choices_read(self, message: ChoicesRead) -> None:
        setting, answer = message.setting, message.answer
        title = words.title(setting["part"], setting["key"])
        if message.tax:
            self._open(f"Tax type of {title}", answer, lambda chosen: self._keep_tax(setting, chosen))
        elif answer["free"] and not answer["choices"]:
            self._type(setting, title)
        else:
            self._open(title, answer, lambda chosen: self.keep(setting, chosen or None))

    def _open(self, title: str, answer: ChoicesAnswer, then: Callable[[str], None]) -> None:
        self._leave_open_questions()
        of_xero = self.editor is not None and self.editor["chart"]["source"] == "xero"
        self.mount(
            AccountChooser(
                title,
                questions.choices(answer),
                then,
                reasons=questions.reasons(answer),
                hint=answer["how_to"] or ("^r reads the chart from Xero again" if of_xero else ""),
            )
        )

    def _type(self, setting: SettingAnswer, title: str) -> None:
        account = setting["part"] in view.ACCOUNT_PARTS
        unchecked = " There is no chart yet, so it cannot be checked." if account else ""
        self.confirm(
            title,
            f"{words.meaning(setting['part'])}{unchecked}",
            lambda typed: self.keep(setting, typed),
            asks="Code of the account" if account else title,
            value=setting["value"] or "",
        )

    def keep(self, setting: SettingAnswer, value: str | None) -> None:
        """Keep another value of a setting; a tax type of its own stays."""
        own = setting["tax_type"] if value is not None else None
        self._change([_wanted(setting, value, own)])

    def _keep_tax(self, setting: SettingAnswer, tax_type: str) -> None:
        self._change([_wanted(setting, setting["value"], tax_type or None)])

    def _change(self, changes: Sequence[ChangeWanted]) -> None:
        if (store := self.shop.store) is not None:
            self.unsent.add(store, changes)
            self.send_unsent(store)

    def send_unsent(self, store: str) -> None:
        """Have the service keep what it did not keep yet."""
        changes = self.unsent.of(store)
        self.ask(
            "the change",
            lambda service: service.change_mapping(store, *changes),
            partial(ChangesKept, changes),
            changing=True,
        )

    # --- suggestions, taking back -------------------------------------------------------

    def do_suggestion(self) -> None:
        """Take the suggestion of the setting."""
        self._advised(lambda: self._take([setting] if (setting := self.setting()) else []))

    def do_suggestions(self) -> None:
        """Ask, then take every suggestion."""
        found = questions.suggested(self.editor["settings"]) if self.editor else []
        self._advised(
            lambda: self.confirm(
                f"Take {len(found)} suggestions", questions.guesses(found), lambda _: self._take(found)
            )
        )

    def _take(self, settings: Sequence[SettingAnswer]) -> None:
        changes = [_wanted(each, each["proposal"]["value"]) for each in settings if each["proposal"]]
        if changes:
            self._change(changes)

    def do_undo(self) -> None:
        """Take the change of this setting back."""
        setting = self.setting()
        store = self.shop.store
        if setting is None or store is None:
            return
        part, key = setting["part"], setting["key"]
        self.ask(
            "the change",
            lambda service: service.discard_mapping_changes(store, part=part, key=key),
            EditorRead,
            changing=True,
        )

    def do_discard(self) -> None:
        """Ask, then take every change back."""
        store, editor = self.shop.store, self.editor
        if store is None or editor is None:
            return
        self.confirm(
            "Discard all changes",
            questions.discarding(editor),
            lambda _: self.ask(
                "the change",
                lambda service: service.discard_mapping_changes(store),
                EditorRead,
                changing=True,
            ),
        )

    # --- saving -------------------------------------------------------------------------

    def do_save(self) -> None:
        """Say what saving changes, then save."""
        self._advised(self._confirm_save)

    def _confirm_save(self) -> None:
        store, editor = self.shop.store, self.editor
        if store is None or editor is None:
            return
        version = editor["version"]
        self.confirm(
            f"Save as version {(version or 0) + 1}",
            questions.consequences(editor),
            lambda _: self.ask(
                "saving",
                lambda service: service.save_mapping_changes(store, version),
                Saved,
                changing=True,
            ),
        )

    @on(Saved)
    def _saved(self, message: Saved) -> None:
        left = len(message.answer["issues"])
        more = f" {left} still to do." if left else ""
        self.say(f"Saved as version {message.answer['version']}.{more}", "attention" if left else "ok")
        self.look()

    # --- the warning --------------------------------------------------------------------

    def _advised(self, then: Callable[[], None]) -> None:
        """Go on once the warning was acknowledged for this store."""
        store, editor = self.shop.store, self.editor
        if store is None or editor is None:
            return
        if editor["advice"]["by"] is not None:
            then()
            return
        self.confirm(
            "Take professional advice first",
            f"{editor['advice']['text']} That you read this is written down with your name, once.",
            lambda _: self.ask(
                "the warning",
                lambda service: service.acknowledge_advice(store),
                partial(AdviceTaken, then),
                changing=True,
            ),
        )

    @on(AdviceTaken)
    def _advice_taken(self, message: AdviceTaken) -> None:
        if self.editor is not None:
            self.editor["advice"] = message.answer
            message.then()


def _wanted(setting: SettingAnswer, value: str | None, tax_type: str | None = None) -> ChangeWanted:
    return {"part": setting["part"], "key": setting["key"], "value": value, "tax_type": tax_type}
