"""The context of a marker or link in a text: its sentence, divided among the markers or links in it."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from osint_ingest.text.language_files import any_form, any_word, language_files

_END = re.compile(r"[.!?…。](?:\s»|[\"'”’»)\]]*)\s+")
_SHORTENED = re.compile(
    rf"(?:\b(?:No|Nos|Nr|Art|Arts|{any_word('forms_of_address')}|St|cf|Cf|vs|Inc|Ltd|[A-Z])|N[º°])\.\s+$"
)
"""Words that a full stop shortens and does not end (`Art. `, `J. `)."""
LONGEST_SHORT_FORM = 24
"""No shortened word is longer, in code points, with its full stop and space."""
_HELD = re.compile(r"“[^“”]*”|«[^«»]*»|\([^()]*\)")
_ADDRESS = re.compile(r"(?<![\w.-])(?:(?:https?://|www\.)\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?)", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
_GOES_ON = re.compile(r"(?<!\s)\s+[a-zà-ÿа-я]")
_CLOSED = ",;:.!?"
_AND = any_word("and", "or")
_COMMA_AND = re.compile(rf",\s(?={_AND}\s)")
_JOINS = re.compile(
    rf"(?:,\s|\s(?={_AND}\s))(?:{_AND}\s)?(?:(?:{any_word('name_particles')}|\w{{1,3}})\s|\w{{1,4}}['’]){{0,3}}"
)
"""What stands between two phrases of a list: a comma or a conjunction, and some small words."""
LONGEST = 1200
"""A context reaches no further than this from its marker or link, in code points."""
LONGEST_ENTRY = 400
"""What stands before an address that follows a full stop, as in a bibliography, in code points."""
_CAPITALS = 0.6
"""Of the words of a name with four letters or more, at least this share has a capital."""


@dataclass(frozen=True, slots=True)
class ContextMark:
    """A marker (`start` and `end` are those of its phrase, `at` is where it stands) or the words of a link."""

    start: int
    end: int
    at: int
    is_link: bool = False


def _and_no_subject() -> str:
    """A part of a pattern: a conjunction, behind which no subject begins in the languages that have it."""
    subjects: dict[str, list[str]] = {}
    for said in language_files(__package__).values():
        for word in said.get("and", ()) if "subjects" in said else ():
            subjects.setdefault(word, []).extend(said["subjects"].split())
    return "|".join(rf"{re.escape(word)}\s+(?!{any_form(own)}\b)" for word, own in subjects.items())


_SAME_SUBJECT = re.compile(rf"[\s,;]{{0,3}}(?:{_and_no_subject()})[a-zà-ÿ]")
"""How a part of a sentence begins whose subject is that of the part before: `and has published`."""


def contexts(text: str, marks: Sequence[ContextMark]) -> list[tuple[int, int]]:
    """Return the (start, end) that each mark speaks of, in code points of `text`.

    That is its sentence, which a quotation or a bracket does not end, or its part of it between semicolons. Of several
    markers in one each has what stands between the one before and itself, and what follows a name (`Name¹, the office
    of ...²`) is the name's. A part without a subject of its own (`and publishes ...²`) has all that is before it in the
    sentence too. A printed address has what stands before it, and words that carry a link have what stands
    around them, up to the next link or the clause that it stands in. Those of a list (`Name¹, Name² and Name³`) have
    the same.
    """
    found: dict[ContextMark, tuple[int, int]] = {}
    ordered = sorted(set(marks), key=_last)
    for low, high in _parts(text, ordered, _bounds(text, marks)):
        first, behind = (bisect_left(ordered, place, key=_last) for place in (low, high))
        here = sorted(ordered[first:behind], key=lambda m: (m.at, m.start))
        for kind in (False, True):
            lists = _lists(text, [m for m in here if m.is_link is kind])
            whole = [ContextMark(own[0].start, own[-1].end, own[-1].at, is_link=kind) for own in lists]
            share = _of_links if kind else _of_markers
            for own, (_, (start, end)) in zip(lists, share(text, whole, low, high), strict=True):
                # a name before them, in the same list, has no marker
                alone = len(own) > 1 and not kind and _is_name(text[start : own[0].start])
                found.update(dict.fromkeys(own, (own[0].start if alone else start, end)))
    return [
        (max(found[m][0], m.start - LONGEST, 0), min(found[m][1], m.at + LONGEST))
        if m in found
        else (m.start, m.at)
        for m in marks
    ]


def _last(mark: ContextMark) -> int:
    return max(mark.end - 1, 0)


def _bounds(text: str, marks: Sequence[ContextMark]) -> list[int]:
    """Where sentences begin, and the text's end."""
    whole = sorted([*(m.span() for m in _HELD.finditer(text)), *((m.start, m.end) for m in marks)])
    starts, reach = [start for start, _ in whole], list(accumulate((end for _, end in whole), max))
    begun = [
        m.end()
        for m in _END.finditer(text)
        if (not text[m.end() : m.end() + 1].islower() or _ADDRESS.match(text, m.end()))
        and not _SHORTENED.search(text, max(0, m.end() - LONGEST_SHORT_FORM), m.end())
        and not ((before := bisect_left(starts, m.end())) and reach[before - 1] > m.end())
    ]
    return [0, *begun, len(text)]


def _parts(text: str, ordered: Sequence[ContextMark], bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentences, cut after semicolons that have marks before and after them."""
    for low, high in pairwise(bounds):
        begin = low
        first, behind = (bisect_left(ordered, place, key=_last) for place in (low, high))
        for before, after in pairwise(ordered[first:behind]):
            at = text.find("; ", before.at, after.start)
            if at >= 0:
                yield begin, at + 2
                begin = at + 2
        yield begin, high


def _lists(text: str, marks: Sequence[ContextMark]) -> list[list[ContextMark]]:
    """The marks, those together that nothing but commas and conjunctions part."""
    lists: list[list[ContextMark]] = []
    for mark in marks:
        last = lists[-1][-1] if lists else None
        if last and _JOINS.fullmatch(text, last.at, max(mark.start, last.at)) and _listed(text, last, mark):
            lists[-1].append(mark)
        else:
            lists.append([mark])
    return lists


def _listed(text: str, one: ContextMark, other: ContextMark) -> bool:
    """Are both words that carry a link, or names with a marker?"""
    both = [text[mark.start : mark.end] for mark in (one, other)]
    return not any(map(is_address, both)) if one.is_link else all(map(_is_name, both))


def _of_markers(
    text: str, marks: Sequence[ContextMark], low: int, high: int
) -> Iterator[tuple[ContextMark, tuple[int, int]]]:
    begin = low
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        end = mark.at
        closed = text[mark.at - 1 : mark.at] in _CLOSED or text[mark.at : mark.at + 1] == ";"
        if after is None:
            if not closed and (
                _is_name(text[mark.start : mark.end]) or text[mark.at : mark.at + 1] not in _CLOSED
            ):
                end = high
        elif not closed and _is_name(text[mark.start : mark.end]):
            end = max(end, after.start)
        same = low if _SAME_SUBJECT.match(text, begin) else begin
        yield mark, (min(same, mark.start), end)
        if after is not None and after.start > mark.start:  # two markers at one phrase share all of it
            begin = end


def _of_links(
    text: str, marks: Sequence[ContextMark], low: int, high: int
) -> Iterator[tuple[ContextMark, tuple[int, int]]]:
    begin = low
    for before, mark, after in zip([None, *marks], marks, [*marks[1:], None], strict=False):
        printed = is_address(text[mark.start : mark.end])
        apart = before is None or _LETTER.search(text, before.end, mark.start)
        near = (
            before is not None and mark.start - before.end < 6 and is_address(text[before.start : before.end])
        )
        if before is not None and (apart and not (printed and near)):
            begin = before.end if printed else _parted(text, before.end, mark.start)[1]
        elif before is not None and not printed:
            begin = mark.start
        if printed and not _LETTER.search(text, begin, mark.start) and not _GOES_ON.match(text, mark.end):
            # after the full stop of what it belongs to
            begin = max(before.end if before else 0, mark.start - LONGEST_ENTRY)
        end = high
        if after:
            ahead = is_address(text[after.start : after.end])
            end = mark.end if ahead else _parted(text, mark.end, after.start)[0]
        same = before is not None and not printed and _SAME_SUBJECT.match(text, begin, mark.start)
        yield mark, (low if same else begin, end)


def _parted(text: str, low: int, high: int) -> tuple[int, int]:
    """Where what the first of two links speaks of ends, and what the second does begins: at the comma between them
    that a conjunction follows, else at the last; both have what stands there where none is."""
    at = max((m.start() for m in _COMMA_AND.finditer(text, low, high)), default=text.rfind(", ", low, high))
    return (at + 1, at + 1) if at >= 0 else (high, low)


def _is_name(phrase: str) -> bool:
    words = [w.lstrip("(“\"'«‘[") for w in phrase.split()]
    long = [w for w in words if len(w) > 3] or words
    return bool(long) and sum(not w[:1].islower() for w in long) >= _CAPITALS * len(long)


def is_address(words: str) -> bool:
    """Are these words a printed address?"""
    return _ADDRESS.fullmatch(words.strip()) is not None
