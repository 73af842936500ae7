"""The consent at Xero: begun, waited for, pasted back, called off."""

from __future__ import annotations

from screens.integrating import Integrating
from screens.messages import Copy
from screens.setup import consent, view
from screens.setup.view import Step


class Consenting(Integrating):
    """A place in which a person has the ledger's consent given."""

    def __init__(self) -> None:
        super().__init__()
        self._known: view.Known | None = None
        self._step: Step | None = None
        self._accounts = False
        """Whether the right to create accounts is asked for."""

    def _waiting(self) -> bool:
        return self._known is not None and self._known.consenting == "waiting"

    def _ask_client(self) -> None:
        self.confirm(
            "Client id",
            "As Xero shows it for the app, under Configuration.",
            lambda client_id: self._begin(client_id, None, "pkce"),
            asks="Client id",
        )

    def do_secret(self) -> None:
        """Ask for a client id, then for its secret."""
        self.confirm("Client id", "Of a web app or a custom connection.", self._ask_secret, asks="Client id")

    def _ask_secret(self, client_id: str) -> None:
        self.confirm(
            "Client secret",
            "It goes into the keyring of the service and is never shown again.",
            lambda secret: self._begin(client_id, secret, "web"),
            asks="Client secret",
            hidden=True,
        )

    def _begin(self, client_id: str, secret: str | None, flow: str) -> None:
        self._step, accounts = Step.CONSENT, self._accounts
        self.change_store(
            "",
            lambda service, store: service.begin_consent(
                store,
                client_id=client_id,
                client_secret=secret,
                flow=flow,
                redirect=consent.REDIRECT,
                creates_accounts=accounts,
            ),
            doing="Beginning …",
        )

    def do_paste(self) -> None:
        """Ask for the address that the browser ended at."""
        self.confirm(
            "Paste the address",
            f"The whole of it; it begins with {consent.REDIRECT}",
            lambda address: self.change_store(
                "", lambda service, store: service.paste(store, address), doing="Looking at it …"
            ),
            asks="Address",
        )

    def do_copy(self) -> None:
        """Copy the address of the consent."""
        if self._known is not None and self._known.consent is not None:
            self.post_message(Copy(self._known.consent["address"], "the address"))

    def do_call_off(self) -> None:
        """Call the consent off."""
        self.change_store("Called off.", lambda service, store: service.cancel_consent(store))
