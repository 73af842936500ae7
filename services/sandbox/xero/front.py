"""The faces of a practice Xero by path.

With the faults between a call and its answer.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from services.sandbox.xero import api, changes
from services.sandbox.xero.api import Request
from services.sandbox.xero.calls import Call
from services.sandbox.xero.controls import control
from services.sandbox.xero.faults import Fault, Hit
from services.sandbox.xero.pages import CONSENT_PATH
from services.sandbox.xero.problems import Answer, HttpProblem, bad_request, not_found
from services.sandbox.xero.settings import SettingsError
from services.sandbox.xero.wire import loads
from services.sandbox.xero.world import World

API_PREFIX = "/api.xro/2.0/"
_AUTHORIZE = "/identity/connect/authorize"
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Outcome:
    """What happens on the wire: an answer, half of one, or none at all."""

    answer: Answer | None
    truncated: bool = False


class Front:
    """Answers every call; one at a time, except while a fault makes one wait."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = threading.RLock()
        self.stopping = threading.Event()

    def handle(self, request: Request) -> Outcome:
        """Return what happens to a call."""
        if request.path == "/practice" or request.path.startswith("/practice/"):
            return Outcome(self._locked(lambda: control(self.world, request)))
        hit = self.world.faults.take(request.method, request.path)
        call = self._logged(request, hit)
        with self.lock:
            call.at_once = self.world.meter.arrive(call.client_id, call.tenant)
        key = (call.client_id, call.tenant)
        try:
            outcome = self._with_fault(request, call, hit.fault if hit else None)
        finally:
            with self.lock:
                self.world.meter.leave(*key)
        call.status = outcome.answer.status if outcome.answer else None
        return outcome

    def _with_fault(self, request: Request, call: Call, fault: Fault | None) -> Outcome:
        if fault is None:
            return Outcome(self._locked(lambda: self._face(request, call)))
        problem = self._locked(lambda: self._change(call, fault)) if fault.change else None
        if problem and problem.status != HTTPStatus.OK:
            return Outcome(problem)
        if fault.when == "before" and not self._begin(fault):
            return Outcome(None)
        instead = self._instead(request, fault)
        if instead and fault.when == "before":
            return Outcome(instead, fault.truncate)
        answer = self._locked(lambda: self._face(request, call))
        if fault.when == "after" and not self._begin(fault):
            return Outcome(None)
        return Outcome(instead or answer, fault.truncate)

    def _begin(self, fault: Fault) -> bool:
        """Wait as the fault says; return whether the call still gets an answer."""
        if fault.delay:
            self.stopping.wait(fault.delay)
        return not fault.drop

    def _instead(self, request: Request, fault: Fault) -> Answer | None:
        if fault.token_expired:
            return self._locked(lambda: api.token_expired(self.world, None).answer)
        answer = fault.answer
        key = request.header("idempotency-key")
        if answer and fault.cached and key:
            self._locked(lambda: self._cache(request, key, answer))
        return answer

    def _cache(self, request: Request, key: str, answer: Answer) -> Answer:
        api.store(self.world, request, _client(request), key, answer)
        return answer

    def _change(self, call: Call, fault: Fault) -> Answer:
        try:
            changes.apply(self.world, call.tenant or None, fault.change)
        except SettingsError as error:
            raise bad_request(f"The practice Xero cannot change what its fault says: {error}") from error
        return Answer(HTTPStatus.OK)

    def _locked(self, work: Callable[[], Answer]) -> Answer:
        """Do work alone, turn its problem into an answer, and save before that leaves."""
        with self.lock:
            try:
                return work()
            except HttpProblem as problem:
                return problem.answer
            finally:
                self.world.save()

    def _face(self, request: Request, call: Call) -> Answer:
        path, oauth = request.path, self.world.oauth
        if call.face == "api":
            return api.accounting(self.world, request, path.removeprefix(API_PREFIX), call)
        if call.face == "connections":
            return api.connections(self.world, request)
        form = _form(request)
        faces: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", _AUTHORIZE): lambda: oauth.authorize(request.query),
            ("POST", CONSENT_PATH): lambda: oauth.consent(form or {}),
            ("POST", "/connect/token"): lambda: oauth.token(form, request.header("authorization")),
            ("POST", "/connect/revocation"): lambda: oauth.revocation(form, request.header("authorization")),
        }
        face = faces.get((request.method, path))
        if face is None:
            raise not_found()
        return face()

    def _logged(self, request: Request, hit: Hit | None) -> Call:
        face = _face_of(request.path)
        shown = face in {"api", "connections"}
        call = Call(
            0,
            self.world.now(),
            request.method,
            request.path,
            request.query_text if shown else "",
            face,
            client_id=_client(request),
            tenant=request.header("xero-tenant-id").lower(),
            idempotency_key=request.header("idempotency-key"),
            elements=_count(request.body) if face == "api" else 0,
            fault=hit.fault_id if hit else None,
            fault_kind=hit.kind if hit else "",
            body=request.body.decode("utf-8", "replace") if face == "api" else "",
        )
        with self.lock:
            return self.world.calls.add(call)


def _face_of(path: str) -> str:
    if path.startswith(API_PREFIX):
        return "api"
    if path.casefold().split("/")[1:2] == ["connections"]:
        return "connections"
    return "login" if path.startswith("/identity/") else "identity"


def _client(request: Request) -> str:
    """Return the client id an access token names, whether it is still good or not."""
    try:
        middle = request.header("authorization").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return str(claims["client_id"])
    except (IndexError, ValueError, KeyError, TypeError):
        return ""


def _form(request: Request) -> dict[str, str] | None:
    if not request.header("content-type").startswith(_FORM_TYPE):
        return None
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _count(body: bytes) -> int:
    """Return how many elements a write holds; 0 for anything that is none."""
    try:
        data = loads(body) if body else None
    except (ValueError, RecursionError):
        return 0
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        return len(lists[0]) if len(data) == 1 and lists else 1
    return len(data) if isinstance(data, list) else 0
