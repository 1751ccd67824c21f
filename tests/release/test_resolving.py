"""Entities resolved anew from the tables of a release are those that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

import osint_ingest
from osint_ingest.entities.resolve.identity import FROM_NOTHING
from osint_ingest.release.draft import Draft
from osint_ingest.release.entities import BeforeRelease, naming_tables, write_entities
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Releases
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings

LED_BY = "Office of the Mayor,Department for Citizens and Data"
SITE = Path(osint_ingest.__file__).parent / "sample" / "site"


def test_the_same_tables_come_out_again(sample_run: Path, tmp_path: Path) -> None:
    release = Releases(sample_run / "curated").latest()
    assert release is not None
    sample = TableFiles(release.path)
    draft = Draft(tmp_path / "release", tmp_path / "scratch")
    draft.tables.folder.mkdir(parents=True)
    unresolved = TableFiles(draft.scratch / "unresolved")
    unresolved.folder.mkdir(parents=True)
    naming = {table.name for table in naming_tables()}
    made = {*naming, "entities", "entity_names", "entity_links", "entity_sites", "name_merges"}
    for name in sample.names():
        place = unresolved if name in naming else draft.tables
        if name in naming or name not in made:
            place.path(name).write_bytes(sample.path(name).read_bytes())
    write_entities(draft, unresolved, BeforeRelease(since=FROM_NOTHING))
    for name in made:
        assert draft.tables.path(name).read_bytes() == sample.path(name).read_bytes(), name


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


def test_a_plan_leads_to_the_body_that_leads_it(tmp_path: Path) -> None:
    """The sample's page names two, of which a row can name neither."""
    (page,) = SITE.glob("ogp/documents/action-plan-*/index.html")
    told = page.read_text(encoding="utf-8")
    assert LED_BY in told
    alone = tmp_path / "plan.html"
    alone.write_text(told.replace(LED_BY, LED_BY.partition(",")[0]), encoding="utf-8")
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    release = ingest([alone], settings).release
    assert release is not None
    (plan,) = release.table("ogp_action_plans").to_pylist()
    names = {row["entity_id"]: row["name"] for row in release.table("entities").to_pylist()}
    assert names[plan["entity_id"]] == plan["lead_institution"] == LED_BY.partition(",")[0]
