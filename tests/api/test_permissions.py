"""Who may do what: every route, every role, over a real socket."""

from __future__ import annotations

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.api.app import ROUTERS, create_app
from services.api.guard import Guard
from services.contract.permissions import MAY, WORDS, Action, Role, actions_of, roles_with
from services.contract.problem import NotAllowed
from tests.api.fakes import Running

# The whole interface: method, address, action. A new route is a new line here.
ROUTES = {
    ("GET", "/openapi.json"): Action.READ,
    ("GET", "/v1/status"): Action.READ,
    ("GET", "/v1/me"): Action.READ,
    ("GET", "/v1/events"): Action.READ,
    ("GET", "/v1/log"): Action.READ,
    ("GET", "/v1/audit"): Action.READ_AUDIT,
    ("GET", "/v1/stores"): Action.READ,
    ("POST", "/v1/stores"): Action.SET_UP,
    ("PATCH", "/v1/stores/{store}"): Action.SET_UP,
    ("GET", "/v1/stores/{store}/totals"): Action.READ,
    ("POST", "/v1/imports"): Action.IMPORT,
    ("GET", "/v1/sources"): Action.READ,
    ("GET", "/v1/sources/{source}"): Action.READ,
    ("POST", "/v1/sources"): Action.SET_UP,
    ("POST", "/v1/sources/{source}/test"): Action.IMPORT,
    ("POST", "/v1/stores/{store}/xero/consent"): Action.CONNECT,
    ("GET", "/v1/stores/{store}/xero/consent"): Action.CONNECT,
    ("DELETE", "/v1/stores/{store}/xero/consent"): Action.CONNECT,
    ("POST", "/v1/stores/{store}/xero/consent/paste"): Action.CONNECT,
    ("GET", "/v1/stores/{store}/xero/organisations"): Action.READ,
    ("POST", "/v1/stores/{store}/xero/organisations"): Action.CONNECT,
    ("GET", "/v1/stores/{store}/reference/{kind}"): Action.READ,
    ("POST", "/v1/stores/{store}/reference/refresh"): Action.SEND,
    ("GET", "/v1/failures"): Action.READ,
    ("GET", "/v1/failures/{code}"): Action.READ,
    ("POST", "/v1/stores/{store}/xero/pause"): Action.PAUSE,
    ("GET", "/v1/stores/{store}/xero/disconnections"): Action.READ,
    ("POST", "/v1/stores/{store}/xero/resume"): Action.PAUSE,
    ("POST", "/v1/stores/{store}/xero/disconnect"): Action.DISCONNECT,
    ("GET", "/v1/stores/{store}/mapping"): Action.READ,
    ("PUT", "/v1/stores/{store}/mapping"): Action.SET_UP,
    ("GET", "/v1/stores/{store}/mapping/versions"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/check"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/suggest"): Action.READ,
    ("GET", "/v1/stores/{store}/days"): Action.READ,
    ("GET", "/v1/stores/{store}/days/{date}/preview"): Action.READ,
    ("POST", "/v1/stores/{store}/days/{date}/close"): Action.SEND,
    ("POST", "/v1/stores/{store}/days/{date}/no-trade"): Action.SEND,
    ("POST", "/v1/stores/{store}/sync"): Action.SEND,
    ("GET", "/v1/stores/{store}/sync"): Action.READ,
    ("GET", "/v1/stores/{store}/schedule"): Action.READ,
    ("PUT", "/v1/stores/{store}/schedule"): Action.SET_UP,
    ("POST", "/v1/stores/{store}/backfill"): Action.SEND,
    ("GET", "/v1/stores/{store}/changes"): Action.READ,
    ("POST", "/v1/stores/{store}/changes/check"): Action.SEND,
    ("POST", "/v1/stores/{store}/days/{date}/correct"): Action.CORRECT,
    ("POST", "/v1/stores/{store}/days/{date}/keep"): Action.SEND,
    ("POST", "/v1/stores/{store}/mapping/effect"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/editor"): Action.READ,
    ("PUT", "/v1/stores/{store}/mapping/draft"): Action.SET_UP,
    ("DELETE", "/v1/stores/{store}/mapping/draft"): Action.SET_UP,
    ("POST", "/v1/stores/{store}/mapping/draft/version"): Action.SET_UP,
    ("POST", "/v1/stores/{store}/mapping/draft/save"): Action.SET_UP,
    ("GET", "/v1/stores/{store}/mapping/choices"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/sample"): Action.READ,
    ("POST", "/v1/stores/{store}/mapping/try"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/history"): Action.READ,
    ("GET", "/v1/stores/{store}/mapping/advice"): Action.READ,
    ("POST", "/v1/stores/{store}/mapping/advice"): Action.SET_UP,
    ("POST", "/v1/stores/{store}/mapping/chart"): Action.SET_UP,
    ("GET", "/v1/stores/{store}/mapping/accounts"): Action.READ,
    ("POST", "/v1/stores/{store}/mapping/accounts"): Action.SET_UP,
    ("POST", "/v1/retry"): Action.SEND,
    ("POST", "/v1/stores/{store}/by-file"): Action.POST_BY_FILE,
    ("POST", "/v1/stores/{store}/by-file/take-back"): Action.POST_BY_FILE,
    ("GET", "/v1/terminals"): Action.READ,
    ("POST", "/v1/terminals"): Action.SET_UP_TERMINALS,
    ("GET", "/v1/terminal-protocols"): Action.READ,
    ("GET", "/v1/terminal-ports"): Action.USE_TERMINALS,
    ("POST", "/v1/terminal-test"): Action.SET_UP_TERMINALS,
    ("GET", "/v1/terminals/{terminal}"): Action.READ,
    ("PATCH", "/v1/terminals/{terminal}"): Action.SET_UP_TERMINALS,
    ("DELETE", "/v1/terminals/{terminal}"): Action.SET_UP_TERMINALS,
    ("POST", "/v1/terminals/{terminal}/pair"): Action.SET_UP_TERMINALS,
    ("POST", "/v1/terminals/{terminal}/test"): Action.USE_TERMINALS,
    ("GET", "/v1/terminals/{terminal}/status"): Action.USE_TERMINALS,
    ("POST", "/v1/terminals/{terminal}/payments"): Action.TAKE_PAYMENTS,
    ("POST", "/v1/terminals/{terminal}/refunds"): Action.REFUND,
    ("POST", "/v1/terminals/{terminal}/reversals"): Action.REFUND,
    ("GET", "/v1/terminals/{terminal}/payments/{reference}"): Action.READ,
    ("POST", "/v1/terminals/{terminal}/abort"): Action.TAKE_PAYMENTS,
    ("POST", "/v1/terminals/{terminal}/answer"): Action.TAKE_PAYMENTS,
    ("GET", "/v1/terminal-payments"): Action.READ,
    ("GET", "/v1/terminal-payments/{number}"): Action.READ,
    ("POST", "/v1/terminal-payments/{number}/decide"): Action.RESOLVE_PAYMENTS,
    ("POST", "/v1/terminals/{terminal}/resolve"): Action.USE_TERMINALS,
    ("POST", "/v1/terminals/{terminal}/settle"): Action.USE_TERMINALS,
    ("POST", "/v1/terminals/{terminal}/totals"): Action.USE_TERMINALS,
    ("GET", "/v1/terminals/{terminal}/settlements"): Action.READ,
    ("POST", "/v1/terminals/{terminal}/reprint"): Action.USE_TERMINALS,
    ("GET", "/v1/stores/{store}/card-payments/unmatched"): Action.READ,
    ("GET", "/v1/stores/{store}/card-payments/matches"): Action.READ,
    ("POST", "/v1/stores/{store}/card-payments/matches"): Action.RESOLVE_PAYMENTS,
    ("POST", "/v1/stores/{store}/card-payments/dismissals"): Action.RESOLVE_PAYMENTS,
    ("DELETE", "/v1/stores/{store}/card-payments/matches/{number}"): Action.RESOLVE_PAYMENTS,
    ("GET", "/v1/stores/{store}/card-agreement"): Action.READ,
    ("GET", "/v1/stores/{store}/card-payouts"): Action.READ,
    ("POST", "/v1/stores/{store}/card-payouts"): Action.RESOLVE_PAYMENTS,
    ("DELETE", "/v1/stores/{store}/card-payouts/{number}"): Action.RESOLVE_PAYMENTS,
    ("GET", "/v1/till-keys"): Action.SET_UP_TERMINALS,
    ("POST", "/v1/till-keys"): Action.SET_UP_TERMINALS,
    ("DELETE", "/v1/till-keys/{number}"): Action.SET_UP_TERMINALS,
    ("GET", "/v1/backups"): Action.BACK_UP,
    ("POST", "/v1/backups"): Action.BACK_UP,
    ("GET", "/v1/doctor"): Action.SUPPORT,
    ("GET", "/v1/people"): Action.READ,
    ("GET", "/v1/log/page"): Action.READ,
    ("GET", "/v1/log/{attempt}"): Action.READ,
    ("GET", "/v1/stores/{store}/days/{date}/receipts"): Action.READ,
    ("GET", "/v1/stores/{store}/bills/{kind}/{bill:path}"): Action.READ,
    ("GET", "/v1/stores/{store}/days/{date}/postings"): Action.READ,
    ("GET", "/v1/stores/{store}/registers/{register}/receipts/{receipt}"): Action.READ,
    ("POST", "/v1/bundle"): Action.SUPPORT,
    ("POST", "/v1/terminals/{terminal}/pack"): Action.SUPPORT,
}
_FILLED = {"{store}": "queen-st", "{source}": "x", "{kind}": "accounts", "{date}": "2026-11-19"}


def _routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _guards(dependant: Dependant) -> list[Action]:
    own = [dependant.call.action] if isinstance(dependant.call, Guard) else []
    return own + [action for inner in dependant.dependencies for action in _guards(inner)]


def _address(path: str) -> str:
    for name, value in _FILLED.items():
        path = path.replace(name, value)
    return path


def test_every_route_stands_behind_one_guard_and_in_the_table(service: Running) -> None:
    assert {
        (method, route.path): _guards(route.dependant)
        for route in _routes()
        for method in route.methods or ()
    } == {key: [action] for key, action in ROUTES.items()}
    assert len(_routes()) == sum(len(router.routes) for router in ROUTERS)
    assert len(create_app(service.desk).routes) == len(ROUTERS), "no route beside the routers"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_through_where_the_table_says_and_nowhere_else(service: Running, role: Role) -> None:
    service.callers.be(2000, "bo", f"tillbook-{role}")
    allowed = {key for key, action in ROUTES.items() if action in MAY[role]}
    with service.client() as client:
        passed = {key for key in ROUTES if _status(client.http, *key) != 403}
    assert passed == allowed


def _status(http: httpx.Client, method: str, path: str) -> int:
    with http.stream(method, _address(path), json=None if method == "GET" else {"nonsense": 1}) as response:
        return response.status_code


def test_what_each_role_may_do() -> None:
    assert actions_of(["viewer"]) == {Action.READ}
    assert actions_of(["staff"]) == {
        Action.READ,
        Action.IMPORT,
        Action.PAUSE,
        Action.USE_TERMINALS,
        Action.TAKE_PAYMENTS,
    }
    assert actions_of(["support"]) == actions_of(["staff"]) | {
        Action.READ_AUDIT,
        Action.SEND,
        Action.SUPPORT,
    }
    assert actions_of(["manager"]) == set(Action)
    assert actions_of([]) == set()
    assert actions_of(["staff", "support"]) == actions_of(["support"])


def test_every_action_has_words_and_somebody_who_may() -> None:
    assert set(WORDS) == set(Action)
    assert all(roles_with(action) for action in Action)


def test_a_stranger_is_told_which_groups_open_the_door(service: Running) -> None:
    service.callers.be(3000, "carol", "users")
    with service.client() as client, pytest.raises(NotAllowed) as caught:
        client.status()
    assert caught.value.what == "You may not look at Tillbook."
    assert caught.value.why == "carol is in none of the groups that Tillbook knows."
    assert "make carol a member of tillbook-manager, tillbook-support, tillbook-staff or tillbook-viewer" in (
        caught.value.next
    )
    assert service.office.calls == []


def test_a_viewer_is_told_which_role_it_takes(service: Running) -> None:
    service.callers.be(3001, "dan", "tillbook-viewer")
    with service.client() as client, pytest.raises(NotAllowed) as caught:
        client.sync("queen-st")
    assert caught.value.why == "dan is viewer here; that takes manager or support."
    assert service.office.calls == []


def test_a_caller_nobody_can_name_gets_nothing(service: Running) -> None:
    service.callers.peer = None
    with service.client() as client, pytest.raises(NotAllowed, match="does not know who is calling"):
        client.me()


def test_the_change_is_made_in_the_name_of_the_caller(service: Running) -> None:
    service.callers.be(3002, "eve", "tillbook-support", "tillbook-staff")
    with service.client() as client:
        client.sync("queen-st", date="2026-11-19")
        client.pause("queen-st", reason="stocktake")
    people = [call.arguments["who"] for call in service.office.calls]
    assert [(who.name, who.uid, who.roles) for who in people] == [("eve", 3002, {"support", "staff"})] * 2


def test_a_role_taken_away_is_gone_on_the_open_connection(service: Running) -> None:
    service.callers.be(3003, "finn", "tillbook-staff")
    with service.client() as client:
        assert client.me()["roles"] == ["staff"]
        service.callers.be(3003, "finn")
        with pytest.raises(NotAllowed):
            client.me()
