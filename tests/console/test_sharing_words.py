"""What the status says of calls, queue and machines."""

from typing import Any, cast

from console.sharing_words import call_lines, machine_lines
from services.contract.answers import IntegrationAnswer
from tests.console import answers


def integration(**changed: object) -> IntegrationAnswer:
    stores: Any = answers.status()["stores"]
    return cast("IntegrationAnswer", {**stores[0]["integrations"][0], **changed})


def test_calls_left_and_the_queue_are_told() -> None:
    left, queue = call_lines(integration())
    assert left.startswith(
        "calls left: 57 this minute, 4900 today (100 of them kept for what people ask for; they"
    )
    assert "2026-11-" in left
    assert queue.startswith("queue: about 12 calls, through at about 2026-11-")


def test_what_is_not_known_is_not_told() -> None:
    unknown = {"minute": None, "day": None, "day_resets": None, "reserve": 100}
    nothing = {"calls": 0, "through": None}
    assert list(call_lines(integration(allowance=unknown, queue=nothing))) == []
    waits_for_a_person = {"calls": 3, "through": None}
    assert list(call_lines(integration(allowance=unknown, queue=waits_for_a_person))) == [
        "queue: about 3 calls"
    ]


def test_one_call_is_one_call() -> None:
    told = list(call_lines(integration(queue={"calls": 1, "through": None})))
    assert told[-1] == "queue: about 1 call"


def test_one_machine_alone_is_not_worth_a_line() -> None:
    machines: Any = answers.MACHINES
    assert machine_lines(machines[:1]) == []
    here, gone = machine_lines(machines)
    assert here == "machine shop-a (11111111): version 0.1.0, this one"
    assert gone.startswith("machine shop-b (22222222): version 0.0.9, gone, last seen 2026-11-1")
