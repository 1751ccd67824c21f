"""Entities resolved in a process of their own are those resolved in this one."""

from __future__ import annotations

from pathlib import Path

import pytest

import osint_ingest
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


@pytest.mark.parametrize(
    ("table", "column", "name", "entity"),
    [
        ("ogp_commitment_values", "value", "Agencia de Código Compartido", "Agency for Shared Code"),
        (
            "ogp_commitment_values",
            "value",
            "Companies Office of Corvalia; Court of Audit; Lirio Abierto",
            None,
        ),
        ("ogp_endorsements", "name", "Noelia Berganza", "Noelia Berganza"),
        (
            "osor_policies",
            "title",
            "Resolution 9/2014 of the Ministry of Administration",
            "Resolution 9/2014",
        ),
        ("osor_actors", "name", "CORTA", "Chamber of Open Technology Firms"),
    ],
)
def test_a_row_with_a_name_leads_to_its_entity(
    sample_run: Path, table: str, column: str, name: str, entity: str | None
) -> None:
    with osint_ingest.connect(curated=str(sample_run / "curated")) as db:
        found = db.execute(
            f"select distinct e.name from {table} t left join entities e using (entity_id) where t.{column} = ?",
            [name],
        ).fetchall()
    assert found == [(entity,)]
