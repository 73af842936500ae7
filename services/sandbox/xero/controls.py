"""The control face: `/practice/…`, for tests and the demo only.

It takes no token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from services.sandbox.xero import changes, faults, ledger
from services.sandbox.xero.api import Request, answered
from services.sandbox.xero.asking import Ask
from services.sandbox.xero.faults import Fault
from services.sandbox.xero.lists import Query
from services.sandbox.xero.mix import Mix
from services.sandbox.xero.problems import Answer, HttpProblem, as_json, bad_request, not_found
from services.sandbox.xero.routes import handler_of
from services.sandbox.xero.settings import SettingsError, record_of
from services.sandbox.xero.wire import Json, dumps, loads
from services.sandbox.xero.world import World

_ABOUT = (
    "A practice Xero on this machine, for demonstrations and tests. It is not Xero and has no real books."
)
Control = Callable[[World, Request], object]


def control(world: World, request: Request) -> Answer:
    """Answer a call to the control face."""
    handler = _CONTROLS.get((request.method, request.path.rstrip("/")))
    if handler is None:
        raise not_found()
    try:
        return as_json(200, handler(world, request))
    except SettingsError as error:
        raise bad_request(str(error)) from error


def act(world: World, tenant: str, method: str, path: str, body: object) -> Answer:
    """Do as a person inside the organisation does: no token, no limits, no faults.

    `path` is that of the accounting API, such as `Invoices?page=1`; the rules hold.
    Raises SettingsError for an organisation that does not exist.
    """
    parts = urlsplit(path)
    query = Query({name.casefold(): value for name, value in parse_qsl(parts.query)})
    sent = b"" if body is None else dumps(body).encode()
    try:
        return answered(
            handler_of(method, parts.path), Ask(method, parts.path, query, sent, world.book(tenant), "")
        )
    except HttpProblem as problem:
        return problem.answer


def _about(world: World, _request: Request) -> Json:
    return {"about": _ABOUT, **changes.described(world.config)}


def _calls(world: World, request: Request) -> Json:
    after = request.query.get("after", "0")
    found = world.calls.of(
        request.query.get("method", "").upper(),
        request.query.get("path", ""),
        int(after) if after.isdecimal() else 0,
    )
    return {"calls": [call.plain() for call in found]}


def _trial_balance(world: World, request: Request) -> Json:
    book = world.book(request.query.get("tenant", ""))
    balances = {code: str(amount) for code, amount in ledger.trial_balance(book).items()}
    return {"tenant": book.tenant, "balances": balances}


def _list_faults(world: World, _request: Request) -> Json:
    return {
        "faults": [faults.plain(fault) for fault in world.faults.pending],
        "mixes": [dict(vars(mix)) for mix in world.faults.mixes],
    }


def _add_faults(world: World, request: Request) -> Json:
    sent = _body(request)
    return {"ids": [_add_fault(world, entry) for entry in (sent if isinstance(sent, list) else [sent])]}


def _add_fault(world: World, entry: object) -> int:
    sent = _object(entry)
    return world.faults.add_mix(_mix(sent)) if "mix" in sent else world.faults.add(_fault(sent))


def _clear_faults(world: World, _request: Request) -> Json:
    world.faults.clear()
    return {}


def _config(world: World, request: Request) -> Json:
    settings = dict(_object(_body(request)))
    tenant = settings.pop("tenant", None)
    changes.apply(world, str(tenant) if tenant else None, settings)
    return {}


def _act(world: World, request: Request) -> Json:
    sent = _object(_body(request))
    tenant, method, path = (str(sent.get(name, "")) for name in ("tenant", "method", "path"))
    answer = act(world, tenant, method.upper(), path, sent.get("body"))
    return {"status": answer.status, "body": answer.body}


def _reset(world: World, _request: Request) -> Json:
    world.reset()
    return {}


def _fault(entry: Mapping[str, object]) -> Fault:
    sent = dict(entry)
    if isinstance(sent.get("delay"), int | Decimal):
        sent["delay"] = float(str(sent["delay"]))
    return record_of(Fault, sent)


def _mix(sent: Mapping[str, object]) -> Mix:
    """Read a mix: `{"mix": {kind: weight}, "share": 0.1, "seed": 7, "path": …}`."""
    share = sent.get("share")
    weights = _object(sent["mix"])
    if not isinstance(share, int | Decimal) or not all(isinstance(each, int) for each in weights.values()):
        raise SettingsError("A mix needs a share between 0 and 1, and a whole weight for each kind.")
    return record_of(Mix, {**sent, "share": float(share)})


def _body(request: Request) -> object:
    try:
        return loads(request.body or b"{}")
    except ValueError as error:
        raise bad_request(f"The body is no JSON: {error}") from error


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise bad_request(f"{value!r} must be an object.")
    return value


_CONTROLS: dict[tuple[str, str], Control] = {
    ("GET", "/practice"): _about,
    ("GET", "/practice/calls"): _calls,
    ("GET", "/practice/trial-balance"): _trial_balance,
    ("GET", "/practice/faults"): _list_faults,
    ("POST", "/practice/faults"): _add_faults,
    ("DELETE", "/practice/faults"): _clear_faults,
    ("POST", "/practice/config"): _config,
    ("POST", "/practice/act"): _act,
    ("POST", "/practice/reset"): _reset,
}
