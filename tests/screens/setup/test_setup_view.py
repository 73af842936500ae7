"""What each step of the set-up says, made from answers."""

from typing import Any, cast

import pytest

from screens.moments import Times
from screens.setup import consent, view
from screens.setup.view import Step
from services.contract.answers import ConsentAnswer
from services.contract.replies import MappingAnswer
from tests.screens.canned import NOW
from tests.screens.shop_answers import finding, integration, store

SHORT = "http://localhost:8742/go"
SESSION = consent.Session("mia", "till-server", {"SSH_CONNECTION": "10.0.0.5 50122 192.0.2.7 2222"})
TIMES = Times(NOW.tzinfo, NOW)


def asked(state: str = "waiting", **changes: object) -> ConsentAnswer:
    answer: dict[str, object] = {
        "address": f"https://login.xero.com/identity/connect/authorize?{'x' * 200}",
        "short_address": SHORT,
        "state": state,
        "expires": "2026-11-20T20:45:00+00:00",
        "scopes": [],
        "error": None,
    }
    return cast("ConsentAnswer", answer | changes)


def known(state: str = "not_set_up", **changes: Any) -> view.Known:  # noqa: ANN401 - fields of Known
    told: dict[str, Any] = {
        "store": store(),
        "integration": integration(state),
        "consent": None,
        "schedule": {"frequency": "daily", "at": "05:00", "start": "2026-11-01"},
        "mapping": cast("MappingAnswer", {"store": "queen-st", "version": 4, "status": "AUTHORISED"}),
        "accounts": {"read": "2026-11-20T17:30:00+00:00", "rows": []},
    }
    return view.Known(**told | changes)


def said(step: Step, of: view.Known, *, accounts: bool = False) -> str:
    return view.body(step, of, SESSION, TIMES, accounts=accounts).plain


@pytest.mark.parametrize(
    "of,step",
    [
        (known(), Step.WHO),
        (known("disconnected"), Step.WHO),
        (known("setup_unfinished"), Step.APP),
        (known("setup_unfinished", consent=asked()), Step.CONSENT),
        (known("setup_unfinished", consent=asked("done")), Step.ORGANISATION),
        (known("connected", mapping=None), Step.MAPPING),
        (known("connected", schedule={"frequency": "manual", "at": None, "start": None}), Step.SCHEDULE),
        (known("connected"), Step.REVIEW),
    ],
    ids=lambda each: each.name if isinstance(each, Step) else None,
)
def test_whoever_comes_next_goes_on_where_the_set_up_stands(of: view.Known, step: Step) -> None:
    assert view.first_unfinished(of) is step


@pytest.mark.parametrize(
    "step,of,why",
    [
        (Step.APP, known(), "Enter the client id first: Enter begins the consent."),
        (Step.CONSENT, known("setup_unfinished", consent=asked()), "The consent has not been given yet."),
        (
            Step.ORGANISATION,
            known("setup_unfinished", consent=asked("done")),
            "Choose the organisation first.",
        ),
    ],
)
def test_a_step_that_is_not_done_is_not_left(step: Step, of: view.Known, why: str) -> None:
    assert view.may_leave(step, of) == why
    assert view.may_leave(step, known("connected")) is None


def test_what_is_missing_in_the_mapping_keeps_one_there() -> None:
    issue = {"part": "categories", "key": "garden", "problem": "It has no account."}
    of = known("connected", issues=(issue,) * 8)
    assert view.may_leave(Step.MAPPING, of) == (
        "8 entries of the mapping are missing or invalid; days would be blocked."
    )
    told = said(Step.MAPPING, of)
    assert "! garden: It has no account." in told
    named = {**issue, "key": "gift_card_sold", "problem": "Category gift_card_sold has no account."}
    assert "! Category gift card sold has no account." in said(
        Step.MAPPING, known("connected", issues=(named,))
    )
    assert "and 2 more" in told
    assert "an accountant's decision" in told


def test_it_says_who_must_do_it_and_what_is_read_and_written() -> None:
    told = said(Step.WHO, known())
    assert "Xero calls it an Admin" in told
    assert "Tillbook will read" in told
    assert "It will write what Queen St took" in told


def test_an_unfinished_set_up_says_who_began_and_who_must_act() -> None:
    error = finding("Waiting for the consent at Xero.", "A Xero user must allow it.")
    of = known(integration=integration("setup_unfinished", error=error, by="sam"))
    assert said(Step.APP, of).splitlines()[0] == (
        "! Begun by sam: unfinished. Waiting for the consent at Xero. A Xero user must allow it."
    )


def test_the_values_for_xeros_form_are_exact() -> None:
    told = said(Step.APP, known())
    assert "App name  Tillbook Queen St" in told
    assert "Redirect URI  http://localhost:8742/callback" in told
    assert "May create accounts in the chart: no (a changes it)" in told
    assert "chart: yes, each after you confirm it" in said(Step.APP, known(), accounts=True)


def test_the_consent_has_three_ways_and_a_way_out() -> None:
    told = said(Step.CONSENT, known("setup_unfinished", consent=asked()))
    assert SHORT in told
    assert "ssh -L 8742:localhost:8742 -p 2222 mia@192.0.2.7" in told
    assert "press v to paste it here" in told
    assert "Waiting until 09:45; x calls it off" in told


def test_without_ssh_the_line_names_this_machine() -> None:
    assert consent.tunnel(consent.Session("mia", "till-server", {})) == (
        "ssh -L 8742:localhost:8742 mia@till-server"
    )


@pytest.mark.parametrize("state", ["expired", "refused", "cancelled"])
def test_an_ended_consent_begins_afresh_without_loss(state: str) -> None:
    error = finding("The consent took too long.", "Its time is over.", "Begin again.")
    told = said(Step.CONSENT, known("setup_unfinished", consent=asked(state, error=error)))
    assert "✗ The consent took too long." in told
    assert told.endswith("Enter begins afresh; nothing that was set is lost.")


def test_the_code_is_drawn_where_it_fits_and_the_whole_address_where_that_does() -> None:
    assert consent.code(asked(), 50, 30) is None
    short = consent.code(asked(), 76, 19)
    whole = consent.code(asked(), 200, 60)
    assert short is not None
    assert whole is not None
    lines = short.plain.splitlines()
    assert len(lines) == 15
    assert {len(line) for line in lines} == {29}
    assert len(whole.plain.splitlines()) > 15
    assert consent.code(asked("done"), 200, 60) is None


def test_a_code_can_be_read_back() -> None:
    lines = consent.qr(SHORT)
    dark = sum(line.count("█") * 2 + line.count("▀") + line.count("▄") for line in lines)
    finder = [line[2:9] for line in lines[1:5]]
    assert finder[0] == "█▀▀▀▀▀█"
    assert finder[3] == "▀▀▀▀▀▀▀"
    assert dark > 200


def test_the_review_shows_every_choice() -> None:
    told = said(Step.REVIEW, known("connected"))
    for part in (
        "Queen St (queen-st), NZ, NZD",
        "Queen St Ltd",
        "daily: each day after it closed",
        "05:00",
        "2026-11-01",
        "Pacific/Auckland, business date until 00:00",
        "POS-{store}-{date} is set in the mapping",
        "version 4",
        "approved documents",
        "Sync now",
        "Save and exit",
    ):
        assert part in told


def test_a_chosen_organisation_says_when_its_reference_data_were_read() -> None:
    assert "read in the background (last 3 h ago)" in said(Step.ORGANISATION, known("connected"))
    waits = said(Step.ORGANISATION, known("setup_unfinished", consent=asked("done")))
    assert "country NZ, currency NZD, tax basis accrual" in waits
