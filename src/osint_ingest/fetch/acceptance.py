"""Does a 200 response hold what was asked for?

Challenge pages, HTML under a .pdf name and pages without the parts that every page of the site has do not become
captures: they would hide a good one.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.store.media import media_type_of

_TITLE = re.compile(rb"<title[^>]{0,300}>([^<]{0,300}+)</title", re.I | re.S)
_LOOKED_AT = 100_000
BY_HAND = "Save the page in a browser and run `osint-ingest ingest FILE --url ADDRESS`."


def accept(answer: Answer, must_contain: Sequence[str] = ()) -> str:
    """Return the media type of a response body. Raises FetchFailed if the body is not what its address promises.

    `must_contain`: strings that every HTML page of the source has.
    """
    body, url = answer.body, answer.address.url
    if not body.strip():
        raise FetchFailed("empty", f"{url}: the response is empty", "look at the address in a browser")
    declared = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    media_type = media_type_of(body, declared or None)
    if media_type == "text/html" and (guard := challenge(answer)):
        raise FetchFailed(
            "challenge", f"{url}: the site's bot protection answered instead of the page ({guard})", BY_HAND
        )
    named_pdf = unquote(urlsplit(url).path).lower().endswith(".pdf")
    if (named_pdf or declared == "application/pdf") and media_type != "application/pdf":
        raise FetchFailed("not_pdf", f"{url}: expected a PDF, got {media_type}", "Open it in a browser.")
    if media_type == "text/html":
        missing = [text for text in must_contain if text.encode() not in body]
        if missing:
            message = f"{url}: the page lacks {missing[0]!r}, which every page of this source has"
            raise FetchFailed(
                "missing_required", message, f"Open it in a browser. If it is right there: {BY_HAND}"
            )
    return media_type


def challenge(answer: Answer) -> str | None:
    """Return what marks a response as a bot-protection page; None for any other page."""
    if (answer.header("cf-mitigated") or "").lower() == "challenge":
        return "cf-mitigated"
    head = answer.body[:_LOOKED_AT]
    found = _TITLE.search(head)
    title = " ".join(found.group(1).decode("utf-8", "replace").lower().split()) if found else ""
    titles, bodies = _known()
    return next((t for t in titles if title.startswith(t)), None) or next(
        (text for text in bodies if text.encode() in head), None
    )


@cache
def _known() -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = files("osint_ingest.fetch").joinpath("challenges.txt").read_text(encoding="utf-8")
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return (
        tuple(what.strip().lower() for kind, what in lines if kind == "title"),
        tuple(what.strip() for kind, what in lines if kind == "body"),
    )
