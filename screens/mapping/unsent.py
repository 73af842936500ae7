"""Changes that the service did not say it kept, because it could not be reached."""

from __future__ import annotations

from collections.abc import Iterable

from services.contract.mapping_editor import ChangeWanted
from services.contract.problem import Problem, Unreachable

_UNCERTAIN = "outcome_unknown"


def may_be_sent_again(problem: Problem) -> bool:
    """Whether a change that failed so was not refused: making it twice does no harm."""
    return isinstance(problem, Unreachable) or problem.code == _UNCERTAIN


class Unsent:
    """Changes by store, the newest of each setting."""

    def __init__(self) -> None:
        self._of: dict[str, list[ChangeWanted]] = {}

    def add(self, store: str, changes: Iterable[ChangeWanted]) -> list[ChangeWanted]:
        """Take changes in; return everything that is to be sent."""
        newest = {(each["part"], each["key"]): each for each in [*self.of(store), *changes]}
        self._of[store] = list(newest.values())
        return self.of(store)

    def of(self, store: str | None) -> list[ChangeWanted]:
        """Return what is to be sent of a store."""
        return list(self._of.get(store or "", ()))

    def kept(self, store: str, changes: Iterable[ChangeWanted]) -> None:
        """Let go of what the service kept, unless it was changed again since."""
        done = list(changes)
        self._of[store] = [each for each in self.of(store) if each not in done]

    def drop(self, store: str | None) -> None:
        """Let go of everything of a store: it was refused."""
        self._of.pop(store or "", None)
