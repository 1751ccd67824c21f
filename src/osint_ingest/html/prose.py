"""Prose of a line -> blocks: headings in bold, bullets that are only printed, lines that `<br>` parts."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from osint_ingest.html.fields import Piece
from osint_ingest.html.lines import says
from osint_ingest.model import PassageKind

LONGEST_HEADING = 250
"""Bold text longer than this is emphasis and no heading, in code points. Questions of forms are long."""

_BULLETS = "•●▪◦‣○■∙·"
_BULLET = re.compile(rf"[{_BULLETS}]\s*(?=\S)")
_NUMBERED = re.compile(r"\A(?:\d{1,2}(?:\.\d{1,2}){0,9}[.)]|[-–—*]|\[\d{1,3}\])\s")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_KINDS: dict[str, PassageKind] = {
    "list_item": "list_item",
    "cell": "table_cell",
    "head_cell": "table_cell",
    "caption": "caption",
}
_MAY_BE_BOLD = frozenset(("paragraph", "term", "value"))
"""Lines whose bold type tells a heading; in a list or a table it is emphasis."""


class ProsePiece(NamedTuple):
    """A stretch of a line and what it is."""

    kind: PassageKind
    piece: Piece


def blocks_of(piece: Piece) -> Sequence[ProsePiece]:
    """The blocks of a stretch of prose, in reading order."""
    if "\n" not in piece.line.text:
        return _blocks_of_part(piece) if piece.start < piece.end else ()
    return [block for part in _parts(piece) for block in _blocks_of_part(part)]


def _blocks_of_part(part: Piece) -> tuple[ProsePiece, ...]:
    line = part.line
    if line.text[part.start] in _BULLETS and (bullet := _BULLET.match(line.text, part.start, part.end)):
        return (ProsePiece("list_item", part._replace(start=bullet.end())),)
    if line.kind == "heading":
        return (ProsePiece("heading", part),)
    kind = _KINDS.get(line.kind, "paragraph")
    bold = line.kind == "term" or any(r.strong for r in line.runs_in(part.start, part.end))
    if line.kind not in _MAY_BE_BOLD or not bold:
        return (ProsePiece(kind, part),)
    if _is_bold_heading(part):
        return (ProsePiece("heading", part),)
    end = _run_in_heading(part)
    if end is None:
        return (ProsePiece(kind, part),)
    return ProsePiece("heading", part._replace(end=end)), ProsePiece(kind, part._replace(start=end))


def _is_bold_heading(piece: Piece) -> bool:
    """A paragraph of its own that is wholly in bold type, or the term of a definition list."""
    line = piece.line
    if piece.end - piece.start > LONGEST_HEADING:
        return False
    if line.kind == "term":
        return True
    runs = line.runs_in(piece.start, piece.end)
    said = [r for r in runs if says(line.text, max(r.start, piece.start), min(r.end, piece.end))]
    return bool(said) and all(r.strong for r in said) and not piece.text.startswith("[")


def _parts(piece: Piece) -> Sequence[Piece]:
    """The piece cut at its line feeds, those apart that only wrap a sentence."""
    parts: list[Piece] = []
    start = at = piece.start
    lines = piece.line.text[piece.start : piece.end].split("\n")
    for line, following in zip_longest(lines, lines[1:]):
        at += len(line) + 1
        if following is None or not line.strip() or not _wraps(line.rstrip(), following.lstrip()):
            parts.append(Piece(piece.line, start, at - 1))
            start = at
    return [part for part in parts if part.text]


def _wraps(line: str, following: str) -> bool:
    """Does a sentence run on over this line feed?"""
    if not following or _SENTENCE_END.search(line) or _BULLET.match(following) or _NUMBERED.match(following):
        return False
    return (
        following[0].islower() or line[-1] in ",-–(" or (following[0].isdigit() and not line[-1:].isdigit())
    )


def _run_in_heading(piece: Piece) -> int | None:
    """Where a bold heading at the start of a paragraph ends, when its text goes on in the same line."""
    line = piece.line
    end = None
    for run in line.runs_in(piece.start, piece.end):
        if not run.strong:
            break
        end = run.end
    if end is None or end >= piece.end or end - piece.start > LONGEST_HEADING or line.kind == "term":
        return None
    heading, rest = line.text[piece.start : end].strip(), line.text[end : piece.end].lstrip(" \n")
    begins = rest[:1].isupper() or rest[:1] in tuple("¿¡“\"'•")
    if len(heading) < 4 or heading[-1] in ",:;-–" or not begins:
        return None
    short = len(heading.split()) <= 12 and heading[0].isupper() and not heading.endswith(".")
    return end if short or heading.endswith("?") else None
