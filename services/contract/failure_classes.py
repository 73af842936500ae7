"""The three classes of failures: who does what about one."""

from __future__ import annotations

WAIT = "wait"
"""Nothing was done; Tillbook tries again by itself."""
PERSON = "person"
"""Nothing more is tried until a person acts."""
UNKNOWN = "unknown"
"""It may have been done: Tillbook looks it up before anything else."""

WORDS = {
    WAIT: "tried again by itself",
    PERSON: "needs a person",
    UNKNOWN: "outcome unknown, looked up first",
}
