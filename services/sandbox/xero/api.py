"""The api face: who may call, how often, and whether it was answered before.

The order of the checks: token, tenant, limits, endpoint, scope, idempotency key, rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from services.sandbox.xero.asking import Ask
from services.sandbox.xero.calls import Call
from services.sandbox.xero.grants import Connection, Replay
from services.sandbox.xero.lists import Query
from services.sandbox.xero.problems import (
    Answer,
    HttpProblem,
    as_json,
    bad_request,
    forbidden,
    not_acceptable,
    not_found,
    unauthorized,
)
from services.sandbox.xero.routes import Handler, handler_of
from services.sandbox.xero.scopes import wanted
from services.sandbox.xero.tokens import Access
from services.sandbox.xero.wire import Json, seven_digits
from services.sandbox.xero.world import World

KEY_LIFETIME = timedelta(minutes=6)
_KEY_LENGTH = 128
_SWEPT = 10
_CHANGING = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class Request:
    """A call as it came over HTTP; header names in lower case, query names folded."""

    method: str
    path: str
    query: Mapping[str, str]
    query_text: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, empty where it was not sent."""
        return self.headers.get(name, "")


def bearer(world: World, request: Request) -> Access:
    """Return what the access token says.

    Raise HttpProblem (401) where it is none or too old.
    """
    scheme, _, token = request.header("authorization").partition(" ")
    access = world.oauth.mint.read(token) if scheme.casefold() == "bearer" else None
    if access is None:
        raise unauthorized("AuthenticationUnsuccessful", world.new_id())
    if access.expires <= world.now():
        raise token_expired(world, access)
    return access


def token_expired(world: World, access: Access | None) -> HttpProblem:
    """Return the 401 of a token that has expired."""
    when = min(access.expires, world.now()) if access else world.now()
    return unauthorized(f"TokenExpired: token expired at {when:%m/%d/%Y %H:%M:%S}", world.new_id())


def connections(world: World, request: Request) -> Answer:
    """Answer GET /connections and DELETE /connections/{id} (XERO.md 4.6)."""
    access = bearer(world, request)
    mine = world.grants.connections_of(access.client, access.user)
    _, _, uid = request.path.strip("/").partition("/")
    if request.method == "GET" and not uid:
        event = request.query.get("autheventid", "")
        return as_json(200, [_connection(world, c) for c in mine if event in {"", c.auth_event}])
    if request.method == "DELETE" and uid.lower() in {c.uid for c in mine}:
        world.grants.connections.drop(uid.lower())
        return Answer(204, "", "")
    raise not_found()


def accounting(world: World, request: Request, path: str, call: Call) -> Answer:
    """Answer a call below `/api.xro/2.0/`."""
    access = bearer(world, request)
    tenant = _tenant(world, access, request)
    call.tenant = tenant
    limited = world.meter.admit(access.client, tenant, world.now())
    if limited:
        return limited
    answer = _allowed(world, request, path, access, tenant, call)
    headers = {**answer.headers, **world.meter.headers(access.client, tenant, world.now())}
    return Answer(answer.status, answer.text, answer.content_type, headers)


def _allowed(world: World, request: Request, path: str, access: Access, tenant: str, call: Call) -> Answer:
    try:
        handler = handler_of(request.method, path)
        if access.scopes.isdisjoint(wanted(request.method, path)):
            raise unauthorized("AuthorizationUnsuccessful", world.new_id())
        if "application/json" not in request.header("accept"):
            raise not_acceptable("The practice Xero answers in JSON only: send Accept: application/json.")
        query = Query(request.query, request.header("if-modified-since"))
        ask = Ask(request.method, path, query, request.body, world.book(tenant), access.client)
        key = request.header("idempotency-key") if request.method in _CHANGING else ""
        return _once(world, request, handler, ask, key, call) if key else answered(handler, ask)
    except HttpProblem as problem:
        return problem.answer


def answered(handler: Handler, ask: Ask) -> Answer:
    """Return the handler's answer, or the one its problem brings."""
    try:
        return handler(ask)
    except HttpProblem as problem:
        return problem.answer


def _once(world: World, request: Request, handler: Handler, ask: Ask, key: str, call: Call) -> Answer:
    """Handle a call under its Idempotency-Key.

    Or replay the answer of its first time.
    """
    if len(key) > _KEY_LENGTH:
        raise bad_request(f"Idempotency Key must not be longer than {_KEY_LENGTH} characters.")
    kept = stored(world, ask.client, key)
    if kept is None:
        answer = answered(handler, ask)
        store(world, request, ask.client, key, answer)
        return answer
    if kept.fingerprint != _fingerprint(request):
        raise bad_request(f"Idempotency Key: {key} is used with a different request.")
    call.replayed = True
    return Answer(kept.status, kept.text, kept.content_type)


def stored(world: World, client: str, key: str) -> Replay | None:
    """Return the answer stored under an app's key, if that was within six minutes."""
    kept = world.grants.replays.get(f"{client} {key}")
    return kept if kept and world.now() < kept.at + KEY_LIFETIME else None


def store(world: World, request: Request, client: str, key: str, answer: Answer) -> None:
    """Store an answer, an error too, under an app's key.

    Forget those that are too old.
    """
    replays = world.grants.replays
    for old in [r.uid for r in islice(replays.values(), _SWEPT) if world.now() >= r.at + KEY_LIFETIME]:
        replays.drop(old)
    fingerprint = _fingerprint(request)
    replays.put(
        Replay(f"{client} {key}", fingerprint, answer.status, answer.text, answer.content_type, world.now())
    )


def _fingerprint(request: Request) -> str:
    head = f"{request.method} {request.path}?{request.query_text} {request.header('xero-tenant-id')}\n"
    return hashlib.sha256(head.encode() + request.body).hexdigest()


def _tenant(world: World, access: Access, request: Request) -> str:
    """Return the organisation of a call; a custom connection needs no header."""
    tenant = request.header("xero-tenant-id").lower()
    mine = world.grants.connections_of(access.client, access.user)
    app = world.oauth.apps.get(access.client)
    if not tenant and app and app.flow == "custom":
        tenant = app.tenant
    if tenant not in {c.tenant for c in mine}:
        raise forbidden(instance=world.new_id())
    return tenant


def _connection(world: World, connection: Connection) -> Json:
    return {
        "id": connection.uid,
        "authEventId": connection.auth_event or "00000000-0000-0000-0000-000000000000",
        "tenantId": connection.tenant,
        "tenantType": "ORGANISATION",
        "tenantName": world.book(connection.tenant).organisation.name,
        "createdDateUtc": seven_digits(connection.created),
        "updatedDateUtc": seven_digits(connection.updated),
    }
