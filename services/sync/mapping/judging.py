"""Only what the ledger would take is kept of what a person changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from services.books.documents import Finding
from services.books.mapping import Mapping
from services.books.mapping_file import MappingError, mapping_from
from services.contract.problem import Refused
from services.sync.mapping.changes import Body, Change, settings, target_of
from services.sync.mapping.settings import Edited
from services.sync.mapping.validity import ACCOUNT_PARTS, Against, account_obstacle, obstacle


def judge(edited: Edited, body: Body, made: Iterable[Change]) -> None:
    """Raise Refused for the first change that the ledger would not take.

    Another account may be taken although the tax type does not go with it yet: else
    neither could ever be changed without the other.
    """
    against = Against(_mapping(body), edited.needed, edited.facts)
    before = settings(edited.body)
    for change in made:
        found = _obstacle(change, before.get((change["part"], change["key"])), against)
        if found is not None:
            raise Refused(found.what, found.why, found.next, code=found.code)


def _mapping(body: Body) -> Mapping:
    try:
        return mapping_from(body)
    except MappingError as error:
        raise Refused(
            "That cannot be set.", "; ".join(error.faults) + ".", "Correct it.", code="invalid_mapping"
        ) from error


def _obstacle(change: Change, before: object, against: Against) -> Finding | None:
    part, key, target = change["part"], change["key"], target_of(change["value"])
    if target is None:
        return None
    was = target_of(before)
    if part in ACCOUNT_PARTS and (was is None or was.account != target.account or not target.tax_type):
        return account_obstacle(part, key, target.account, against)
    return obstacle(part, key, target, against)
