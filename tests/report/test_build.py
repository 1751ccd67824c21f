"""What goes into a report: what is the same from the one before, as much as fits, and never at a release's cost."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from osint_ingest.release.folder import Release, Releases
from osint_ingest.report import REPORT, write
from osint_ingest.report.build import Built, build, opened
from osint_ingest.report.drawing import CannotDraw, draw
from osint_ingest.report.listed import listed_tables, overview
from osint_ingest.report.page import read_earlier
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.tables import declared_tables
from tests.bench.pages import commitment_page, write_pages
from tests.release.conftest import document, publish, whole
from tests.report.conftest import MOST_BYTES


@pytest.fixture
def release(sample_run: Path) -> Release:
    found = Releases(sample_run / "curated").latest()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def charts(sample_report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report before that has the same charts and nothing else: drawing them takes longer than all the rest."""
    page = tmp_path_factory.mktemp("charts") / REPORT
    lines = sample_report.read_text(encoding="utf-8").splitlines(keepends=True)
    page.write_text("".join(line for line in lines if 'class="plot"' in line), encoding="utf-8")
    return page


def made(release: Release, to: Path, **more: object) -> Built:
    return build(release, to, **{"most_bytes": MOST_BYTES, **more})  # type: ignore[arg-type]


def test_what_is_the_same_is_taken_from_the_report_before(
    release: Release, sample_report: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.html"
    built = made(release, again, earlier=sample_report)  # without raw/: no picture can be drawn
    assert built.pictures > 5 and not built.findings
    assert again.read_bytes() == sample_report.read_bytes()


def test_only_what_changed_is_made_anew(tmp_path: Path) -> None:
    settings = Settings(
        raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0, use_models=False, report=True
    )
    pages = write_pages(tmp_path / "pages", 3)
    assert ingest(pages, settings).release is not None
    first = read_earlier(report_of(settings))
    pages[1].write_bytes(commitment_page(1, edition=1))
    recap = ingest(pages, settings)
    assert recap.release is not None and not recap.findings
    second = read_earlier(report_of(settings))
    texts = [text_keys(report_of(settings)), first.chunks.keys()]
    assert len(texts[0]) == 3 and len(texts[0] - texts[1]) == 1
    # charts of country reports are left out where there is none
    drawn = re.findall(r'id="chart-(\w+)"', report_of(settings).read_text(encoding="utf-8"))
    assert "timeline" not in drawn and "rot" in drawn
    assert second.plots.keys() != first.plots.keys() and second.plots.keys() & first.plots.keys()


def report_of(settings: Settings) -> Path:
    latest = Releases(settings.curated).latest()
    assert latest is not None
    return latest.path / REPORT


def text_keys(report: Path) -> set[str]:
    return set(re.findall(r'id="d-\d+" data-key="([0-9a-f]+)"', report.read_text(encoding="utf-8")))


def test_over_the_budget_older_documents_are_listed_without_their_text(
    release: Release, sample_report: Path, charts: Path, tmp_path: Path
) -> None:
    page = tmp_path / "small.html"
    built = made(release, page, earlier=charts, most_bytes=280_000)
    assert built.readable > 0 and built.left_out > 0
    whole, html = sample_report.stat().st_size, page.read_text(encoding="utf-8")
    assert page.stat().st_size < whole / 2
    assert "older ones are listed without their text" in " ".join(html.split())
    # the newest document is the one that stays
    newest = max(release.table("documents").to_pylist(), key=lambda d: d["year"] or 0)
    ids = release.table("documents")["document_id"].to_pylist()
    assert f'id="d-{sorted(ids).index(newest["document_id"])}"' in html


def test_without_the_captured_bytes_there_is_no_picture_and_the_page_says_so(
    release: Release, charts: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    built = made(release, page, earlier=charts, raw=RawStore(str(tmp_path / "nothing")))
    assert built.pictures == 0 and built.readable > 5
    assert {f.code for f in built.findings} == {"picture_failed"}
    assert "bytes were not at hand" in page.read_text(encoding="utf-8")


def test_bytes_that_are_no_longer_those_that_were_read_are_not_drawn(
    sample_run: Path, release: Release, charts: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(sample_run / "raw", raw)
    for pdf in raw.rglob("*Z-*.pdf"):
        pdf.write_bytes(pdf.read_bytes() + b"\n% another end")
    built = made(release, tmp_path / "page.html", earlier=charts, raw=RawStore(str(raw)))
    assert built.pictures == 0 and built.readable > 5


def test_a_release_is_published_where_its_report_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osint_ingest.report.page.STYLES", ("no such file.css",))
    settings = Settings(
        raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0, use_models=False, report=True
    )
    recap = ingest(write_pages(tmp_path / "pages", 1), settings)
    assert recap.release is not None and not (recap.release.path / REPORT).exists()
    assert [(f.code, f.severity) for f in recap.findings] == [("report_failed", "warning")]
    assert "no such file.css" in recap.findings[0].message


def test_it_goes_into_an_object_store_too(sample_report: Path, release: Release, tmp_path: Path) -> None:
    there = f"memory://report-{tmp_path.name}"
    copied = Release(f"{there}/releases/{release.name}")
    for file in release.path.iterdir():
        copied.add_file(file.name, file)
    before = Release(f"{there}/releases/before")
    before.add_file(REPORT, sample_report)
    assert write(copied, before, Settings(raw="memory://none", curated=there, report=True)) == []
    there_now = tmp_path / "copy.html"
    assert copied.copy_file(REPORT, there_now)
    assert there_now.read_bytes() == sample_report.read_bytes()


def test_links_that_were_asked_are_shown_with_their_answers(
    release: Release, charts: Path, tmp_path: Path
) -> None:
    asked = Release(str(tmp_path / release.name))
    shutil.copytree(release.path, asked.path)
    before, now = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    urls = sorted(set(release.table("links")["url"].to_pylist()))
    rows = [{"url": url, "checked_at": at, "http_status": 200} for url in urls[1:] for at in (before, now)]
    rows.append({"url": urls[0], "checked_at": before, "http_status": 403})
    rows.append({"url": urls[0], "checked_at": now, "http_status": 404, "first_failed_at": now})
    table = pa.Table.from_pylist(rows, schema=declared_tables()["link_checks"].schema)
    pq.write_table(table, asked.path / "link_checks.parquet")
    page = tmp_path / "page.html"
    made(asked, page, earlier=charts)
    html = page.read_text(encoding="utf-8")
    assert re.search(r'data-said="[^"]*: 1 dead"', html) and re.search(r'data-said="[^"]*answers"', html)
    assert "have not been checked yet" not in html and "once links were checked" not in html
    left = len(urls) - 1
    for told in ("2026-02: 1 refused or not allowed", "2026-03: 1 dead", f"2026-03: {left} answers"):
        assert f'data-said="{told}"' in html


def test_names_come_by_documents_and_citations_and_generic_ones_last(tmp_path: Path) -> None:
    names = {
        "org-a": ("Ministry of Health", 9),
        "org-b": ("Harbour Office of Velmora", 2),
        "org-c": ("Tide Board", 2),
    }
    about = [
        {"entity_id": e, "label": "ORG", "name": name, "mention_count": n, "document_count": n}
        for e, (name, n) in names.items()
    ]
    cited = {"citation_id": "osor:VEL:2030#c1", "document_id": "osor:VEL:2030", "kind": "link", "link_id": "l",
             "url": "https://tides.example", "role": "evidence", "entity_id": "org-c", "confidence": 1.0}  # fmt: skip
    tables = whole([document("osor:VEL:2030")])
    for name, rows in (("entities", about), ("citations", [cited])):
        tables[name] = pa.Table.from_pylist(rows, schema=tables[name].schema)
    run = {"digest": "a", "outcomes": [], "made_at": "2031-05-04T10:00:00+00:00"}
    made_of = publish(Releases(str(tmp_path)), tables, "20310504T100000000000Z-aaaaaaaa", run=run)
    with opened(made_of) as db:
        (entities,) = (table for table in listed_tables() if table.name == "entities")
        assert [row[0][1] for row in db.execute(entities.sql).fetchall()] == [
            "Tide Board", "Harbour Office of Velmora", "Ministry of Health",
        ]  # fmt: skip
        assert overview(db, made_of)["title"] == (
            "Open Source Observatory (OSOR), European Commission: Velmora; 2030"
        )


def test_it_is_not_made_where_it_is_not_wanted(tmp_path: Path, release: Release) -> None:
    assert write(release, None, Settings(raw=str(tmp_path), curated=str(tmp_path), report=False)) == []


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.4\nno more", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\n%%EOF"]
)
def test_a_pdf_that_cannot_be_drawn_costs_nothing_else(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(pdf)
    with pytest.raises(CannotDraw):
        draw({"pdf": str(path), "pages": [1], "dpi": 84, "hide": True}, 30)


def test_drawing_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(CannotDraw, match="seconds"):
        draw({"charts": []}, 0.0)
