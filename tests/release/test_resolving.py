"""Entities resolved in a process of their own are those resolved in this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from osint_ingest.entities.resolve.identity import FROM_NOTHING
from osint_ingest.release import entities
from osint_ingest.release.draft import Draft
from osint_ingest.release.entities import naming_tables, write_entities
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Releases
from osint_ingest.release.published import BeforeRelease


def written(sample: TableFiles, folder: Path) -> dict[str, bytes]:
    """The naming tables and those of entities, from a release whose other tables are done."""
    draft = Draft(folder / "release", folder / "scratch")
    draft.tables.folder.mkdir(parents=True)
    unresolved = TableFiles(draft.scratch / "unresolved")
    unresolved.folder.mkdir(parents=True)
    naming = {table.name for table in naming_tables()}
    for name in sample.names():
        place = unresolved if name in naming else draft.tables
        place.path(name).write_bytes(sample.path(name).read_bytes())
    write_entities(draft, unresolved, BeforeRelease(since=FROM_NOTHING))
    return {path.stem: path.read_bytes() for path in draft.tables.folder.glob("*.parquet")}


def test_the_same_tables_come_out_beside_as_here(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Releases(sample_run / "curated").latest()
    assert release is not None
    here = written(TableFiles(release.path), tmp_path / "here")
    monkeypatch.setattr(entities, "RESOLVED_HERE", 0)
    beside = written(TableFiles(release.path), tmp_path / "beside")
    assert here == beside
    assert here["mentions"] == (release.path / "mentions.parquet").read_bytes()


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    nothing = TableFiles(tmp_path)
    with pytest.raises(RuntimeError, match=r"documents\.parquet"):
        entities._resolve_beside(nothing, nothing, nothing)
