"""Where e-mail addresses stand in a text, in all the ways in which they are printed: there is no link inside one,
and they are what masking hides.

Every address is found from its sign @ (or what stands for it), to the left and to the right, within a fixed
distance: time grows with the number of signs and not with the length of what stands around them.

White space counts as it is printed: a line feed is the end of a printed line, at which an address can be cut;
`PART` is the end of a passage, which need not be one in print.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from osint_ingest.text.domains import is_domain
from osint_ingest.text.language_files import EAST, any_form, any_word, late, words

PART = "\x1d"
"""Stands between passages that are looked at together (white space to patterns)."""
_FARTHEST = 320
"""Characters to each side of the sign: an address has at most 254, and a group of them in braces hardly more."""


# all but letters and digits beyond ASCII, as parts of sets of signs; marks and what nobody sees go with the letters
_ODD = (
    r"\x7f-\u00a9\u00ab\u00ac\u00ae-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u037e\u0387\u0589\u05be\u060c\u061b"
    r"\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u200a\u2010-\u2018\u201a-\u205f\u2061-\u206f\u2190-\u2bff\u2e00-\u2e7f"
    r"\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0d\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORD = rf"[^\x00-/:-@\[-\^`{{-~\u2019\uff0e{_ODD}{EAST}]"
_IN_LABEL = rf"[^\x00-,./:-@\[-\^`{{-~\u2019\uff0e{_ODD}{EAST}]"
_IN_NAME = rf"[^\x00-\x20\"%&()*,/:-@\[\\\]`{{|}}{_ODD}{EAST}]"
_DOT = r"(?:[.\uff0e\uff61]|%2[Ee])"
_LABEL = rf"(?:{_WORD}{_IN_LABEL}{{0,69}}+|[{EAST}]{{1,30}}+)"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,12}}"

_SIGN = re.compile(r"[@\uff20\ufe6b]|%(?:25){0,3}40|&#0{0,4}64;|&#[xX]0{0,4}40;|&commat;")
_HAS_SIGN = ("@", "%", "\uff20", "\ufe6b", "&")

_DOTTED = any_word("contact.dot")
# Each begins with a set of signs: what begins with a choice is looked for many times slower. They are for text in
# small letters.
_IN_BRACKETS = re.compile(
    rf"[(\[{{<]\s?(?:{any_word('contact.at', 'contact.bracketed')}|@|(x{{1,13}}))\s?[)\]}}>]"
)
_BETWEEN = re.compile(rf"([-_*])(?:{any_word('contact.at', 'contact.at_with_dot')})\1(?=[^\W_])")
_SPELLED = re.compile(rf"[\s,](?:{any_word('contact.at')})(?=[\s,]\w)")
_WITH_DOT = re.compile(
    rf"\s(?:{any_word('contact.at_with_dot')})(?=\s[\w-]{{1,63}}\s(?:{any_word('contact.dot_after_at')})\s\w)"
)
_SPELLED_DOT = rf"(?:\s?[(\[{{<]\s?(?:{_DOTTED}|\.)\s?[)\]}}>]\s?|\s(?:{_DOTTED})\s)"
_SOME_DOT = re.compile(_SPELLED_DOT)
_SPELLED_HOST = late(rf"\A\s?{_LABEL}(?:(?:\.|{_SPELLED_DOT}){_LABEL}){{1,6}}")
_HOST_BETWEEN = late(rf"(?<![^\W_])[^\W_]{{1,63}}+(?:(?:\.|([-_*])(?:{_DOTTED})\1)[^\W_]{{1,63}}+){{1,6}}")
_MASKED = re.compile(r"[\s.()\[\]{}<>x-]+")
_CLOUDFLARE = re.compile(r"email-protection#([0-9a-f]{8,600})|\[email[\s\u00a0]protected\]")

# read from the sign to the left, so over reversed text; an escape such as `%3D` parts what stands before it
_ESCAPE = r"(?:(?!(?:[02]2|[Ff]2|62|[AaDdFf]3|[CcEe]3)%)[0-9A-Fa-f]{2}%)"
_LEFT = late(rf"(?:{_ESCAPE}|(?![0-9A-Fa-f]{{2}}%){_IN_NAME}){{1,80}}+|[{EAST}]{{1,30}}+")
_LEFT_QUOTED = re.compile(r"[\"”][^\"“”\n]{1,64}[\"“„]")
_LEFT_GROUP = re.compile(r"[)\]}][^()\[\]{}@]{1,300}[(\[{]")
_DOTTED_BACK = any_form(word[::-1] for word in words("contact.dot"))
_LEFT_SPELLED = late(
    rf"\s?{_IN_NAME}{{1,64}}+(?:(?:\s?[)\]}}>]\s?(?:{_DOTTED_BACK})\s?[(\[{{<]\s?|\s(?:{_DOTTED_BACK})\s)"
    rf"{_IN_NAME}{{1,64}}+){{0,4}}"
)
_LEFT_SPACE = re.compile(r"\s{0,3}")

_RIGHT = late(_HOST)
_A_DOT = re.compile(_DOT)
_CAN_GO_ON = re.compile(rf"\s|{_DOT}\s")
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f.:]{3,45}\]")
_NUMERIC = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_VERSION = re.compile(r"v?\d{1,4}\.\d|[1-4]x\.(?:png|jpe?g|gif|webp|svg)")
_TOP = late(rf"xn--[\w-]{{2,60}}|[^\x00-@\[-`{{-~\u2019\uff0e{_ODD}]{{2,63}}")
# a host follows each of these; its pattern, which takes 10 ms to compile, is there once
_ON_DOT = re.compile(rf"\s{{1,2}}{_DOT}")
_AFTER_DOT = re.compile(rf"{_DOT}\s{{1,2}}")
_NEXT_LINE = re.compile(rf"[ \n{PART}]")
_LIKE_A_NAME = re.compile(r"[^\W\d][._]\w|\w[._][^\W\d]|\w \w")
_PARTS = re.compile(r"[\s.()\[\]{}<>*_-]+")

_AUTHORITY = re.compile(r"//([^\s/?#<>\"]{1,300})")


def may_hold_one(text: str) -> bool:
    """Can a text hold an e-mail address? A quick test that most texts fail."""
    return any(sign in text for sign in _HAS_SIGN) or _spelled(text) is not None


def _spelled(text: str) -> re.Match[str] | None:
    low = _low(text)
    for pattern in (_IN_BRACKETS, _SPELLED, _WITH_DOT, _BETWEEN, _CLOUDFLARE):
        if found := pattern.search(low):
            return found
    return None


def _low(text: str) -> str:
    """In small letters, as long as before."""
    low = text.lower()
    return low if len(low) == len(text) else text


def mail_spans(text: str, line_ends: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Characters `[start, end)` of the e-mail addresses of a text, masked or not, in their order; none overlap. What
    stands before the host of a URL (`user:password@`) is one of them. `line_ends` are the offsets of spaces at which a
    printed line ends: there, as at a line feed, an address can be cut."""
    return merged(_found(with_line_feeds(text, line_ends))) if may_hold_one(text) else []


def with_line_feeds(text: str, line_ends: Iterable[int]) -> str:
    """The text with a line feed for the space at each of these offsets."""
    letters = list(text)
    for end in line_ends:
        if letters[end : end + 1] == [" "]:
            letters[end] = "\n"
    return "".join(letters)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, with overlapping ones joined."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def begins_in_mail(start: int, mail: Sequence[tuple[int, int]]) -> bool:
    """Is the character at `start` one of an address of `mail_spans`?"""
    return _span_at(start, mail) is not None


def is_piece_of_mail(start: int, end: int, mail: Sequence[tuple[int, int]]) -> bool:
    """Do characters `[start, end)` lie inside an address of `mail_spans`, and are not all of it?"""
    around = _span_at(start, mail)
    return around is not None and end <= around[1] and (start, end) != around


def _span_at(at: int, mail: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    before = bisect_right(mail, at, key=lambda span: span[0]) - 1
    return mail[before] if before >= 0 and at < mail[before][1] else None


def leads_to_mail(url: str) -> bool:
    return url[:7].lower() == "mailto:"


def _found(text: str) -> Iterator[tuple[int, int]]:
    """The addresses as they are met; they can overlap."""
    logins = list(_logins(text)) if "//" in text else []
    yield from logins
    taken = {end for _, end in logins}
    for sign in _SIGN.finditer(text) if any(x in text for x in _HAS_SIGN) else ():
        if sign.end() not in taken and (found := _around(text, sign.start(), sign.end())):
            yield found
    low = _low(text)
    for pattern in (_IN_BRACKETS, _BETWEEN, _SPELLED, _WITH_DOT):
        for word in pattern.finditer(low):
            if found := _around_spelled(low, word, text[word.start() : word.end()].isupper()):
                yield found
    for match in _CLOUDFLARE.finditer(low):
        yield match.span(1) if match.group(1) else match.span()


def _logins(text: str) -> Iterator[tuple[int, int]]:
    """What stands between `//` and the last @ before the host of a URL."""
    for match in _AUTHORITY.finditer(text):
        at = match.group(1).rfind("@")
        if at > 0:
            yield match.start(1), match.start(1) + at + 1


def _around(text: str, at: int, after: int) -> tuple[int, int] | None:
    """The address around a sign @ at `[at, after)`."""
    end = _host_end(text, after)
    bare = end is None
    if end is None:
        # cut right after the sign: nothing of the host is here
        if text[after : after + 1] not in ("", PART):
            return None
        end = after
    start = _local_start(text, at, apart=text[after : after + 1].isspace() and not bare)
    return None if start is None or (bare and at - start < 2) else (start, end)


def _local_start(text: str, at: int, *, apart: bool) -> int | None:
    """Where the name before the sign begins. `apart`: there is white space behind the sign."""
    left = text[max(0, at - _FARTHEST) : at][::-1]
    space = _LEFT_SPACE.match(left).group()  # type: ignore[union-attr]
    rest = left[len(space) :]
    found = _LEFT_QUOTED.match(rest) or _LEFT_GROUP.match(rest) or _LEFT().match(rest)
    if found is None or not any(map(str.isalnum, found.group())):
        return None
    size = len(space) + found.end()
    name = found.group()[::-1]
    apart = apart or not space or "\n" in space or PART in space
    # `follow us @office.org`: what stands apart from the sign is a name only where it looks like one
    if not apart and (left[size : size + 1] == "@" or not re.search(r"\w[._\d+-]\w", name)):
        return None
    if name[0] in "._-+" and left[size : size + 1].isspace():
        if more := _LEFT().match(left, size + 1):
            size = more.end()
    elif left[size : size + 1].isspace() and left[size + 1 : size + 2] in tuple(".-_+"):
        # `maria.` at the end of one printed line, `souza@` at the start of the next; after a full stop in the middle
        # of a line only small letters go on, and not what is a web address
        more = _LEFT().match(left, size + 1)
        before = more.group()[::-1] if more else ""
        inside = left[size] == " " and left[size + 1] == "."
        if more and not (inside and (not (before[0] + name[0]).islower() or is_domain(before.rstrip(".")))):
            size = more.end()
    return at - size


def _host_end(text: str, after: int) -> int | None:
    """Where the host that begins at `after`, or after white space, ends; None if there is none."""
    right = text[after : after + _FARTHEST]
    start = len(right) - len(right.lstrip())
    if start > 3:
        return None
    if literal := _LITERAL.match(right, start) or _NUMERIC.match(right, start):
        return after + literal.end()
    found = _RIGHT().match(right, start)
    if found is None:
        return None
    end = found.end()
    for _ in range(4):
        goes_on = _goes_on(right, start, end) if _CAN_GO_ON.match(right, end) else None
        if goes_on is None:
            break
        end = goes_on
    if not _A_DOT.search(right, start, end):
        return None
    host = "".join(right[start:end].split()).lower().replace("%2e", ".")
    labels = _A_DOT.split(host.rstrip("-"))
    if not _TOP().fullmatch(labels[-1]) or _VERSION.match(host):
        return None
    return after + end


def _goes_on(right: str, start: int, end: int) -> int | None:
    """Where a host that is cut at `end` by the end of a line or a space goes on to."""
    dotted = _A_DOT.search(right, start, end) is not None
    if (more := _host_after(_ON_DOT, right, end)) and (not dotted or right[end] in ("\n", PART)):
        return more.end()
    if (more := _host_after(_AFTER_DOT, right, end)) and more.group()[0].islower():
        between = right[end : more.start()]
        if not dotted or (("\n" in between or PART in between) and _A_DOT.search(more.group())):
            return more.end()
    more = None if dotted else _host_after(_NEXT_LINE, right, end)
    if more and (right[end - 1] == "-" or (right[end] != " " and _A_DOT.search(more.group()))):
        return more.end()
    return None


def _host_after(before: re.Pattern[str], right: str, end: int) -> re.Match[str] | None:
    found = before.match(right, end)
    return found and _RIGHT().match(right, found.end())


def _around_spelled(low: str, word: re.Match[str], in_capitals: bool) -> tuple[int, int] | None:
    """The address around a word that stands for the sign."""
    at, after = word.span()
    host = (_HOST_BETWEEN if word.re is _BETWEEN else _SPELLED_HOST)().match(low[after : after + _FARTHEST])
    if host is None or not _TOP().fullmatch(_PARTS.split(host.group())[-1]):
        return None
    if word.re is _BETWEEN and host.group(1) is None:
        return None  # `2016-02-25-talk-at-office.md` is a file
    if word.re is _IN_BRACKETS and word.group(1) and not _MASKED.fullmatch(host.group()):
        return None  # `(x)` stands for the sign where all around it is masked
    left = _LEFT_SPELLED().match(low[max(0, at - _FARTHEST) : at][::-1])
    if left is None or not any(map(str.isalnum, left.group())):
        return None
    start = at - len(left.group().rstrip())
    # `we meet at the dot com bubble`: in small letters a name wants to look like one
    if word.re is _WITH_DOT and not in_capitals and not _LIKE_A_NAME.search(low[start:at]):
        return None
    return start, after + host.end()
