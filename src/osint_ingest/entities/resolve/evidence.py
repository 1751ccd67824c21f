"""What ties addresses to entities: references to the URL of what they name; accounts on shared hosts that a text says
are somebody's; addresses that stand at a name in the text itself, with no note (`Tarve Map (https://map.example)`):
these tell of homepages only, names are never merged by them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.lexicon import ARTICLE, any_word, fold, grammar, lexicon
from osint_ingest.entities.naming import normal
from osint_ingest.entities.resolve.hosts import depth, shared_hosts, tells_of_something
from osint_ingest.entities.resolve.uses import Standing
from osint_ingest.model.entity_labels import ENTITY_LABELS
from osint_ingest.text.urls import host_of, registered_domain

_KIND_OF = re.compile(
    rf"\b(?P<what>\w+) (?:{any_word('of', 'by')})(?: (?:{any_word('articles')})| l['’])?\s?\Z"
)
_ON_A_HOST = re.compile(rf"(?: (?:{any_word('on')}) [A-Z]\w+)?")


def account_owner(found: Sequence[Standing], offset: int, text: str, url: str) -> int | None:
    """The node whose account on a shared host an address is, as the text before `offset` says; None where it does not.

    `the repository of the Ministry of X on GitHub`. `found` are the mentions of `text`, sorted.
    """
    if (registered_domain(url) or "") not in shared_hosts() or depth(url) != 1:
        return None
    for mention in reversed(found):
        if mention.end > offset or mention.label not in ("ORG", "PROGRAM", "EVENT", "GPE"):
            continue
        if _ON_A_HOST.fullmatch(text, mention.end, offset):
            of = _KIND_OF.search(text, max(0, mention.start - 60), mention.start)
            if of is not None and fold(of["what"]) in grammar().words["accounts"]:
                return mention.node
    return None


_CLOSING = re.compile(r"(?: [A-Z]{2,4})?[)\]”\"»'’*]{0,3}\Z")
_TITLED = re.compile(r"(?:\s\([^()]*\))?(?:,|\sin)\s(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)?\d\d|[a-z]+))?\Z")
_TRANSLATED = re.compile(r"\s\((?![a-z])[^()\d]{3,100}\)\Z")
_OF = re.compile(rf"\s(?:{any_word('of', 'by')})(?:\s{ARTICLE})?\s?\Z")
_TITLE_GOES_ON = re.compile(rf" (?:{any_word('goes_on')})(?: [a-z][\w-]*){{1,7}}\Z")
_KIND_GAP = re.compile(r"(?: [a-z][\w-]*){0,3} (?P<kind>[a-z][\w-]*)\Z")
NO_HOMEPAGE = frozenset(label for label, declared in ENTITY_LABELS.items() if not declared.has_homepage)
AT_ONCE = 5000
"""References that are held as Python objects at a time."""


@dataclass(frozen=True, slots=True)
class EntityLink:
    """A URL that a reference right after an entity's name leads to."""

    node: int
    """The name, as a number of `Uses.nodes`."""
    url: str
    ref_id: str
    link_id: str
    own: bool = False
    """The text itself says that the page is the entity's (`the repository of X`)."""
    host: bool = False
    """The host is called by the entity, whatever the page tells: the root is the entity's site."""


def entity_links(
    standing: Mapping[str, Sequence[Standing]],
    footnote_refs: pa.Table,
    urls: UrlsOfNotes,
    text_of: Callable[[str], str],
) -> list[EntityLink]:
    """Evidence: references whose phrase is an entity's name, or that stand right after one of its mentions.

    `standing` are the mentions of passages, `text_of` gives the text of one.
    """
    out: list[EntityLink] = []
    for ref in rows_of(footnote_refs, ["ref_id", "footnote_id", "passage_id", "char_offset", "anchor_text"]):
        given = urls.of(ref["footnote_id"])
        if not given:
            continue
        text, offset = text_of(ref["passage_id"]), ref["char_offset"]
        found = [
            m for m in standing.get(ref["passage_id"], ()) if m.label not in NO_HOMEPAGE or m.label == "GPE"
        ]
        node = _named(found, offset, ref["anchor_text"], text)
        for link, url in given:
            owner = account_owner(found, offset, text, url)
            whose = owner if owner is not None else node
            if whose is not None:
                out.append(EntityLink(whose, url, ref["ref_id"], link, own=owner is not None))
    return out


class UrlsOfNotes:
    """The links in each note."""

    def __init__(self, links: pa.Table) -> None:
        self._links: dict[str, list[tuple[str, str]]] = defaultdict(list)
        of_notes = links.filter(pc.is_valid(links["footnote_id"]))
        columns = (of_notes[column].to_pylist() for column in ("footnote_id", "link_id", "url"))
        for note, link, url in zip(*columns, strict=True):
            self._links[note].append((link, url))

    def of(self, note: str | None) -> list[tuple[str, str]]:
        """Id and URL of each, as they stand in the note."""
        return sorted(self._links.get(note or "", ()), key=lambda link: in_order(link[0]))


def in_order(row_id: str) -> tuple[int, str]:
    """What ids of one table in a document sort by: `#l9` comes before `#l10`."""
    return len(row_id), row_id


def rows_of(table: pa.Table, columns: list[str]) -> Iterator[dict[str, Any]]:
    """Some columns of a table, a row at a time; AT_ONCE rows are objects at once."""
    for batch in table.select(columns).to_batches(max_chunksize=AT_ONCE):
        yield from batch.to_pylist()


def _named(found: Sequence[Standing], offset: int, anchor: str | None, text: str) -> int | None:
    """The node whose name ends where the marker stands (closing brackets, a year between them)."""
    at = bisect_right(found, offset, key=lambda m: m.end)
    for number in range(at - 1, max(-1, at - 5), -1):
        end, start, _, node, label, _ = found[number]
        gap = text[end:offset]
        if label == "GPE":
            continue
        if _CLOSING.match(gap) or _TITLED.match(gap) or _TRANSLATED.match(gap):
            act = act_of(found[:number], start, text) if label == "ORG" else None
            return node if act is None else act
        if label in ("LAW", "PROGRAM") and _TITLE_GOES_ON.match(gap):
            return node  # "the Code of Good Practices in the development of public software"
        kind = _KIND_GAP.match(gap)
        if kind is not None and lexicon().kinds.get(fold(kind["kind"])) == label:
            return node  # "the X hospital information system"
    if anchor:
        wanted = normal(_TITLED.sub("", anchor))
        same = {m.node for m in found if m.label != "GPE" and normal(m.text) == wanted}
        if len(same) == 1:
            return same.pop()
    return None


def act_of(before: Sequence[Standing], start: int, text: str) -> int | None:
    """`Resolution 9/2014 of the Ministry of X`: the note is where the act is published, not the body's site."""
    act = before[-1] if before else None
    if act is None or act.label != "LAW" or not any(c.isdigit() for c in act.text):
        return None
    return act.node if _OF.fullmatch(text, act.end, start) else None


LINKED, BESIDE = "linked", "beside"
REACH = 100
"""Characters between a name and its address, at the most: links with no name so near need not be looked at."""
NO_PAGE = ("GPE", "LOC", "PERSON")

_IN_BRACKETS = r"(?:\s\([^()]{2,80}\)){0,2}"
_KIND = r"(?P<kind>(?:\s[a-z][\w-]*+){0,3})"
_BEFORE_ADDRESS = re.compile(
    rf"(?=[”\"’'»\s,(\[<:])[”\"’'»]?{_IN_BRACKETS}{_KIND}"
    rf"(?:,?\s?[(\[<]\s?(?:(?:{any_word('see')})\b\s?:?\s)?"
    rf"|\s?:\s|,?\s(?:{any_word('site_at')})\s|\s[–—-]\s)"
)
_AROUND_LINKED = re.compile(rf"[”\"’'»]?{_IN_BRACKETS}{_KIND}[”\"’'».,;:]{{0,2}}\s?")
_BEFORE_LINKED = re.compile(rf"[“\"‘'«]?{ARTICLE}?[“\"‘'«]?", re.I)
_OF_SOMEBODY = re.compile(
    rf"(?:(?<![\w-])(?P<what>[\w-]++)\s)?(?:{any_word('of', 'by')}|from)(?:\s(?:{any_word('articles')}|l['’]))?\s?\Z"
)


@dataclass(frozen=True, slots=True)
class Site:
    """An address that stands at a name."""

    node: int
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
        own = self._hosts.take(pc.index_in(links["document_id"], value_set=self._ids).combine_chunks())
        same_host = pc.fill_null(pc.equal(links["host"], own), False)
        pairs = zip(own.to_pylist(), links["registered_domain"].to_pylist(), strict=True)
        same_site = pa.array(
            [bool(host and domain) and f".{host}".endswith(f".{domain}") for host, domain in pairs]
        )
        checks = (
            pc.invert(pc.if_else(pc.equal(links["origin"], "href"), same_site, same_host)),
            pc.is_null(links["footnote_id"]),
            pc.and_(pc.is_valid(links["passage_id"]), pc.is_valid(links["char_start"])),
            pc.and_(pc.starts_with(links["url"], "http"), pc.match_substring(links["host"], ".")),
        )
        return links.filter(reduce(pc.and_, checks))


def sites_at_names(
    standing: Mapping[str, Sequence[Standing]], links: pa.Table, text_of: Callable[[str], str]
) -> list[Site]:
    """Links out of running text whose words are a name, or which are printed right after one.

    `standing` are the mentions of passages, `text_of` gives the text of one.
    """
    out: list[Site] = []
    for link in rows_of(links, ["link_id", "passage_id", "char_start", "char_end", "url", "url_raw"]):
        url, start, end = link["url"], link["char_start"], link["char_end"]
        found = standing.get(link["passage_id"], ())
        if found and not tells_of_something(url):
            text = text_of(link["passage_id"])
            printed = link["url_raw"] is not None
            node = _beside(found, start, text, url) if printed else _linked(found, start, end, text)
            if node is not None:
                out.append(Site(node, url, link["link_id"], BESIDE if printed else LINKED))
    return out


def _linked(found: Sequence[Standing], start: int, end: int, text: str) -> int | None:
    """The node whose name is all that a link holds, but for an article, a bracket and what it is."""
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if mention.start < start or mention.end > end:
            continue
        before = _BEFORE_LINKED.fullmatch(text, start, mention.start)
        after = _AROUND_LINKED.fullmatch(text, mention.end, end)
        whole = before is not None and after is not None and _is_what(after["kind"], mention.label)
        return mention.node if whole and mention.label not in NO_PAGE else None
    return None


def _beside(found: Sequence[Standing], start: int, text: str, url: str) -> int | None:
    """The node whose name ends before a printed address: brackets and a word for what it is may stand between."""
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
        return mention.node if _is_about(mention, text, url) else None
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
