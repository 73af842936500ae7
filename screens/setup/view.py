"""What each step of the set-up says: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from textual.content import Content

from screens.moments import Times
from screens.settings.words import FREQUENCIES
from screens.setup import consent
from services.contract.answers import (
    ConsentAnswer,
    IntegrationAnswer,
    MappingIssue,
    StoreAnswer,
)
from services.contract.replies import MappingAnswer, ReferenceAnswer
from services.contract.schedule import ScheduleAnswer

_ISSUES_SHOWN = 6


class Step(IntEnum):
    """The steps, in order."""

    WHO = 1
    APP = 2
    CONSENT = 3
    ORGANISATION = 4
    MAPPING = 5
    SCHEDULE = 6
    REVIEW = 7


TITLES = {
    Step.WHO: "Who does it, and what happens",
    Step.APP: "The shop's own Xero app",
    Step.CONSENT: "Consent at Xero",
    Step.ORGANISATION: "Organisation",
    Step.MAPPING: "Mapping",
    Step.SCHEDULE: "When days are sent",
    Step.REVIEW: "Review",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the service knows of the set-up: whoever comes next goes on from here."""

    store: StoreAnswer
    integration: IntegrationAnswer
    consent: ConsentAnswer | None
    schedule: ScheduleAnswer
    issues: tuple[MappingIssue, ...] = ()
    mapping: MappingAnswer | None = None
    accounts: ReferenceAnswer | None = None

    @property
    def consenting(self) -> str:
        """Where the consent stands; empty where there is none."""
        return self.consent["state"] if self.consent else ""

    @property
    def connected(self) -> bool:
        """Whether an organisation was chosen."""
        return self.integration["state"] in {"connected", "paused", "error"}


def first_unfinished(known: Known) -> Step:
    """Return the step to go on with, from what is there already."""
    if known.integration["state"] in {"not_set_up", "disconnected"}:
        return Step.WHO
    if not known.connected:
        return {"waiting": Step.CONSENT, "done": Step.ORGANISATION}.get(known.consenting, Step.APP)
    if known.issues or known.mapping is None or not known.mapping["version"]:
        return Step.MAPPING
    return Step.SCHEDULE if known.schedule["frequency"] == "manual" else Step.REVIEW


def may_leave(step: Step, known: Known) -> str | None:
    """Return why one cannot go on from a step yet; None: one can."""
    if step is Step.APP and known.consent is None and not known.connected:
        return "Enter the client id first: Enter begins the consent."
    if (
        step is Step.CONSENT
        and not known.connected
        and (known.consent is None or known.consent["state"] != "done")
    ):
        return "The consent has not been given yet."
    if step is Step.ORGANISATION and not known.connected:
        return "Choose the organisation first."
    if step is Step.MAPPING and known.issues:
        return f"{len(known.issues)} entries of the mapping are missing or invalid; days would be blocked."
    return None


def trail(step: Step) -> str:
    """Return where one is among the steps."""
    return f"Step {step.value} of {len(Step)}"


def body(step: Step, known: Known, session: consent.Session, times: Times, *, accounts: bool) -> Content:
    """Return what a step says; `accounts`: the right to create them is asked for."""
    told = _body(step, known, session, times, accounts=accounts)
    begun = _begun(known)
    return Content("\n\n").join([begun, told]) if begun is not None else told


def _body(step: Step, known: Known, session: consent.Session, times: Times, *, accounts: bool) -> Content:
    if step is Step.WHO:
        return _who(known)
    if step is Step.APP:
        return _app(known, accounts=accounts)
    if step is Step.CONSENT:
        return consent.words(known.consent, session, times, connected=known.connected)
    if step is Step.ORGANISATION:
        return _organisation(known, times)
    if step is Step.MAPPING:
        return _mapping(known)
    return _schedule(known) if step is Step.SCHEDULE else _review(known)


def _begun(known: Known) -> Content | None:
    """Return who began and who must act, while the set-up is not finished."""
    integration = known.integration
    if integration["state"] != "setup_unfinished":
        return None
    error, by = integration["error"], integration["by"]
    begun = f"Begun by {by}: unfinished. " if by else "Unfinished. "
    waits = f"{error['what']} {error['why']}" if error else "Somebody must go on."
    return Content.assemble(("! ", "$attention bold"), (begun, "bold"), (waits, "$foreground"))


def _who(known: Known) -> Content:
    return _paragraphs(
        (
            "A user of Xero who may connect apps (an adviser, or a standard user with that right; Xero calls"
            " it an Admin) must allow it once, in a browser. No password is typed into Tillbook."
        ),
        (
            "Tillbook will read of the organisation: its name, country, currency, tax basis and lock dates;"
            " accounts, tax rates, tracking, contacts; and its own documents, to prove them."
        ),
        (
            f"It will write what {known.store['name']} took: invoices, credit notes, manual journals, bills,"
            " their payments, and the contacts these need. It changes nothing that it did not make."
        ),
        "Every step is kept. Anybody with the right can go on where you stop.",
    )


def _app(known: Known, *, accounts: bool) -> Content:
    values = (
        ("App name", f"Tillbook {known.store['name']}"),
        ("Integration type", "Mobile or desktop app (PKCE)"),
        ("Company URL", "the shop's own web address"),
        ("Redirect URI", consent.REDIRECT),
    )
    asked = "yes, each after you confirm it" if accounts else "no"
    return Content("\n").join(
        [
            Content("At developer.xero.com, My Apps, New app. Type exactly:"),
            Content(""),
            *(
                Content.assemble((label.rjust(18), "$dim"), ("  ", ""), (value, "bold"))
                for label, value in values
            ),
            Content(""),
            Content(
                "Then Enter here, and type the client id that Xero shows; or the one that whoever installed"
                " Tillbook gave you. A web app or custom connection also has a secret: k."
            ),
            Content(""),
            Content.assemble(
                ("May create accounts in the chart: ", "$foreground"),
                (asked, "bold"),
                (" (a changes it)", "$dim"),
            ),
        ]
    )


def _organisation(known: Known, times: Times) -> Content:
    store = known.store
    if known.connected:
        return _paragraphs(
            f"Days go to {known.integration['organisation']}.",
            "Its accounts, tax rates and contacts are read in the background"
            + (f" (last {times.age(known.accounts['read'])})." if known.accounts else "."),
        )
    return _paragraphs(
        "Enter lists the organisations the consent gave access to.",
        f"The one chosen must match the store: country {store['country']}, currency {store['currency']}, tax"
        f" basis {store['gst_basis']}. Its name is typed to confirm it.",
    )


def _mapping(known: Known) -> Content:
    if not known.issues:
        version = known.mapping["version"] if known.mapping else 0
        return _paragraphs(
            f"Version {version}: everything the tills used so far is mapped.", "Enter opens the editor."
        )
    lines = [
        Content(f"{len(known.issues)} entries are missing or invalid. Enter opens the editor."),
        Content(""),
    ]
    lines += [_issue(issue) for issue in known.issues[:_ISSUES_SHOWN]]
    if len(known.issues) > _ISSUES_SHOWN:
        lines.append(Content.styled(f"and {len(known.issues) - _ISSUES_SHOWN} more", "$dim"))
    lines += [Content(""), Content.styled(ADVICE, "$attention")]
    return Content("\n").join(lines)


def _issue(issue: MappingIssue) -> Content:
    key, problem = issue["key"], issue["problem"]
    words = key.replace("_", " ")
    told = problem.replace(key, words) if key in problem else f"{words}: {problem}"
    return Content.assemble(("! ", "$attention bold"), (told, "$foreground"))


ADVICE = (
    "Which account takes what is an accountant's decision: have whoever prepares the tax return look at the"
    " mapping before the first day is sent."
)


def _schedule(known: Known) -> Content:
    return Content("\n").join(
        [
            *_facts(known, ("frequency", "at", "start", "zone", "numbering")),
            Content(""),
            Content(
                "Enter chooses the frequency (daily is enough for most shops), t the sync time, d the start"
                " date: nothing earlier is sent unless somebody asks for it. z sets the time zone, n goes to"
                " the numbers in the mapping."
            ),
        ]
    )


def _review(known: Known) -> Content:
    facts = _facts(
        known, ("store", "organisation", "frequency", "at", "start", "zone", "numbering", "mapping", "status")
    )
    return Content("\n").join(
        [
            *facts,
            Content(""),
            Content(
                "y sends what is due now (Sync now). e keeps everything and sends nothing (Save and exit)."
            ),
        ]
    )


def _facts(known: Known, names: Sequence[str]) -> list[Content]:
    store, schedule, mapping = known.store, known.schedule, known.mapping
    pattern = mapping.get("number", "POS-{store}-{date}") if mapping else "POS-{store}-{date}"
    status = mapping.get("status", "AUTHORISED") if mapping else "AUTHORISED"
    values = {
        "store": f"{store['name']} ({store['key']}), {store['country']}, {store['currency']}",
        "organisation": known.integration["organisation"] or "not chosen",
        "frequency": f"{schedule['frequency']}: {FREQUENCIES[schedule['frequency']]}",
        "at": schedule["at"] or "as soon as the day closed",
        "start": schedule["start"] or "today",
        "zone": f"{store['timezone']}, business date until {store['cutoff']}",
        "numbering": f"{pattern} is set in the mapping",
        "mapping": f"version {mapping['version']}" if mapping and mapping["version"] else "none yet",
        "status": _STATUSES.get(status, status),
    }
    return [
        Content.assemble((_LABELS[name].ljust(16), "$dim"), (str(values[name]), "bold")) for name in names
    ]


_STATUSES = {
    "AUTHORISED": "approved documents",
    "SUBMITTED": "documents that wait for approval in Xero",
    "DRAFT": "drafts, which somebody approves in Xero",
}
_LABELS = {
    "store": "Store",
    "organisation": "Organisation",
    "frequency": "Frequency",
    "at": "Sync time",
    "start": "Start date",
    "zone": "Time zone",
    "numbering": "Numbers",
    "mapping": "Mapping",
    "status": "Posted as",
}


def _paragraphs(*texts: str) -> Content:
    return Content("\n\n").join([Content(text) for text in texts])
