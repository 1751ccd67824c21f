"""A small release of made-up rows, written the way every release is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from osint_ingest.process import to_arrow
from osint_ingest.release.folder import Release, Releases
from osint_ingest.sources import all_sources
from osint_ingest.tables import declared_tables
from osint_ingest.tables.documents import DocumentRow, FootnoteRow, LinkRow, PassageRow

NOW = datetime(2031, 5, 4, 10, 0, tzinfo=UTC)


def document(document_id: str, **other: object) -> DocumentRow:
    told = {
        "source": "osor", "kind": "osor_country_report", "parent_document_id": None, "title": "Report",
        "country_code": None, "jurisdiction": "Velmora", "member_slug": None, "language": "en", "year": 2030,
        "published": None, "url": f"https://example.org/{document_id}", "captured_at": NOW, "content_sha256": "0" * 64,
        "page_count": 1, "status": "complete", "coverage": None, "licence": "CC BY 4.0", "masked": 0,
        "fingerprint": "f",
    }  # fmt: skip
    return DocumentRow(document_id=document_id, **{**told, **other})  # type: ignore[arg-type]


def passage(document_id: str, ordinal: int, text: str, kind: str = "paragraph") -> PassageRow:
    return PassageRow(
        passage_id=f"{document_id}#p{ordinal}", document_id=document_id, ordinal=ordinal, kind=kind, level=None,
        section=None, text=text, language="en", page=1, selector=None,
    )  # fmt: skip


def note(document_id: str, ordinal: int, text: str, in_passage: int) -> FootnoteRow:
    return FootnoteRow(
        footnote_id=f"{document_id}#n{ordinal}", document_id=document_id, marker=str(ordinal), ordinal=ordinal,
        passage_id=f"{document_id}#p{in_passage}", text=text, page=1, refers_to=None,
    )  # fmt: skip


def link(
    document_id: str, ordinal: int, url: str, in_passage: int, start: int, footnote_id: str | None = None
) -> LinkRow:
    return LinkRow(
        link_id=f"{document_id}#l{ordinal}", document_id=document_id, passage_id=f"{document_id}#p{in_passage}",
        footnote_id=footnote_id, char_start=start, char_end=start + len(url), anchor_text=url, url_raw=url, url=url,
        host=None, registered_domain=None, origin="body", join_rule=None, confidence=1.0, page=1,
    )  # fmt: skip


def whole(rows: list[object]) -> dict[str, pa.Table]:
    """All declared tables, those rows in them."""
    all_sources()
    made = to_arrow(rows)
    return {name: made.get(name, t.schema.empty_table()) for name, t in declared_tables().items()}


def rows() -> list[object]:
    return [
        document("osor:VEL:2030"),
        passage(
            "osor:VEL:2030", 1, "The Office of Tides publishes at https://tides.example/data every week."
        ),
        passage("osor:VEL:2030", 2, "https://tides.example", "footnote"),
        note("osor:VEL:2030", 1, "https://tides.example", 2),
        link("osor:VEL:2030", 1, "https://tides.example/data", 1, 33),
    ]


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    return whole(rows())


@pytest.fixture(params=["folder", "object store"])
def curated(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where releases lie: a folder of this machine, or an object store."""
    if request.param == "folder":
        return str(tmp_path / "curated")
    return f"memory://{uuid.uuid4().hex}/curated"


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "curated")


def publish(releases: Releases, tables: Mapping[str, pa.Table], name: str) -> Release:
    made = releases.write(tables, {"digest": name, "outcomes": []}, {}, name=name, held=False)
    releases.switch(made)
    return made
