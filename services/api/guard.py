"""Lets a request through, or says what is missing.

Every route stands behind exactly one `Guard`, through one of the names below: as an
argument where the handler writes down who did it, else among its `dependencies`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from services.api.peers import Caller
from services.api.people import People
from services.contract.people import Person
from services.contract.permissions import WORDS, Action, Role, actions_of, roles_with
from services.contract.problem import NotAllowed


class Guard:
    """Finds out who calls and lets pass who may do `action`; else raises NotAllowed."""

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request) -> Person:
        """Return the person who calls."""
        people: People = request.app.state.desk.people
        caller: Caller = request.state.caller
        if caller.peer is None:
            raise NotAllowed(
                "Tillbook does not know who is calling.",
                "The call did not come through its Unix socket.",
                "Use the tillbook command on this machine.",
            )
        person = people.person(caller.peer)
        request.state.person = person
        if self.action not in actions_of(person.roles):
            raise _not_allowed(person, self.action, people)
        return person


def _not_allowed(person: Person, action: Action, people: People) -> NotAllowed:
    if person.roles:
        held = " and ".join(sorted(person.roles))
        why = f"{person.name} is {held} here; that takes {_or(roles_with(action))}."
    else:
        why = f"{person.name} is in none of the groups that Tillbook knows."
    groups = [group for role in roles_with(action) for group in people.groups[role]]
    wanted = f"a member of {_or(groups)}" if groups else "root"
    return NotAllowed(
        f"You may not {WORDS[action]}.",
        why,
        f"Ask whoever looks after this machine to make {person.name} {wanted}.",
    )


def _or(names: tuple[Role, ...] | list[str]) -> str:
    *some, last = map(str, names)
    return f"{', '.join(some)} or {last}" if some else last


CanRead = Annotated[Person, Depends(Guard(Action.READ))]
CanImport = Annotated[Person, Depends(Guard(Action.IMPORT))]
CanSetUp = Annotated[Person, Depends(Guard(Action.SET_UP))]
CanConnect = Annotated[Person, Depends(Guard(Action.CONNECT))]
CanSend = Annotated[Person, Depends(Guard(Action.SEND))]
CanPause = Annotated[Person, Depends(Guard(Action.PAUSE))]
CanPostByFile = Annotated[Person, Depends(Guard(Action.POST_BY_FILE))]
CanBackUp = Annotated[Person, Depends(Guard(Action.BACK_UP))]
CanCorrect = Annotated[Person, Depends(Guard(Action.CORRECT))]
CanDisconnect = Annotated[Person, Depends(Guard(Action.DISCONNECT))]
CanSupport = Annotated[Person, Depends(Guard(Action.SUPPORT))]
CanUseTerminals = Annotated[Person, Depends(Guard(Action.USE_TERMINALS))]
CanTakePayments = Annotated[Person, Depends(Guard(Action.TAKE_PAYMENTS))]
CanRefund = Annotated[Person, Depends(Guard(Action.REFUND))]
CanResolvePayments = Annotated[Person, Depends(Guard(Action.RESOLVE_PAYMENTS))]
CanSetUpTerminals = Annotated[Person, Depends(Guard(Action.SET_UP_TERMINALS))]

reads = [Depends(Guard(Action.READ))]
reads_audit = [Depends(Guard(Action.READ_AUDIT))]
backs_up = [Depends(Guard(Action.BACK_UP))]
connects = [Depends(Guard(Action.CONNECT))]
supports = [Depends(Guard(Action.SUPPORT))]
uses_terminals = [Depends(Guard(Action.USE_TERMINALS))]
takes_payments = [Depends(Guard(Action.TAKE_PAYMENTS))]
sets_up_terminals = [Depends(Guard(Action.SET_UP_TERMINALS))]
