"""Sources for reference managers: CSL-JSON (Zotero, pandoc) and BibTeX, an item for each cited URL, and for each
reference whose note has none. An item is what a document cites, not the document that cites it: the URL, its kept copy,
and when it last answered, or what the note says. Which document cites it, on which page and for which words, stands in
its note, with the id that `trace` takes."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from osint_ingest.analyst.citing import check
from osint_ingest.analyst.export import replaced
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of

_EVIDENCE = """
    select c.citation_id, c.kind, c.phrase, c.page, c.marker, c.note_text, c.url, c.url_printed, c.archived_url,
        e.name as entity, coalesce(d.title, c.document_id) as cited_in, k.accessed
    from sources c join documents d using (document_id) left join entities e using (entity_id)
    left join links l using (link_id)
    left join (
        select url, max(checked_at) as accessed from link_checks where http_status < 400 group by url
    ) k on k.url = l.url
    left join passages p on p.passage_id = c.passage_id
    where c.role = 'evidence'
    order by c.document_id, p.ordinal, c.phrase_end, cast(regexp_extract(c.citation_id, '[0-9]+$') as bigint)
"""
_NOT_IN_KEYS = re.compile(r"[^0-9A-Za-z:._-]+")
_BIBTEX = {
    ord(sign): spelling
    for sign, spelling in {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }.items()
}  # fmt: skip
"""Signs with a meaning of their own in TeX."""
Row = Mapping[str, Any]


def export_csl(release: Release, path: Path) -> int:
    """Writes the sources as CSL-JSON and returns how many; `path` is replaced when all are written. Raises
    FileNotFoundError if the release has no table of citations."""
    items = [_csl(row) for row in _evidence(release)]
    with replaced(path) as pending:
        pending.write_text(json.dumps(items, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(items)


def export_bibtex(release: Release, path: Path) -> int:
    """Write the sources as BibTeX (UTF-8, `@misc`) and return how many. Otherwise as `export_csl`."""
    entries = [_bibtex(row) for row in _evidence(release)]
    with replaced(path) as pending:
        pending.write_text("\n".join(entries), encoding="utf-8")
    return len(entries)


def _evidence(release: Release) -> Iterator[Row]:
    check(release)
    with views_of(release) as db:
        yield from db.sql(_EVIDENCE).to_arrow_table().to_pylist()


def _csl(row: Row) -> dict[str, Any]:
    accessed, kept = row["accessed"], row["archived_url"]
    item = {
        "id": _key(row),
        "type": "webpage" if row["url"] else "document",
        "title": _title(row),
        "container-title": row["url"] and urlsplit(row["url"]).hostname,
        "URL": row["url"],
        "accessed": accessed and {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "archive": kept and urlsplit(kept).hostname,
        "archive_location": kept,
        "note": _note(row),
    }
    return {name: value for name, value in item.items() if value}


def _bibtex(row: Row) -> str:
    fields = {
        # two pairs of braces: capitals stay
        "title": f"{{{_title(row).translate(_BIBTEX)}}}",
        "url": (row["url"] or "").replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
        "urldate": row["accessed"] and row["accessed"].date().isoformat(),
        "note": _note(row).translate(_BIBTEX),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{_key(row)},\n{lines}\n}}\n"


def _key(row: Row) -> str:
    """A key that BibTeX and pandoc take: `osor:ARG:2021-c5` for `osor:ARG:2021#c5`."""
    return _NOT_IN_KEYS.sub("-", row["citation_id"])


def _title(row: Row) -> str:
    """What the note says beside the URL, or the words that carry the link; else what the URL is about, or itself."""
    said = (row["note_text"] if row["kind"] == "note" else row["phrase"]) or ""
    if row["url"]:
        said = re.sub(r"https?://\S+|www\.\S+", "", said.replace(row["url_printed"] or row["url"], ""))
    return said.strip(" .,;:<>()[]\n") or row["entity"] or row["url"] or f"Note {row['marker']}"


def _note(row: Row) -> str:
    told = f"Cited in {row['cited_in']}"
    for column, said in (("page", ", p. {}"), ("marker", ", note {}"), ("phrase", ": “{}”")):
        told += said.format(row[column]) if row[column] else ""
    told += f" ({row['citation_id']})"
    return f"{told}. Kept copy: {row['archived_url']}" if row["archived_url"] else told
