"""A stage that fails or does not end leaves a document partial: all else that was read is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
from tests.pdf.pages import RawPage, pdf_of, text_at
from tests.places import copy, latest, settings

from osint_ingest.entities.annotate import Annotator
from osint_ingest.html import content
from osint_ingest.pdf import read_pdf, reader
from osint_ingest.release.folder import Release
from osint_ingest.run.refresh import ingest
from osint_ingest.run.summary import counts_of

SAID = "The Office of Tides (OT) wrote all of this in 2031, see www.tides.example/all for more of it."
PAGE = f"<html><head><title>Tides</title></head><body><main><h1>Tides</h1><p>{SAID}</p></main></body></html>"


def write(folder: Path) -> list[Path]:
    """The same as a page and as a PDF."""
    page, pdf = folder / "tides.html", folder / "tides.pdf"
    page.write_text(PAGE)
    pdf.write_bytes(pdf_of(RawPage(text_at(72, 720, 20, "Tides") + text_at(72, 680, 10, SAID))))
    return [page, pdf]


def rows(release: Release, table: str, column: str) -> list[object]:
    return [row[column] for row in release.table(table).to_pylist()]


def fail(*_: object, **__: object) -> None:
    raise RecursionError("much too deep")


STAGES: Mapping[str, tuple[tuple[object, str], ...]] = {
    "names": ((Annotator, "annotate"),),
    "links": ((content, "printed_urls"), (reader, "links_in")),
    "language": ((content, "by_function_words"), (reader, "language_of")),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ after a run over both, which nothing went wrong with."""
    folder = tmp_path_factory.mktemp("both") / "run"
    folder.mkdir()
    assert ingest(write(folder), settings(folder)).exit_code == 0
    return folder


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_fails_leaves_everything_else(
    stage: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(published, tmp_path / "run")
    out, paths, whole = settings(folder), [folder / "tides.html", folder / "tides.pdf"], latest(folder)
    assert set(rows(whole, "documents", "status")) == {"complete"}
    for place, name in STAGES[stage]:
        monkeypatch.setattr(place, name, fail)
    recap = ingest(paths, out.model_copy(update={"force": True}))
    release = recap.release
    assert release is not None and recap.documents == 2 and recap.failed == 0
    assert recap.partial == 2 and recap.exit_code == 3
    assert counts_of(recap) == "2 documents: 2 read. 0 failed, 2 partial."
    assert set(rows(release, "documents", "status")) == {"partial"}
    assert rows(release, "passages", "text") == rows(whole, "passages", "text")
    told = [row for row in release.table("issues").to_pylist() if row["code"] == "partial"]
    assert {row["document_id"] for row in told} == set(rows(release, "documents", "document_id"))
    assert all(f"Stage {stage}" in row["message"] and "much too deep" in row["message"] for row in told)
    for table, of in (("mentions", "names"), ("links", "links")):
        before, now = len(whole.table(table)), len(release.table(table))
        assert before and now == (0 if of == stage else before)
    again = ingest(paths, out)
    assert again.unchanged and again.exit_code == 3


def test_readers_alone_raise_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "links_in", fail)
    with pytest.raises(RecursionError):
        read_pdf(pdf_of(RawPage(text_at(72, 680, 10, SAID))))


ENDLESS = """
from osint_ingest.entities.annotate import Annotator

def never(*_, **__):
    while True:
        pass

Annotator.annotate = never
"""
"""Run by each process as it starts: names are never read to their end."""


def end_readers() -> None:
    for process in psutil.Process().children():
        if any("read.worker" in word for word in process.cmdline()):
            process.kill()
            process.wait()


def test_a_document_that_runs_out_of_time_at_its_names_is_published_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = write(tmp_path)
    (tmp_path / "sitecustomize.py").write_text(ENDLESS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    limits = {"document_seconds": 1.0, "page_seconds": 0.0, "megabyte_seconds": 0.0}
    end_readers()  # those of other tests started without it
    try:
        release = ingest([page], settings(tmp_path, workers=1, **limits)).release
    finally:
        end_readers()  # and other tests must not read with these
    assert release is not None and rows(release, "documents", "status") == ["partial"]
    assert rows(release, "passages", "text") == ["Tides", SAID] and len(release.table("links")) == 1
    (issue,) = release.table("issues").to_pylist()
    assert (
        issue["code"] == "partial"
        and "Stage names" in issue["message"]
        and "stopped after 1 s" in issue["message"]
    )
