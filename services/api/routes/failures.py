"""What is known of failures: class, cause, next step."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from services.accounting.xero import catalogue
from services.api.guard import reads
from services.contract.failures import FailureAnswer, FailuresAnswer

router = APIRouter(prefix="/v1/failures", tags=["failures"])


@router.get("", dependencies=reads)
def failures() -> FailuresAnswer:
    """List every failure that is known."""
    return {"failures": catalogue.failures()}


@router.get("/{code}", dependencies=reads)
def failure(code: Annotated[str, Path(max_length=100)]) -> FailureAnswer:
    """Explain one failure by its code."""
    return catalogue.explained(code)
