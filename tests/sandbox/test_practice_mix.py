"""Faults by chance: which calls go wrong, how, and that it can be repeated."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import httpx
import pytest

from services.sandbox.xero import KINDS, NZ_TENANT, Fault, Limits, Mix, PracticeConfig, PracticeXero
from services.sandbox.xero.settings import SettingsError
from tests.sandbox.practice_help import Web, invoice

EACH = dict.fromkeys(KINDS, 1)


def statuses(web: Web, calls: int) -> list[int | None]:
    """Return what became of some reads: their status, None where no answer came."""
    found: list[int | None] = []
    for _ in range(calls):
        try:
            found.append(web.get("Organisation").status_code)
        except httpx.HTTPError:
            found.append(None)
    return found


def test_a_share_of_the_calls_is_hit_in_every_kind() -> None:
    mix = Mix(EACH, share=0.1, seed=7)
    hits = [hit for number in range(1, 10_001) if (hit := mix.hit(number))]
    assert 900 < len(hits) < 1100
    counts = Counter(kind for kind, _ in hits)
    assert set(counts) == set(KINDS)
    assert max(counts.values()) < 2 * min(counts.values())


def test_the_weights_count() -> None:
    mix = Mix({"drop_after": 9, "status_500": 1}, share=1.0)
    counts = Counter(hit[0] for number in range(1, 1001) if (hit := mix.hit(number)))
    assert counts["drop_after"] > 5 * counts["status_500"] > 0


def test_the_same_seed_hits_the_same_calls_in_the_same_way() -> None:
    def run(seed: int) -> list[tuple[str, Fault] | None]:
        return [Mix(EACH, share=0.3, seed=seed).hit(number) for number in range(1, 200)]

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_each_kind_does_what_it_is_called() -> None:
    made = {kind: hit[1] for kind in KINDS if (hit := Mix({kind: 1}, share=1.0).hit(1))}
    assert {kind: fault.status for kind, fault in made.items() if fault.status} == {
        "status_400": 400,
        "status_404": 404,
        "status_500": 500,
        "status_503": 503,
        "error_after": 500,
        "limit": 429,
    }
    assert {kind for kind, fault in made.items() if fault.when == "after"} == {"error_after", "drop_after"}
    assert {kind for kind, fault in made.items() if fault.drop} == {"drop_before", "drop_after"}
    assert made["limit"].headers["X-Rate-Limit-Problem"] == "minute"
    assert 0 < made["delay"].delay < 2


def test_calls_go_wrong_by_chance_and_the_log_tells_how(xero: PracticeXero, web: Web) -> None:
    xero.faults.add_mix(Mix({"status_500": 1, "drop_before": 1}, share=0.5, seed=3))
    seen = statuses(web, 40)
    assert {200, 500, None} == set(seen)
    told = [(call.status, call.fault_kind) for call in xero.calls]
    kinds = {200: "", 500: "status_500", None: "drop_before"}
    assert told == [(status, kinds[status]) for status in seen]


def test_a_single_fault_goes_before_a_mix_and_a_mix_concerns_its_calls_only(
    xero: PracticeXero, web: Web
) -> None:
    xero.faults.add_mix(Mix({"status_500": 1}, share=1.0, path="Accounts"))
    xero.faults.add(Fault(path="Accounts", status=503))
    assert [web.get("Accounts").status_code for _ in range(2)] == [503, 500]
    assert web.get("Organisation").status_code == 200
    xero.faults.clear()
    assert web.get("Accounts").status_code == 200


def test_the_lost_answer_of_a_refresh_leaves_the_old_token_in_its_grace(xero: PracticeXero) -> None:
    xero.faults.add_mix(Mix({"drop_after": 1}, share=1.0, path="/connect/token"))
    given = xero.token()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": str(given["refresh_token"]),
        "client_id": xero.config.apps[0].client_id,
    }
    with httpx.Client(base_url=xero.url, trust_env=False) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            http.post("/connect/token", data=form)
        xero.faults.clear()
        assert http.post("/connect/token", data=form).status_code == 200
    assert xero.calls[0].fault_kind == "drop_after"


def test_a_mix_over_the_control_face(web: Web) -> None:
    sent = {"mix": {"status_500": 2, "delay": 1}, "share": 0.25, "seed": 7, "path": "api.xro"}
    assert web.http.post("/practice/faults", json=sent).json() == {"ids": [1]}
    listed = web.http.get("/practice/faults").json()
    assert listed == {"faults": [], "mixes": [{**sent, "method": ""}]}
    assert 0 < statuses(web, 40).count(500) < 40
    web.http.delete("/practice/faults")
    assert web.http.get("/practice/faults").json()["mixes"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"mix": {}, "share": 0.1},
        {"mix": {"earthquake": 1}, "share": 0.1},
        {"mix": {"delay": 0}, "share": 0.1},
        {"mix": {"delay": 1}, "share": 0},
        {"mix": {"delay": 1}, "share": 2},
        {"mix": {"delay": 1}},
        {"mix": {"delay": "often"}, "share": 0.1},
        {"mix": {"delay": 1}, "share": 0.1, "path": "("},
        {"mix": {"delay": 1}, "share": 0.1, "colour": 1},
    ],
)
def test_a_mix_that_makes_no_sense_is_refused(web: Web, wrong: dict[str, object]) -> None:
    assert web.http.post("/practice/faults", json=wrong).status_code == 400


def test_a_mix_of_nothing_is_no_mix() -> None:
    with pytest.raises(SettingsError, match="kinds"):
        Mix({}, share=0.5)


def test_the_log_tells_how_many_calls_came_at_once_and_only_what_is_new() -> None:
    config = PracticeConfig(limits=Limits(minute=1000))
    with PracticeXero(config, clock=lambda: datetime(2026, 11, 20, tzinfo=UTC)) as xero, Web(xero) as web:
        for _ in range(3):
            web.get("Organisation")
        assert [call.at_once for call in xero.calls] == [1, 1, 1]
        told = web.http.get("/practice/calls", params={"after": 2}).json()["calls"]
        assert [(call["number"], call["at_once"], call["tenant"]) for call in told] == [(3, 1, NZ_TENANT)]
        assert web.put("Invoices", invoice("POS-1")).status_code == 200
