"""Connecting a store to Xero: from the address to the tokens (XERO.md 4).

What must stay secret (verifier, state, client secret) is in the vault until the consent
is answered. The service listens for the answer; a person may paste it instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from services.accounting.ledger import CallFailed
from services.accounting.xero.callback import CallbackListener
from services.accounting.xero.known import problem_of
from services.accounting.xero.oauth import (
    DEFAULT_REDIRECT,
    App,
    Consent,
    Flow,
    asked_for,
    begin_consent,
    check_app,
    code_from_address,
)
from services.accounting.xero.tokens import SecretVault
from services.contract.answers import ConsentAnswer
from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.store import connections, stores
from services.sync.findings import Kept, kept, told_one
from services.sync.links.consent_notes import EXPIRED, FAILED, NONE, REFUSED, WAITING, ConsentNotes
from services.sync.links.xero_links import XeroLinks
from services.sync.tools import Tools

_STATE_OF = {"consent_refused": REFUSED, "consent_expired": EXPIRED}
_LOCAL = "localhost"
# The token endpoint's own limits of time, and a little more.
_EXCHANGE_SECONDS = 60.0


class Connecting:
    """The consents under way, one a store."""

    def __init__(
        self, tools: Tools, links: XeroLinks, vault: SecretVault, connected: Callable[[str], None]
    ) -> None:
        self._tools = tools
        self._links = links
        self._vault = vault
        self._connected = connected
        """Called when a store has tokens, to go on with what waits."""
        self._notes = ConsentNotes(tools)
        self._lock = threading.RLock()
        self._listeners: dict[str, CallbackListener] = {}
        self._heard: dict[str, tuple[CallbackListener, threading.Event]] = {}
        """The newest listener of a store, and whether its answer has been dealt with."""
        self._problems: dict[str, Kept] = {}

    def begin(
        self,
        store: str,
        *,
        client_id: str,
        client_secret: str | None,
        flow: str,
        redirect: str | None,
        creates_accounts: bool = False,
        who: Person,
    ) -> ConsentAnswer:
        """Begin a consent and listen for its answer; a custom connection is done at once.

        Raises Refused for an app that Xero would refuse, CallFailed when a custom
        connection's secret is wrong or Xero does not answer.
        """
        app = App(client_id, _flow(flow), redirect or DEFAULT_REDIRECT, creates_accounts)
        check_app(app)
        if app.needs_secret and not client_secret:
            raise problem_of(Refused, "secret_missing", str(app.flow))
        self._end_waiting(store)
        if app.flow is Flow.CUSTOM:
            return self._begin_custom(store, app, client_secret or "", who)
        return self._begin_in_browser(store, app, client_secret, who)

    def answer(self, store: str) -> ConsentAnswer:
        """Return where the consent stands."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            row = connections.get_connection(session, store)
        if row is None or row.consent is None:
            return {"address": "", "state": NONE, "expires": "", "scopes": [], "error": None}
        app = self._pending_app(store) or App(row.client_id, Flow(row.flow), row.redirect)
        answer: ConsentAnswer = {
            "address": (row.consent_address or "") if row.consent == WAITING else "",
            "state": row.consent,
            "expires": row.consent_expires.isoformat() if row.consent_expires else "",
            "scopes": asked_for(app),
            "error": told_one(self._problems.get(store)),
        }
        listener = self._listeners.get(store)
        if listener is not None and row.consent == WAITING:
            answer["short_address"] = listener.short_address
        return answer

    def settled(self, store: str) -> None:
        """Wait, for a while, until an answer that the browser gave has been dealt with.

        The browser sees its page before the code is exchanged, and a script goes on at once.
        """
        listener, dealt_with = self._heard.get(store, (None, None))
        if listener is not None and dealt_with is not None and listener.taken:
            dealt_with.wait(_EXCHANGE_SECONDS)

    def cancel(self, store: str, who: Person) -> ConsentAnswer:
        """End the wait; nothing is connected."""
        if self._end_waiting(store):
            self._notes.cancelled(store, who)
        return self.answer(store)

    def paste(self, store: str, address: str, who: Person) -> ConsentAnswer:
        """Take the address that a browser elsewhere was sent to.

        Raises Refused when it is not an answer to this consent, which then goes on waiting.
        """
        text = self._vault.get(_pending(store))
        if text is None:
            raise Refused(
                "No consent is waiting for an answer.",
                "It was answered, cancelled, or its time is over.",
                "Start again with `tillbook connect xero`.",
                code="no_consent",
            )
        consent = Consent.from_json(text)
        if consent.expires <= self._tools.now():
            self.expire_old()
            return self.answer(store)
        try:
            code = code_from_address(consent, address)
        except Refused as refusal:
            if refusal.code not in {"consent_refused", "consent_failed"}:
                raise
            self._fail(store, refusal, who.name)
            return self.answer(store)
        self._exchange(store, code, who.name)
        return self.answer(store)

    def expire_old(self, *, all_waiting: bool = False) -> None:
        """Mark consents whose time is over; at start also those whose listener is gone."""
        with self._tools.db.read() as session:
            waiting = [row for row in connections.connections(session) if row.consent == WAITING]
        for row in waiting:
            over = row.consent_expires is None or row.consent_expires <= self._tools.now()
            if over or all_waiting:
                self._fail(row.store, problem_of(Refused, "consent_expired"), row.by)

    def stop(self) -> None:
        """Stop listening; consents still waiting are marked expired at the next start."""
        with self._lock:
            for listener in self._listeners.values():
                listener.close()
            self._listeners.clear()

    # --- the two ways ---------------------------------------------------------------

    def _begin_custom(self, store: str, app: App, secret: str, who: Person) -> ConsentAnswer:
        # Tried before it is kept, so that a wrong secret does not replace a right one.
        token = self._links.identity.client_credentials(app, secret)
        self._problems.pop(store, None)
        self._notes.begun(store, who, app, None)
        keeper = self._links.keeper(store, app)
        keeper.set_secret(secret)
        keeper.connect(token)
        self._notes.done(store, keeper, app, who.name)
        self._connected(store)
        return self.answer(store)

    def _begin_in_browser(self, store: str, app: App, secret: str | None, who: Person) -> ConsentAnswer:
        consent = begin_consent(app, self._links.addresses, now=self._tools.now())
        self._vault.set(_pending(store), consent.to_json())
        if secret:
            self._vault.set(_pending_secret(store), secret)
        self._problems.pop(store, None)
        self._notes.begun(store, who, app, consent)
        self._listen(store, consent, who.name)
        return self.answer(store)

    def _listen(self, store: str, consent: Consent, by: str) -> None:
        parts = urlsplit(consent.app.redirect)
        if parts.hostname != _LOCAL:
            return  # the answer goes to another machine: it can only be pasted
        listener = CallbackListener(
            parts.port or 80,
            parts.path or "/",
            consent.state,
            consent.address,
            consent.expires,
            self._tools.clock,
        )
        try:
            listener.start()
        except Refused as refusal:
            self._problems[store] = kept(refusal)  # pasting still works
            return
        with self._lock:
            self._listeners[store] = listener
            self._heard[store] = (listener, threading.Event())
        listener.on_answer(lambda: self._answered(store, listener, by))

    def _answered(self, store: str, listener: CallbackListener, by: str) -> None:
        """Go on in a thread of its own: this one shows the browser its page."""
        work = threading.Thread(target=self._take, args=(store, listener, by), name="consent", daemon=True)
        work.start()

    def _take(self, store: str, listener: CallbackListener, by: str) -> None:
        with self._lock:
            if self._listeners.get(store) is not listener:
                return
            del self._listeners[store]
            dealt_with = self._heard[store][1]
        try:
            self._take_answer(store, listener, by)
        finally:
            dealt_with.set()

    def _take_answer(self, store: str, listener: CallbackListener, by: str) -> None:
        listener.close()
        try:
            code = listener.result(0)
        except Refused as refusal:
            self._fail(store, refusal, by)
        else:
            self._exchange(store, code, by)

    def _exchange(self, store: str, code: str, by: str) -> None:
        with self._lock:  # an answer that is pasted and one that is heard meet here
            text, secret = self._vault.get(_pending(store)), self._vault.get(_pending_secret(store))
            self._end_waiting(store)
        if text is None:
            return
        consent = Consent.from_json(text)
        try:
            token = self._links.identity.exchange(consent, code, secret)
        except CallFailed as failure:
            self._fail(store, failure, by)
            return
        keeper = self._links.keeper(store, consent.app)
        if secret:
            keeper.set_secret(secret)
        keeper.connect(token)
        self._notes.done(store, keeper, consent.app, by)
        self._connected(store)

    def _fail(self, store: str, problem: Problem, by: str) -> None:
        self._end_waiting(store)
        self._problems[store] = kept(problem)
        self._notes.ended(store, _STATE_OF.get(problem.code, FAILED), by)

    def _end_waiting(self, store: str) -> bool:
        """Stop listening and forget the secrets of the wait; whether there was one."""
        with self._lock:
            listener = self._listeners.pop(store, None)
        if listener is not None:
            listener.cancel()
            self._heard.pop(store)[1].set()
        was_waiting = self._vault.get(_pending(store)) is not None
        self._vault.delete(_pending(store))
        self._vault.delete(_pending_secret(store))
        return was_waiting

    def _pending_app(self, store: str) -> App | None:
        text = self._vault.get(_pending(store))
        return Consent.from_json(text).app if text else None


def _flow(word: str) -> Flow:
    try:
        return Flow(word)
    except ValueError as error:
        raise Refused(
            f"There is no kind of app {word!r}.",
            "Xero has three.",
            "Choose pkce, web or custom.",
            code="wrong_flow",
        ) from error


def _pending(store: str) -> str:
    return f"xero:{store}:consent"


def _pending_secret(store: str) -> str:
    return f"xero:{store}:consent-secret"
