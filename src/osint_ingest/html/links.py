"""Links of a page: where they lead, without personal data, and URLs that are only printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from osint_ingest.text.mail import begins_in_mail, mail_spans
from osint_ingest.text.privacy import mask
from osint_ingest.text.urls import normalise_url

_PRINTED = re.compile(r"(?:https?://|www\.(?=[\w-]+\.\w))[^\s<>\"“”«»\[\]{}|\\^`]+", re.I)
_TRAILING = ".,;:!?'’\"”»…"
_NOWHERE = ("#", "javascript:", "data:", "about:", "blob:", "file:")
_PERSONAL = ("mailto:", "tel:", "sms:", "callto:", "whatsapp:", "skype:")
_CALLS = re.compile(r"(?<=wa\.me/)\+?\d+|(?<=[?&]phone=)\+?\d+")
_PROTECTED = "/cdn-cgi/l/email-protection"


class Target(NamedTuple):
    """Where a link leads; None for nowhere. `masked` when it held personal data."""

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
    masked = False
    if not keep_personal_data:
        if lowered.startswith(_PERSONAL):
            scheme, _, rest = href.partition(":")
            address, question, query = rest.partition("?")
            hidden = "".join("x" if c.isalnum() else c for c in address)
            return Target(f"{scheme.lower()}:{hidden}{question}{mask(query)[0]}", masked=True)
        if "@" in href or "%40" in href:
            href, count = mask(href.replace("%40", "@"))
            masked = count > 0
        if "wa.me/" in href or "phone=" in href:
            href, count = _CALLS.subn(lambda m: "x" * len(m.group()), href)
            masked = masked or count > 0
    elif lowered.startswith(_PERSONAL):
        return Target(href)
    return Target(normalise_url(href, base), masked)


def printed_urls(text: str) -> Iterator[tuple[int, int]]:
    """Where URLs are printed in a text, the punctuation after them left out; none begins inside a mail address."""
    if "://" not in text and "www." not in text:
        return
    mail = mail_spans(text)
    for match in _PRINTED.finditer(text):
        if "://" not in match.group() and begins_in_mail(match.start(), mail):
            continue
        end = match.end()
        while end > match.start():
            last = text[end - 1]
            if last in _TRAILING or (
                last == ")" and text.count("(", match.start(), end) < text.count(")", match.start(), end)
            ):
                end -= 1
            else:
                break
        if end - match.start() > len("http://a"):
            yield match.start(), end
