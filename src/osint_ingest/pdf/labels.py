"""What may be a marker in running text (`marks_in`) or the label of a note at a line's head (`leads_in`).

Both are found generously, with every reading of a sign: `67` is note 67, or 6 and 7; `10⁸³` may be 10⁸ with
note 3. Which of them are meant is decided over the whole document (`series`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from osint_ingest.pdf.lines import FULL_SIZE, RAISED_MIN, SMALLER, PrintedLine
from osint_ingest.pdf.numbering import in_a_row, systems_of
from osint_ingest.pdf.words import Word, cut

MarkStyle = Literal["raised", "bracket", "round", "symbol"]
LeadStyle = Literal["raised", "bracket", "round", "symbol", "dotted", "plain", "capital"]

INSIDE: dict[MarkStyle, float] = {"raised": 0.15, "symbol": 0.15, "bracket": 0.6}
"""The least white space (share of the size) before the label of a note that begins inside a line, by its style."""
SUPERSCRIPTS = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９∗⁎﹡＊∥", "0123456789" * 4 + "****‖"
)
"""Digits and symbols of other blocks -> the ones that markers are recorded in."""
_SUPER = set("⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = "*†‡§¶‖"
_SYMBOLS = rf"[{_SIGNS}]{{1,4}}"
_EACH_SYMBOL = re.compile(r"\*+|†+|‡+|§+|¶+|‖+|[^*†‡§¶‖]+")
"""`*†‡` are three symbols, `**` is one."""
_ROMAN = r"[ivxlc]{1,10}"
_SEPARATOR = r"[\s,;،、˒٬’'·]+"
_OPEN, _CLOSE = "[(", "])"
_STOPS = frozenset((".", ")", "]", ":", ".)"))
_SIGNS_ALONE = re.compile(rf"[{_SIGNS}]{{1,10}}")
_BETWEEN_BRACKETS = re.compile(r"\]\s*+(?:[,;]\s*+)?\[|\)\s*+(?:[,;]\s*+)?\(")
_RANGE = re.compile(r"^(\d{1,4})\s*[-–]\s*(\d{1,4})$")
_LEAD = re.compile(
    rf"^(?P<open>[(\[]?)(?P<label>\d{{1,4}}|{_SYMBOLS}|[a-z]{{1,2}}|{_ROMAN})(?P<close>[)\]]?)(?P<dot>[.:]?)$"
)
_ROW = re.compile(r"[a-z]{3,12}|[0-9]{3,12}")
_ANY = re.compile(rf"^(?:\d{{1,4}}|{_SYMBOLS}|[a-z]{{1,2}}|{_ROMAN})$")
_GLUED = re.compile(
    r"^(?:\d{1,3}(?=[^\W\d_]|[“„«‘\"(\[])|(?:([a-z])\1?|[ivxlc]{2,9})(?=[A-ZÀ-ÖØ-Þ“„«‘\"]|https?:))"
)
_CALLED = re.compile(r"\w\([^)]*$")
_MEMBER = re.compile(r"[^\w\s][^\W\d_]")
BACK_LINK = re.compile("[↩⤴][\ufe0e\ufe0f]?$")
"""The arrow from a note back to its marker, which web pages end a note with."""
_ROUND = re.compile(r"(?<!^)(?=\(\d{1,3}\)[.,;:!?]*$)|(?<=\d\))(?=[.,;:!?]+$)")


@dataclass(slots=True, eq=False)
class Mark:
    """What may be a marker: words `[start, end)` of a line, which hold one label or several."""

    labels: tuple[str, ...]
    style: MarkStyle
    start: int
    end: int
    guess: bool = False
    """It is another reading of a sign than the plain one: a part of a number."""
    level: bool = False
    """It is a number as large as its line and no higher: only a link to a note's label makes it a marker."""
    leads_to: int | None = None
    """Index in the flow of the line whose label an internal link over the marker, or the first of several, leads to."""
    score: float = 0.0


@dataclass(slots=True, eq=False)
class Lead:
    """What may be a note's label: words `[start, words)` of a line. `alone`: nothing follows it on the line."""

    label: str
    style: LeadStyle
    words: int
    alone: bool
    start: int = 0
    guess: bool = False
    """It touches its text, or stands in the middle of a line."""
    run: tuple[bool, bool] = (False, False)
    """Do the numbers before and after it stand near it in the same style?"""
    score: float = 0.0


def is_raised(word: Word, line: PrintedLine) -> bool:
    least = RAISED_MIN if word.size <= SMALLER * line.size else FULL_SIZE
    return word.raised > least * line.size


def _is_super(text: str) -> bool:
    return all(c in _SUPER for c in text)


def look(line: PrintedLine) -> None:
    """Set `marks` and `leads` of a line: all that looks like a marker or like a note's label."""
    _part_glued(line)
    _part_round(line)
    _part_back_link(line)
    line.marks = marks_in(line)
    line.leads = leads_in(line)


def marks_in(line: PrintedLine) -> list[Mark]:
    """Return all in a line that looks like a marker; other readings of a sign follow the plain one."""
    found: list[Mark] = []
    i = 0
    while i < len(line.words):
        word = line.words[i]
        end = i + 1
        style: MarkStyle | None = None
        text = ""
        if is_raised(word, line) and re.fullmatch(_SEPARATOR, word.text):
            pass  # a comma before the first marker is the text's
        elif is_raised(word, line) or _is_super(word.text):
            end = _raised_end(line, i)
            style, text = "raised", _joined(line.words[i:end])
            text = _BETWEEN_BRACKETS.sub(",", text)
        elif word.text == "[":
            end = next(
                (k + 1 for k in range(i + 1, min(i + 8, len(line.words))) if line.words[k].text == "]"), i + 1
            )
            if end > i + 1 and not _is_index(line.words, i, end):
                style, text = "bracket", _joined(line.words[i:end])
        elif word.text[0] == "(" and re.fullmatch(r"\(\d{1,3}\)", word.text):
            style, text = "round", word.text
        elif _SIGNS_ALONE.fullmatch(word.text.translate(SUPERSCRIPTS)) and not _in_comment(line.words, i):
            while end < len(line.words) and not line.words[end].space and line.words[end].text == word.text:
                end += 1
            style, text = "symbol", "".join(w.text for w in line.words[i:end])
        level = style is None and word.target is not None and word.text.isdigit()
        if level:
            style, text = "raised", word.text
        labels = _labels(text, style) if style else ()
        if style and labels:
            if style == "raised" and re.fullmatch(_SYMBOLS, labels[0]):
                style = "symbol"
            found.append(Mark(labels, style, i, end, level=level))
            if style == "raised" and not level and len(labels) == 1 and len(labels[0]) > 1:
                end += _other_readings(line, found, i, end)
        i = end
    return found


def _in_comment(words: Sequence[Word], at: int) -> bool:
    """Does a sign begin or end a comment in code, as in `/* done */`?"""
    return any(w.text == "/" for w in words[max(0, at - 1) : at + 2])


def _is_index(words: Sequence[Word], start: int, end: int) -> bool:
    """Do brackets count in code, as in `point[1].x` and `open(names[2])`?"""
    first = next((k for k in range(start, 0, -1) if words[k].space), 0)
    after = words[end].text if end < len(words) and not words[end].space else ""
    return bool(_CALLED.search(_joined(words[first:start])) or _MEMBER.match(after))


def _joined(words: Sequence[Word]) -> str:
    return "".join((" " if w.space else "") + w.text for w in words)


def _raised_end(line: PrintedLine, start: int) -> int:
    words = line.words
    unicode = not is_raised(words[start], line)
    end = start + 1
    while end < len(words) and (_is_super(words[end].text) if unicode else is_raised(words[end], line)):
        if words[end].space and words[end].x0 - words[end - 1].x1 > 0.6 * line.size:
            break
        end += 1
    return end


def _labels(text: str, style: MarkStyle) -> tuple[str, ...]:
    """Return the labels in a marker's text; none when it is no marker."""
    bare = text.translate(SUPERSCRIPTS).strip().rstrip(",;،.")
    if bare[:1] in _OPEN:
        bare = bare[1:]
    if bare[-1:] in _CLOSE:
        bare = bare[:-1]
    match = _RANGE.match(bare)
    if match and 0 < int(match.group(1)) < int(match.group(2)) < int(match.group(1)) + 20:
        return tuple(str(n) for n in range(int(match.group(1)), int(match.group(2)) + 1))
    labels = tuple(
        label for part in re.split(_SEPARATOR, bare.strip()) if part for label in _touching(part, style)
    )
    if not labels or len(labels) > 12 or any(not _ANY.match(x) or x[0] == "0" for x in labels):
        return ()
    return labels if style != "bracket" or len(labels) == 1 or labels[0].isdigit() else ()


def _touching(part: str, style: MarkStyle) -> list[str]:
    """Return labels that stand together without a comma: `*†‡`, and raised ones too long for one (`efg`, `101112`)."""
    if part[0] in _SIGNS:
        return _EACH_SYMBOL.findall(part)
    row = style == "raised" and _ROW.fullmatch(part) and not _ANY.match(part)
    cuts = in_a_row(part) if row else []
    return [part[a:b] for a, b in pairwise([0, *cuts, len(part)])]


def _other_readings(line: PrintedLine, found: list[Mark], start: int, end: int) -> int:
    """Add `6` and `7` for `67`, and `3` for the `83` of 10⁸³; return how many words the line has gained."""
    label = found[-1].labels[0]
    at = next((k for k in range(start, end) if line.words[k].text.translate(SUPERSCRIPTS) == label), None)
    before = line.words[start - 1] if start and not line.words[start].space else None
    if at is None:
        # the exponent and the marker are words of their own
        for k in range(start + 1, end) if before is not None and may_be_raised_to(before.text) else ():
            tail = _joined(line.words[k:end]).translate(SUPERSCRIPTS)
            if tail.isdecimal() and tail[0] != "0":
                found.append(Mark((tail,), "raised", k, end, guess=True))
        return 0
    word = line.words[at]
    cuts = in_a_row(label)
    if cuts:
        parts = tuple(label[a:b] for a, b in pairwise([0, *cuts, len(label)]))
        found.append(Mark(parts, "raised", start, end, guess=True))
    if not label.isdigit() or before is None or not may_be_raised_to(before.text):
        return 0
    digits = cut(word, range(1, len(word.text)))[: len(label)]
    line.words = (*line.words[:at], *digits, *line.words[at + 1 :])
    gained = len(label) - 1
    for mark in found:
        mark.end += gained * (mark.start == start)
    for k in range(1, len(label)):
        if label[k] != "0":
            found.append(Mark((label[k:],), "raised", at + k, end + gained, guess=True))
    return gained


# what a raised digit after it makes an exponent: units of measure, and names of one letter
_UNIT = re.compile(
    r"^(?:[kcdmnµμh]?m|ft|yd|mi|in|s|sec|mc|м|км|см|мм|с|cos|sin|tan|log|CO|NO|SO|NH|CH|[A-Za-zΑ-ωА-я])$"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TAIL = re.compile(
    r"(?<![^\W\d_])(?<![^\W\d_]['’])[^\W\d_]++$|(?<![\d.,])\d++(?:[.,]\d++)*+$|(?<=[^\d][.,])\d++(?:[.,]\d++)*+$"
)


ACCENTS = "".join(map(chr, range(0x300, 0x370)))
"""Signs over the letter before them: a hat over a variable."""


def may_be_raised_to(before: str) -> bool:
    """Tell whether a raised digit after this text may be a power, an index or an isotope (m², 10³)."""
    before = before.rstrip(ACCENTS)
    if before and unicodedata.category(before[-1]) in ("Sm", "So"):
        return True
    tail = _TAIL.search(before)
    if tail is None:
        return False
    return not _YEAR.search(tail.group()) if tail.group()[0].isdigit() else bool(_UNIT.match(tail.group()))


def _part_glued(line: PrintedLine) -> None:
    """`10Section 3`, `bSee`: a label as wide as its tab stop touches its text; both become words."""
    word = line.words[0]
    match = _GLUED.match(word.text)
    if match is None or is_raised(word, line):
        return
    line.words = (*cut(word, [match.end()]), *line.words[1:])


def _part_round(line: PrintedLine) -> None:
    """`year(1).`: a number in round brackets becomes a word of its own."""
    words: list[Word] = []
    for word in line.words:
        places = [m.start() for m in _ROUND.finditer(word.text)] if ")" in word.text else []
        words += cut(word, places) if places else [word]
    line.words = tuple(words)


def _part_back_link(line: PrintedLine) -> None:
    """`Bulletin↩`: the arrow back to the marker becomes a word of its own."""
    arrow = BACK_LINK.search(line.words[-1].text)
    if arrow and arrow.start():
        line.words = (*line.words[:-1], *cut(line.words[-1], [arrow.start()]))


def leads_in(line: PrintedLine) -> list[Lead]:
    """Return the labels that a line may begin with, the likeliest first, then those of notes inside the line."""
    first = lead_of(line)
    found = [first] if first else []
    words = line.words
    if not found and (glued := _glued_number(words)):
        found.append(glued)
    for mark in line.marks:
        if not mark.start or mark.style not in INSIDE or len(mark.labels) > 1 or mark.guess:
            continue
        sign, last = words[mark.start], words[mark.start - 1]
        apart = sign.space and sign.x0 - last.x1 > INSIDE[mark.style] * line.size
        if apart and mark.end < len(words) and words[mark.end].text[0] not in ".,;:)]":
            found.append(Lead(mark.labels[0], mark.style, mark.end, False, mark.start, guess=True))
    return found


def _glued_number(words: Sequence[Word]) -> Lead | None:
    """Return the label that touches its text; `1⁴` is 14 in fonts that lack some of the raised digits."""
    count = 1
    while count < len(words) and words[count].text.isdigit() and not words[count].space:
        count += 1
    label = "".join(w.text for w in words[:count]).translate(SUPERSCRIPTS)
    touches = count > 1 or not words[min(count, len(words) - 1)].space
    if count == len(words) or not touches or not re.fullmatch(r"\d{1,3}|([a-z])\1?|[ivxlc]{2,9}", label):
        return None
    return Lead(label, "plain", count, False, guess=True) if systems_of(label) else None


def lead_of(line: PrintedLine) -> Lead | None:
    """Return the label that a line begins with, if it looks like the number of a note or of an item."""
    words = line.words
    raised = is_raised(words[0], line)
    head = ""
    best: Lead | None = None
    for k, word in enumerate(words[:6]):
        up = is_raised(word, line)
        if k and (word.space or up != raised or _is_super(word.text) != _is_super(head)) and not _opens(head):
            break
        head += word.text
        best = _lead(head, k + 1, words, line) or best
    if best and not best.alone and words[best.words].text in _STOPS and not words[best.words].space:
        best.words += 1  # the stop after a raised number stands on the line
        best.alone = best.words == len(words)
    return best


def _opens(head: str) -> bool:
    return head in ("(", "[") or (head[0] in "([" and head[-1].isalnum())


def _lead(head: str, count: int, words: Sequence[Word], line: PrintedLine) -> Lead | None:
    match = _LEAD.match(head.translate(SUPERSCRIPTS))
    if not match or head[0] == "0":
        return None
    label, alone = match.group("label"), count == len(words)
    if not systems_of(label):
        return None
    up = any(is_raised(w, line) for w in words[:count]) or _is_super(head)
    following = None if alone else words[count]
    apart = following is None or following.space or following.raised != words[count - 1].raised
    if following is not None and not apart:
        # before Chinese a gap is no white space, but it sets a number off
        last = words[count - 1]
        apart = max(following.x0 - last.x1, last.x0 - following.x1) > 0.15 * line.size
    style: LeadStyle
    if label[0] in _SIGNS:
        style = "symbol"
    elif up:
        style = "raised"
    elif match.group("open") == "[" and match.group("close") == "]":
        style = "bracket"
    elif match.group("open") == "(" and match.group("close") == ")":
        style = "round"
    elif apart and (match.group("dot") or match.group("close")):
        style = "dotted"
    elif apart and not match.group("open"):
        style = "plain"
    else:
        return None
    return Lead(label, style, count, alone)
