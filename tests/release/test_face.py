"""What analysts call: the same tables in pandas, DuckDB and polars, from a folder and from an object store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import osint_ingest
from osint_ingest.analyst.citing import NEEDED
from osint_ingest.read.documents import to_arrow
from osint_ingest.release.folder import Releases
from osint_ingest.tables.documents import FootnoteRefRow
from osint_ingest.tables.entities import CitationRow, EntityRow
from tests.release.conftest import document, link, note, passage, publish, whole

NAME = "20310504T100000000000Z-aaaaaaaa"
SAID = "The Office of Tides publishes all gauges."

everywhere = pytest.mark.parametrize("place", ["folder", "memory", "s3"], indirect=True)


def rows() -> list[object]:
    return [
        document("osor:VEL:2030", published=date(2030, 3, 1)),
        document("osor:KOR:2031", year=None, page_count=None),
        passage("osor:VEL:2030", 1, SAID),
        passage("osor:VEL:2030", 2, "Tides, https://tides.example", "footnote"),
        note("osor:VEL:2030", 1, "Tides, https://tides.example", 2),
        link("osor:VEL:2030", 1, "https://tides.example", 2, 7, footnote_id="osor:VEL:2030#n1"),
        FootnoteRefRow(
            ref_id="osor:VEL:2030#r1", document_id="osor:VEL:2030", footnote_id="osor:VEL:2030#n1", marker="1",
            passage_id="osor:VEL:2030#p1", char_offset=19, anchor_text="Office of Tides", anchor_start=4, anchor_end=19,
            page=1, x0=1.0, top=1.0, x1=2.0, bottom=2.0, confidence=1.0,
        ),
        EntityRow(
            entity_id="org-vel-tides", label="ORG", name="Office of Tides", acronym=None, native_name=None,
            country_code=None, homepage="https://tides.example", mention_count=1, document_count=1,
        ),
        CitationRow(
            citation_id="osor:VEL:2030#c1", document_id="osor:VEL:2030", passage_id="osor:VEL:2030#p1", kind="note",
            phrase="Office of Tides", phrase_start=4, phrase_end=19, page=1, marker="1",
            footnote_id="osor:VEL:2030#n1", note_text="Tides, https://tides.example", link_id="osor:VEL:2030#l1",
            url="https://tides.example", url_printed=None, host="tides.example", role="evidence",
            entity_id="org-vel-tides", archived_url=None, confidence=1.0,
        ),
    ]  # fmt: skip


@pytest.fixture
def filled(curated: str) -> str:
    tables = whole(rows())
    if curated.startswith("s3:"):  # whose requests take long on loopback
        tables = {name: found for name, found in tables.items() if len(found) or name in NEEDED}
    publish(Releases(curated), tables, NAME)
    return curated


def test_pandas_gets_whole_numbers_dates_and_times_as_such(filled: str) -> None:
    documents = osint_ingest.load("documents", curated=filled).set_index("document_id")
    kinds = documents.dtypes.astype(str)
    assert kinds["year"] == kinds["page_count"] == kinds["masked"] == "Int64"
    assert kinds["published"].startswith("datetime64") and kinds["captured_at"] == "datetime64[us, UTC]"
    assert documents.loc["osor:VEL:2030", "year"] == 2030 and documents["year"].isna().sum() == 1


@everywhere
def test_duckdb_has_every_table_and_the_way_from_a_phrase_to_its_source(filled: str) -> None:
    db = osint_ingest.connect(curated=filled)
    assert db.execute("select count(*) from links join passages using (passage_id)").fetchall() == [(1,)]
    found = db.execute("select phrase, note, url, entity from sources_of('tides')").fetchall()
    assert found == [
        ("Office of Tides", "Tides, https://tides.example", "https://tides.example", "Office of Tides")
    ]
    assert db.execute("select * from sources_of('nothing like it')").fetchall() == []
    cited = osint_ingest.citations("OFFICE of  tídes", curated=filled)
    assert cited["citation_id"].tolist() == ["osor:VEL:2030#c1"]


def test_tables_counts_rows(filled: str) -> None:
    counts = osint_ingest.tables(curated=filled)
    assert (counts["documents"], counts["footnote_refs"], counts["spans"]) == (2, 1, 0)


def test_polars_reads_the_files_as_they_are(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    release = publish(Releases(tmp_path), whole(rows()), NAME)
    for name, expected in whole(rows()).items():
        path = tmp_path / "latest" / f"{name}.parquet"
        read = polars.read_parquet(path)
        assert read.columns == expected.column_names
        assert read.to_arrow().cast(expected.schema).to_pylist() == release.table(name).to_pylist()


def test_a_release_that_is_not_there_is_named(curated: str) -> None:
    with pytest.raises(FileNotFoundError, match="no release"):
        osint_ingest.load("links", curated=curated)


def test_an_older_release_without_the_tables_of_the_macro_still_opens(curated: str) -> None:
    only: dict[str, pa.Table] = {"documents": to_arrow([document("a")])["documents"]}
    publish(Releases(curated), only, NAME)
    assert osint_ingest.connect(curated=curated).execute("select count(*) from documents").fetchall() == [
        (1,)
    ]
