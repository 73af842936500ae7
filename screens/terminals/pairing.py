"""Pairing with a terminal that shows a code: three questions in a row."""

from __future__ import annotations

from screens.terminals.form import Form, Saved


class Pairing(Form):
    """Asks for what pairing takes; nothing of it is kept."""

    def do_pair(self) -> None:
        """Ask for name, password and code."""
        self.confirm(
            "Pair: the name",
            "The name that the acquirer gave the shop for pairing.",
            self._ask_password,
            asks="Name",
        )

    def _ask_password(self, username: str) -> None:
        self.confirm(
            "Pair: the password",
            "The password that came with the name. It is used once and not kept.",
            lambda password: self._ask_code(username, password),
            asks="Password",
            hidden=True,
        )

    def _ask_code(self, username: str, password: str) -> None:
        self.confirm(
            "Pair: the code",
            "The code that the terminal shows now, in its menu for pairing.",
            lambda code: self._pair(username, password, code),
            asks="Code",
        )

    def _pair(self, username: str, password: str, code: str) -> None:
        if self.draft is None or self.draft.key is None:
            return
        key = self.draft.key
        self.say("Pairing …")
        self.ask(
            "the pairing",
            lambda service: service.pair_terminal(key, username=username, password=password, code=code),
            lambda terminal: Saved(terminal, f"{terminal['name']} is paired."),
            changing=True,
        )
