"""Pages with status 200 that are not the page that was asked for: challenges, logins, errors."""

from __future__ import annotations

from functools import cache

from osint_ingest.html.page import Page
from osint_ingest.model import UnreadableDocument
from osint_ingest.text.language_files import words

FIRST_LINES = 6
SHORT_PAGE = 1500
"""A page that says more than this is a page, whatever words it has, in code points."""

_HINTS = {
    "challenge_page": "Fetch it again later and more slowly, or save it by hand from a browser.",
    "login_page": "Save it by hand from a browser that is logged in, if it may be used.",
    "error_page": "Fetch it again later; look whether the address is still right.",
}


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    return {code: tuple(phrase.casefold() for phrase in words(f"refusals.{code}")) for code in _HINTS}


def refusal(page: Page) -> UnreadableDocument | None:
    """Return an error if this is not the page that was asked for, else None.

    Call it only if nothing of the page's own was found: a page about logins is no login page.
    """
    size = sum(len(line.text) for line in page.lines)
    if size > SHORT_PAGE:
        return None
    said = " \n ".join([page.head_title or "", *(line.text for line in page.lines[:FIRST_LINES])]).casefold()
    for code, phrases in _phrases().items():
        if found := next((p for p in phrases if p in said), None):
            return _refused(code, found)
    if page.asks_password:
        return _refused("login_page", "a password field")
    return None


def _refused(code: str, found: str) -> UnreadableDocument:
    return UnreadableDocument(
        code, f"Expected a page, found a {code.replace('_', ' ')} ({found!r}).", _HINTS[code]
    )
