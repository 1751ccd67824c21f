"""What changed since the last release."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from osint_ingest.release.changes import changes_between, changes_since
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from tests.release.conftest import NOW, document, link, note, passage, publish, rows, whole

LATER = "20310505T100000000000Z-bbbbbbbb"


def told(before: Release, later: Release) -> list[tuple[str, ...]]:
    rows = changes_between(before, later).to_pylist()
    return [tuple("" if v is None else v for v in row.values()) for row in rows]


def test_no_previous_release_means_no_changes(releases: Releases, tables: dict[str, pa.Table]) -> None:
    made = publish(releases, tables, LATER)
    assert list(changes_since(None, TableFiles(made.path))) == []


def test_added_removed_and_modified_rows_are_named_by_key_and_column(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    before = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
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


def test_a_page_that_merely_was_crawled_again_makes_no_change(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    before = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    again = [
        document("osor:VEL:2030", captured_at=NOW + timedelta(days=7), content_sha256="1" * 64),
        *rows()[1:],
    ]
    assert told(before, publish(releases, whole(again), LATER)) == []


def test_a_moved_link_is_a_change_of_its_columns(releases: Releases, tables: dict[str, pa.Table]) -> None:
    before = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    moved = [*rows()[:-1], link("osor:VEL:2030", 1, "https://tides.example/new", 1, 33)]
    columns = {row[2] for row in told(before, publish(releases, whole(moved), LATER))}
    assert columns == {"url", "url_raw", "anchor_text", "char_end"}
