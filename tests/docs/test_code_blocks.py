"""What README and docs show is run: Python, shell lines and the output below them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from osint_ingest.store import RawStore
from osint_ingest.store.warc import write_warc
from tests.commands import ended, one_process
from tests.docs.blocks import PROJECT, Page, commands_of, files_of
from tests.docs.reference import commands_page, settings_page

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
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "0")
    for example in examples:
        example.evaluate()


@pytest.mark.parametrize(
    ("name", "made"), [("command-line.md", commands_page), ("settings.md", settings_page)]
)
def test_pages_that_are_made_from_the_code_are_up_to_date(name: str, made: object) -> None:
    assert callable(made)
    assert (PROJECT / "docs" / name).read_text("utf-8") == made(), "make tables writes it anew"


def test_the_worked_example_of_a_source_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source in a package of its own, installed beside this one, of which no file changes."""
    for name, text in files_of(EXAMPLE).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(EXAMPLE.parent / "examples", tmp_path / "saved")
    installed = tmp_path / "installed"
    install = (
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(installed),
        "./velmora",
    )
    subprocess.run([sys.executable, "-m", "pip", *install], cwd=tmp_path, check=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "OSINT_INGEST_USE_MODELS": "false",
        "OSINT_INGEST_WORKERS": "1",
    }

    shell = EXAMPLE.read_text("utf-8").partition('```sh title="in the folder of the example"\n')[2]
    lines = list(commands_of(shell.partition("```")[0]))
    done = subprocess.run(
        one_process([shlex.split(line)[1:] for line in lines]),
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = []
    for line, (code, out) in zip(lines, ended(done.stdout), strict=True):
        assert code == 0, f"{line}: {done.stderr}{out}"
        said.append(out)
    first, second, shown, changed, cited, traced, _, _ = said
    assert "bulletin_decisions" in first and "bulletin: bulletin_decisions added" in second
    rows = [line.split("\t")[:4] for line in shown.splitlines()[1:]]
    assert rows == [
        ["bulletin:2025-14", "1", "31", "adopted"],
        ["bulletin:2025-14", "2", "32", "postponed"],
        ["bulletin:2025-14", "3", "33", "adopted"],
        ["bulletin:2025-15", "1", "34", "rejected"],
        ["bulletin:2025-15", "2", "35", "adopted"],
    ]
    assert [line.split("\t") for line in changed.splitlines()[1:]] == [
        ["bulletin:2025-15 | 1", "added"],
        ["bulletin:2025-15 | 2", "added"],
    ]
    assert "free software\thttps://tenders.velmora.example/ferry-2025" in cited
    assert traced.splitlines()[-1].startswith("2\tcaptures")
    projects = [
        json.loads(line) for line in (tmp_path / "decisions.ftm.json").read_text("utf-8").splitlines()
    ]
    assert [
        p["properties"]["status"]
        for p in projects
        if p["schema"] == "Project" and "status" in p["properties"]
    ] == [[state] for _, _, _, state in rows]
    latest = tmp_path / "curated" / "latest"
    assert '"Decisions"' in (latest / "report.html").read_text("utf-8")
    assert "bulletin_decisions" in (latest / "README.md").read_text("utf-8")
    assert "bulletin_decisions" in (latest / "datapackage.json").read_text("utf-8")
    for table in latest.glob("*.parquet"):
        assert "press@" not in str(pq.read_table(table).to_pylist()), table.name
