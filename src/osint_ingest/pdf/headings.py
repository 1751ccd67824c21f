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
from typing import Any

from osint_ingest.model import PassageKind
from osint_ingest.pdf.paragraphs import Group
from osint_ingest.text.language_files import any_word

LONGEST = 220
_NUMBERED = re.compile(
    rf"^(?:(?:{any_word('parts')})\s+)?((?:\d{{1,2}}|[IVX]{{1,5}}|[A-Z])(?:\.\d{{1,2}})*)[.):]?\s+\S", re.I
)
_CAPTION = re.compile(rf"^(?:{any_word('captions')})\s*\d{{1,3}}", re.I)
_SENTENCE_END = re.compile(r"[.;,。؛،]$")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a group is, and its level if it is a heading or a bullet."""

    kind: PassageKind
    level: int | None = None


def fold(text: str) -> str:
    """Letters and digits alone, lower case: how headings, outline and table of contents are compared."""
    return "".join(c for c in text.casefold() if c.isalnum())


def outline_of(document: Any) -> dict[str, int]:
    """Level by folded title of the PDF's outline; empty when there is none or it cannot be read."""
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
    """What each group is; `texts` are the groups' woven texts."""
    contents = {_entry(t) for g, t in zip(groups, texts, strict=True) if g.kind == "toc"}
    heads = [
        _is_heading(group, text, body, outline, contents) for group, text in zip(groups, texts, strict=True)
    ]
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
        elif group.kind == "item":
            kinds.append(Kind("list_item", group.depth or None))
        elif _CAPTION.match(text) and len(text) < 300:
            kinds.append(Kind("caption"))
        else:
            kinds.append(Kind("paragraph"))
    return kinds


def _entry(text: str) -> str:
    return fold(re.sub(r"(?<![.…_])(?<![.…_]\s)(?:[.…_]\s?){3,}+\s*+\d*+$", "", text))


def _is_heading(  # noqa: PLR0911 - one sign after the other
    group: Group, text: str, body: float, outline: Mapping[str, int], contents: set[str]
) -> bool:
    if (
        group.kind == "toc"
        or not text
        or len(text) > LONGEST
        or len(group.lines) > 4
        or not any(c.isalpha() for c in text)
    ):
        return False
    size = group.lines[0].size
    bold = all(line.bold for line in group.lines)
    known = fold(text)
    listed = len(known) > 2 and (known in outline or known in contents)
    if group.cell is not None:
        return listed and bold and size > body
    if listed and (bold or size >= body - 0.3 or known in outline):
        return True
    if _SENTENCE_END.search(text) and not _NUMBERED.match(text):
        return False
    if _CAPTION.match(text):
        return False
    if size > 1.08 * body:
        return len(group.lines) <= 3 or size > 1.3 * body
    if group.kind == "item" and not _NUMBERED.match(text):
        return False
    return (
        bold and size > 0.97 * body and len(text) < 120 and len(group.lines) <= 2 and not text.endswith(":")
    )


def _title(groups: Sequence[Group], heads: Sequence[bool], body: float) -> frozenset[int]:
    """The largest print of the first page, when nothing after it is printed as large: indices of its groups."""
    first = [i for i, (g, h) in enumerate(zip(groups, heads, strict=True)) if h and g.page == 1]
    largest = max((groups[i].lines[0].size for i in first), default=0.0)
    if largest < 1.2 * body:
        return frozenset()
    title = [i for i in first if groups[i].lines[0].size >= largest - 0.5]
    if any(h and i not in title and groups[i].lines[0].size >= largest - 0.5 for i, h in enumerate(heads)):
        # other headings are as large: unless they share its page it is no more than the first of them
        title = [i for i in title if i == first[0]]
        return frozenset(title if all(groups[i].page == 1 for i, h in enumerate(heads) if h) else ())
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
    """Levels from 1. Styles are ordered by size and weight; a style whose headings are numbered takes the
    depth of the number, one that the outline knows takes the outline's level."""
    styles: Counter[tuple[float, bool, bool]] = Counter()
    for i, (group, head) in enumerate(zip(groups, heads, strict=True)):
        if head and i not in title:
            styles[_style(group)] += 1
    order = {style: i for i, style in enumerate(sorted(styles, key=lambda s: (-s[0], not s[1], s[2])), 1)}
    out: list[int | None] = []
    for group, text, head in zip(groups, texts, heads, strict=True):
        if not head:
            out.append(None)
        elif (known := outline.get(fold(text))) is not None:
            out.append(known)
        elif (depth := _depth(text)) is not None and depth > 1:
            out.append(depth)
        else:
            out.append(min(order.get(_style(group), 1), 9))
    return out


def _style(group: Group) -> tuple[float, bool, bool]:
    line = group.lines[0]
    return round(line.size * 2) / 2, all(x.bold for x in group.lines), line.italic
