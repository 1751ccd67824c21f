"""Masks e-mail addresses and telephone numbers, length kept, so that offsets hold."""

from __future__ import annotations

import re

# bounded on both sides, so that a long word without an @ costs no more than a short one
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# written so that no machine reads it: `name [at] office (dot) org`
_SPELLED = re.compile(
    r"[\w.+-]{1,64} ?[\[(] ?(?:at|arroba|chez|a) ?[\])] ?[\w-]{1,63}"
    r"(?:(?:\.| ?[\[(] ?(?:dot|punto|point) ?[\])] ?)[\w-]{1,63})+",
    re.I,
)
# Patterns begin with a sign, or with a set of signs, and look back from there: what begins with a condition, or
# with one of several signs in a choice, is looked for many times slower.
_AT = r" ?(?:[Aa][Tt]|[Aa]rroba|ARROBA|[Cc]hez|[Aa]) ?[\])]"
_IN_PARENTHESES, _IN_BRACKETS = re.compile(rf"\({_AT}"), re.compile(rf"\[(?:{_AT}|[Ee]mail)")
# what Cloudflare leaves of one
_OBFUSCATED = re.compile(r"\[email[\s\u00a0]protected\]", re.I)

# digits that could be a number to call, and the word before them that says they are one
_DIGITS = re.compile(r"\d(?:[\s().\-/\u2010-\u2013]{0,3}\d){6,14}")
_CALLED = re.compile(
    r"(?<!\w)(?:tel[ée]fonos?|t[ée]l[ée]phone|telephone|phones?|tel|tél|tlf|tfno|fax|mobile|móvil|celular|cel|whatsapp)"
    r"\b\.?(?:/fax)?(?: (?:numbers?|número|numéro|no|de contacto|de contact))?\.? ?(?:n ?[o°º]\.? ?)?[:=]? ?[(+]{0,2}$",
    re.I,
)
_BEFORE = 48
# with its country before it: +54 11 ..., 0054 11 ...
_INTERNATIONAL = re.compile(
    r"[+0](?<![\w/=.+].)(?:(?<=\+)\s?\(?|(?<=0)0[ .-]?(?=[1-9]\d{0,2}[ .()-]))[1-9]\d{0,2}\)?"
    r"(?:[\s.()\-\u2010-\u2013]{0,3}\d){6,13}(?![\w/%])"
)
# with its area in parentheses: (011) 4321-5678
_AREA = re.compile(r"\((?<![\w(]\()(?!(?:19|20)\d\d\))0?\d{2,4}\) ?\d{3,4}[ -]\d{4}(?![\w-])")

# these look like a number to call and are none: years, dates, amounts in thousands
_NO_NUMBER = re.compile(
    r"\(?(?:19|20)\d\d\)?(?:\s?[-–/]\s?\(?(?:19|20)?\d\d\)?)+$"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d$"
    r"|\+?\s?\d{1,3}(?:[ .]\d{3})*[ .]000$"
)
_FEWEST_DIGITS = 7
# bytes of UTF-8 that begin no digit of any script: all but 0 to 9 and the first bytes of other scripts' signs
_NO_DIGITS = bytes(byte for byte in range(256) if not 0x30 <= byte <= 0x39 and (byte < 0xD9 or byte == 0xE2))


def mask(text: str) -> tuple[str, int]:
    """Text with every letter and digit of an e-mail address or telephone number made `x`, and their count.

    The length stays. Years, dates, amounts, law numbers, codes, ISBNs and DOIs are left alone: a number is
    taken for one to call when a word says so or when it is written as one, with its country or its area.
    """
    in_parentheses = "(" in text and _IN_PARENTHESES.search(text) is not None
    spelled = in_parentheses or ("[" in text and _IN_BRACKETS.search(text) is not None)
    if "@" not in text and not spelled and not (_has_digits(text) and _DIGITS.search(text)):
        return text, 0
    return _masked(text, spelled)


def _has_digits(text: str) -> bool:
    """Can a text hold a number to call? Most hold fewer digits, which is seen far sooner than by a pattern."""
    return len(text.encode("utf-8", "surrogatepass").translate(None, _NO_DIGITS)) >= _FEWEST_DIGITS


def _masked(text: str, spelled: bool) -> tuple[str, int]:
    count = 0

    def hide(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return _hidden(match.group())

    def hide_number(match: re.Match[str]) -> str:
        nonlocal count
        number = match.group()
        if sum(map(str.isdigit, number)) < _FEWEST_DIGITS or _NO_NUMBER.match(number):
            return number
        if match.re is _DIGITS and not _CALLED.search(
            match.string[max(0, match.start() - _BEFORE) : match.start()]
        ):
            return number
        count += 1
        return _hidden(number)

    if "@" in text:
        text = _EMAIL.sub(hide, text)
    if spelled:
        text = _SPELLED.sub(hide, _OBFUSCATED.sub(hide, text))
    text = _DIGITS.sub(hide_number, text)
    if "+" in text or "00" in text:
        text = _INTERNATIONAL.sub(hide_number, text)
    if "(" in text:
        text = _AREA.sub(hide_number, text)
    return text, count


def _hidden(found: str) -> str:
    return "".join("x" if c.isalnum() else c for c in found)
