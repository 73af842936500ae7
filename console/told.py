"""What the console tells itself from its threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from services.contract.problem import Problem

if TYPE_CHECKING:
    from services.contract.answers import StatusAnswer
    from services.contract.replies import MeAnswer


class Known(Message):
    """Who looks, and which stores there are."""

    def __init__(self, answer: tuple[MeAnswer, StatusAnswer]) -> None:
        self.me, self.status = answer
        super().__init__()


class LinkTold(Message):
    """The link to the service stands (None), or why it does not."""

    def __init__(self, problem: Problem | None) -> None:
        self.problem = problem
        super().__init__()
