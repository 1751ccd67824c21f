"""The way back from a row to its page, its boxes and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow.compute as pc

from osint_ingest.release.folder import Release

ID_TABLES = {
    "p": ("passages", "passage_id"),
    "n": ("footnotes", "footnote_id"),
    "r": ("footnote_refs", "ref_id"),
    "l": ("links", "link_id"),
    "m": ("mentions", "mention_id"),
    "c": ("citations", "citation_id"),
}
RANGES = {
    "footnote_refs": ("anchor_start", "anchor_end"),
    "links": ("char_start", "char_end"),
    "mentions": ("char_start", "char_end"),
    "citations": ("phrase_start", "phrase_end"),
}
HOW_IT_STANDS = {"linked": "the name is a link to it", "beside": "printed after the name"}
_CHILD = re.compile(r"^(?P<document>.+)#(?P<letter>[pnrlmc])\d+$")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the way back from a row: a table, one of its rows, and what that row says, in words.

    `depth` is the step's level in the tree: its parent is the nearest step before it with a smaller depth.
    """

    table: str
    row_id: str
    text: str
    depth: int = 0


def trace(release: Release, row_id: str) -> list[TraceStep]:
    """The steps from a row to its bytes: phrase -> note -> URL -> entity, passage -> page and boxes, capture.

    `row_id` is the id of a passage, footnote, reference, link, mention, citation, entity or document.
    KeyError says what ids look like.
    """
    child = _CHILD.match(row_id)
    if child:
        table, key = ID_TABLES[child["letter"]]
        row = row_of(release, table, key, row_id)
        return [*_from_row(release, table, row_id, row), *_document(release, child["document"], 1)]
    if _find(release, "documents", "document_id", row_id):
        return list(_document(release, row_id, 0))
    if found := _find(release, "entities", "entity_id", row_id):
        return list(_entity(release, found[0]))
    if release.has("entity_redirects") and (
        former := _find(release, "entity_redirects", "entity_id", row_id)
    ):
        return list(_former(release, former[0]))
    raise KeyError(
        f"No row {row_id!r} in release {release.name}. Ids look like osor:ARG:2021#l3 (#p passage, #n footnote, "
        "#r reference, #l link, #m mention, #c citation), osor:ARG:2021 (document) or org-arg-... (entity)"
    )


def _find(release: Release, table: str, column: str, value: str) -> list[Row]:
    rows = release.table(table)
    found: list[Row] = rows.filter(pc.equal(rows[column], value)).to_pylist()
    return found


def row_of(release: Release, table: str, column: str, value: str) -> Row:
    """Return the row of a table with that value. Raises KeyError if there is none."""
    found = _find(release, table, column, value)
    if not found:
        raise KeyError(f"No row {value!r} in {table} of release {release.name}")
    return found[0]


def _from_row(release: Release, table: str, row_id: str, row: Row) -> Iterator[TraceStep]:
    if table == "footnote_refs":
        phrase = row["anchor_text"]
        yield TraceStep(
            table,
            row_id,
            f"the marker {row['marker']} supports “{phrase}”, confidence {row['confidence']:.2f}",
        )
        if row["footnote_id"]:
            yield from _note(release, row["footnote_id"], 1, row_id)
    elif table == "citations":
        yield from _citation(release, row)
    elif table == "footnotes":
        yield from _note(release, row_id, 0)
    elif table == "links":
        printed = f", printed as {row['url_raw']}" if row["url_raw"] not in (None, row["url"]) else ""
        leads = f", a redirect to {row['url_unwrapped']}" if row.get("url_unwrapped") else ""
        yield TraceStep(table, row_id, f"{row['url']} ({row['origin']}{printed}{leads})")
        if row["footnote_id"]:
            for ref in _find(release, "footnote_refs", "footnote_id", row["footnote_id"]):
                yield TraceStep(
                    "footnote_refs",
                    ref["ref_id"],
                    f"cited by marker {ref['marker']} after “{ref['anchor_text']}”",
                    1,
                )
        yield from _owner(release, row_id, None, 1)
    elif table == "mentions":
        yield TraceStep(
            table,
            row_id,
            f"“{row['text']}” is a {row['label']} (found by {row['method']}, {row['score']:.2f})",
        )
        if row["entity_id"]:
            yield _named(row_of(release, "entities", "entity_id", row["entity_id"]), 1)
            yield from _names(release, row["entity_id"], 2)
            yield from _judgements(release, "entity_id", row["entity_id"], 2)
        else:
            yield from _judgements(release, "name", row["text"], 1)
    if row.get("passage_id"):
        start, end = (row.get(c) for c in RANGES.get(table, ("", "")))
        yield from _passage(release, row["passage_id"], start, end, 0 if table == "passages" else 1)


def _citation(release: Release, row: Row) -> Iterator[TraceStep]:
    said = f"“{row['phrase']}” cites {row['url']} ({row['role']}), confidence {row['confidence']:.2f}"
    yield TraceStep("citations", row["citation_id"], said)
    if row["footnote_id"]:
        yield TraceStep("footnotes", row["footnote_id"], f"its note: {row['note_text']}", 1)
    yield TraceStep("links", row["link_id"], row["url_printed"] or row["url"], 1)
    if row["entity_id"]:
        yield _named(row_of(release, "entities", "entity_id", row["entity_id"]), 1)


def _note(release: Release, footnote_id: str, depth: int, ref_id: str | None = None) -> Iterator[TraceStep]:
    note = row_of(release, "footnotes", "footnote_id", footnote_id)
    yield TraceStep("footnotes", footnote_id, f"note {note['marker']}: {note['text']}", depth)
    if note["refers_to"]:
        yield from _note(release, note["refers_to"], depth + 1)
    for link in _find(release, "links", "footnote_id", footnote_id):
        yield TraceStep("links", link["link_id"], link["url"], depth + 1)
        yield from _owner(release, link["link_id"], ref_id, depth + 2)


def _owner(release: Release, link_id: str, ref_id: str | None, depth: int) -> Iterator[TraceStep]:
    """The entity that a link belongs to, as one reference or as any tells, or the name that it stands at."""
    told = [e for e in _find(release, "entity_links", "link_id", link_id) if ref_id in (None, e["ref_id"])]
    if release.has("entity_sites"):
        told += _find(release, "entity_sites", "link_id", link_id)
    for entity_id in dict.fromkeys(e["entity_id"] for e in told):
        yield _named(row_of(release, "entities", "entity_id", entity_id), depth)


def _named(entity: Row, depth: int) -> TraceStep:
    said = f"{entity['name']} ({entity['label']}), homepage {entity['homepage'] or 'not known'}"
    return TraceStep("entities", entity["entity_id"], said, depth)


def _passage(
    release: Release, passage_id: str, start: int | None, end: int | None, depth: int
) -> Iterator[TraceStep]:
    passage = row_of(release, "passages", "passage_id", passage_id)
    place = f"{passage['kind']} in “{passage['section'] or '-'}”"
    if start is not None and end is not None:
        place += f", characters {start} to {end}: “{passage['text'][start:end]}”"
    elif depth == 0:
        place += f": “{passage['text']}”"
    if passage["selector"]:
        place += f", element {passage['selector']}"
    yield TraceStep("passages", passage_id, place, depth)
    for span in _find(release, "spans", "passage_id", passage_id):
        touched = start is None or end is None or (span["char_start"] < end and span["char_end"] > start)
        if touched:
            corners = ", ".join(f"{span[c]:.1f}" for c in ("x0", "top", "x1", "bottom"))
            yield TraceStep(
                "spans",
                f"{passage_id} line {span['ordinal']}",
                f"page {span['page']}, box ({corners}) in points",
                depth + 1,
            )


def _names(release: Release, entity_id: str, depth: int) -> Iterator[TraceStep]:
    """The names that an entity goes under and why they are one: each pair once, equal names by their documents."""
    for name in _find(release, "entity_names", "entity_id", entity_id):
        yield TraceStep("entity_names", entity_id, f"{name['kind']}: {name['name']}", depth)
    if not release.has("name_merges"):
        return
    documents: dict[str, set[str]] = {}
    same: dict[str, str] = {}
    seen: set[tuple[str, ...]] = set()
    for row in _find(release, "name_merges", "entity_id", entity_id):
        one, other = row["name"], row["other_name"]
        if one == other:
            documents.setdefault(one, set()).update((row["document_id"], row["other_document_id"]))
            same.setdefault(one, row["evidence"])
            continue
        pair = (*sorted((one, other)), row["reason"])
        if pair in seen:
            continue
        seen.add(pair)
        where = f", in {row['stated_in']}" if row["stated_in"] else ""
        text = f"“{one}” and “{other}” are one: {row['reason']}{where}; {row['evidence']}"
        yield TraceStep("name_merges", f"{entity_id} step {row['ordinal']}", text, depth)
    for printed, found in sorted(documents.items()):
        text = f"“{printed}” is one thing in {len(found)} documents: {same[printed]}"
        yield TraceStep("name_merges", entity_id, text, depth)


def _judgements(release: Release, column: str, value: str, depth: int) -> Iterator[TraceStep]:
    """What people decided about an entity, or about a name that is none."""
    if release.has("judgements"):
        for row in _find(release, "judgements", column, value):
            said = f"{row['judgement']}: {row['label']} “{row['name']}”"
            said += f" → “{row['value']}”" if row["value"] else ""
            said += f" ({row['note']})" if row["note"] else ""
            yield TraceStep("judgements", f"line {row['line']} of judgements.csv", said, depth)


def _former(release: Release, redirect: Row) -> Iterator[TraceStep]:
    """Where an id leads that is no entity's any more."""
    to = redirect["new_entity_id"]
    said = f"{redirect['reason']} since {redirect['since']:%Y-%m-%d}: " + (to or "nothing is left of it")
    yield TraceStep("entity_redirects", redirect["entity_id"], said)
    if to:
        for step in _entity(release, row_of(release, "entities", "entity_id", to)):
            yield replace(step, depth=step.depth + 1)


def _entity(release: Release, entity: Row) -> Iterator[TraceStep]:
    yield _named(entity, 0)
    yield from _names(release, entity["entity_id"], 1)
    for column in ("entity_id", "other_entity_id"):
        yield from _judgements(release, column, entity["entity_id"], 1)
    for evidence in _find(release, "entity_links", "entity_id", entity["entity_id"]):
        yield TraceStep(
            "entity_links", evidence["ref_id"], f"{evidence['url']} (link {evidence['link_id']})", 1
        )
    if not release.has("entity_sites"):
        return
    for evidence in _find(release, "entity_sites", "entity_id", entity["entity_id"]):
        yield TraceStep(
            "entity_sites", evidence["link_id"], f"{evidence['url']} ({HOW_IT_STANDS[evidence['how']]})", 1
        )


def _document(release: Release, document_id: str, depth: int) -> Iterator[TraceStep]:
    document = row_of(release, "documents", "document_id", document_id)
    yield TraceStep(
        "documents",
        document_id,
        f"{document['title'] or document_id} ({document['kind']}), {document['url']}",
        depth,
    )
    captures = _find(release, "captures", "content_sha256", document["content_sha256"])
    for capture in captures[-1:]:
        yield TraceStep(
            "captures",
            capture["url"],
            f"raw/{capture['raw_path']}, {capture['size_bytes']} bytes, sha256 {capture['content_sha256']}, "
            f"taken {capture['captured_at']:%Y-%m-%d %H:%M:%S} UTC",
            depth + 1,
        )
