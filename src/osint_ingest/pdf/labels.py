"""What a marker looks like: in running text (`markers_in`) and at the head of a note (`lead_of`)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from osint_ingest.pdf.lines import RAISED_MIN, SMALLER, PrintedLine
from osint_ingest.pdf.words import Word

Style = Literal["raised", "bracket", "symbol"]
LeadStyle = Literal["raised", "bracket", "symbol", "dotted", "plain"]

SUPERSCRIPTS = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９∗⁎﹡＊", "0123456789" * 4 + "****"
)
"""Digits and asterisks of other blocks -> ASCII, as markers are recorded."""
_SUPER = set("⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS = r"[*†‡§¶]{1,4}"
_ROMAN = r"[ivxl]{1,6}"
_ONE = rf"(?:\d{{1,4}}|{_SYMBOLS}|{_ROMAN}|[a-z])"
_RAISED = re.compile(rf"^[(\[]?({_ONE}(?:\s*+[,;،、]\s*+{_ONE}(?!\w))*+)[)\]]?[,;،]?$")
_BRACKET = re.compile(r"^(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)$")
_RANGE = re.compile(r"^(\d{1,4})\s*[-–]\s*(\d{1,4})$")
_LEAD = re.compile(rf"^(?P<open>[(\[]?)(?P<label>{_ONE})(?P<close>[)\]]?)(?P<dot>[.:]?)$")

# what a raised digit after it makes an exponent: units of measure, and names of one letter
_UNIT = re.compile(
    r"^(?:[kcdmnµμh]?m|ft|yd|mi|in|s|sec|mc|м|км|см|мм|с|cos|sin|tan|log|CO|NO|SO|NH|CH|[A-Za-zΑ-ωА-я])$"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TAIL = re.compile(r"(?<![^\W\d_])[^\W\d_]++$|(?<!\d)(?<!\d[.,])\d++(?:[.,]\d++)*+$")


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be a marker in running text: words `[start, end)` of its line, one label or several.

    `risky` when what stands before it makes it an exponent, an index or an isotope as well.
    """

    labels: tuple[str, ...]
    style: Style
    start: int
    end: int
    risky: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """The number or symbol at the head of a line: words `[0, words)`. `alone`: nothing follows it."""

    label: str
    style: LeadStyle
    words: int
    alone: bool


def is_raised(word: Word, line: PrintedLine) -> bool:
    return word.raised > RAISED_MIN * line.size and word.size <= SMALLER * line.size


def _is_super(text: str) -> bool:
    return all(c in _SUPER for c in text)


def markers_in(line: PrintedLine) -> list[Mark]:
    """Everything in a line that has the look of a marker."""
    found: list[Mark] = []
    words = line.words
    i = 0
    while i < len(words):
        word = words[i]
        end = i + 1
        if is_raised(word, line) or _is_super(word.text):
            unicode = not is_raised(word, line)
            while end < len(words) and (
                _is_super(words[end].text) if unicode else is_raised(words[end], line)
            ):
                if end > i and words[end].space and words[end].x0 - words[end - 1].x1 > 0.6 * line.size:
                    break
                end += 1
            if unicode:
                end = _unicode_list(words, end)
            text = "".join(w.text for w in words[i:end]).translate(SUPERSCRIPTS)
            match = _RAISED.match(text.replace("][", ",").replace(")(", ","))
            if match:
                found.append(_mark(match.group(1), "raised", words, i, end))
        elif word.text == "[":
            close = next((k for k in range(i + 1, min(i + 8, len(words))) if words[k].text == "]"), None)
            if close:
                inside = "".join(w.text for w in words[i + 1 : close]).translate(SUPERSCRIPTS)
                listed = _BRACKET.match(_spread(inside))
                if listed:
                    end = close + 1
                    found.append(_mark(listed.group(1), "bracket", words, i, end))
        elif re.fullmatch(_SYMBOLS, word.text.translate(SUPERSCRIPTS)):
            while end < len(words) and not words[end].space and words[end].text == word.text:
                end += 1
            glued = i > 0 and not word.space
            if glued or (i == 0 and end < len(words) and not words[end].space):
                found.append(_mark("".join(w.text for w in words[i:end]), "symbol", words, i, end))
        i = end
    return found


def _unicode_list(words: tuple[Word, ...], end: int) -> int:
    """`¹²,¹³`: the comma between two superscript numbers stands on the line."""
    while (
        end + 1 < len(words)
        and words[end].text in (",", ";", "˒", "٬", "’", "'")
        and not words[end].space
        and not words[end + 1].space
        and _is_super(words[end + 1].text)
    ):
        end += 2
    return end


def _spread(inside: str) -> str:
    match = _RANGE.match(inside)
    if match and 0 < int(match.group(2)) - int(match.group(1)) < 20:
        return ",".join(str(n) for n in range(int(match.group(1)), int(match.group(2)) + 1))
    return inside


def _mark(text: str, style: Style, words: tuple[Word, ...], start: int, end: int) -> Mark:
    labels = tuple(part for part in re.split(r"[\s,;،、˒٬’']+", text.translate(SUPERSCRIPTS)) if part)
    if style == "raised" and all(re.fullmatch(_SYMBOLS, label) for label in labels):
        style = "symbol"
    return Mark(labels, style, start, end, _risky(words, start, end, labels))


def _risky(words: tuple[Word, ...], start: int, end: int, labels: tuple[str, ...]) -> bool:
    following = words[end] if end < len(words) else None
    glued_after = following is not None and not following.space and following.text[0].isalpha()
    if start and unicodedata.category(words[start - 1].text[-1]) in ("Sm", "So"):
        return True  # the limits of a sum
    if start == 0 or words[start].space:
        return glued_after  # ¹⁴C
    before = ""
    for k in range(start - 1, -1, -1):
        before = words[k].text + before
        if words[k].space or words[k].size < 0.8 * words[start - 1].size:
            break
    if not all(label.isdigit() for label in labels):
        # 24th, 1st, n-th: letters after a digit are no marker
        return before[-1:].isdigit() and not re.fullmatch(_SYMBOLS, labels[0])
    tail = _TAIL.search(before)
    if tail is None:
        return False
    piece = tail.group()
    if piece[0].isdigit():
        return not _YEAR.search(piece)
    return bool(_UNIT.match(piece)) or (glued_after and len(piece) == 1)


def lead_of(line: PrintedLine) -> Lead | None:
    """The label that a line begins with, if it has the look of a note's (or a list item's) number."""
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
    return best


def _opens(head: str) -> bool:
    return head in ("(", "[") or (head[0] in "([" and head[-1].isdigit())


def _lead(head: str, count: int, words: tuple[Word, ...], line: PrintedLine) -> Lead | None:
    match = _LEAD.match(head.translate(SUPERSCRIPTS))
    if not match:
        return None
    label, alone = match.group("label"), count == len(words)
    numeric = label.isdigit()
    symbol = bool(re.fullmatch(_SYMBOLS, label))
    up = any(is_raised(w, line) for w in words[:count]) or _is_super(head)
    following = None if alone else words[count]
    apart = following is None or following.space or following.raised != words[count - 1].raised
    if following is not None and not apart:
        # before Chinese a gap is no white space, but it sets a number off
        last = words[count - 1]
        apart = max(following.x0 - last.x1, last.x0 - following.x1) > 0.15 * line.size
    style: LeadStyle
    if symbol:
        style = "symbol"
    elif up:
        style = "raised"
    elif match.group("open") == "[" and match.group("close") == "]" and numeric:
        style = "bracket"
    elif numeric and apart and (match.group("dot") or match.group("close")):
        style = "dotted"
    elif numeric and apart and not match.group("open"):
        style = "plain"
    else:
        return None
    if label.startswith("0"):
        return None
    return Lead(label, style, count, alone)
