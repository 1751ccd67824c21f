"""Masks e-mail addresses and telephone numbers and keeps their length, so that offsets hold."""

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
    """Return the text with each letter and digit of an e-mail address or telephone number replaced by `x`, and how
    many were masked. The length does not change, and masking twice changes nothing. Years, dates, amounts, law
    numbers, codes, ISBNs and DOIs are left alone: a number counts as a telephone number if a word says so, or if it is
    written as one, with its country or area code. An address or number may go on over a line feed, which ends a
    printed line."""
    text, count = _hidden(text, mail_spans(text))
    if calls.may_hold_one(text):
        text, numbers = _hidden(text, merged(telephones(text)))
        count += numbers
    return text, count


def mask_url(url: str) -> tuple[str, int]:
    """Mask a URL as `mask` does a text: its user part, its path and its query. Digits count as a telephone number only
    if the URL says so (`tel:`, `?phone=`): others are part of a page's or file's name."""
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
    """Return the text with every letter and digit replaced by `x`; URL escapes stay escapes."""
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
