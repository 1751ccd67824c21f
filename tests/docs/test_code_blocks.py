"""What README and docs show is run: Python, shell lines and the output below them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from osint_ingest.cli import reference, settings_page
from osint_ingest.store import RawStore
from osint_ingest.store.warc import write_warc
from tests.docs.blocks import PROJECT, Page, commands_of, files_of, said_by_program

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
EXAMPLE = PROJECT / "docs" / "add-a-source.md"
PAGES.remove(EXAMPLE)  # runs beside its own folder, below
PAGES.remove(PROJECT / "docs" / "command-line.md")  # its examples are those of the help, which tests/cli runs

SHORT_REPORT = PROJECT / "tests" / "fixtures" / "made" / "annotations.docx.pdf"


@pytest.fixture
def reader_s_folder(sample_run: Path, tmp_path: Path) -> Path:
    """What a reader has after `make demo` and `refresh --profile sample`, with some files saved by hand."""
    for part in ("raw", "curated"):
        shutil.copytree(sample_run / part, tmp_path / part, symlinks=True)
        shutil.copytree(sample_run / part, tmp_path / "demo" / part, symlinks=True)
    shutil.copy(sample_run / "recap.txt", tmp_path)
    shutil.copy(SHORT_REPORT, tmp_path / "report.pdf")
    with as_file(files("osint_ingest.sample").joinpath("site")) as site:
        saved = site / "ogp" / "members" / "corvalia" / "commitments"
        shutil.copytree(saved / "CV0007", tmp_path / "saved-pages")
        shutil.copy(saved / "CV0012" / "index.html", tmp_path / "page.html")
    store = RawStore(str(sample_run / "raw"))
    with (tmp_path / "crawl.warc.gz").open("wb") as file:
        write_warc(store, [c for c in store.captures() if "CV0009" in c.url], file, software="a test")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_code_block_runs_and_says_what_the_page_says(
    page: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = list(Page(page).document().examples())
    if not examples:
        return
    monkeypatch.chdir(request.getfixturevalue("reader_s_folder"))
    monkeypatch.setenv(
        "OSINT_INGEST_USE_MODELS", "false"
    )  # their reading is tested elsewhere, and takes seconds
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "1")
    for example in examples:
        example.evaluate()


@pytest.mark.parametrize(
    ("name", "made"), [("command-line.md", reference.page), ("settings.md", settings_page.page)]
)
def test_pages_that_are_made_from_the_code_are_up_to_date(name: str, made: object) -> None:
    assert callable(made)
    assert (PROJECT / "docs" / name).read_text("utf-8") == made(), "make tables writes it anew"


def test_the_worked_example_of_a_source_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the package with the example's folder in it, and nothing else changed."""
    package = tmp_path / "src" / "osint_ingest"
    shutil.copytree(
        PROJECT / "src" / "osint_ingest", package, ignore=shutil.ignore_patterns("__pycache__", "site")
    )
    for name, text in files_of(EXAMPLE).items():
        base = tmp_path if name.startswith("saved/") else package / "sources"
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    (tmp_path / "saved" / "broken.html").write_text(
        '<link rel="canonical" href="https://bulletin.velmora.example/issues/2025-15/"><p>Be right back</p>',
        "utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "OSINT_INGEST_USE_MODELS": "false"}

    shell = EXAMPLE.read_text("utf-8").partition('```sh title="in the folder of the example"\n')[2]
    first_line, *looks = (shlex.split(line)[1:] for line in commands_of(shell.partition("```")[0]))
    done = subprocess.run(
        [sys.executable, "-m", "osint_ingest", *first_line],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # the page without decisions is a failed document
    assert done.returncode == 3, done.stderr + done.stdout
    monkeypatch.chdir(tmp_path)
    took, shown, linked, traced = done.stdout, *(said_by_program(words) for words in looks)
    assert "bulletin_decisions" in took
    header, first, second = (line.split("\t") for line in shown.splitlines())
    assert header[:4] == ["document_id", "ordinal", "number", "state"]
    assert first[:4] == ["bulletin:2025-14", "1", "31", "adopted"] and second[3] == "postponed"
    assert "https://data.velmora.example/budget" in linked
    assert traced.splitlines()[-1].startswith("2\tcaptures")
