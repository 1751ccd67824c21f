"""An item's row: its names, its year, and the address that leads to it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.model import Content, Link
from osint_ingest.sources.cover import YEAR
from osint_ingest.sources.factsheets.acts import LONGEST_NAME, names_act
from osint_ingest.sources.factsheets.items import STOPS, ListedItem, items_in
from osint_ingest.sources.factsheets.tables import ItemRow, ItemUrlRow
from osint_ingest.sources.factsheets.words import words
from osint_ingest.tables.flatten import passage_id
from osint_ingest.text.urls import host_of

_YEAR = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_WORD = re.compile(r"[^\W_]{2,}")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_AFTER_NAME = re.compile(r"[\s,”\"»’']{0,3}\(([^()]{2,160})\)")
_AT_END = re.compile(r"\(([^()]{2,160})\)$")
_ENDING_YEAR = re.compile(rf"(?:[,;–—-]\s*{YEAR}|\s\({YEAR}\))$")
_DIGIT = re.compile(r"\d|://")
_DASH = re.compile(r"\s[–—-]\s(?=[^\W\d_])")
_DATE = 4
"""What begins with a digit and has no more words is a date or a number, and no name."""
_ALIKE = 0.6
"""So much of a link's words stands in a name that it links the thing itself."""


class _Names(NamedTuple):
    name: str
    native: str | None
    acronym: str | None


def rows_of(
    content: Content, document_id: str, latest: int | None, *, one_page: bool
) -> Iterator[ItemRow | ItemUrlRow]:
    """The rows of all items. A year after `latest`, the factsheet's own, is a goal and no item's year."""
    for ordinal, item in enumerate(items_in(content, one_page=one_page), 1):
        names = _names(item)
        yield ItemRow(
            document_id=document_id,
            ordinal=ordinal,
            kind=item.kind,
            field=item.field,
            name=names.name,
            native_name=names.native,
            acronym=names.acronym,
            year=item.year or _year(item, latest),
            url=_own_url(item, names),
            passage_id=passage_id(document_id, item.passages[0].ordinal),
        )
        for place, link in enumerate(item.links, 1):
            yield ItemUrlRow(
                document_id=document_id,
                item=ordinal,
                ordinal=place,
                phrase=link.anchor_text,
                url=link.url,
                passage_id=passage_id(document_id, link.passage or 0),
            )


def _names(item: ListedItem) -> _Names:
    """The name without what stands in parentheses behind it, here and where the text says it first."""
    name, insides = item.name.strip(" ,;:"), list[str]()
    if item.kind == "legal_act":
        name = words().before_name.sub("", _ENDING_YEAR.sub("", name).rstrip())
    while found := _AT_END.search(name):
        name = name[: found.start()].rstrip(" ,")
        insides.insert(0, found[1])
    # `Archives Act – Arhiiviseadus`, but not `Act No 5 – Archives`
    head, *behind = _DASH.split(name) if item.kind == "legal_act" else [name]
    if len(behind) == 1 and names_act(head) and len(_LONG_WORD.findall(head)) > 1:
        name = head
        insides[:0] = behind
    for passage in item.passages[:3]:
        at = passage.text.lower().find(name.lower()) if name else -1
        end = at + len(name)
        while at >= 0 and (found := _AFTER_NAME.match(passage.text, end)):
            insides.append(found[1])
            end = found.end()
    if (
        not insides
        and len(item.passages) > 1
        and (found := words().act_then_name.match(item.passages[1].text))
    ):
        insides.append(found[1])
    insides += [p.text for p in item.passages[1:2] if item.kind == "legal_act" and _is_name(p.text)]
    native, acronym = None, None
    for inside in insides:
        for part in re.split(r"[,;]\s+(?=[^\W\d_a-z]{2})|\s[–—-]\s", _ENDING_YEAR.sub("", inside)):
            said = words().said_as.sub("", part).strip(" “”\"'«»‘’")
            if is_acronym(said):
                acronym = acronym or said
            elif said and not _is_aside(said) and (not said[0].isdigit() or len(_WORD.findall(said)) > _DATE):
                native = native or said
    return _Names(name or item.name, native, acronym)


def _is_name(text: str) -> bool:
    """Is a line below a name another name of it, and no year, text or words that are a link?"""
    told = words().to_text.fullmatch(text) or words().to_page.fullmatch(text)
    return len(text) <= LONGEST_NAME and text[-1:] not in STOPS and not text[:1].isdigit() and not told


def _is_aside(text: str) -> bool:
    return text.split(maxsplit=1)[0].lower().rstrip(",:") in words().asides


def _year(item: ListedItem, latest: int | None) -> int | None:
    """The first year of the name, else of the text's first passages; numbers of other acts apart."""
    for text in (item.name, *(p.text for p in item.passages[:3])):
        # a name can itself begin with the number of an act
        own = words().other_acts.match(text) if text is item.name else None
        begin = own.group() if own else ""
        plain = begin + words().other_acts.sub(" ", text[len(begin) :])
        for year in map(int, _YEAR.findall(plain)):
            if latest is None or year <= latest:
                return year
    return None


def _own_url(item: ListedItem, names: _Names) -> str | None:
    """The first link whose words are the item's name, else (an act) to a gazette of laws, else whose words say so, else
    an act's only link with a number (an address too), or in a note."""
    known = words()
    is_act = item.kind == "legal_act"
    foreign = is_act and not known.union_acts.search(item.name)
    links = [link for link in item.links if not (foreign and _is_at(link, known.union_hosts))]
    says = known.to_text if item.kind in ("legal_act", "policy") else known.to_page
    own = (link for link in links if _is_like(link, names))
    in_gazette = (link for link in links if is_act and _in_gazette(link))
    told = (link for link in links if says.search(link.anchor_text or ""))
    numbered = [link for link in links if is_act and (link.footnote or _DIGIT.search(link.anchor_text or ""))]
    only = numbered if len(numbered) == 1 else ()
    return next((link.url for link in (*own, *in_gazette, *told, *only)), None)


def _is_like(link: Link, names: _Names) -> bool:
    phrase = _tokens(link.anchor_text or "")
    if not phrase or (names.acronym and phrase == _tokens(names.acronym)):
        return bool(phrase)
    return any(
        len(phrase & _tokens(name)) >= _ALIKE * len(phrase) for name in (names.name, names.native) if name
    )


def _tokens(text: str) -> set[str]:
    return {w.lower() for w in _WORD.findall(text)}


def _is_at(link: Link, hosts: tuple[str, ...]) -> bool:
    host = host_of(link.url) or ""
    return any(host == known or host.endswith(f".{known}") for known in hosts)


def _in_gazette(link: Link) -> bool:
    return _is_at(link, words().gazettes) or any(
        part in f"{host_of(link.url)}" for part in words().gazette_parts
    )
