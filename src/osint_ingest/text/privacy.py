"""Masks e-mail addresses and telephone numbers, length kept, so that offsets hold."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+|\[email[\s\u00a0]protected\]", re.I)
# a number that is called one: after a word for telephone, or with an international prefix
_CALLED = re.compile(
    r"(?:\b(?:tel|phone|telephone|téléphone|teléfono|fax|mobile|móvil|cel|celular|whatsapp)\b\.?\s*(?:n[o°º]\.?\s*)?:?\s*)"
    r"(?P<number>\(?\+?\d[\d\s().\-/]{5,}\d)",
    re.I,
)
_INTERNATIONAL = re.compile(r"(?<![\w/=.])(?P<number>(?:\+|00)[1-9]\d{0,2}[\s.()-]*(?:\d[\s().-]*){6,12}\d)(?![\w/])")


def mask(text: str) -> tuple[str, int]:
    """Text with every letter and digit of an e-mail address or telephone number made `x`, and their count."""
    count = 0

    def hide(found: str) -> str:
        return "".join("x" if c.isalnum() else c for c in found)

    def email(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return hide(match.group())

    def number(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        start = match.start("number") - match.start()
        return match.group()[:start] + hide(match.group("number"))

    text = _EMAIL.sub(email, text)
    text = _CALLED.sub(number, text)
    return _INTERNATIONAL.sub(number, text), count
