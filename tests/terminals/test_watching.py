"""What is told of a running payment: each step once, in order, whoever asks when."""

import threading

from services.contract.terminals import PaymentState, ProgressKind
from services.store.tables import TerminalAttempt
from services.terminals.counter.watching import Watch
from services.terminals.driver import Prompt
from services.terminals.hooks import Progress


def _shown(text: str) -> Progress:
    return Progress("front", ProgressKind.DISPLAY, 1, text)


def _row(state: str = "acked") -> TerminalAttempt:
    return TerminalAttempt(
        id=1,
        terminal="front",
        store="wien",
        till="1",
        till_reference="r",
        reference="OWN",
        kind="payment",
        amount=100,
        currency="EUR",
        state=state,
    )


def test_who_asks_after_the_last_step_misses_none_and_hears_none_twice() -> None:
    watch, heard = Watch(_row()), []
    done = threading.Event()

    def tell() -> None:
        for number in range(500):
            watch.tell(_shown(str(number)))
        watch.finish(_row("approved"))
        done.set()

    thread = threading.Thread(target=tell)
    thread.start()
    last, over = 0, False
    while not over:
        seen = watch.seen(last)
        heard += [step["text"] for step in seen.steps]
        last, over = seen.last, seen.over
    thread.join(60)
    assert heard == [str(number) for number in range(500)]
    assert done.is_set()


def test_a_question_stands_until_it_is_gone() -> None:
    watch = Watch(_row())
    watch.tell(
        Progress("front", ProgressKind.PROMPT, 1, prompt=Prompt("4111 1111 1111 1111 ok?", ("yes", "no")))
    )
    prompt = watch.seen().prompt
    assert prompt is not None
    assert prompt["choices"] == ["yes", "no"]
    assert "4111 1111" not in prompt["text"]
    watch.tell(Progress("front", ProgressKind.PROMPT_GONE, 1))
    assert watch.seen().prompt is None
    watch.tell(Progress("front", ProgressKind.PROMPT, 1, prompt=Prompt("again?", ("yes",))))
    watch.finish(_row("declined"))
    assert watch.seen().prompt is None


def test_whoever_waits_is_woken_by_steps_the_end_and_the_stop() -> None:
    watch, woken = Watch(_row()), []
    with watch.waking(lambda: woken.append(1)):
        watch.tell(_shown("insert card"))
        assert (len(woken), watch.has_news(None), watch.has_news(0), watch.has_news(1)) == (
            1,
            False,
            True,
            False,
        )
        watch.let_go()
        assert (len(woken), watch.has_news(None), watch.over, watch.released) == (2, True, False, True)
        watch.finish(_row("approved"))
    watch.tell(_shown("nobody waits"))
    assert len(woken) == 3
    assert watch.final


def test_only_a_final_state_is_final() -> None:
    watch = Watch(_row())
    watch.finish(_row(PaymentState.UNKNOWN))
    assert watch.over
    assert not watch.final


def test_a_terminal_that_shows_without_end_is_bounded() -> None:
    watch = Watch(_row())
    for number in range(1500):
        watch.tell(_shown(str(number)))
    seen = watch.seen()
    assert len(seen.steps) == 1000
    assert (seen.last, seen.display) == (1500, "1499")
