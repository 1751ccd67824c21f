"""Addresses that stand at a name in the text itself, with no note: `Tarve Map (https://map.example)`, a linked name.

They tell of homepages only: names are never merged by them.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.homepages.cited import act_of, rows_of
from osint_ingest.entities.homepages.hosts import depth, tells_of_something
from osint_ingest.entities.lexicon import ARTICLE, any_word, fold, grammar, lexicon
from osint_ingest.entities.resolve.uses import InPassages, Standing
from osint_ingest.text.urls import host_of

LINKED, BESIDE = "linked", "beside"
REACH = 100
"""Characters between a name and its address, at the most: links with no name so near need not be looked at."""
NO_PAGE = ("GPE", "LOC", "PERSON")

_BRACKETED = r"(?:\s\([^()]{2,80}\)){0,2}"
_KIND = r"(?P<kind>(?:\s[a-z][\w-]*+){0,3})"
_BEFORE_ADDRESS = re.compile(
    rf"(?=[”\"’'»\s,(\[<:])[”\"’'»]?{_BRACKETED}{_KIND}"
    rf"(?:,?\s?[(\[<]\s?(?:(?:{any_word('see')})\b\s?:?\s)?"
    rf"|\s?:\s|,?\s(?:{any_word('site_at')})\s|\s[–—-]\s)"
)
_AROUND_LINKED = re.compile(rf"[”\"’'»]?{_BRACKETED}{_KIND}[”\"’'».,;:]{{0,2}}\s?")
_BEFORE_LINKED = re.compile(rf"[“\"‘'«]?{ARTICLE}?[“\"‘'«]?", re.I)
_OF_SOMEBODY = re.compile(
    rf"(?:(?<![\w-])(?P<what>[\w-]++)\s)?(?:{any_word('of', 'by')}|from)(?:\s(?:{any_word('articles')}|l['’]))?\s?\Z"
)


@dataclass(frozen=True, slots=True)
class Site:
    """An address that stands at an entity's name."""

    entity_id: str
    url: str
    link_id: str
    how: str
    """LINKED: the name is the link. BESIDE: the address is printed after it."""


class Outside:
    """Sifts links for those in running text that lead out of the site that their document is from."""

    def __init__(self, documents: pa.Table) -> None:
        """`documents` with `document_id` and `url`."""
        hosts = [host_of(url or "") for url in documents["url"].to_pylist()]
        self._ids = documents["document_id"].combine_chunks()
        self._hosts = pa.array(hosts, pa.string())

    def of(self, links: pa.Table) -> pa.Table:
        """Those of `links` that can be evidence. A page's links within its domain show its own contents; an address
        that it prints is its own only where the host is the same."""
        document = pc.index_in(links["document_id"], value_set=self._ids).combine_chunks()
        own = self._hosts.take(document)
        same_host = pc.fill_null(pc.equal(links["host"], own), False)
        same_site = _are_of(own, links["registered_domain"].combine_chunks())
        checks = (
            pc.invert(pc.if_else(pc.equal(links["origin"], "href"), same_site, same_host)),
            pc.is_null(links["footnote_id"]),
            pc.and_(pc.is_valid(links["passage_id"]), pc.is_valid(links["char_start"])),
            pc.and_(pc.starts_with(links["url"], "http"), pc.match_substring(links["host"], ".")),
        )
        return links.filter(reduce(pc.and_, checks))


def _are_of(hosts: pa.Array, domains: pa.Array) -> pa.Array:
    """Is each host of the domain beside it? Each pair is looked at once."""
    left, right = hosts.dictionary_encode(), domains.dictionary_encode()
    known, told = left.dictionary.to_pylist(), right.dictionary.to_pylist()
    one, other = (pc.fill_null(side.indices, -1).to_numpy().astype(np.int64) for side in (left, right))
    pairs, of_row = np.unique((one << 32) | other, return_inverse=True)
    both = ((p >> 32, p & 0xFFFFFFFF) for p in pairs.tolist())
    said = [h >= 0 and d < len(told) and f".{known[h]}".endswith(f".{told[d]}") for h, d in both]
    return pa.array(np.array(said, bool)[of_row])


def sites_at_names(standing: InPassages, links: pa.Table, passages: pa.Table) -> list[Site]:
    """Links out of running text whose words are a name, or which are printed right after one.

    `standing` and `passages` hold at least the passages of `links`.
    """
    links = links.sort_by([("passage_id", "ascending"), ("char_start", "ascending")])
    row_of = (
        dict(zip(passages["passage_id"].to_pylist(), range(len(passages)), strict=True)) if len(links) else {}
    )
    out: list[Site] = []
    place, text, found = None, "", []
    for link in rows_of(links, ["link_id", "passage_id", "char_start", "char_end", "url", "url_raw"]):
        if link["passage_id"] != place:
            place = link["passage_id"]
            text, found = str(passages["text"][row_of[place]]), standing.of(place)
        url, start, end = link["url"], link["char_start"], link["char_end"]
        if tells_of_something(url):
            continue
        printed = link["url_raw"] is not None
        entity = _beside(found, start, text, url) if printed else _linked(found, start, end, text)
        if entity is not None:
            out.append(Site(entity, url, link["link_id"], BESIDE if printed else LINKED))
    return out


def _linked(found: Sequence[Standing], start: int, end: int, text: str) -> str | None:
    """The entity whose name is all that a link holds, but for an article, a bracket and what it is."""
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if mention.start < start or mention.end > end:
            continue
        before = _BEFORE_LINKED.fullmatch(text, start, mention.start)
        after = _AROUND_LINKED.fullmatch(text, mention.end, end)
        whole = before is not None and after is not None and _is_what(after["kind"], mention.label)
        return mention.entity if whole and mention.label not in NO_PAGE else None
    return None


def _beside(found: Sequence[Standing], start: int, text: str, url: str) -> str | None:
    """The entity whose name ends before a printed address: brackets and a word for what it is may stand between."""
    at = bisect_right(found, start, key=lambda m: m.end)
    for number in range(at - 1, max(-1, at - 5), -1):
        mention = found[number]
        between = _BEFORE_ADDRESS.fullmatch(text, mention.end, start) if start - mention.end < REACH else None
        if between is None or not _is_what(between["kind"], mention.label):
            continue
        if mention.label in NO_PAGE:
            return None
        act = act_of(found[:number], mention.start, text) if mention.label == "ORG" else None
        if act is not None:
            return act
        return mention.entity if _is_about(mention, text, url) else None
    return None


def _is_what(words: str, label: str) -> bool:
    """Do these words say what a name of this label is, or that the address is its page? None do."""
    last = fold(words).split()[-1:]
    return not last or lexicon().kinds.get(last[0]) == label or last[0] in grammar().words["pages"]


def _is_about(mention: Standing, text: str, url: str) -> bool:
    """`the report of X (https://...)` is X's only at the root of a site: further down it is the report's."""
    owned = _OF_SOMEBODY.search(text, max(0, mention.start - 40), mention.start)
    if owned is None or mention.label in ("LAW", "LICENCE") or depth(url) == 0:
        return True
    return fold(owned["what"] or "") in grammar().words["pages"]
