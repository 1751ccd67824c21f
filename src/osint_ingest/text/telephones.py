"""Where telephone numbers stand in a text: where a word says so, or where they are written as numbers to call."""

import re
from collections.abc import Iterator

from osint_ingest.text.language_files import EAST, any_word, late

FEWEST_DIGITS = 7
# bytes of UTF-8 that begin no digit of any script: all but 0 to 9 and the first bytes of other scripts' signs
_NO_DIGITS = bytes(byte for byte in range(256) if not 0x30 <= byte <= 0x39 and (byte < 0xD9 or byte == 0xE2))

_SIGNS = r".\-/\u00ad\u00b7\u2010-\u2013"
_GAP = rf"[()\t\n \u00a0\u2000-\u200a\u202f\u3000{_SIGNS}]{{0,3}}+"
# digits that could be a number to call, and the word before them that says they are one
_DIGITS = re.compile(rf"\d(?:{_GAP}\d){{6,14}}")
_CALLED = late(
    rf"(?<![^\W{EAST}])(?:{any_word('contact.telephone')})(?![^\W{EAST}])\.?(?:\s?[/,&-]\s?(?:{any_word('contact.telephone')})\.?)?(?:\(s\))?"
    rf"(?:\s(?:{any_word('contact.number')})\.?){{0,2}}(?:\s?\([^()\d]{{1,24}}\))?\s?(?:n\s?\.?\s?[o°º]\s?\.?\s?)?"
    rf"[:=.\-\u2013\uff1a]?\s?[(+\uff0b]{{0,2}}$"
)
_LETTER = re.compile(r"(?<!\w)[tfm]:\s?[(+]{0,2}$")
_BEFORE = 64
_NEXT = re.compile(rf"\s?(?:[,;/|]|{any_word('and', 'or')})\s?[(+]{{0,2}}$")
_EXTENSION = re.compile(
    rf"[\s,;]{{0,2}}\(?(?:{any_word('contact.extension')}|x)\.?\s?(?:n[o°º]\.?\s?)?[:#]?\s?(\d{{1,6}})(?!\w)"
)

# Patterns begin with a sign, or with a set of signs, and look back from there: what begins with a condition, or
# with one of several signs in a choice, is looked for many times slower.
# with its country before it: +54 11 ..., 0054 11 ...
_INTERNATIONAL = re.compile(
    rf"[+\uff0b0](?<![\w/=.+].)(?:(?<=[+\uff0b])\s?\(?|(?<=0)0[ .-]?(?=[1-9]\d{{0,2}}[ .()/-]))[1-9]\d{{0,2}}\)?"
    rf"(?:{_GAP}\d){{6,13}}(?![\w%])"
)
# with its area in parentheses: (011) 4321-5678
_AREA = re.compile(
    r"\((?<![\w(]\()(?!(?:19|20)\d\d\))"
    r"(?:0\d{1,4}\)\s?\d{2,4}(?:[ .-]?\d{2,4}){1,3}|\d{2,4}\)\s?\d{3,5}[ .-]\d{4})(?![\w-])"
)
# in pairs: 01 23 45 67 89
_PAIRS = re.compile(r"0[1-9](?<![\w.,/+-]..)(?<!\d[ .-]..)(?:([ .-])\d\d)(?:\1\d\d){3}(?![\w,-]|[ .]\d)")
_IN_URL = re.compile(
    r"(?:wa\.me/|(?<!\w)tel:|[?&](?:phone|tel|mobile|fax)=)((?:\+|%2[Bb])?\d(?:[\d().-]|%2[08]){3,40}\d)",
    re.I,
)
_URLS = ("wa.me/", "tel:", "phone=", "tel=", "mobile=", "fax=")

# these look like a number to call and are none: years, dates, amounts in thousands, degrees
_NO_NUMBER = re.compile(
    r"\A(?:\(?(?:19|20)\d\d\)?(?:\s?[-–/]\s?\(?(?:19|20)?\d\d\)?)+$"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d$"
    r"|\+?\s?\d{1,3}(?:[ .]\d{3})*[ .]000$"
    r"|\(\d{1,4}\)\s?(?:19|20)\d\d[ .\-–](?:19|20)\d\d$"
    r"|\+\d{1,3}\.\d{4,}$)"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")


def may_hold_one(text: str) -> bool:
    """Can a text hold a telephone number? A quick test that most texts fail."""
    return len(text.encode("utf-8", "surrogatepass").translate(None, _NO_DIGITS)) >= FEWEST_DIGITS


def telephones(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that are numbers to call, with their extensions. Numbers inside URLs are none, but for
    what a URL itself calls a number (`tel:`, `?phone=`)."""
    last = -1
    for match in _DIGITS.finditer(text):
        start, end = match.start(), _end(text, match)
        if _is_number(text, start, end) and (_is_called(text, start) or _goes_on(text, last, start)):
            last = _with_extension(text, end)
            yield start, last
    if any(said in text for said in _URLS):
        yield from (match.span(1) for match in _IN_URL.finditer(text))
    patterns = [_PAIRS]
    if "+" in text or "00" in text or "\uff0b" in text:
        patterns.append(_INTERNATIONAL)
    if "(" in text:
        patterns.append(_AREA)
    for pattern in patterns:
        for match in pattern.finditer(text):
            start, end = match.start(), _end(text, match)
            if _is_number(text, start, end) and not _in_url(text, start):
                yield start, _with_extension(text, end)


def _end(text: str, match: re.Match[str]) -> int:
    """Where a number ends: with its last digit, and before a year on the next line when it is whole without."""
    start, end = match.span()
    line = text.rfind("\n", start, end)
    if line > 0 and _YEAR.match(text, line + 1) and sum(map(str.isdigit, text[start:line])) > FEWEST_DIGITS:
        return line
    for _ in range(FEWEST_DIGITS):
        if not text[end : end + 1].isdigit():
            break
        end += 1
    return end


def _is_number(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    return sum(map(str.isdigit, number)) >= FEWEST_DIGITS and not _NO_NUMBER.match(number)


def _is_called(text: str, start: int) -> bool:
    before = text[max(0, start - _BEFORE) : start].lower()
    return (_CALLED().search(before) or _LETTER.search(before)) is not None and not _in_url(text, start)


def _goes_on(text: str, last: int, start: int) -> bool:
    """Is a number the next of a list whose last one ended at `last`?"""
    return 0 <= last <= start <= last + 12 and _NEXT.fullmatch(text[last:start].lower()) is not None


def _with_extension(text: str, end: int) -> int:
    extension = _EXTENSION.match(text[end : end + 40].lower())
    return end + extension.end() if extension else end


def _in_url(text: str, start: int) -> bool:
    """Does a number stand inside a URL? Its digits are then a file's or a page's."""
    words = text[max(0, start - 300) : start].split()
    token = words[-1] if words and not text[start - 1 : start].isspace() else ""
    return "://" in token or token.startswith("www.")
