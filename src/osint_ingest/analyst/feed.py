"""What changed since the previous release as an Atom feed (RFC 4287): an entry for each document or entity."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.builder import ElementMaker

from osint_ingest.analyst.export import replaced
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of

ATOM = "http://www.w3.org/2005/Atom"
_MOST_LINES = 20  # changes that an entry lists; the rest is counted
_MOST_LETTERS = 200  # of a value that an entry shows
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CHANGED = r"""
    select table_name = 'entities' as is_entity,
        if(table_name = 'entities', row_key, regexp_extract(row_key, '^(.*?)(#[a-z]\d+)?( \| .*)?$', 1)) as about,
        table_name, row_key, column_name, change, before, after
    from changes
"""
_ENTRIES = f"""
    with changed as ({_CHANGED})
    select c.about, coalesce(d.title, e.name, c.about) as title, coalesce(d.url, e.homepage) as url,
        max(c.change) filter (where c.table_name in ('documents', 'entities') and c.column_name = '') as whole,
        list([c.table_name, c.row_key, c.column_name, c.change, c.before, c.after]
            order by c.table_name, c.row_key, c.column_name) as lines
    from changed c
    left join documents d on not c.is_entity and d.document_id = c.about
    left join entities e on c.is_entity and e.entity_id = c.about
    group by c.is_entity, c.about, d.title, e.name, d.url, e.homepage
    order by c.is_entity, c.about
"""
_make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


def export_atom(release: Release, path: Path) -> int:
    """Writes the feed and returns the number of its entries; `path` is replaced when it is whole. The same release
    gives the same feed. A first release has no previous one, and its feed no entry."""
    updated = release.named_at.isoformat()
    entries = list(_entries(release, updated))
    feed = _make.feed(
        _make.title("Changes in open source and open government records"),
        _make.id(_urn("changes")),
        _make.updated(updated),
        _make.author(_make.name("osint-ingest")),
        _make.link(rel="self", type="application/atom+xml", href=path.name),
        *entries,
    )
    with replaced(path) as pending:
        pending.write_bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))
    return len(entries)


def _entries(release: Release, updated: str) -> Iterator[etree._Element]:
    with views_of(release) as db:
        rows = db.execute(_ENTRIES).fetchall()
    for about, title, url, whole, lines in rows:
        entry = _make.entry(
            _make.title(f"{(whole or 'modified').capitalize()}: {_plain(title)}"),
            _make.id(_urn(f"{release.name} {about}")),
            _make.updated(updated),
            _make.content("\n".join(_told(lines)), type="text"),
        )
        if url and re.match(r"https?://\S+$", url):
            entry.append(_make.link(rel="alternate", href=url))
        yield entry


def _told(lines: list[list[str | None]]) -> Iterator[str]:
    for table, key, column, change, before, after in lines[:_MOST_LINES]:
        said = f", {column}: {_short(before)} -> {_short(after)}" if column else f": {change}"
        yield _plain(f"{table} {key}{said}")
    if len(lines) > _MOST_LINES:
        yield f"and {len(lines) - _MOST_LINES} more"


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= _MOST_LETTERS else f"{value[:_MOST_LETTERS]}…"


def _plain(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"osint-ingest {name}").urn
