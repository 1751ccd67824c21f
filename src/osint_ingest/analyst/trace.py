"""The way back from a row to its page, its boxes and its bytes, and why a reference was read as it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import DamagedRelease, Release
from osint_ingest.store.folder import is_remote
from osint_ingest.tables import declared_tables
from osint_ingest.tables.contract import PART_LETTERS

LETTERS = {letter: table for table, letter in PART_LETTERS.items()} | {"c": "citations"}
RANGES = {"footnote_refs": "anchor", "links": "char", "mentions": "char", "citations": "phrase"}
HOW_IT_STANDS = {"linked": "the name is a link to it", "beside": "printed after the name"}
_CHILD = re.compile(r"^(?P<document>.+)#(?P<letter>[pnrlmc])\d+$")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the way back from a row: a table, one of its rows, and what that row says, in words. `depth` is the
    step's level in the tree: its parent is the nearest step before it with a smaller depth."""

    table: str
    row_id: str
    text: str
    depth: int = 0


def trace(release: Release, row_id: str) -> list[TraceStep]:
    """The steps from a row to its bytes: phrase -> note -> URL -> entity, passage -> page and boxes, capture. `row_id`
    is the id of a passage, footnote, reference, link, mention, citation, entity or document. KeyError says what ids
    look like."""
    way = _Way(release)
    if child := _CHILD.match(row_id):
        return [*way.part(LETTERS[child["letter"]], row_id), *way.document(child["document"], 1)]
    if way.find("documents", row_id):
        return list(way.document(row_id, 0))
    if way.find("entities", row_id):
        return list(way.entity(row_id, 0))
    if former := way.find("entity_redirects", row_id):
        return list(way.former(former[0]))
    raise KeyError(
        f"No row {row_id!r} in release {release.name}. Ids look like osor:ARG:2021#l3 (#p passage, #n footnote, "
        "#r reference, #l link, #m mention, #c citation), osor:ARG:2021 (document) or org-arg-... (entity)"
    )


class _Way:
    """The ways through a release. Tables that it does not have are empty; those of an object store are read whole,
    once."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._there = frozenset(release.table_names())
        self._files = None if is_remote(release.location) else TableFiles(release.path)
        self._table = cache(release.table)

    def find(self, table: str, value: str, column: str | None = None) -> list[Row]:
        if table not in self._there:
            return []
        key = column or declared_tables()[table].key[0]
        if self._files:
            try:
                rows = self._files.rows_with(table, key, value)
            except pa.ArrowInvalid as error:
                raise DamagedRelease(str(self._files.path(table)), error) from error
        else:
            whole: pa.Table = self._table(table)
            rows = whole.filter(pc.equal(whole[key], value))
        found: list[Row] = rows.to_pylist()
        return found

    def row(self, table: str, value: str) -> Row:
        if found := self.find(table, value):
            return found[0]
        raise KeyError(f"No row {value!r} in {table} of release {self._release.name}")

    def part(self, table: str, row_id: str) -> Iterator[TraceStep]:
        """The steps from a part of a document, up to its passage."""
        row = self.row(table, row_id)
        entity = row.get("entity_id")
        if table == "footnote_refs":
            text = f"the marker {row['marker']} supports “{row['anchor_text']}”, confidence {row['confidence']:.2f}"
            yield TraceStep(table, row_id, text)
            if row["footnote_id"]:
                yield from self.note(row["footnote_id"], 1, row_id)
        elif table == "footnotes":
            yield from self.note(row_id, 0)
        elif table == "links":
            printed = f", printed as {row['url_raw']}" if row["url_raw"] not in (None, row["url"]) else ""
            leads = f", a redirect to {row['url_unwrapped']}" if row.get("url_unwrapped") else ""
            yield TraceStep(table, row_id, f"{row['url']} ({row['origin']}{printed}{leads})")
            note = row["footnote_id"]
            for ref in self.find("footnote_refs", note, "footnote_id") if note else ():
                text = f"cited by marker {ref['marker']} after “{ref['anchor_text']}”"
                yield TraceStep("footnote_refs", ref["ref_id"], text, 1)
            yield from self.owner(row_id, None, 1)
        elif table == "citations":
            text = f"“{row['phrase']}” cites {row['url']} ({row['role']}), confidence {row['confidence']:.2f}"
            yield TraceStep(table, row_id, text)
            if row["footnote_id"]:
                yield TraceStep("footnotes", row["footnote_id"], f"its note: {row['note_text']}", 1)
            yield TraceStep("links", row["link_id"], row["url_printed"] or row["url"], 1)
        elif table == "mentions":
            text = f"“{row['text']}” is a {row['label']} (found by {row['method']}, {row['score']:.2f})"
            yield TraceStep(table, row_id, text)
            if entity:
                yield self.named(entity, 1)
                yield from self.names(entity, 2)
                yield from self.judgements("entity_id", entity, 2)
            else:
                yield from self.judgements("name", row["text"], 1)
        if entity and table in ("footnote_refs", "citations"):
            yield self.named(entity, 1)
        if row.get("passage_id"):
            start, end = (row.get(f"{RANGES.get(table, '')}_{which}") for which in ("start", "end"))
            yield from self.passage(row["passage_id"], start, end, 0 if table == "passages" else 1)

    def note(self, footnote_id: str, depth: int, ref_id: str | None = None) -> Iterator[TraceStep]:
        note = self.row("footnotes", footnote_id)
        yield TraceStep("footnotes", footnote_id, f"note {note['marker']}: {note['text']}", depth)
        if note["refers_to"]:
            yield from self.note(note["refers_to"], depth + 1)
        for link in self.find("links", footnote_id, "footnote_id"):
            yield TraceStep("links", link["link_id"], link["url"], depth + 1)
            yield from self.owner(link["link_id"], ref_id, depth + 2)

    def owner(self, link_id: str, ref_id: str | None, depth: int) -> Iterator[TraceStep]:
        """The entity that a link belongs to, as one reference or as any tells, or the name that it stands at."""
        evidence = [e for e in self.find("entity_links", link_id, "link_id") if ref_id in (None, e["ref_id"])]
        evidence += self.find("entity_sites", link_id, "link_id")
        for entity_id in dict.fromkeys(e["entity_id"] for e in evidence):
            yield self.named(entity_id, depth)

    def named(self, entity_id: str, depth: int) -> TraceStep:
        entity = self.row("entities", entity_id)
        text = f"{entity['name']} ({entity['label']}), homepage {entity['homepage'] or 'not known'}"
        return TraceStep("entities", entity_id, text, depth)

    def passage(self, passage_id: str, start: int | None, end: int | None, depth: int) -> Iterator[TraceStep]:
        passage = self.row("passages", passage_id)
        place = f"{passage['kind']} in “{passage['section'] or '-'}”"
        if start is not None and end is not None:
            place += f", characters {start} to {end}: “{passage['text'][start:end]}”"
        elif depth == 0:
            place += f": “{passage['text']}”"
        if passage["selector"]:
            place += f", element {passage['selector']}"
        yield TraceStep("passages", passage_id, place, depth)
        for span in self.find("spans", passage_id, "passage_id"):
            if start is None or end is None or (span["char_start"] < end and span["char_end"] > start):
                corners = ", ".join(f"{span[c]:.1f}" for c in ("x0", "top", "x1", "bottom"))
                text = f"page {span['page']}, box ({corners}) in points"
                yield TraceStep("spans", f"{passage_id} line {span['ordinal']}", text, depth + 1)

    def names(self, entity_id: str, depth: int) -> Iterator[TraceStep]:
        """The names that an entity goes under and why they are one: each pair once, equal names by their documents."""
        for name in self.find("entity_names", entity_id, "entity_id"):
            yield TraceStep("entity_names", entity_id, f"{name['kind']}: {name['name']}", depth)
        documents: dict[str, set[str]] = {}
        same: dict[str, str] = {}
        seen: set[tuple[str, ...]] = set()
        for row in self.find("name_merges", entity_id, "entity_id"):
            one, other = row["name"], row["other_name"]
            pair = (*sorted((one, other)), row["reason"])
            if one == other:
                documents.setdefault(one, set()).update((row["document_id"], row["other_document_id"]))
                same.setdefault(one, row["evidence"])
            elif pair not in seen:
                seen.add(pair)
                where = f", in {row['stated_in']}" if row["stated_in"] else ""
                text = f"“{one}” and “{other}” are one: {row['reason']}{where}; {row['evidence']}"
                yield TraceStep("name_merges", f"{entity_id} step {row['ordinal']}", text, depth)
        for printed, found in sorted(documents.items()):
            text = f"“{printed}” is one thing in {len(found)} documents: {same[printed]}"
            yield TraceStep("name_merges", entity_id, text, depth)

    def judgements(self, column: str, value: str, depth: int) -> Iterator[TraceStep]:
        """What people decided about an entity, or about a name that is none."""
        for row in self.find("judgements", value, column):
            said = f"{row['judgement']}: {row['label']} “{row['name']}”"
            said += f" → “{row['value']}”" if row["value"] else ""
            said += f" ({row['note']})" if row["note"] else ""
            yield TraceStep("judgements", f"line {row['line']} of judgements.csv", said, depth)

    def former(self, redirect: Row) -> Iterator[TraceStep]:
        """Where an id leads that is no entity's any more."""
        to = redirect["new_entity_id"]
        text = f"{redirect['reason']} since {redirect['since']:%Y-%m-%d}: " + (to or "nothing is left of it")
        yield TraceStep("entity_redirects", redirect["entity_id"], text)
        if to:
            yield from self.entity(to, 1)

    def entity(self, entity_id: str, depth: int) -> Iterator[TraceStep]:
        yield self.named(entity_id, depth)
        yield from self.names(entity_id, depth + 1)
        for column in ("entity_id", "other_entity_id"):
            yield from self.judgements(column, entity_id, depth + 1)
        for row in self.find("entity_links", entity_id, "entity_id"):
            yield TraceStep("entity_links", row["ref_id"], f"{row['url']} (link {row['link_id']})", depth + 1)
        for row in self.find("entity_sites", entity_id, "entity_id"):
            text = f"{row['url']} ({HOW_IT_STANDS[row['how']]})"
            yield TraceStep("entity_sites", row["link_id"], text, depth + 1)

    def document(self, document_id: str, depth: int) -> Iterator[TraceStep]:
        row = self.row("documents", document_id)
        text = f"{row['title'] or document_id} ({row['kind']}), {row['url']}"
        yield TraceStep("documents", document_id, text, depth)
        for capture in self.find("captures", row["content_sha256"], "content_sha256")[-1:]:
            by = f" by a web archive: {capture['archived_url']}" if capture.get("archived_url") else ""
            text = (
                f"raw/{capture['raw_path']}, {capture['size_bytes']} bytes, sha256 {capture['content_sha256']}, "
                f"taken {capture['captured_at']:%Y-%m-%d %H:%M:%S} UTC{by}"
            )
            yield TraceStep("captures", capture["url"], text, depth + 1)


def explain(release: Release, ref_id: str, raw: str) -> list[TraceStep]:
    """The decisions behind a reference of a PDF, each with its reasons: its capture in the folder `raw` is read again.
    KeyError: no such reference, or one of a page, which follows its own links. FileNotFoundError: the capture is gone.
    LookupError: the PDF is read otherwise today."""
    from osint_ingest.pdf.why import why  # noqa: PLC0415 - a look at a table must not load a PDF's readers
    from osint_ingest.store import RawStore  # noqa: PLC0415

    way = _Way(release)
    reference = way.row("footnote_refs", ref_id) if "#r" in ref_id else None
    if reference is None or reference["page"] is None:
        message = f"{ref_id} is not a reference in a PDF, so there is nothing to explain."
        raise KeyError(f"{message} Ids of references end like #r3.")
    sha256 = way.row("documents", reference["document_id"])["content_sha256"]
    store = RawStore(raw)
    capture = next((c for c in store.captures() if c.content_sha256 == sha256), None)
    if capture is None:
        message = f"The capture of {reference['document_id']} is not in {raw}."
        raise FileNotFoundError(f"{message} Name its folder with --raw.")
    steps: list[TraceStep] = []
    for decision in why(store.read(capture), int(ref_id.rpartition("#r")[2])):
        if not steps and f"“{reference['marker']}”" not in decision.question:
            raise LookupError(f"This version reads {ref_id} differently. Run osint-ingest refresh first.")
        sure = 1 / (1 + exp(-decision.total))
        total = f" {decision.total:+.2f} in all, {sure:.0%} sure" if decision.total else ""
        steps.append(TraceStep("why", ref_id, f"{decision.question}{total}", 1))
        for reason in decision.reasons:
            counts = f"{reason.counts:+.2f}  " if reason.counts else ""
            steps.append(TraceStep("why", ref_id, f"{counts}{reason.words}", 2))
    return steps
