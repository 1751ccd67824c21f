"""What a document is called: what its cover prints largest, with the subtitle and the country that tell it apart from
others of its series; or what its metadata says, where that is a title at all."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from statistics import median

from osint_ingest.model import Passage
from osint_ingest.pdf.headings import fold
from osint_ingest.text.countries import country_code
from osint_ingest.text.normalise import without_accents

LONGEST = 200
"""Characters of a title with all its parts; a part that makes it longer is left out."""
_LONGEST_PART = 140
_RUNNING_TEXT = 150
"""Characters from which a paragraph is text and no line of a cover."""
_COVER_LINES = 12
_SAME_SIZE = 0.95
_SUBTITLE = 1.1
"""A subtitle is printed so much larger than running text."""
_LARGE = 1.2
_LEAST_WORDS = 3
_FILE = re.compile(r"^\S*_\S*$|\.[A-Za-z][A-Za-z0-9]{1,4}$")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[IVX]{1,5})(?:\.\d{1,2})*[.):]?\s")


def best_title(own: str | None, passages: Sequence[Passage]) -> str | None:
    """The title of a PDF. `own`: what its metadata says.

    The metadata's title counts where the first pages print its words. A cover that prints more than it, or a
    subtitle or country beside it, completes it.
    """
    first = [p for p in passages if (p.page or 1) <= 2]
    own = None if own is None or is_junk(own) else own
    lines = _cover(passages)
    printed = _largest(lines, _body_size(passages)) or [p for p in first if p.kind == "title"]
    base = _joined(printed)
    if own and _prints(first, own):
        on_cover = _prints([p for p in first if p.kind not in ("header", "footer")], own)
        if base is None or (on_cover and not _has(base, own)):
            heads = (p.text for p in lines if p.kind == "heading" and len(p.text) <= _LONGEST_PART)
            base = next((text for text in heads if _has(text, own)), own)
    if base is None:
        return own or next((p.text for p in passages if p.kind == "heading"), None)
    for part in _beside(lines, printed, _body_size(passages)):
        if not _has(base, part):
            base = _with(base, part)
    return base


def is_junk(title: str) -> bool:
    """Is this the name of a program or a file, where a title should be?"""
    plain = without_accents(fold(title))
    if not plain or _FILE.search(title.strip()):
        return True
    return any(plain == j or (j.endswith("*") and plain.startswith(j[:-1])) for j in _junk())


@cache
def _junk() -> tuple[str, ...]:
    text = files(__package__).joinpath("junk_titles.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _size(passage: Passage) -> float:
    return max((line.box.bottom - line.box.top for line in passage.lines[:1]), default=0.0)


def _body_size(passages: Sequence[Passage]) -> float:
    sizes = [_size(p) for p in passages if p.kind == "paragraph" and len(p.text) >= _RUNNING_TEXT]
    return median(sizes or [_size(p) for p in passages if p.kind == "paragraph"] or [0.0])


def _cover(passages: Sequence[Passage]) -> list[Passage]:
    """The lines of the first page before its running text."""
    lines: list[Passage] = []
    for passage in passages:
        if (passage.page or 1) > 1 or len(lines) == _COVER_LINES:
            break
        if passage.kind in ("header", "footer", "footnote"):
            continue
        if passage.kind not in ("title", "heading") and len(passage.text) >= _RUNNING_TEXT:
            break
        lines.append(passage)
    return lines


def _largest(lines: Sequence[Passage], body: float) -> list[Passage]:
    """The lines of a cover in the largest print; none where it is as small as running text."""
    largest = max(map(_size, lines), default=0.0)
    if largest < _LARGE * body or not any(p.kind == "title" for p in lines):
        return []
    return [p for p in lines if _size(p) >= _SAME_SIZE * largest]


def _joined(printed: Sequence[Passage]) -> str | None:
    title = ""
    for passage in printed:
        text = passage.text.strip()
        title = _with(title, text) if title and _country(text) else f"{title} {text}".strip()
    return title or None


def _beside(lines: Sequence[Passage], printed: Sequence[Passage], body: float) -> list[str]:
    """The subtitle that follows the title on a cover, and the country that stands there."""
    found: list[str] = []
    places = [i for i, p in enumerate(lines) if p in printed]
    for i, passage in enumerate(lines):
        text = passage.text.strip()
        if passage in printed or len(text) > _LONGEST_PART:
            continue
        follows = places and i == places[-1] + 1
        ends = i + 1 < len(lines)  # what running text follows at once heads a section
        if _country(text) or (follows and ends and _size(passage) >= _SUBTITLE * body and _is_subtitle(text)):
            found.append(text)
    return found


def _is_subtitle(text: str) -> bool:
    words = text.split()
    plain = [w for w in words if not any(c.isdigit() for c in w)]
    return (
        len(words) >= _LEAST_WORDS
        and len(plain) > len(words) / 2
        and "@" not in text
        and not _NUMBERED.match(text)
    )


def _country(text: str) -> bool:
    return country_code(re.sub(r"\d{4}", "", text).strip(" -–—,|:()")) is not None


def _prints(passages: Sequence[Passage], title: str) -> bool:
    printed = fold(" ".join(p.text for p in passages))
    words = [folded for w in title.split() if (folded := fold(w))]
    return bool(words) and sum(w in printed for w in words) >= 0.7 * len(words)


def _has(title: str, part: str) -> bool:
    return fold(part) in fold(title)


def _with(title: str, part: str) -> str:
    longer = f"{title.rstrip(' :,–-')} – {part}"
    return longer if len(longer) <= LONGEST else title
