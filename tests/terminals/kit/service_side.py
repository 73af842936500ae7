"""Runs jobs in processes that are really killed; compares the books."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, select

from services.contract.people import Person
from services.contract.terminals import PaymentState
from services.store.tables import TerminalAttempt
from services.terminals.journal import Journal
from tests.terminals.kit.cases import Case, Practice
from tests.terminals.kit.child import Job, now, opened, put_terminal

_ROOT = Path(__file__).resolve().parents[3]
ANNA = Person("anna", 1000, frozenset({"manager"}))
_MEMORY = Path("/dev/shm")  # noqa: S108 - a kill loses nothing that was written there
KILLED = -9


class ServiceSide:
    """Forks a service side for each job, from a process that has imported everything."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.terminals.kit.zygote"]
        self._process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def run(self, job: Job) -> tuple[bool, dict[str, Any]]:
        """Do a job in a child; return whether it was killed, and else what it told."""
        out = Path(job.database.removeprefix("sqlite:///")).with_name("told.json")
        out.unlink(missing_ok=True)
        assert self._process.stdin is not None
        self._process.stdin.write(f"{out}\t{json.dumps(asdict(job))}\n")
        self._process.stdin.flush()
        status = int(self._line())
        error = out.with_suffix(".error")
        assert status in {0, KILLED}, error.read_text("utf-8") if error.exists() else f"exit {status}"
        return status == KILLED, json.loads(out.read_text("utf-8")) if out.exists() else {}

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@dataclass(frozen=True, slots=True)
class Shop:
    """A practice terminal that runs, and a database of its own for the service side."""

    case: Case
    practice: Practice
    folder: Path

    @property
    def url(self) -> str:
        """The database."""
        return f"sqlite:///{self.folder / 'tillbook.db'}"

    def job(self, reference: str = "", amount: int = 0, **more: Any) -> Job:  # noqa: ANN401 - a Job's own fields
        """A job against this terminal."""
        return Job(self.case.name, self.practice.address, self.url, reference, amount, **more)

    def attempts(self) -> list[TerminalAttempt]:
        """What the journal holds."""
        with opened(self.url) as database, database.read() as session:
            return list(session.exec(select(TerminalAttempt).order_by(col(TerminalAttempt.id))))

    def disagreement(self) -> str | None:
        """What is wrong between the terminal's book and the journal, if any.

        Every charge is an approval and every approval a charge; what is not known bears a
        name, and may stand for one charge at most.
        """
        rows = self.attempts()
        charged = Counter((charge.kind, charge.amount) for charge in self.practice.charges.standing())
        approved = Counter((row.kind, row.approved or 0) for row in rows if row.state == "approved")
        unknown = [row for row in rows if row.state == "unknown"]
        why = [row.problem["why"] for row in unknown if row.problem]
        told = f"charged {dict(charged)}, approved {dict(approved)}, unknown {why}"
        if approved - charged or (charged - approved).total() > len(unknown):
            return told
        if any(not row.problem for row in unknown) or any(row.state in {"sent", "acked"} for row in rows):
            return f"not named: {told}"
        return f"the protocol could have told: {told}" if unknown and self.case.tells else None

    def settle_by_hand(self) -> None:
        """Decide what is unknown as a person does who looks at the terminal's own book."""
        assert self.practice.wait_until_idle()
        charged = Counter((charge.kind, charge.amount) for charge in self.practice.charges.standing())
        rows = self.attempts()
        charged -= Counter((row.kind, row.approved or 0) for row in rows if row.state == "approved")
        with opened(self.url) as database:
            journal = Journal(database, now)
            for row in rows:
                if row.state == "unknown":
                    key = (row.kind, row.amount)
                    state = PaymentState.APPROVED if charged[key] > 0 else PaymentState.CANCELLED
                    charged[key] -= 1
                    journal.decide(row.id or 0, state, ANNA, "seen at the terminal", None)


@contextmanager
def shop(case: Case, template: Path) -> Iterator[Shop]:
    """A new practice terminal and a new database, in memory if possible."""
    practice = case.practice()
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        made = Shop(case, practice, Path(folder))
        shutil.copy(template, made.folder / "tillbook.db")
        with opened(made.url) as database:
            put_terminal(database, case.currency)
        practice.start()
        try:
            yield made
        finally:
            practice.stop()
