"""Refresh over HTTP: discover, fetch, read, publish; what happens when nothing or something changed."""

from __future__ import annotations

import os
import re
import shutil
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.places import copy

from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Release, Releases
from osint_ingest.run.refresh import refresh
from osint_ingest.sample import SampleSite
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.store.lock import one_writer
from osint_ingest.tables import declared_tables

everywhere = pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)
SOAK = pytest.mark.skipif(not os.environ.get("OSINT_INGEST_SOAK"), reason="takes long: make soak")


@pytest.fixture
def copied(sample_run: Path, place: str) -> Settings:
    """A copy of the sample run that a test may go on with."""
    copy(sample_run, place)
    return Settings(profile="sample", raw=f"{place}/raw", curated=f"{place}/curated", workers=0)


def test_the_sample_site_becomes_filled_tables(sample_run: Path) -> None:
    release = Releases(sample_run / "curated").latest()
    assert release is not None
    counts = release.row_counts()
    assert set(counts) == set(declared_tables())
    empty = {name for name, rows in counts.items() if not rows}
    assert empty == {"link_checks", "archived_copies", "changes", "entity_redirects", "judgements"}


def test_the_sample_has_no_errors(sample_run: Path) -> None:
    release = Releases(sample_run / "curated").latest()
    assert release is not None and errors_of(release) == []


def test_what_is_broken_in_the_sample_with_faults_is_named_and_the_rest_published(tmp_path: Path) -> None:
    raw, curated = str(tmp_path / "raw"), str(tmp_path / "curated")
    recap = refresh(Settings(profile="sample-faults", raw=raw, curated=curated, workers=0))
    assert recap.exit_code == 3 and recap.failed == 2 and recap.release is not None
    errors = errors_of(recap.release)
    assert sorted(row["code"] for row in errors) == ["no_text", "unknown_template"]
    assert all(row["hint"] and row["url"] for row in errors)


def errors_of(release: Release) -> list[dict[str, Any]]:
    return [row for row in release.table("issues").to_pylist() if row["severity"] == "error"]


def test_every_table_says_where_its_documents_came_from(sample_run: Path) -> None:
    release = Releases(sample_run / "curated").latest()
    assert release is not None
    store = RawStore(str(sample_run / "raw"))
    whole = {capture.content_sha256: store.read(capture) for capture in store.captures()}
    for document in release.table("documents").to_pylist():
        assert document["content_sha256"] in whole, document["document_id"]
    assert list(store.verify()) == []


@everywhere
def test_an_unchanged_site_costs_conditional_requests_and_makes_no_release(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Releases(copied.curated).latest()
    logs = []
    leave = SampleSite.__exit__

    def keep_log(site: SampleSite, *error: object) -> None:
        logs.extend(site.log)
        leave(site, *error)  # type: ignore[arg-type]

    monkeypatch.setattr(SampleSite, "__exit__", keep_log)
    recap = refresh(copied)
    assert recap.unchanged and recap.processed == 0 and recap.release is None
    assert Releases(copied.curated).latest() == before
    statuses = [r.status for r in logs if r.path != "/robots.txt"]
    assert set(statuses) <= {304, 404, 301, 410} and 304 in statuses


@pytest.mark.parametrize("place", ["folder", pytest.param("s3", marks=SOAK)], indirect=True)
def test_one_changed_document_is_read_alone_and_the_tables_equal_a_rebuild(
    copied: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "site"
    shutil.copytree(str(files("osint_ingest.sample").joinpath("site")), root)
    page = root / "ogp" / "members" / "corvalia" / "commitments" / "CV0012" / "index.html"
    page.write_bytes(page.read_bytes().replace(b"Corvalia", b"Corvalia "))
    for sitemap in (root / "ogp").glob(
        "sitemap*.xml"
    ):  # an older lastmod would save even the conditional request
        sitemap.write_text(re.sub(r"<lastmod>[^<]+", "<lastmod>2099-01-01", sitemap.read_text()))
    monkeypatch.setattr("osint_ingest.sample.SampleSite", partial(SampleSite, root=root))
    recap = refresh(copied)
    assert recap.processed == 1 and recap.release is not None
    rebuilt = copied.model_copy(update={"curated": f"{copied.curated}-rebuilt"})
    again = refresh(rebuilt)
    assert again.processed > 1 and again.release is not None
    for name, table in declared_tables().items():
        if not table.history or name == "history":
            one, two = (release.files(tmp_path).path(name) for release in (recap.release, again.release))
            assert one.read_bytes() == two.read_bytes(), name


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_where_no_source_answers_the_last_release_stays_and_raw_is_read(
    copied: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Releases(copied.curated).latest()
    monkeypatch.setattr(SampleSite, "__enter__", _closed)
    recap = refresh(copied)
    assert recap.documents > 0
    assert Releases(copied.curated).latest() is not None and before is not None


def test_where_no_source_answers_and_raw_is_empty_one_message_names_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleSite, "__enter__", _closed)
    empty = Settings(profile="sample", raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"))
    with pytest.raises(RefusedRun, match="--profile sample"):
        refresh(empty)
    assert Releases(empty.curated).latest() is None


def _closed(site: SampleSite) -> SampleSite:
    """A site whose ports answer nothing."""
    site.base_urls.update(osor="http://127.0.0.1:9", ogp="http://127.0.0.1:9")
    return site


@everywhere
def test_a_second_run_at_the_same_time_is_told_who_writes(place: str) -> None:
    out = Settings(profile="sample", raw=f"{place}/raw", curated=f"{place}/curated", workers=0)
    with one_writer(out.raw), pytest.raises(RefusedRun, match=r"pid \d+|process"):
        refresh(out)
