"""`osint-ingest forget`: what it says and asks before it removes anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run, on_a_terminal

from osint_ingest.store import RawStore

DOCUMENT = "ogp:CV0012@es"


@pytest.fixture
def folder(sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample run, which a test may change, as the working folder."""
    copied = shutil.copytree(sample_run, tmp_path / "copied", symlinks=True)
    monkeypatch.chdir(copied)
    return copied


def captures(folder: Path) -> int:
    return len(list(RawStore(str(folder / "raw")).captures()))


def test_a_dry_run_says_what_would_go_and_removes_nothing(folder: Path, run: Run) -> None:
    before = captures(folder)
    done = run("forget", DOCUMENT, "--dry-run")
    assert done.code == 0 and f"document   {DOCUMENT}" in done.out and "captures   1, " in done.out
    assert "releases   1, rebuilt without it" in done.out and "Nothing was removed" in done.out
    assert captures(folder) == before and not (folder / "raw" / "forgotten.jsonl").exists()


def test_a_pipe_is_not_asked_and_what_was_removed_is_said(folder: Path, run: Run) -> None:
    before = captures(folder)
    (folder / "curated" / "mine.csv").write_text("an export")
    done = run("forget", DOCUMENT, "--reason", "asked by its author")
    assert done.code == 0 and "Removed. The date and the reason are in raw/forgotten.jsonl" in done.out
    assert "mine.csv in curated/ may contain it too" in done.out
    assert captures(folder) == before - 1 and DOCUMENT not in run("show", "documents").out
    again = run("forget", DOCUMENT)
    assert again.code == 0 and f"{DOCUMENT} was forgotten already, on 20" in again.out
    unknown = run("forget", "ogp:CV0012@de")
    assert (
        unknown.code == 1 and "Nothing matches 'ogp:CV0012@de'" in unknown.err and "ogp:CV0012" in unknown.err
    )


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("y\n", 0)])
def test_a_person_is_asked_after_having_seen_what_would_go(folder: Path, answer: str, code: int) -> None:
    before = captures(folder)
    done = on_a_terminal("forget", DOCUMENT, folder=folder, answer=answer)
    assert done.code == code and done.out.index("captures   1") < done.out.index(
        "Remove all of this for good?"
    )
    assert captures(folder) == before - (code == 0)
    assert ("Nothing was removed" in done.out) == (code == 1)
