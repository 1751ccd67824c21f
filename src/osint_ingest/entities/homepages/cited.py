"""From a reference to the URL of what it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.homepages.accounts import account_owner
from osint_ingest.entities.lexicon import ARTICLE, any_word, fold, lexicon
from osint_ingest.entities.naming import normal
from osint_ingest.entities.resolve.uses import Standing
from osint_ingest.model.entity_labels import ENTITY_LABELS

_CLOSING = re.compile(r"(?: [A-Z]{2,4})?[)\]”\"»'’*]{0,3}\Z")
_TITLED = re.compile(r"(?:\s\([^()]*\))?(?:,|\sin)\s(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)?\d\d|[a-z]+))?\Z")
_TRANSLATED = re.compile(r"\s\((?![a-z])[^()\d]{3,100}\)\Z")
_OF_PLACE = re.compile(
    rf"(?:\s\([^()]*\))?\s(?:{any_word('of')}|d['’])(?:\s(?:{any_word('articles')}))?\s?\Z"
)
_OF = re.compile(rf"\s(?:{any_word('of', 'by')})(?:\s{ARTICLE})?\s?\Z")
_TITLE_GOES_ON = re.compile(rf" (?:{any_word('goes_on')})(?: [a-z][\w-]*){{1,7}}\Z")
_KIND_GAP = re.compile(r"(?: [a-z][\w-]*){0,3} (?P<kind>[a-z][\w-]*)\Z")
NO_HOMEPAGE = frozenset(label for label, declared in ENTITY_LABELS.items() if not declared.has_homepage)
AT_ONCE = 5000
"""References that are held as Python objects at a time."""


@dataclass(frozen=True, slots=True)
class EntityLink:
    """A URL that a reference right after an entity's name leads to."""

    entity_id: str
    url: str
    ref_id: str
    link_id: str
    own: bool = False
    """The text itself says that the page is the entity's (`the repository of X`)."""
    host: bool = False
    """The host is called by the entity, whatever the page tells: the root is the entity's site."""


def entity_links(
    standing: Callable[[str], list[Standing]],
    footnote_refs: pa.Table,
    links: pa.Table,
    passages: pa.Table,
) -> list[EntityLink]:
    """Evidence: references whose phrase is an entity's name, or that stand right after one of its mentions.

    `standing` gives the mentions of a passage, in their order.
    """
    urls = UrlsOfNotes(links, footnote_refs)
    if not urls:
        return []
    row_of = {passage: row for row, passage in enumerate(passages["passage_id"].to_pylist())}
    texts = passages["text"]
    out: list[EntityLink] = []
    place, text, found = None, "", []
    for ref in rows_of(footnote_refs, ["ref_id", "footnote_id", "passage_id", "char_offset", "anchor_text"]):
        given = urls.of(ref["footnote_id"])
        if not given:
            continue
        if ref["passage_id"] != place:
            place = ref["passage_id"]
            text = str(texts[row_of[place]]) if place in row_of else ""
            found = [m for m in standing(place) if m.label not in NO_HOMEPAGE or m.label == "GPE"]
        offset = ref["char_offset"]
        entity = _named(found, offset, ref["anchor_text"], text)
        for link, url in given:
            owner = account_owner(found, offset, text, url)
            whose = owner or entity
            if whose is not None:
                out.append(EntityLink(whose, url, ref["ref_id"], link, own=owner is not None))
    return out


class UrlsOfNotes:
    """The links in each note that is referred to."""

    def __init__(self, links: pa.Table, footnote_refs: pa.Table) -> None:
        notes = pc.unique(footnote_refs["footnote_id"]).drop_null()
        which = pc.fill_null(pc.index_in(links["footnote_id"], value_set=notes), -1).to_numpy()
        rows = np.flatnonzero(which >= 0)
        rows = rows[np.argsort(which[rows], kind="stable")]
        found = links.select(["link_id", "url"]).take(pa.array(rows)).to_pydict()
        self._links = list(zip(found["link_id"], found["url"], strict=True))
        self._begin = np.searchsorted(which[rows], np.arange(len(notes) + 1)).tolist()
        self._number = {note: n for n, note in enumerate(notes.to_pylist())}

    def __len__(self) -> int:
        return len(self._links)

    def of(self, note: str | None) -> list[tuple[str, str]]:
        """Id and URL of each, as they stand in the note."""
        if note is None:
            return []
        number = self._number[note]
        return sorted(
            self._links[self._begin[number] : self._begin[number + 1]], key=lambda li: in_order(li[0])
        )


def in_order(row_id: str) -> tuple[int, str]:
    """What ids of one table in a document sort by: `#l9` comes before `#l10`."""
    return len(row_id), row_id


def rows_of(table: pa.Table, columns: list[str]) -> Iterator[dict[str, Any]]:
    """Some columns of a table, a row at a time; AT_ONCE rows are objects at once."""
    for batch in table.select(columns).to_batches(max_chunksize=AT_ONCE):
        yield from batch.to_pylist()


def _named(found: Sequence[Standing], offset: int, anchor: str | None, text: str) -> str | None:
    """The entity whose name ends where the marker stands (closing brackets, a place, a year between them)."""
    at = bisect_right(found, offset, key=lambda m: m.end)
    place_at = offset
    for number in range(at - 1, max(-1, at - 5), -1):
        end, start, _, entity, label = found[number]
        gap = text[end:offset]
        if label == "GPE":
            place_at = start if end == offset else place_at
            continue
        if _CLOSING.match(gap) or _TITLED.match(gap) or _TRANSLATED.match(gap):
            return act_of(found[:number], start, text) or entity if label == "ORG" else entity
        if place_at < offset and label == "ORG" and _OF_PLACE.fullmatch(text, end, place_at):
            return entity  # "the Friends of the Lake of Tarve"
        if label in ("LAW", "PROGRAM") and _TITLE_GOES_ON.match(gap):
            return entity  # "the Code of Good Practices in the development of public software"
        kind = _KIND_GAP.match(gap)
        if kind is not None and lexicon().kinds.get(fold(kind["kind"])) == label:
            return entity  # "the X hospital information system"
    if anchor:
        wanted = normal(_TITLED.sub("", anchor))
        same = sorted({e for _, _, name, e, label in found if label != "GPE" and normal(name) == wanted})
        if len(same) == 1:
            return same[0]
    return None


def act_of(before: Sequence[Standing], start: int, text: str) -> str | None:
    """`Resolution 9/2014 of the Ministry of X`: the note is where the act is published, not the body's site."""
    if not before or before[-1][4] != "LAW" or not any(c.isdigit() for c in before[-1][2]):
        return None
    return before[-1][3] if _OF.fullmatch(text, before[-1][0], start) else None
