"""The practice cloud's answers to each call: pairing, tokens, sessions."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from services.sandbox.terminals.linkly_cloud.pad import Json, Pad, Session

USERNAME, PASSWORD, PAIR_CODE = "practice", "practice", "123456"
SECRET = "practice-pairing"  # noqa: S105 - of the practice pad
_PATH = re.compile(r"/(v[12])/sessions/([0-9a-f-]{32,36})/([a-z]+)")
_OK, _ACCEPTED, _BAD, _UNAUTHORISED, _NOT_FOUND, _TOO_EARLY = 200, 202, 400, 401, 404, 425
_FUNCTIONS = frozenset({"transaction", "status", "logon", "settlement", "reprintreceipt"})

Answer = tuple[int, Any]


@dataclass(slots=True)
class Service:
    """Answers calls."""

    pad: Pad
    tokens: set[str] = field(default_factory=set)
    token_seconds: int = 3600
    secret: str = SECRET

    def name(self, method: str, path: str) -> str:
        """Return what a call is named in faults: pairing, token, look, or its function."""
        if path.startswith("/v1/pairing"):
            return "pairing"
        if path.startswith("/v1/tokens"):
            return "token"
        return "look" if method == "GET" else path.rsplit("/", 1)[-1]

    def answer(self, method: str, path: str, query: str, token: str, body: Json) -> Answer:
        """Return status and body of a call."""
        if (method, path) == ("POST", "/v1/pairing/cloudpos"):
            return self._pair(body)
        if (method, path) == ("POST", "/v1/tokens/cloudpos"):
            return self._token(body)
        if token not in self.tokens:
            return _UNAUTHORISED, {}
        found = _PATH.fullmatch(path)
        return (_NOT_FOUND, {}) if found is None else self._session(found, method, query, body)

    def _session(self, found: re.Match[str], method: str, query: str, body: Json) -> Answer:
        version, name, function = found.groups()
        name = name.replace("-", "")
        if method == "GET":
            return self._look(version, name, query)
        if function == "sendkey":
            return self._press(name, body)
        return self._begin(version, name, function, query, body)

    def _pair(self, body: Json) -> Answer:
        given = (body.get("username"), body.get("password"), body.get("pairCode"))
        if given != (USERNAME, PASSWORD, PAIR_CODE):
            return _UNAUTHORISED, {"message": "not paired"}
        return _OK, {"secret": self.secret}

    def _token(self, body: Json) -> Answer:
        if body.get("secret") != self.secret:
            return _UNAUTHORISED, {"message": "not paired"}
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return _OK, {"token": token, "expirySeconds": self.token_seconds}

    def _begin(self, version: str, name: str, function: str, query: str, body: Json) -> Answer:
        asked = body.get("Request")
        if function not in _FUNCTIONS or not isinstance(asked, dict):
            return _BAD, {"message": "that is no request"}
        if self.pad.memory.busy_for > 0:
            self.pad.memory.busy_for -= 1
            return _BAD, {"message": "the PIN pad is busy"}
        session = self.pad.begin(name, function, asked, shows=version == "v2")
        if version == "v2" or query == "async=true":
            return _ACCEPTED, {"sessionId": name}
        return _OK, _wrapped(name, self.pad.wait(session))

    def _look(self, version: str, name: str, query: str) -> Answer:
        session = self.pad.sessions.get(name)
        if session is None:
            return _NOT_FOUND, {}
        if version == "v1":
            return (_ACCEPTED, {}) if session.answer is None else (_OK, _wrapped(name, session))
        start = 0 if query == "all=true" else session.told
        events = session.events[start:]
        session.told = max(session.told, start + len(events))
        return (_OK, events) if events else (_TOO_EARLY, {})

    def _press(self, name: str, body: Json) -> Answer:
        session = self.pad.sessions.get(name)
        if session is None:
            return _NOT_FOUND, {}
        session.keys.put(str(body.get("Request", {}).get("Key", "")))
        return _OK, {}


def _wrapped(name: str, session: Session) -> Json:
    return {"SessionId": name, "ResponseType": session.function, "Response": session.answer or {}}
