"""What changed since the last release."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa

from osint_ingest.release.changes import changes_between, changes_since
from osint_ingest.release.check import drift_findings
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from osint_ingest.tables.entities import EntityRow
from tests.release.conftest import NOW, document, link, note, passage, publish, rows, whole

EARLIER = "20310504T100000000000Z-aaaaaaaa"
LATER = "20310505T100000000000Z-bbbbbbbb"


def told(before: Release, later: Release) -> list[tuple[str, ...]]:
    rows = changes_between(before, later).to_pylist()
    return [tuple("" if v is None else v for v in row.values())[:6] for row in rows]


def test_no_previous_release_means_no_changes(releases: Releases, tables: dict[str, pa.Table]) -> None:
    made = publish(releases, tables, LATER)
    assert list(changes_since(None, TableFiles(made.path))) == []


def test_added_removed_and_modified_rows_are_named_by_key_and_column(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    before = publish(releases, tables, EARLIER)
    later = [
        document("osor:VEL:2030", title="Report, second edition"),
        document("osor:KOR:2030"),
        passage(
            "osor:VEL:2030", 1, "The Office of Tides publishes at https://tides.example/data every week."
        ),
        passage("osor:VEL:2030", 2, "https://tides.example", "footnote"),
        note("osor:VEL:2030", 1, "https://tides.example", 2),
    ]
    assert told(before, publish(releases, whole(later), LATER)) == [
        ("documents", "osor:KOR:2030", "", "added", "", ""),
        ("documents", "osor:VEL:2030", "title", "modified", "Report", "Report, second edition"),
        ("links", "osor:VEL:2030#l1", "", "removed", "", ""),
    ]


def test_a_change_names_its_document_or_entity(releases: Releases) -> None:
    went = EntityRow(
        entity_id="org-vel-rims", label="ORG", name="Office of Rims", acronym=None, native_name=None,
        country_code="VEL", homepage=None, mention_count=0, document_count=0,
    )  # fmt: skip
    before = publish(releases, whole([*rows(), document("osor:KOR:2030", title="Weirs"), went]), EARLIER)
    after = publish(releases, whole([document("osor:VEL:2030", title="Second"), *rows()[1:-1]]), LATER)
    assert {(r["document_id"], r["title"]) for r in changes_between(before, after).to_pylist()} == {
        ("osor:KOR:2030", "Weirs"), ("osor:VEL:2030", "Second"), (None, "Office of Rims"),
    }  # fmt: skip


def test_a_page_that_merely_was_crawled_again_makes_no_change(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    before = publish(releases, tables, EARLIER)
    again = [
        document("osor:VEL:2030", captured_at=NOW + timedelta(days=7), content_sha256="1" * 64),
        *rows()[1:],
    ]
    assert told(before, publish(releases, whole(again), LATER)) == []


def test_a_moved_link_is_a_change_of_its_columns(releases: Releases, tables: dict[str, pa.Table]) -> None:
    before = publish(releases, tables, EARLIER)
    moved = [*rows()[:-1], link("osor:VEL:2030", 1, "https://tides.example/new", 1, 33)]
    columns = {row[2] for row in told(before, publish(releases, whole(moved), LATER))}
    assert columns == {"url", "url_raw", "anchor_text", "char_end"}


def many_notes(count: int, texts: dict[int, str | None]) -> dict[str, pa.Table]:
    """Notes of as many documents, with 40 KB of text each; `texts` are those of some, None: there is no such note."""
    plain = "The tide table is kept at the harbour office. " * 900
    numbers = [n for n in range(count) if texts.get(n, "") is not None]
    ids = [f"osor:D{n:05}:2030" for n in numbers]
    columns = {
        "footnote_id": [f"{i}#n1" for i in ids],
        "document_id": ids,
        "marker": ["1"] * len(ids),
        "ordinal": [1] * len(ids),
        "passage_id": [f"{i}#p1" for i in ids],
        "text": [texts.get(n) or plain for n in numbers],
        "page": [None if texts.get(n) else 1 for n in numbers],
    }
    empty = whole([])
    schema = empty["footnotes"].schema
    rest = {name: [None] * len(ids) for name in schema.names if name not in columns}
    return {**empty, "footnotes": pa.table({**columns, **rest}, schema=schema)}


def test_tables_larger_than_what_a_question_may_hold_are_compared_whole(
    releases: Releases, tmp_path: Path
) -> None:
    # a refresh of 10,000 documents failed here: both sides of the join were held
    before = publish(releases, many_notes(4000, {3999: None}), EARLIER)
    later = many_notes(4000, {0: "x", 1000: "y", 2000: None, 3998: "z"})
    after = publish(releases, later, LATER)
    moved = [(row[1][6:11], row[2], row[3]) for row in told(before, after)]
    told_twice = [(n, c, "modified") for n in ("00000", "01000", "03998") for c in ("page", "text")]
    assert sorted(moved) == sorted([*told_twice, ("02000", "", "removed"), ("03999", "", "added")])
    emptied = drift_findings(TableFiles(after.path), TableFiles(before.path), 0.0, None, tmp_path)
    assert [f.message for f in emptied] == ["footnotes.page: 3 of 3998 rows lost their value"]
