"""What each group of lines is: title, heading with its level, caption, bullet, cell, paragraph.

A heading is larger or bolder than running text, short, and does not end as a sentence does. The PDF's
outline, where there is one, confirms headings and gives their levels; else size, weight and the depth of
the number order the styles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from osint_ingest.model import PassageKind
from osint_ingest.pdf.breaks import Group
from osint_ingest.pdf.fitted import log_odds
from osint_ingest.text.language_files import any_word

LONGEST = 220
LONGEST_OF_CONTENTS = 40
"""The most characters of a line above a table of contents that is its heading."""
FAR = 9.0
CROWN = 1.4
"""A title that is known by its size alone is larger than running text by so much."""
_NUMBERED = re.compile(
    rf"^(?:(?:{any_word('parts')})\s+)?((?:\d{{1,2}}|[IVX]{{1,5}}|[A-Z])(?:\.\d{{1,2}})*)[.):]?\s+\S", re.I
)
_PART = re.compile(rf"^(?:{any_word('parts')})\s+(?:\d{{1,2}}|[IVX]{{1,5}}|[A-Z])[.:]?$", re.I)
_CAPTION = re.compile(rf"^(?:{any_word('captions')})\s*\d{{1,3}}", re.I)
_CAPTION_OF = re.compile(rf"{_CAPTION.pattern}(?:\.\d{{1,3}})*+\s?[.:–—]\s", re.I)
"""A number and a sign: without the sign it may be a heading (`Box 2 Seeking approval`)."""
_WORD = re.compile(r"[^\W\d_]{3}")
_SENTENCE_END = re.compile(r"[.;,。؛،]$")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a group is, and its level if it is a heading or an item of a list."""

    kind: PassageKind
    level: int | None = None


def fold(text: str) -> str:
    """Return the letters and digits of a text in lower case: so headings, outline and contents are compared."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _level_in(outline: Mapping[str, int], text: str) -> int | None:
    """Return a heading's level in the outline, which often lacks the number that is printed."""
    number = _NUMBERED.match(text)
    bare = text[number.end() - 1 :] if number else text
    return next(
        (outline[known] for t in (text, bare) if len(known := fold(t)) > 2 and known in outline), None
    )


def outline_of(document: Any) -> dict[str, int]:
    """Return the levels of the PDF's outline by folded title; empty when there is none or it cannot be read."""
    found: dict[str, int] = {}
    try:
        for level, title, *_ in document.get_outlines():
            if isinstance(title, str) and len(found) < 5000:
                found.setdefault(fold(title), level)
    except Exception:  # no outline, or a broken one
        return found
    return found


def kinds_of(
    groups: Sequence[Group], texts: Sequence[str], body: float, outline: Mapping[str, int]
) -> list[Kind]:
    """Return the kind of each group of lines: title, heading, paragraph, list item ... `texts` are their running
    texts."""
    found = candidates(groups, texts, body, outline)
    crown = _crown(groups, texts, body)
    heads = [
        (features is not None and (i in crown or log_odds("heading", features) > 0))
        or _is_named(groups, texts, i)
        for i, features in enumerate(found)
    ]
    for i in range(len(groups) - 1):
        if heads[i] and heads[i + 1] and _PART.match(texts[i]):
            heads[i] = (
                groups[i].lines[0].size > groups[i + 1].lines[0].size
            )  # else it is the number of the next
    title = _title(groups, heads, body)
    levels = _levels(groups, texts, heads, outline, title)
    # a title alone on its page heads that page; one with headings under it heads all
    alone = not any(
        h and g.page == 1 and i not in title for i, (g, h) in enumerate(zip(groups, heads, strict=True))
    )
    kinds = []
    for i, (group, text, head, level) in enumerate(zip(groups, texts, heads, levels, strict=True)):
        if i in title:
            kinds.append(Kind("title", 1 if alone else 0))
        elif head:
            kinds.append(Kind("heading", level))
        elif group.cell:
            kinds.append(Kind("table_cell"))
        elif group.item:
            kinds.append(Kind("list_item", group.depth or None))
        elif _CAPTION.match(text) and len(text) < 300:
            kinds.append(Kind("caption"))
        else:
            kinds.append(Kind("paragraph"))
    return kinds


def _crown(groups: Sequence[Group], texts: Sequence[str], body: float) -> frozenset[int]:
    """Return the groups of page 1 in the largest print of all: a title, however short and lonely on its cover."""
    largest = max((g.lines[0].size for g in groups), default=0.0)
    if largest < CROWN * body:
        return frozenset()
    return frozenset(
        i
        for i, (group, text) in enumerate(zip(groups, texts, strict=True))
        if group.page == 1 and group.lines[0].size > 0.98 * largest and not group.cell and _WORD.search(text)
    )


def _is_named(groups: Sequence[Group], texts: Sequence[str], i: int) -> bool:
    """Tell whether a group is a heading by its words or place: the number of a part, the line above the contents,
    bold words before text on their line."""
    last = groups[i].lines[-1]
    if last.run_in == len(last.words) and not groups[i].cell and not texts[i].endswith(":"):
        return i + 1 < len(groups) and len(groups[i + 1].lines) > 1
    if len(groups[i].lines) > 1 or groups[i].contents or groups[i].item or groups[i].cell:
        return False
    contents = i + 1 < len(groups) and groups[i + 1].contents and not any(g.contents for g in groups[:i])
    return bool(_PART.match(texts[i])) or (
        contents and texts[i][-1:].isalpha() and len(texts[i]) <= LONGEST_OF_CONTENTS
    )


def _entry(text: str) -> str:
    return fold(re.sub(r"(?<![.…_])(?<![.…_]\s)(?:[.…_]\s?){3,}+\s*+\d*+$", "", text))


def candidates(
    groups: Sequence[Group], texts: Sequence[str], body: float, outline: Mapping[str, int]
) -> list[dict[str, float] | None]:
    """Return the measured features of each group that may be a heading, by name; None for the others. Lengths are in
    units of the group's font size."""
    contents = {_entry(t) for g, t in zip(groups, texts, strict=True) if g.contents}
    styles = Counter(_style(group) for group in groups for _ in group.lines)
    steps = [b.base - a.base for g in groups for a, b in pairwise(g.lines) if a.page == b.page]
    leading = median([s for s in steps if s > 0] or [1.2 * body]) / body
    found: list[dict[str, float] | None] = []
    for i, (group, text) in enumerate(zip(groups, texts, strict=True)):
        line, known = group.lines[0], fold(text)
        listed = 2 * (_level_in(outline, text) is not None) or (len(known) > 2 and known in contents)
        bold = all(x.bold for x in group.lines)
        captioned = _CAPTION_OF.match(text) and listed < 2  # the contents may list figures as well
        shown = bold or listed or line.size > 1.04 * body or line.italic or text.isupper()
        short = bool(text) and len(text) <= LONGEST and len(group.lines) <= 4
        if group.contents or captioned or not shown or not short or not any(c.isalpha() for c in text):
            found.append(None)
            continue
        size = line.size or 1.0
        above, below = _gap(groups, i - 1, leading), _gap(groups, i, leading)
        under = groups[i + 1] if i + 1 < len(groups) else None
        found.append(
            {
                "size": min(size / body, 3.0),
                "bold": bold,
                "slanted": line.italic,
                "capitals": text.isupper(),
                "depth": _depth(text) or 0,  # of the number in front
                "caption": bool(_CAPTION.match(text)),
                "listed": int(listed),  # 2 in the outline, 1 in the contents
                "outline": len(outline) > 1,
                "length": min(len(text), 120),
                "lines": len(group.lines),
                "ends": 1 if _SENTENCE_END.search(text) else 2 if text.endswith(":") else 0,
                # white space beyond the usual distance of lines, and how much nearer it is to what follows
                "above": above,
                "below": below,
                "nearer": above - below if max(above, below) < FAR else 0.0,
                "start": group.start,
                "cell": group.cell is not None,
                "item": group.item,
                "labelled": group.label > 0,
                # the share of lines printed so; how many lines the next passage has
                "style": min(styles[_style(group)] / max(1, sum(styles.values())), 0.5),
                "follows": len(under.lines) if under else 0,
                "size_below": min((under.lines[0].size if under else size) / body, 3.0),
                "first_page": group.page == 1,
            }
        )
    return found


def _gap(groups: Sequence[Group], i: int, leading: float) -> float:
    """Return the white space under a group beyond the usual distance of lines; `FAR` over a column's or page's end."""
    if not 0 <= i < len(groups) - 1:
        return FAR
    a, b = groups[i].lines[-1], groups[i + 1].lines[0]
    step = (b.base - a.base) / max(b.size, 1.0)
    return step - leading if a.page == b.page and 0 < step < FAR else FAR


def _title(groups: Sequence[Group], heads: Sequence[bool], body: float) -> frozenset[int]:
    """Return the groups (indices) of the title: the largest print of page 1, if nothing after it is as large."""
    first = [i for i, (g, h) in enumerate(zip(groups, heads, strict=True)) if h and g.page == 1]
    largest = max((groups[i].lines[0].size for i in first), default=0.0)
    if largest < 1.2 * body:
        return frozenset()
    title = [i for i in first if groups[i].lines[0].size >= largest - 0.5]
    if any(h and i not in title and groups[i].lines[0].size >= largest - 0.5 for i, h in enumerate(heads)):
        return frozenset()
    between = [i for i in range(title[0], title[-1]) if i not in title]
    return frozenset(title if len(between) <= 1 else title[:1])


def _depth(text: str) -> int | None:
    match = _NUMBERED.match(text)
    return match.group(1).count(".") + 1 if match else None


def _levels(
    groups: Sequence[Group],
    texts: Sequence[str],
    heads: Sequence[bool],
    outline: Mapping[str, int],
    title: frozenset[int],
) -> list[int | None]:
    """Return the level of each heading, from 1; None for other groups.

    The outline gives it where it knows the heading, else the depth of its number, else its style: styles are ordered
    by size and weight.
    """
    styles: Counter[tuple[float, bool, bool]] = Counter()
    for i, (group, head) in enumerate(zip(groups, heads, strict=True)):
        if head and i not in title:
            styles[_style(group)] += 1
    order = {style: i for i, style in enumerate(sorted(styles, key=lambda s: (-s[0], not s[1], s[2])), 1)}
    out: list[int | None] = []
    for group, text, head in zip(groups, texts, heads, strict=True):
        if not head:
            out.append(None)
        elif (known := _level_in(outline, text)) is not None:
            out.append(known)
        elif (depth := _depth(text)) is not None and depth > 1:
            out.append(depth)
        else:
            out.append(min(order.get(_style(group), 1), 9))
    return out


def _style(group: Group) -> tuple[float, bool, bool]:
    line = group.lines[0]
    return round(line.size * 2) / 2, all(x.bold for x in group.lines), line.italic
