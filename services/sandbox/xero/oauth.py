"""OAuth 2 as Xero does it: consent, codes, tokens, revocation (XERO.md 4)."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from services.sandbox.xero import pages
from services.sandbox.xero.config import PracticeConfig
from services.sandbox.xero.grants import CODE_LIFETIME, Code, Connection, Consent, Grants, Refresh
from services.sandbox.xero.problems import Answer, as_json, oauth_error
from services.sandbox.xero.scopes import ALL_SCOPES
from services.sandbox.xero.settings import Flow, OrganisationSettings, PracticeApp, PracticeUser
from services.sandbox.xero.tokens import ACCESS_LIFETIME, Access, TokenMint, challenge_of
from services.sandbox.xero.wire import Json

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
Form = Mapping[str, str]


@dataclass(frozen=True)
class _Request:
    """A request for consent whose client, redirect and scopes are right."""

    app: PracticeApp
    redirect: str
    scopes: frozenset[str]
    state: str
    challenge: str


class OAuth:
    """The login and identity faces over the grants of a practice Xero."""

    def __init__(
        self,
        config: PracticeConfig,
        grants: Grants,
        ids: Callable[[], str],
        clock: Callable[[], datetime],
        organisations: Callable[[], list[OrganisationSettings]],
    ) -> None:
        self.apps = {app.client_id: app for app in config.apps}
        self.auto = config.auto
        self.withheld: frozenset[str] = frozenset()
        """Scopes that no consent gives from now on, whatever was asked for."""
        self.mint = TokenMint(config.seed)
        self._users = {user.uid: user for user in config.users}
        self._grants = grants
        self._ids = ids
        self._clock = clock
        self._organisations = organisations
        self._connect_custom_apps()

    @property
    def user(self) -> PracticeUser:
        """The person who signs in."""
        return next(iter(self._users.values()))

    def authorize(self, query: Form) -> Answer:
        """Answer GET of the authorise address.

        The consent page, an error page, a redirect.
        """
        request = self._request(query)
        if isinstance(request, Answer):
            return request
        auto = query.get("auto", "") if self.auto == "query" else self.auto
        if auto in {"allow", "deny"}:
            return self._decided(request, auto, query.get("tenant") or self._organisations()[0].tenant)
        kept = {name: value for name, value in query.items() if name not in {"auto", "tenant", "decision"}}
        return pages.consent(request.app.name, self.user.name, request.scopes, self._organisations(), kept)

    def consent(self, form: Form) -> Answer:
        """Answer POST of the consent page."""
        request = self._request(form)
        if isinstance(request, Answer):
            return request
        return self._decided(request, form.get("decision", ""), form.get("tenant", ""))

    def token(self, form: Form | None, authorization: str) -> Answer:
        """Answer POST of the token address; `form` is None where the body was no form."""
        if form is None:
            raise oauth_error("invalid_request", "The body must be a form.")
        app = self._client(form, authorization)
        kinds: dict[str, tuple[tuple[Flow, ...], Callable[[PracticeApp, Form], Json]]] = {
            "authorization_code": (("pkce", "web"), self._from_code),
            "refresh_token": (("pkce", "web"), self._from_refresh),
            "client_credentials": (("custom",), self._from_credentials),
        }
        flows, make = kinds.get(form.get("grant_type", ""), ((), None))
        if make is None:
            raise oauth_error("unsupported_grant_type")
        if app.flow not in flows:
            raise oauth_error("unauthorized_client")
        return as_json(HTTPStatus.OK, make(app, form))

    def revocation(self, form: Form | None, authorization: str) -> Answer:
        """Answer POST of the revocation address: all that user's connections end."""
        if form is None:
            raise oauth_error("invalid_request", "The body must be a form.")
        app = self._client(form, authorization)
        token = self._grants.refresh.get(form.get("token", ""))
        if token and token.client == app.client_id:
            self._grants.revoke(app.client_id, token.user)
        return Answer(HTTPStatus.OK, "", "")

    def connect(self, app: PracticeApp, user: str, tenant: str, auth_event: str) -> Connection:
        """Connect an app to an organisation, or renew the connection."""
        now = self._clock()
        known = next(
            (c for c in self._grants.connections_of(app.client_id, user) if c.tenant == tenant), None
        )
        made = known or Connection(self._ids(), app.client_id, user, tenant, auth_event, now, now)
        made.auth_event, made.updated = auth_event, now
        return self._grants.connections.put(made)

    def grant(self, app: PracticeApp, scopes: Iterable[str], tenants: Iterable[str]) -> Json:
        """Return a token answer for these organisations, without anybody consenting."""
        event = self._ids()
        for tenant in tenants:
            self.connect(app, self._user_of(app), tenant, event)
        return self._tokens(app, self._user_of(app), frozenset(scopes), event)

    def _request(self, query: Form) -> _Request | Answer:
        """Check a request for consent.

        Return the error page or redirect where it is wrong.
        """
        app = self.apps.get(query.get("client_id", ""))
        if app is None or app.flow == "custom":
            return pages.login_error("unauthorized_client", "Unknown client or client not enabled.")
        if query.get("redirect_uri", "") not in app.redirects:
            return pages.login_error("unauthorized_client", "Invalid redirect_uri.")
        scopes = frozenset(query.get("scope", "").split())
        if not scopes or not scopes <= (app.scopes if app.scopes is not None else ALL_SCOPES):
            return pages.login_error("invalid_scope", "Invalid scope for client.")
        if query.get("response_type") != "code":
            return pages.login_error("unsupported_response_type", "The response_type must be code.")
        request = _Request(
            app, query["redirect_uri"], scopes, query.get("state", ""), query.get("code_challenge", "")
        )
        if app.flow == "pkce" and (not request.challenge or query.get("code_challenge_method") != "S256"):
            return _redirect(request, error="invalid_request", error_description="code challenge required")
        return request

    def _decided(self, request: _Request, decision: str, tenant: str) -> Answer:
        if decision != "allow" or tenant not in {facts.tenant for facts in self._organisations()}:
            return _redirect(request, error="access_denied", error_description="The user cancelled.")
        event = self._ids()
        self.connect(request.app, self.user.uid, tenant, event)
        scopes = self._consented(request.app, self.user.uid, request.scopes)
        code = Code(
            self._secret("code"), request.app.client_id, self.user.uid, request.redirect, sorted(scopes),
            request.challenge, event, self._clock(),
        )  # fmt: skip
        self._grants.codes.put(code)
        return _redirect(request, code=code.uid, scope=" ".join(code.scopes), session_state=self._ids())

    def _consented(self, app: PracticeApp, user: str, scopes: Iterable[str]) -> frozenset[str]:
        """Add scopes to what the user has given the app; return all of them."""
        uid = f"{app.client_id} {user}"
        before = self._grants.consents.get(uid)
        together = frozenset(scopes) | frozenset(before.scopes if before else ())
        self._grants.consents.put(Consent(uid, sorted(together)))
        return together - self.withheld

    def _client(self, form: Form, authorization: str) -> PracticeApp:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.startswith("Basic "):
            client_id, secret = _basic(authorization)
        app = self.apps.get(client_id)
        if app is None or (app.secret and not hmac.compare_digest(app.secret.encode(), secret.encode())):
            raise oauth_error("invalid_client")
        return app

    def _from_code(self, app: PracticeApp, form: Form) -> Json:
        code = self._grants.codes.get(form.get("code", ""))
        if code is None or code.client != app.client_id or code.used:
            raise oauth_error("invalid_grant")
        code.used = True
        self._grants.codes.put(code)
        late = self._clock() >= code.issued + CODE_LIFETIME
        verifier = form.get("code_verifier", "")
        proved = bool(_VERIFIER.fullmatch(verifier)) and challenge_of(verifier) == code.challenge
        if late or form.get("redirect_uri") != code.redirect or (code.challenge and not proved):
            raise oauth_error("invalid_grant")
        return self._tokens(app, code.user, frozenset(code.scopes), code.auth_event)

    def _from_refresh(self, app: PracticeApp, form: Form) -> Json:
        token = self._grants.refresh.get(form.get("refresh_token", ""))
        now = self._clock()
        if token is None or token.client != app.client_id or not token.usable(now):
            raise oauth_error("invalid_grant")
        token.replaced = token.replaced or now
        self._grants.refresh.put(token)
        return self._tokens(app, token.user, frozenset(token.scopes), token.auth_event)

    def _from_credentials(self, app: PracticeApp, form: Form) -> Json:
        allowed = (app.scopes if app.scopes is not None else ALL_SCOPES) - {"offline_access"}
        scopes = frozenset(form.get("scope", "").split()) or allowed
        if not scopes <= allowed:
            raise oauth_error("invalid_scope")
        return self._tokens(app, self._user_of(app), scopes, "")

    def _tokens(self, app: PracticeApp, user: str, scopes: frozenset[str], event: str) -> Json:
        now = self._clock()
        access = Access(app.client_id, user, scopes, event, now + ACCESS_LIFETIME)
        answer: Json = {
            "access_token": self.mint.access(self._ids(), access),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
        }
        if app.flow != "custom" and "openid" in scopes:
            person = self._users[user]
            answer["id_token"] = self.mint.identity({"sub": user, "email": person.email}, app.client_id, now)
        if app.flow != "custom" and "offline_access" in scopes:
            token = Refresh(self._secret("refresh"), app.client_id, user, sorted(scopes), event, now)
            answer["refresh_token"] = self._grants.refresh.put(token).uid
        return answer

    def _user_of(self, app: PracticeApp) -> str:
        return app.client_id if app.flow == "custom" else self.user.uid

    def _secret(self, kind: str) -> str:
        return challenge_of(f"{kind} {self._ids()}")

    def _connect_custom_apps(self) -> None:
        tenants = {facts.tenant for facts in self._organisations()}
        for app in self.apps.values():
            known = self._grants.connections_of(app.client_id, app.client_id)
            if app.flow == "custom" and app.tenant in tenants and not known:
                self.connect(app, app.client_id, app.tenant, "")


def _redirect(request: _Request, **parameters: str) -> Answer:
    if request.state:
        parameters["state"] = request.state
    joint = "&" if "?" in request.redirect else "?"
    return Answer(HTTPStatus.FOUND, "", "", {"Location": f"{request.redirect}{joint}{urlencode(parameters)}"})


def _basic(authorization: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise oauth_error("invalid_client") from error
    client_id, _, secret = text.partition(":")
    return client_id, secret
