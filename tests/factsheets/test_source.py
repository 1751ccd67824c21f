"""The source as the pipeline sees it: which files are factsheets, and what the sample's tells."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import read_and_publish
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources, source_for
from osint_ingest.sources.factsheets import SOURCE
from osint_ingest.sources.factsheets.tables import ItemRow
from osint_ingest.store import RawStore
from tests.pdf.pages import RawPage, pdf_of, text_at

SITE = files("osint_ingest.sample").joinpath("site/factsheets")
FILES = "sites/default/files/inline-files"
LANDING = (
    "collection/nifo-national-interoperability-framework-observatory/digital-public-administration-factsheets"
)
HOST = "https://interoperable-europe.ec.europa.eu"


def capture(data: bytes, url: str = "", file_name: str | None = None) -> Capture:
    digest = hashlib.sha256(data).hexdigest()
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Capture(url or f"file:{digest[:12]}", at, digest, len(data), file_name=file_name)


def front_page(*lines: str) -> bytes:
    drawn = [text_at(72, 740 - 40 * n, 20, text) for n, text in enumerate(lines)]
    body = [
        text_at(72, 500 - 14 * n, 10, "The body of the text goes on for a while here.") for n in range(12)
    ]
    return pdf_of(RawPage(b"".join((*drawn, *body))))


def test_the_sample_factsheet_tells_which_laws_there_are_and_where() -> None:
    data = SITE.joinpath(FILES, "NIFO 2025 Corvalia.pdf").read_bytes()
    parsed = SOURCE.read(capture(data), data, ReadOptions()).masked()
    document = parsed.document
    assert (document.document_id, document.kind, document.jurisdiction, document.year) == (
        "factsheet:CORVALIA:2025", "factsheet", "Corvalia", 2025,
    )  # fmt: skip
    assert not parsed.findings
    rows = [row for row in parsed.records if isinstance(row, ItemRow)]
    laws = "https://www.boletin.gob.corvalia.example/normas/"
    assert [(r.name, r.native_name, r.year, r.url) for r in rows if r.kind == "legal_act"] == [
        ("Act on Electronic Delivery", "Ley de Notificación Electrónica", 2024, f"{laws}ley-4390-2024.html"),
        ("Law on the Right to Know", None, 2012, f"{laws}ley-3702-2012.html"),
        ("Decree 31/2022 on the Exchange of Data between Registers", None, 2022, None),
    ]
    assert [(r.kind, r.field, r.name) for r in rows if r.kind != "legal_act"] == [
        (
            "policy",
            "Specific Political Communications on Digital Public Administration",
            "Digital Counter Strategy",
        ),
        ("body", "Policy", "Secretariat for Digital Services"),
        ("body", "Audit", "Registers Inspectorate"),
        ("infrastructure", "Portals", "Mi Ventanilla"),
        ("infrastructure", "Networks", "Red Llana"),
    ]
    passages = {f"{document.document_id}#p{p.ordinal}": p.text for p in document.content.passages}
    assert all(row.name in passages[row.passage_id] for row in rows)
    assert not any("rosalba.tinajero@" in text for text in passages.values())


@pytest.mark.parametrize(
    ("lines", "file_name", "document_id"),
    [
        (["Digital Public Administration", "Factsheet 2024", "France"], None, "factsheet:FRA:2024"),
        (["Digital Government Factsheets", "Spain", "Edition 2018"], None, "factsheet:ESP:2018"),
        (["eGovernment in Spain", "February 2018", "Edition 20.0"], None, "factsheet:ESP:2018"),
        (["2019 Digital Government Factsheet", "Supporting document", "ESTONIA"], None, "factsheet:EST:2019"),
        (["NIFO Factsheets", "Poland"], "DPA_Factsheets_2022_Poland_vFinal_0.pdf", "factsheet:POL:2022"),
        (["Open Source Software Country Factsheet 2023", "Denmark"], None, "factsheet:oss/DNK:2023"),
        (["Open Source Software", "Country Intelligence Report", "Denmark", "2023"], None, None),
        (["A study of public administration", "Denmark 2023"], None, None),
    ],
)
def test_factsheets_are_told_by_their_covers(
    lines: list[str], file_name: str | None, document_id: str | None
) -> None:
    data = front_page(*lines)
    at_hand = capture(data, file_name=file_name)
    source = source_for(all_sources(), at_hand, data)
    assert (source is SOURCE) is (document_id is not None)
    if document_id:
        assert SOURCE.read(at_hand, data, ReadOptions()).document.document_id == document_id


def test_a_factsheet_without_country_or_sections_says_so() -> None:
    data = front_page("Digital Public Administration Factsheets")
    parsed = SOURCE.read(capture(data), data, ReadOptions())
    assert parsed.document.document_id.startswith("pdf:") and parsed.document.kind == "factsheet"
    said = " ".join(f.message for f in parsed.findings)
    assert {f.code for f in parsed.findings} == {"missing_required"}
    assert "country" in said and "year" in said and "legal acts" in said


def test_the_landing_page_names_factsheets_and_further_lists() -> None:
    page = SITE.joinpath(f"{LANDING}.html").read_bytes() + f'<a href="/{LANDING}-2024">2024</a>'.encode()
    found = list(SOURCE.addresses(capture(page, f"{HOST}/{LANDING}"), page))
    assert [(a.url, a.document_id) for a in found] == [
        (f"{HOST}/{FILES}/NIFO%202025%20Corvalia.pdf", None),
        (f"{HOST}/{LANDING}-2024", None),
    ]
    other = f'<a href="/{FILES}/NIFO_2024_France.pdf">France</a>'.encode()
    assert [a.document_id for a in SOURCE.addresses(capture(other, f"{HOST}/{LANDING}"), other)] == [
        "factsheet:FRA:2024"
    ]


def test_what_its_list_links_and_is_no_factsheet_is_a_plain_pdf() -> None:
    data = front_page("A study of public administration", "Denmark 2023")
    listed = replace(capture(data, f"{HOST}/{FILES}/study.pdf"), source="factsheets", http_status=200)
    assert SOURCE.recognises(listed, data)
    parsed = SOURCE.read(listed, data, ReadOptions())
    assert (parsed.document.kind, [f.code for f in parsed.findings]) == ("other_pdf", ["unknown_template"])


def test_a_factsheet_that_another_source_of_the_site_finds_is_one(tmp_path: Path) -> None:
    found = {
        "sheet": front_page("Open Source Software Country Factsheet 2023", "Denmark"),
        "study": front_page("A study of public administration", "Denmark 2023"),
        "page": b"<!doctype html><html><body>We are sorry.</body></html>",
    }
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    for name, data in found.items():
        fetched = replace(capture(data, f"{HOST}/{FILES}/{name}.pdf"), source="osor", http_status=200)
        RawStore(settings.raw).put(fetched, data)
    release = read_and_publish(settings, Reporter(quiet=True)).release
    assert release is not None
    told = {(d["file_name"], d["source"], d["kind"]) for d in release.table("documents").to_pylist()}
    assert told == {("sheet.pdf", "factsheets", "factsheet"), ("study.pdf", "osor", "other_pdf")}
    errors = [i for i in release.table("issues").to_pylist() if i["severity"] == "error"]
    assert [(i["url"], i["code"]) for i in errors] == [(f"{HOST}/{FILES}/page.pdf", "not_a_pdf")]
