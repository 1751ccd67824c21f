"""Masks e-mail addresses and telephone numbers, length kept, so that offsets hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from osint_ingest.text import telephones as calls
from osint_ingest.text.mail import mail_spans, merged
from osint_ingest.text.telephones import telephones

PERSONAL_SCHEMES = frozenset(
    ("mailto", "tel", "sms", "smsto", "callto", "whatsapp", "skype", "sip", "sips", "xmpp")
)
"""What stands behind these schemes leads to a person, whatever its form."""
_SIGN = re.compile(r"%(?:25){0,3}[0-9A-Fa-f]{2}|&#?\w{1,8};|[^\W_]")
_SCHEME = re.compile(r"[A-Za-z]{2,20}:")


def mask(text: str) -> tuple[str, int]:
    """Text with every letter and digit of an e-mail address or telephone number made `x`, and their count.

    The length stays, and a text that was masked stays as it is. Years, dates, amounts, law numbers, codes, ISBNs
    and DOIs are left alone: a number is taken for one to call when a word says so or when it is written as one,
    with its country or its area. A line feed is the end of a printed line; addresses and numbers go on over it.
    """
    text, count = _hidden(text, mail_spans(text))
    if calls.may_hold_one(text):
        text, numbers = _hidden(text, merged(telephones(text)))
        count += numbers
    return text, count


def mask_url(url: str) -> tuple[str, int]:
    """The same of a URL: what it says before its host, in its path and in its query. Numbers count where the URL
    calls them so (`tel:`, `?phone=`): any other digits are a page's or a file's."""
    scheme = _SCHEME.match(url)
    if scheme and scheme.group()[:-1].lower() in PERSONAL_SCHEMES:
        whom, question, query = url[scheme.end() :].partition("?")
        hidden, _ = mask(query)
        masked = url[: scheme.end()] + letters_hidden(whom) + question + hidden
        return masked, int(masked != url)
    return mask(url)


def _hidden(text: str, found: Iterable[tuple[int, int]]) -> tuple[str, int]:
    """Text with stretches of it hidden, and how many of them were not before."""
    count, at = 0, 0
    parts: list[str] = []
    for start, end in found:
        before = text[start:end]
        hidden = letters_hidden(before)
        count += hidden != before
        parts += (text[at:start], hidden)
        at = end
    return ("".join((*parts, text[at:])), count) if count else (text, 0)


def letters_hidden(text: str) -> str:
    """Every letter and digit made `x`; escapes of a URL stay escapes."""
    return _SIGN.sub(_as_x, text)


def _as_x(match: re.Match[str]) -> str:
    found = match.group()
    if found[0] == "&":
        return found
    if found[0] != "%":
        return "x"
    value = int(found[-2:], 16)
    # an escaped letter, or a part of one beyond ASCII, becomes an escaped `x`
    return f"{found[:-2]}78" if value > 0x7F or chr(value).isalnum() else found
