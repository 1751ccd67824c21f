"""A small release of made-up rows, written the way every release is."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from osint_ingest.read.documents import to_arrow
from osint_ingest.release.draft import write_table
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from osint_ingest.sources import all_sources
from osint_ingest.tables import declared_tables
from osint_ingest.tables.documents import DocumentRow, FootnoteRow, LinkRow, PassageRow

NOW = datetime(2031, 5, 4, 10, 0, tzinfo=UTC)


def document(document_id: str, **other: object) -> DocumentRow:
    told = {
        "source": "osor", "kind": "osor_country_report", "file_name": "report.pdf", "parent_document_id": None,
        "title": "Report",
        "country_code": None, "country_from": None,
        "jurisdiction": "Velmora", "member_slug": None, "language": "en", "year": 2030,
        "published": None, "url": f"https://example.org/{document_id}", "captured_at": NOW, "content_sha256": "0" * 64,
        "page_count": 1, "status": "complete", "coverage": None, "licence": "CC BY 4.0", "masked": 0,
        "fingerprint": "f",
    }  # fmt: skip
    return DocumentRow(document_id=document_id, **{**told, **other})  # type: ignore[arg-type]


def passage(document_id: str, ordinal: int, text: str, kind: str = "paragraph") -> PassageRow:
    return PassageRow(
        passage_id=f"{document_id}#p{ordinal}", document_id=document_id, ordinal=ordinal, kind=kind, level=None,
        section=None, text=text, language="en", page=1, selector=None, table_row=None,
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
        url_unwrapped=None, host=None, registered_domain=None, origin="body", join_rule=None, confidence=1.0, page=1,
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


@pytest.fixture
def few_tables(curated: str, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """All tables, but a few for an S3, whose requests take long on loopback."""
    if curated.startswith("s3:"):
        return {name: tables[name] for name in ("documents", "footnotes", "links", "passages")}
    return tables


@pytest.fixture
def curated(place: str) -> str:
    """Where releases lie: a folder of this machine, or an object store."""
    return f"{place}/curated"


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "curated")


def write(
    releases: Releases,
    tables: Mapping[str, pa.Table],
    name: str,
    *,
    run: Mapping[str, object] | None = None,
    texts: Mapping[str, str] | None = None,
    held: bool = False,
) -> Release:
    """A release of those tables that nothing leads to yet."""
    with releases.building() as draft:
        for table, its_rows in tables.items():
            draft.write(table, [its_rows])
        told = {"digest": name, "outcomes": []} if run is None else run
        return releases.write(draft, told, texts or {}, name=name, held=held)


def publish(releases: Releases, tables: Mapping[str, pa.Table], name: str, **other: Any) -> Release:
    made = write(releases, tables, name, **other)
    releases.switch(made)
    return made


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[[Mapping[str, pa.Table]], TableFiles]:
    """Puts tables into a folder of their own."""

    def put(tables: Mapping[str, pa.Table]) -> TableFiles:
        files = TableFiles(tmp_path / uuid.uuid4().hex)
        files.folder.mkdir()
        for name, its_rows in tables.items():
            write_table(files.path(name), its_rows.schema, [its_rows])
        return files

    return put
