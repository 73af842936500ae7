"""Each protocol of the catalogue, from adding its terminal to an approval."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contract.problem import Problem, Refused
from services.sandbox.terminals.catalogue import MAKERS, PracticeTerminal
from services.sandbox.terminals.linkly_cloud.service import PAIR_CODE, PASSWORD, USERNAME
from services.sandbox.terminals.nexo.practice import PASSPHRASE
from services.terminals.catalogue import ENTRIES
from services.terminals.entry import Pairing
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, at_counter

_CURRENCY = {"linkly": "AUD", "linkly_cloud": "AUD"}
_SECRETS = {"nexo": {"passphrase": PASSPHRASE}}


@pytest.fixture(scope="module")
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


@pytest.fixture
def practice(request: pytest.FixtureRequest) -> Iterator[PracticeTerminal]:
    """The practice terminal of a protocol, running."""
    serial = request.param == "eplus"
    made = MAKERS[request.param](serial=serial, book=None, port=0)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("practice", [entry.name for entry in ENTRIES], indirect=True)
def test_a_terminal_of_each_protocol_takes_a_payment(
    shop: AtCounter, practice: PracticeTerminal, request: pytest.FixtureRequest
) -> None:
    name: str = request.node.callspec.params["practice"]
    entry = next(each for each in ENTRIES if each.name == name)
    sealed = {each.name for each in entry.settings if each.kind == "secret"}
    known = {each.name for each in entry.settings}
    given = {word: value for word, value in practice.address.items() if word in known}
    shop.office.terminals.add(
        {
            "key": name,
            "store": STORE,
            "protocol": name,
            "currency": _CURRENCY.get(name, "EUR"),
            "settings": {word: value for word, value in given.items() if word not in sealed},
            "secrets": _SECRETS.get(name, {}),
        },
        ANNA,
    )
    shop.settled()
    if entry.pair is not None:
        shop.office.terminals.pair(name, Pairing(USERNAME, PASSWORD, PAIR_CODE), ANNA)
    assert shop.office.functions.status(name)["terminal"] == name
    assert practice.charges.all() == [], "a test moves no money"
    told = shop.pay(1000, f"{name}-1", key=name)["payment"]
    assert told["state"] == "approved", told
    assert [charge.amount for charge in practice.charges.standing()] == [1000]
    assert shop.pay(1000, f"{name}-1", key=name)["payment"]["id"] == told["id"]
    assert len(practice.charges.all()) == 1
    shop.office.terminals.remove(name, ANNA)


def test_pairing_keeps_nothing_that_was_said(shop: AtCounter) -> None:
    with pytest.raises(Refused) as caught:
        shop.office.terminals.pair("front", Pairing("u", "p", "c"), ANNA)
    assert caught.value.code == "terminal_cannot"
    practice = MAKERS["linkly_cloud"](serial=False, book=None, port=0)
    practice.start()
    try:
        details = {"key": "cloud", "store": STORE, "protocol": "linkly_cloud", "currency": "AUD"}
        shop.office.terminals.add({**details, "settings": practice.address}, ANNA)
        with pytest.raises(Problem):
            shop.office.terminals.pair("cloud", Pairing(USERNAME, PASSWORD, "000000"), ANNA)
        assert shop.office.terminals.one("cloud")["secrets"] == []
        shop.office.terminals.pair("cloud", Pairing(USERNAME, PASSWORD, PAIR_CODE), ANNA)
        assert shop.office.terminals.one("cloud")["secrets"] == ["pairing"]
        assert PAIR_CODE not in str(dict(shop.vault)) + repr(Pairing(USERNAME, PASSWORD, PAIR_CODE))
    finally:
        shop.office.terminals.remove("cloud", ANNA)
        practice.stop()
