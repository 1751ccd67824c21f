"""Links of a page: where they lead, without personal data, and URLs that are only printed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from osint_ingest.text.privacy import PERSONAL_SCHEMES, mask_url
from osint_ingest.text.urls import find_urls, normalise_url

_BEGINS = ("http://", "https://", "www.")
_NOWHERE = ("#", "javascript:", "data:", "about:", "blob:", "file:")
_PROTECTED = "/cdn-cgi/l/email-protection"


class Target(NamedTuple):
    """Where a link leads; `url` is None for nowhere. `masked` if it held personal data."""

    url: str | None
    masked: bool = False


@lru_cache(maxsize=8192)
def target(href: str, base: str | None, *, keep_personal_data: bool = False) -> Target:
    """The absolute, normalised target of a link as a page writes it, personal data masked unless kept."""
    href = href.strip()
    lowered = href[:40].lower()
    if not href or lowered.startswith(_NOWHERE):
        return Target(None)
    if _PROTECTED in href:
        return Target(None, masked=True)  # an address in a cipher that anyone can read, and no page
    hidden, count = (href, 0) if keep_personal_data else mask_url(href)
    scheme, _, rest = hidden.partition(":")
    if scheme.lower() in PERSONAL_SCHEMES:
        return Target(f"{scheme.lower()}:{rest}", masked=not keep_personal_data)
    return Target(normalise_url(hidden, base), masked=count > 0)


def printed_urls(text: str) -> Iterator[tuple[int, int]]:
    """Where URLs are printed in a text, with a scheme or as `www.`; none begins inside a mail address."""
    if "://" in text or "www." in text:
        for url in find_urls(text):
            if text[url.start : url.end].lower().startswith(_BEGINS):
                yield url.start, url.end
