"""Runs that follow each other: what changed is told, what shrank or fell empty is held back, and it all works
in an object store too."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest
from tests.bench.pages import commitment_page, write_pages
from tests.places import copy, latest, settings

import osint_ingest
from osint_ingest.cli import releasing
from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Releases
from osint_ingest.report.build import opened
from osint_ingest.report.listed import overview
from osint_ingest.run.refresh import ingest
from osint_ingest.run.summary import recap_text
from osint_ingest.tables import declared_tables

SITE = Path(str(files("osint_ingest.sample").joinpath("site", "ogp")))
LABELS = (">Status:", ">Estado:", ">Statut")
"""The label of a commitment's status, in the languages of the sample."""


def renamed(tmp_path: Path) -> Path:
    """The sample's pages after the site renamed one label."""
    pages = shutil.copytree(SITE, tmp_path / "renamed")
    for page in pages.rglob("index.html"):
        text = page.read_text(encoding="utf-8")
        for label in LABELS:
            text = text.replace(label, ">Whereabouts of the matter:")
        page.write_text(text, encoding="utf-8")
        os.utime(page, (2_000_000_000, 2_000_000_000))
    return pages


@pytest.fixture(scope="module")
def of_the_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ after a run over the site's pages."""
    folder = tmp_path_factory.mktemp("site") / "run"
    assert ingest([SITE], settings(folder)).release is not None
    return folder


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ after a run over the six pages in pages/."""
    folder = tmp_path_factory.mktemp("six") / "run"
    pages = write_pages(folder / "pages", 6)
    for page in pages:
        os.utime(page, (1_900_000_000, 1_900_000_000))
    assert not ingest(pages, settings(folder)).changes
    return folder


def pages_with_a_change(folder: Path) -> list[Path]:
    """The six pages, one of which says something else."""
    pages = sorted((folder / "pages").iterdir())
    pages[2].write_bytes(commitment_page(2, edition=1))
    os.utime(pages[2], (2_000_000_000, 2_000_000_000))
    return pages


def test_a_label_that_was_renamed_holds_the_release_back_until_someone_accepts_the_loss(
    of_the_site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = settings(copy(of_the_site, tmp_path / "run"))
    first, pages = Releases(out.curated).latest(), renamed(tmp_path)
    recap = ingest([pages], out)
    assert recap.exit_code == 4 and recap.release is None and recap.held is not None
    assert recap.held.name.endswith(".held") and recap.held.has("ogp_commitments")
    assert Releases(out.curated).latest() == first is not None
    said = [f.message for f in recap.findings if f.severity == "error"]
    assert any("ogp_commitments.status" in message for message in said)
    assert recap.held.run()["held_back_by"] == said
    assert all(message in recap_text(recap, out) for message in said)
    assert "held back" in recap_text(recap, out) and "ogp_commitments.status" in recap_text(recap, out)
    assert recap.held.location in recap_text(recap, out)

    releasing.releases(out.curated, as_json=True)
    published, held = json.loads(capsys.readouterr().out)
    assert (published["latest"], published["held_back_by"]) == ("yes", "")
    assert (held["release"], held["latest"]) == (recap.held.name, "")
    assert held["held_back_by"] == "; ".join(said)
    assert osint_ingest.release(recap.held.name, out.curated) == recap.held
    with pytest.raises(RefusedRun, match="was held back"):
        releasing.rollback(recap.held.name, out.curated)
    assert Releases(out.curated).latest() == first

    recap = ingest([pages], out.model_copy(update={"accept_shrink": "the site dropped the label"}))
    assert (
        recap.release is not None and recap.release.run()["accepted_shrink"] == "the site dropped the label"
    )
    told = recap.release.table("issues").to_pylist()
    assert any(
        row["code"] == "shrink_accepted" and "the site dropped the label" in row["message"] for row in told
    )
    assert ingest([pages], out).unchanged


@pytest.mark.parametrize("by", [None, "older rules"])
def test_rows_that_came_over_broken_are_left_out_and_read_again_by_the_next_run(
    by: str | None, six: Path, tmp_path: Path
) -> None:
    out = settings(copy(six, tmp_path / "run"))
    first = latest(tmp_path / "run")
    mentions = first.table("mentions")
    (lost, *_) = sorted(set(mentions["document_id"].to_pylist()))
    its = pa.compute.cast(pa.compute.equal(mentions["document_id"], lost), pa.int64())
    field = mentions.schema.field("char_end")
    ends = pa.compute.add(mentions["char_end"], its)
    altered = mentions.set_column(mentions.schema.get_field_index("char_end"), field, ends)
    pq.write_table(altered, first.path / "mentions.parquet")
    if by is not None:
        (first.path / "run.json").write_text(json.dumps({**first.run(), "checks": by}))
    pages = pages_with_a_change(tmp_path / "run")
    recap = ingest(pages, out)
    assert {f.code for f in recap.findings} == {"altered"} and recap.release is not None
    assert recap.exit_code == 3 and recap.failed == 1
    assert recap.documents == 5 and lost not in recap.release.table("documents")["document_id"].to_pylist()
    (issue,) = (r for r in recap.release.table("issues").to_pylist() if r["code"] == "inconsistent")
    assert issue["document_id"] == lost and "mentions" in issue["message"] and issue["severity"] == "error"
    again = ingest(pages, out)
    assert again.exit_code == 0 and again.processed == 1 and again.documents == 6


def test_what_changed_on_a_page_is_told_by_key_and_column_and_counted_by_source(
    six: Path, tmp_path: Path
) -> None:
    out = settings(copy(six, tmp_path / "run"))
    recap = ingest(pages_with_a_change(tmp_path / "run"), out)
    assert recap.processed == 1 and recap.carried == 5 and recap.release is not None
    rows = recap.release.table("changes").to_pylist()
    moved = {
        (r["table_name"], r["column_name"], r["before"], r["after"])
        for r in rows
        if r["change"] == "modified"
    }
    assert ("ogp_commitments", "completion", "Complete", "Limited") in moved
    assert {
        r["row_key"].split(" | ")[0].split("#")[0] for r in rows if r["table_name"].startswith("ogp_")
    } == {"ogp:AF0003"}
    assert recap.changes["ogp: ogp_commitments modified"] >= 1
    assert "ogp: ogp_commitments modified" in recap_text(recap, settings(tmp_path))


def test_changes_are_counted_alike_by_the_run_the_report_and_diff(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = settings(tmp_path)
    pages = write_pages(tmp_path / "pages", 6)
    plain = tmp_path / "plain.html"
    plain.write_text(
        "<html><body><h1>Plain</h1><p>See https://example.org/one and no more.</p></body></html>"
    )
    for page in (*pages, plain):
        os.utime(page, (1_900_000_000, 1_900_000_000))
    first = ingest([*pages[:5], plain], out)
    assert (first.documents, first.processed, first.carried, first.failed) == (6, 6, 0, 0)
    pages[2].write_bytes(commitment_page(2, edition=1))
    plain.write_text(plain.read_text().replace("one", "two"))
    for page in (pages[2], plain):
        os.utime(page, (2_000_000_000, 2_000_000_000))
    recap = ingest([*pages, plain, tmp_path / "nowhere.pdf"], out)
    assert recap.release is not None
    # what is read and what is carried over add up to the documents; what failed is apart
    assert (recap.documents, recap.processed, recap.carried, recap.failed) == (8, 3, 5, 1)
    assert "8 documents: 3 read, 5 carried over. 1 failed." in recap_text(recap, out)
    told = recap.release.run()
    assert [told[count] for count in ("documents", "processed", "carried", "failed")] == [8, 3, 5, 1]
    by_run: dict[str, dict[str, int]] = {}
    for what, rows in recap.changes.items():
        table, change = what.rpartition(": ")[2].split()
        kinds = by_run.setdefault(table, {"added": 0, "removed": 0, "modified": 0})
        kinds[change] += rows
    with opened(recap.release) as db:
        by_report = {c.table: asdict(c) for c in overview(db, recap.release)["changes"]}
    assert by_report["documents"]["added"] == 2 and by_report["ogp_commitments"]["modified"] == 1
    assert {table: {k: n for k, n in c.items() if k != "table"} for table, c in by_report.items()} == by_run
    capsys.readouterr()
    releasing.diff("previous", "latest", out.curated, False)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"{c['table']}: {c['added']:,} added, {c['removed']:,} removed, {c['modified']:,} modified"
        for c in by_report.values()
    ]
    again = ingest([*pages, plain], out)
    assert (again.documents, again.processed, again.carried, again.failed) == (8, 0, 8, 0)


def test_a_page_that_merely_was_crawled_again_makes_a_release_without_changes(tmp_path: Path) -> None:
    out = settings(tmp_path)
    (page,) = write_pages(tmp_path / "pages", 1)
    os.utime(page, (1_900_000_000, 1_900_000_000))
    ingest([page], out)
    page.write_bytes(page.read_bytes().replace(b"dataLayer", b"dataLayer2"))
    os.utime(page, (2_000_000_000, 2_000_000_000))
    recap = ingest([page], out)
    assert recap.processed == 1 and not recap.changes


def test_a_run_from_end_to_end_in_an_object_store(of_the_site: Path) -> None:
    there = settings(f"memory://{uuid.uuid4().hex}")
    recap, same = ingest([SITE], there), latest(of_the_site)
    assert recap.release is not None
    assert osint_ingest.release(curated=there.curated) == recap.release
    for name, table in declared_tables().items():
        if not table.history:
            assert recap.release.table(name).equals(same.table(name)), name
    assert ingest([SITE], there).unchanged
    said = recap_text(recap, there)
    assert there.curated in said and "Look at" in said
