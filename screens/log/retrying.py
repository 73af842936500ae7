"""Retrying what failed: marked, foreseen, then queued one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.message import Message

from screens.asking import Failed
from screens.log import view
from screens.log.batch import Batch
from screens.place import Place
from screens.widgets.paged_table import PagedTable, Row
from services.contract.answers import AttemptAnswer
from services.contract.replies import RetryAnswer

_MOST_AT_ONCE = 200


@dataclass
class Foreseen(Message):
    """What a retry of these attempts would do."""

    ids: tuple[int, ...]
    answer: RetryAnswer


@dataclass
class Retried(Message):
    """One of the attempts of a batch was queued again."""

    batch: Batch


class Retrying(Place):
    """A place that lists attempts, of which a person retries one or many."""

    def __init__(self) -> None:
        super().__init__()
        self._attempts: dict[int, AttemptAnswer] = {}
        """What was read of the list, by its place in it."""
        self._marked: set[int] = set()
        self._batch = Batch()
        self._layout = view.Layout(roomy=True, stores=False)

    def _current(self) -> AttemptAnswer | None:
        """Return the attempt under the cursor."""
        return self._attempts.get(self.query_one(PagedTable).cursor)

    def _row(self, attempt: AttemptAnswer) -> Row:
        """Return an attempt as a row of the list."""
        return view.row(attempt, self._layout, self.times, marked=attempt["id"] in self._marked)

    def do_mark(self) -> None:
        """Mark the attempt under the cursor, or take the mark away; go on to the next."""
        attempt, table = self._current(), self.query_one(PagedTable)
        if attempt is None:
            return
        self._marked ^= {attempt["id"]}
        table.change(table.cursor, self._row(attempt))
        table.action_move(1)
        self._tell_marked()

    def do_mark_all(self) -> None:
        """Mark everything that failed among what was read; again: mark nothing."""
        failed = {each["id"] for each in self._attempts.values() if view.may_be_retried(each)}
        self._marked = set() if failed <= self._marked else self._marked | failed
        for at, each in self._attempts.items():
            self.query_one(PagedTable).change(at, self._row(each))
        self._tell_marked()

    def _tell_marked(self) -> None:
        self.say(f"{len(self._marked)} marked; r retries them." if self._marked else "Nothing is marked.")
        self.refresh_bars()

    def _chosen_ids(self) -> tuple[int, ...]:
        if self._marked:
            return tuple(sorted(self._marked))[:_MOST_AT_ONCE]
        attempt = self._current()
        return (attempt["id"],) if attempt is not None and view.may_be_retried(attempt) else ()

    def do_retry(self) -> None:
        """Ask what a retry would do; changes nothing."""
        ids = self._chosen_ids()
        self.say("Looking up what a retry would do …")
        self.ask(
            "the forecast",
            lambda service: service.retry(list(ids), dry_run=True),
            lambda answer: Foreseen(ids, answer),
        )

    @on(Foreseen)
    def _foreseen(self, message: Foreseen) -> None:
        self.say("")
        self.confirm(
            f"Retry {len(message.ids)} attempt{'' if len(message.ids) == 1 else 's'}",
            view.forecast(message.answer["forecast"]),
            lambda _: self._begin(message.ids),
        )

    def _begin(self, ids: tuple[int, ...]) -> None:
        self._batch = Batch(ids)
        self._next()

    def _next(self) -> None:
        """Queue one after the other, so that progress can be seen and it can be stopped."""
        batch, number = self._batch, self._batch.take()
        if number is None:
            self._tell_queued()
            return
        self.say(f"Queueing {batch.done} of {batch.of}; z stops.")
        self.refresh_bars()
        self.ask(
            "the retry", lambda service: service.retry([number]), lambda _: Retried(batch), changing=True
        )

    @on(Retried)
    def _retried(self, message: Retried) -> None:
        if message.batch is self._batch and not self._batch.ended:
            self._next()

    def do_stop(self) -> None:
        """Stop a retry of many."""
        self._batch.stop()
        self._tell_queued()

    def _tell_queued(self) -> None:
        """Say how many were queued, and what was refused first."""
        self.say(*self._batch.result())
        self._marked.clear()
        self.look()

    def failed(self, message: Failed) -> None:
        """Say what went wrong; a retry of many goes on with the next."""
        if message.about == "the retry" and self._batch.of > 1:
            self._batch.refuse(message.problem.what)
            if not self._batch.ended:
                self._next()
            return
        super().failed(message)
