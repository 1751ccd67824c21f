"""Where mail addresses stand in a text, as far as that matters for links: no web address lies inside one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from functools import cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList

LONGEST = 64
"""Characters that a name before the @, or a label after it, may have (RFC 5321)."""
MOST_PIECES = 4
"""Pieces in which a host is wrapped or spelled."""
_IN_NAME = frozenset("._%+-'’&*=?^`~!#$")
_WRAPS_AFTER = frozenset("-_+")
_OPEN = "([{<"
_BRACKETED = re.compile(r"[(\[{<] ?([@\w]{1,12}) ?[)\]}>]")
_PIECE = re.compile(r"[\w.-]{1,255}")
_MASKED = re.compile(r"[xX.-]+")


def mail_spans(text: str, line_ends: Container[int] = ()) -> list[tuple[int, int]]:
    """Characters `[start, end)` of the mail addresses of a text, masked or not, in their order.

    Also one that is wrapped (`name@ office.org`, `name@minis- try.org`) and one that is spelled
    (`name (at) office [dot] org`). What has a name but no host with a dot is none: `@account`, `a@b`.
    `line_ends` are the offsets at which its printed lines end: there a name can go on after its dot.
    """
    found: list[tuple[int, int]] = []
    at = text.find("@")
    while at >= 0:
        _add(found, text, at, at + 1, line_ends)
        at = text.find("@", at + 1)
    if any(sign in text for sign in _OPEN):
        for match in _BRACKETED.finditer(text):
            if match.group(1).lower() in _signs():
                _add(found, text, match.start(), match.end(), line_ends, spelled=True)
    return _apart(found)


def begins_in_mail(start: int, mail: Sequence[tuple[int, int]]) -> bool:
    """Is the character at `start` one of an address of `mail_spans`?"""
    return _around(start, mail) is not None


def is_piece_of_mail(start: int, end: int, mail: Sequence[tuple[int, int]]) -> bool:
    """Do characters `[start, end)` lie inside an address of `mail_spans`, and are not all of it?"""
    around = _around(start, mail)
    return around is not None and end <= around[1] and (start, end) != around


def _around(at: int, mail: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    before = bisect_right(mail, at, key=lambda span: span[0]) - 1
    return mail[before] if before >= 0 and at < mail[before][1] else None


def leads_to_mail(url: str) -> bool:
    """Is it a `mailto:` link?"""
    return url[:7].lower() == "mailto:"


def _apart(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _add(
    found: list[tuple[int, int]],
    text: str,
    at: int,
    after: int,
    line_ends: Container[int],
    *,
    spelled: bool = False,
) -> None:
    """Adds the address whose sign stands at `[at, after)`, if it is one."""
    apart = text[at - 1 : at].isspace()
    start = _name_start(text, at - apart)
    if start > 1 and text[start - 1].isspace():
        sign = text[start - 2]
        if sign in _WRAPS_AFTER or (sign == "." and start - 1 in line_ends):
            start = _name_start(text, start - 1)
    # `see us @account on example.org` is no wrapped address
    end = _host_end(text, _past_space(text, after), 1 if apart and not spelled else MOST_PIECES)
    if end is not None and start < at:
        found.append((start, end))


def _name_start(text: str, end: int) -> int:
    start = end
    while start and end - start < LONGEST and (text[start - 1].isalnum() or text[start - 1] in _IN_NAME):
        start -= 1
    return start


def _host_end(text: str, start: int, most: int) -> int | None:
    """Where the host that begins at `start`, in at most so many pieces, ends; None for one without a dot."""
    host, end = "", start
    for _ in range(most):
        piece = _PIECE.match(text, start)
        if piece is None:
            break
        host, end = host + piece.group(), piece.end()
        if _is_whole(host) or ("." in host and host[-1] not in ".-"):
            break
        dot = _BRACKETED.match(text, _past_space(text, end))
        if dot:
            host += "."
        start = _past_space(text, dot.end() if dot else end)
    return end - (len(host) - len(host.rstrip(".-"))) if "." in host.strip(".-") else None


def _past_space(text: str, at: int) -> int:
    return at + text[at : at + 1].isspace()


def _is_whole(host: str) -> bool:
    """Is it a domain under a known suffix, or a masked one?"""
    bare = host.strip(".")
    if "." not in bare:
        return False
    return _MASKED.fullmatch(bare) is not None or _suffixes().publicsuffix(bare) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True, accept_unknown=False)


@cache
def _signs() -> frozenset[str]:
    lines = files("osint_ingest.text").joinpath("mail_signs.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
