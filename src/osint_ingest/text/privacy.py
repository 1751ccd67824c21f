"""Masks e-mail addresses and telephone numbers, length kept, so that offsets hold."""

from __future__ import annotations

import re
from collections.abc import Callable

# bounded on both sides, so that a long word without an @ costs no more than a short one
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# written so that no machine reads it: `name [at] office (dot) org`
_SPELLED = re.compile(
    r"[\w.+-]{1,64} ?[\[(] ?(?:at|arroba|chez|a) ?[\])] ?[\w-]{1,63}"
    r"(?:(?:\.| ?[\[(] ?(?:dot|punto|point) ?[\])] ?)[\w-]{1,63})+",
    re.I,
)
# what Cloudflare leaves of one
_OBFUSCATED = re.compile(r"\[email[\s\u00a0]protected\]", re.I)

# a number that is called one
_CALLED = re.compile(
    r"(?<!\w)(?:tel[ée]fonos?|t[ée]l[ée]phone|telephone|phones?|tel|tél|tlf|tfno|fax|mobile|móvil|celular|cel|whatsapp)"
    r"\b\.?(?:/fax)?(?: (?:numbers?|número|numéro|no|de contacto|de contact))?\.? ?(?:n ?[o°º]\.? ?)?[:=]? ?"
    r"(?P<number>\(?\+?\d[\d\s().\-/\u2010-\u2013]{5,24}\d)",
    re.I,
)
# with its country before it: +54 11 ..., 0054 11 ...
_INTERNATIONAL = re.compile(
    r"(?<![\w/=.+])(?P<number>(?:\+\s?\(?|00[ .-]?(?=[1-9]\d{0,2}[ .()-]))[1-9]\d{0,2}\)?"
    r"(?:[\s.()\-\u2010-\u2013]{0,3}\d){6,13})(?![\w/%])"
)
# with its area in parentheses: (011) 4321-5678
_AREA = re.compile(r"(?<![\w(])(?P<number>\((?!(?:19|20)\d\d\))0?\d{2,4}\) ?\d{3,4}[ -]\d{4})(?![\w-])")

_NUMBERISH = re.compile(r"\d[\d\s().\-/\u2010-\u2013]{5}")
# these look like a number to call and are none: years, dates, amounts in thousands
_NO_NUMBER = re.compile(
    r"\(?(?:19|20)\d\d\)?(?:\s?[-–/]\s?\(?(?:19|20)?\d\d\)?)+$"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d$"
    r"|\+?\s?\d{1,3}(?:[ .]\d{3})*[ .]000$"
)
_FEWEST_DIGITS = 7


def mask(text: str) -> tuple[str, int]:
    """Text with every letter and digit of an e-mail address or telephone number made `x`, and their count.

    The length stays. Years, dates, amounts, law numbers, codes, ISBNs and DOIs are left alone: a number is
    taken for one to call when a word says so or when it is written as one, with its country or its area.
    """
    count = 0

    def hide(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return _hidden(match.group())

    def hide_number(match: re.Match[str]) -> str:
        nonlocal count
        number = match.group("number")
        if sum(map(str.isdigit, number)) < _FEWEST_DIGITS or _NO_NUMBER.match(number):
            return match.group()
        count += 1
        return match.group()[: match.start("number") - match.start()] + _hidden(number)

    rules: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = []
    if "@" in text:
        rules.append((_EMAIL, hide))
    if "[" in text or "(" in text:
        rules += [(_OBFUSCATED, hide), (_SPELLED, hide)]
    if _NUMBERISH.search(text):
        rules += [(_CALLED, hide_number), (_INTERNATIONAL, hide_number), (_AREA, hide_number)]
    for pattern, by in rules:
        text = pattern.sub(by, text)
    return text, count


def _hidden(found: str) -> str:
    return "".join("x" if c.isalnum() else c for c in found)
