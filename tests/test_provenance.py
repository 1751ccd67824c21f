"""Every row leads back to its place: the text at the offsets, and for PDFs the characters inside the boxes."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pdfplumber
import pytest

from osint_ingest.release.folder import Release, Releases
from osint_ingest.store import RawStore

RECORDED = {
    "links": ("char_start", "char_end", "anchor_text"),
    "footnote_refs": ("anchor_start", "anchor_end", "anchor_text"),
    "mentions": ("char_start", "char_end", "text"),
}
MARKER_SHARE = 0.75
"""A character smaller than this share of its line's usual size is a marker's: passages leave it out."""

Row = dict[str, Any]


class Character(NamedTuple):
    """A character of a page and the middle of its box."""

    text: str
    size: float
    x: float
    y: float


@cache
def characters_of(path: Path) -> list[list[Character]]:
    """The characters of each page, as another reader of the same file finds them."""
    pages = []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            pages.append(
                [
                    Character(c["text"], c["size"], (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2)
                    for c in page.chars
                ]
            )
            page.close()
    return pages


def inside(box: Row, path: Path) -> list[Character]:
    """The characters whose middle lies in a box, which says its page."""
    return [
        c
        for c in characters_of(path)[box["page"] - 1]
        if box["x0"] - 0.1 <= c.x <= box["x1"] + 0.1 and box["top"] - 0.1 <= c.y <= box["bottom"] + 0.1
    ]


def squashed(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", text) if not c.isspace() and c != "\u00ad")


def latest(curated: Path) -> Release:
    release = Releases(curated).latest()
    assert release is not None
    return release


@pytest.fixture(params=["sample_run", pytest.param("corpus_run", marks=pytest.mark.corpus)])
def run(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


def ranges(release: Release) -> Iterator[tuple[str, str, int, int, str]]:
    """(table, passage, start, end, recorded text) of every row that has a place in a passage."""
    for table, (start, end, recorded) in RECORDED.items():
        for row in release.table(table).to_pylist():
            if row[start] is not None:
                yield table, row["passage_id"], row[start], row[end], row[recorded]


def test_the_text_at_the_recorded_offsets_is_the_recorded_text(run: Path) -> None:
    release = latest(run / "curated")
    passages = {p["passage_id"]: p["text"] for p in release.table("passages").to_pylist()}
    seen = defaultdict(int)
    for table, passage_id, start, end, recorded in ranges(release):
        assert passages[passage_id][start:end] == recorded, (table, passage_id, start, end)
        seen[table] += 1
    assert all(seen[table] > 0 for table in RECORDED)


def test_a_footnote_is_its_passage_and_a_reference_stands_inside_its_own(run: Path) -> None:
    release = latest(run / "curated")
    passages = {p["passage_id"]: p for p in release.table("passages").to_pylist()}
    for note in release.table("footnotes").to_pylist():
        passage = passages[note["passage_id"]]
        assert (passage["kind"], passage["text"]) == ("footnote", note["text"])
    for ref in release.table("footnote_refs").to_pylist():
        assert 0 <= ref["char_offset"] <= len(passages[ref["passage_id"]]["text"])


def test_the_boxes_of_every_range_hold_its_characters(run: Path) -> None:
    release = latest(run / "curated")
    store = RawStore(str(run / "raw"))
    passages = {p["passage_id"]: p for p in release.table("passages").to_pylist()}
    spans = defaultdict(list)
    for span in release.table("spans").to_pylist():
        spans[span["passage_id"]].append(span)
    wanted = defaultdict(list)
    for _, passage_id, start, end, _ in ranges(release):
        if passages[passage_id]["page"] is not None:
            wanted[passages[passage_id]["document_id"]].append((passage_id, start, end))
    captures = {c.content_sha256: c for c in store.captures()}
    pdfs = [d for d in release.table("documents").to_pylist() if d["page_count"]]
    assert pdfs
    for document in pdfs:
        path = run / "raw" / str(captures[document["content_sha256"]].raw_path)
        read: dict[tuple[str, int], str] = {}  # of each span, read once
        for passage_id, start, end in wanted[document["document_id"]]:
            text, covered = passages[passage_id]["text"], 0
            for span in spans[passage_id]:
                low, high = max(start, span["char_start"]), min(end, span["char_end"])
                if low < high:
                    covered += high - low
                    key = (passage_id, span["ordinal"])
                    if key not in read:
                        read[key] = without_markers(inside(span, path))
                    assert squashed(text[low:high]) in read[key], (passage_id, text[low:high], read[key])
            assert squashed(text[start:end]) and covered >= len(squashed(text[start:end])), (
                passage_id,
                start,
                end,
            )


def without_markers(found: list[Character]) -> str:
    sizes = sorted(c.size for c in found)
    usual = sizes[len(sizes) // 2] if sizes else 0
    return squashed("".join(c.text for c in found if c.size > MARKER_SHARE * usual))


def test_a_markers_box_holds_the_marker(run: Path) -> None:
    release = latest(run / "curated")
    captures = {c.content_sha256: c for c in RawStore(str(run / "raw")).captures()}
    references = defaultdict(list)
    for ref in release.table("footnote_refs").to_pylist():
        if ref["page"] is not None:
            references[ref["document_id"]].append(ref)
    for document in release.table("documents").to_pylist():
        if document["document_id"] not in references:
            continue
        path = run / "raw" / str(captures[document["content_sha256"]].raw_path)
        for ref in references[document["document_id"]]:
            found = squashed("".join(c.text for c in inside(ref, path)))
            assert squashed(ref["marker"]) in found, (ref["ref_id"], found)
