"""`backfill`: captures of the years before, out of the sample's own web archive."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from tests.cli.conftest import Run

PAGE = Path(str(files("osint_ingest.sample").joinpath("site/ogp/members/corvalia/commitments/CV0007")))
DOCUMENT = "ogp:CV0007"
HISTORY = """
    select field, value, year(first_captured_at), year(last_captured_at) from 'history.parquet'
    where field in ('completion', 'lead_institution') and document_id = 'ogp:CV0007'
    and first_captured_at < '2025-01-01' order by field, first_captured_at
"""


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "0")
    monkeypatch.setenv("OSINT_INGEST_REPORT", "false")
    monkeypatch.setenv("OSINT_INGEST_USE_MODELS", "false")


def query(sql: str, curated: str = "curated") -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        db.execute(f"set file_search_path = '{curated}/latest'; set timezone = 'UTC'")
        return db.sql(sql).fetchall()


def test_history_reaches_back_over_years_and_old_addresses(run: Run) -> None:
    assert run("ingest", str(PAGE), "--quiet").code == 0
    assert query(HISTORY) == []
    done = run("backfill", "ogp", "--profile", "sample")
    assert done.code == 0 and "3 captures taken" in done.err
    this_year = query("select year(max(last_captured_at)) from 'history.parquet'")[0][0]
    told = [
        ("completion", "Pending IRM Review", 2018, 2018),
        ("completion", "Limited", 2020, 2020),
        ("completion", "Substantial", 2024, 2024),
        ("lead_institution", "Ministry of Agriculture", 2018, 2018),
        ("lead_institution", "Ministry of the Environment", 2020, this_year),
    ]
    assert query(HISTORY) == told
    assert query("select document_id, status from 'documents.parquet'") == [(DOCUMENT, "complete")]
    assert query("select url, archived_url from 'captures.parquet' where year(captured_at) = 2018") == [
        (
            "http://opengovpartnership.org/members/Corvalia/commitments/CV0007",
            "https://archive.example/web/20180914073015id_/http://opengovpartnership.org/members/Corvalia/commitments/CV0007",
        )
    ]
    assert run("verify").code == 0
    # the same from raw/ alone, and nothing is taken or read twice
    assert run("ingest", str(PAGE), "--quiet", "--curated", "again").code == 0
    assert query("from 'history.parquet'", "again") == query("from 'history.parquet'")
    again = run("backfill", "ogp", "--profile", "sample")
    assert (
        again.code == 0 and "0 captures taken, 3 were there" in again.err and "nothing" in again.out.lower()
    )


def test_only_the_archive_has_it_and_the_release_says_so(run: Run) -> None:
    done = run("backfill", "ogp", "--profile", "sample", "--from", "2019", "--quiet")
    assert done.code == 0
    said = "select severity, document_id from 'issues.parquet' where code = 'archived_copy'"
    assert query(said) == [("warning", DOCUMENT)]
    assert query("select year(captured_at) from 'documents.parquet'") == [(2024,)]
    traced = run("trace", DOCUMENT).out
    assert "UTC by a web archive: https://archive.example/web/20240220060407id_/https://www.open" in traced
    # a capture of another address adds to the history of the document, which is not read again
    assert run("backfill", "ogp", "--profile", "sample", "--limit", "1", "--force", "--quiet").code == 0
    completion = [value for field, value, *_ in query(HISTORY) if field == "completion"]
    assert completion == ["Pending IRM Review", "Limited", "Substantial"]
    assert query(said) == [("warning", DOCUMENT)]
    # a page of today is newer: the copies are its history
    assert run("ingest", str(PAGE), "--quiet").code == 0
    assert query(said) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("file",), "file names no web archive"),
        (("nowhere",), "No source is called 'nowhere'. Available:"),
        (("ogp", "--archive", "nowhere"), "No archive is called 'nowhere'. Available: wayback"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    done = run("backfill", *arguments)
    assert done.code == 1 and said in done.err


def test_an_archive_that_does_not_answer_changes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSINT_INGEST_ARCHIVE_INDEX", "http://127.0.0.1:9/cdx")
    monkeypatch.setenv("OSINT_INGEST_ARCHIVE_CAPTURES", "http://127.0.0.1:9/{timestamp}id_/{url}")
    done = run("backfill", "ogp", "--quiet")
    assert done.code == 1 and "127.0.0.1:9 did not answer" in done.err and "again" in done.err
    assert not Path("curated/latest").exists()
