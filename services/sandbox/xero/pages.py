"""The pages of the practice login: plain HTML that works without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from services.sandbox.xero.problems import HTML_TYPE, Answer
from services.sandbox.xero.settings import OrganisationSettings

CONSENT_PATH = "/identity/connect/authorize/consent"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
_STYLE = (
    "body{font:16px sans-serif;max-width:34em;margin:3em auto;padding:0 1em}"
    "label,li{display:block;margin:.4em 0}"
)
_NOTE = (
    "This is a practice Xero on this machine, for trying things out. It is not Xero and has no real books."
)


def consent(
    app: str,
    user: str,
    scopes: Iterable[str],
    organisations: Iterable[OrganisationSettings],
    query: Mapping[str, str],
) -> Answer:
    """Return the page that asks whether the app may have access.

    And to which organisation.
    """
    choices = "".join(_choice(facts, first=number == 0) for number, facts in enumerate(organisations))
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in query.items()
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in sorted(scopes))
    return _page(
        f"{escape(app)} wants access",
        f"<p>Signed in as {escape(user)}. <strong>{escape(app)}</strong> asks for:</p><ul>{wanted}</ul>"
        f'<form method="post" action="{CONSENT_PATH}">{hidden}<fieldset>'
        f"<legend>Organisation</legend>{choices}</fieldset>"
        '<p><button name="decision" value="allow">Allow access</button> '
        '<button name="decision" value="deny">Cancel</button></p></form>',
        200,
    )


def login_error(error: str, detail: str) -> Answer:
    """Return the login's own error page: no redirect leads away from it.

    XERO.md 6.16.
    """
    return _page(
        "Sorry, something went wrong",
        f"<p>Error: <code>{escape(error)}</code></p><p>{escape(detail)}</p>",
        400,
    )


def _choice(facts: OrganisationSettings, *, first: bool) -> str:
    checked = " checked" if first else ""
    return (
        f'<label><input type="radio" name="tenant" value="{escape(facts.tenant)}"{checked}> '
        f"{escape(facts.name)} ({escape(facts.country)}, {escape(facts.currency)})</label>"
    )


def _page(title: str, body: str, status: int) -> Answer:
    head = f'<meta charset="utf-8"><title>{title} - practice Xero</title><style>{_STYLE}</style>'
    shown = f"<h1>{title}</h1>{body}<p>{_NOTE}</p>"
    html = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{shown}</body></html>'
    return Answer(status, html, HTML_TYPE, _HEADERS)
