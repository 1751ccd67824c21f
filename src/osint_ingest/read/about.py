"""Which country a document is about, if its source does not say: from its cover, its address or its text."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from osint_ingest.model import Capture, Document, Passage
from osint_ingest.text.countries import countries_named, country_of_domain

COVER = 12  # passages that a cover can have
LINE = 60  # characters of a line of a cover that can be a country's name, with a year or a word beside it
SHARE, TIMES = 0.6, 8
"""A text is about the country that it names at least so often and in such a share of all names of countries. Set on 29
documents (12 of them about one country), 2026-11: none wrong at 0.5 to 0.8 and at 6 to 12 times."""
MOST_TEXT = 300_000  # characters of a text that are looked at
_PUBLIC = re.compile(r"(?:^|\.)(?:gov|gob|gouv|gub|go|govt|gv|admin)\.(?P<ending>[a-z]{2})$")
_BESIDE = re.compile(r"[\d\s.,:;–—/()-]+")
_SMALL = {"header", "footer", "footnote", "table_cell"}


def with_country(document: Document, capture: Capture) -> Document:
    """Return the document with its country, if it can be found, and where it was found."""
    if document.country_code is not None or document.jurisdiction is not None:
        return document
    language = document.language or document.content.language
    for evidence, code in (
        ("cover", _on_cover(document, language)),
        ("address", _in_address(document.url or capture.url, capture.file_name, language)),
        ("text", _in_text(document.content.passages, language)),
    ):
        if code is not None:
            return replace(document, country_code=code, country_from=evidence)
    return document


def _on_cover(document: Document, language: str | None) -> str | None:
    """The country that stands alone in a line of the cover, else the only one of the title."""
    passages = document.content.passages
    small = [p for p in passages[:COVER] if p.page in (None, 1) and p.kind not in _SMALL]
    cover = [p.text for p in small if len(p.text) <= LINE]
    alone = {
        country.code
        for text in cover
        for country in countries_named(text, language)
        if not _BESIDE.sub("", text.replace(country.printed, "", 1))
    }
    if len(alone) == 1:
        return alone.pop()
    named = {c.code for c in countries_named(document.title or document.content.title or "", language)}
    return named.pop() if len(named) == 1 and not alone else None


def _in_address(url: str, file_name: str | None, language: str | None) -> str | None:
    """The country of a public body's host, else the only one that the path or the file's name has."""
    parts = urlsplit(url)
    host = _PUBLIC.search(parts.hostname or "")
    if host is not None and (code := country_of_domain(host["ending"])):
        return code
    path = re.sub(r"[-_+/.]+", " ", f"{unquote(parts.path)} {file_name or ''}")
    named = {c.code for c in countries_named(path, language)}
    return named.pop() if len(named) == 1 else None


def _in_text(passages: Iterable[Passage], language: str | None) -> str | None:
    """The country that a text names far more often than any other."""
    left = MOST_TEXT
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(c.code for c in countries_named(passage.text[:left], language))
        left -= len(passage.text)
        if left <= 0:
            break
    for code, count in counts.most_common(1):
        if count >= TIMES and count >= SHARE * counts.total():
            return code
    return None
