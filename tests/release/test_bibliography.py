"""What changed and what is cited, for reference managers, graph tools and feed readers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import networkx
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from osint_ingest.analyst.bibliography import export_bibtex, export_csl
from osint_ingest.analyst.export import export_atom, export_gexf
from osint_ingest.release.folder import Release, Releases
from osint_ingest.tables.entities import CitationRow
from osint_ingest.tables.run import ChangeRow, LinkCheckRow
from tests.release.conftest import NOW, document, link, passage, publish, whole

NAME = "20310504T100000000000Z-aaaaaaaa"
URL = "https://tides.example/a_b?x=%20&y={z}#part"
HARD = r"50 % of {Tides} & Rims #3, $5 ~ x_1^2 \ back: Überprüfung"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def changed(
    table: str, key: str, column: str, change: str, before: str | None = None, after: str | None = None
) -> ChangeRow:
    about = key.partition(" | ")[0].partition("#")[0]
    title = {"ogp:ONE": "The \x0bTides", "ogp:TWO": "Rims"}.get(about, "Weirs")
    return ChangeRow(
        table_name=table, row_key=key, column_name=column, change=change, before=before, after=after,
        document_id=about, title=title,
    )  # fmt: skip


@pytest.fixture
def cited(releases: Releases) -> Release:
    """A release with one citation whose words and URL hold every sign that TeX minds."""
    citation = CitationRow(
        citation_id="ogp:ONE@es#c1", document_id="ogp:ONE@es", passage_id="ogp:ONE@es#p1", kind="link", phrase=HARD,
        phrase_start=0, phrase_end=len(HARD), page=3, marker=None, footnote_id=None, note_text=None,
        link_id="ogp:ONE@es#l1", url=URL, url_printed=URL, host="tides.example", role="evidence", entity_id=None,
        archived_url="https://archive.example/2031/tides", confidence=1.0,
    )  # fmt: skip
    rows = [
        document("ogp:ONE@es", title="The Tides"), passage("ogp:ONE@es", 1, HARD), link("ogp:ONE@es", 1, URL, 1, 0),
        citation, replace(citation, citation_id="ogp:ONE@es#c2", role="navigation"),
        LinkCheckRow(url=URL, checked_at=NOW, http_status=200, final_url=URL, error=None, first_failed_at=None,
                     archived_url=None),
    ]  # fmt: skip
    return publish(releases, whole(rows), NAME)


def test_reference_managers_read_what_is_cited(cited: Release, tmp_path: Path) -> None:
    assert export_csl(cited, tmp_path / "cited.json") == export_bibtex(cited, tmp_path / "cited.bib") == 1
    told = json.loads((tmp_path / "cited.json").read_text("utf-8"))
    (item,) = told
    assert (
        item["URL"] == URL
        and item["title"] == HARD
        and item["archive_location"].startswith("https://archive")
    )
    assert item["accessed"] == {"date-parts": [[NOW.year, NOW.month, NOW.day]]}
    assert item["note"].startswith(
        f"Cited in The Tides, p. 3: “{HARD}” (ogp:ONE@es#c1). Kept copy: https://archive"
    )
    text = (tmp_path / "cited.bib").read_text("utf-8")
    assert (
        f"urldate = {{{NOW.date()}}}" in text
        and "url = {https://tides.example/a_b?x=%20&y=%7Bz%7D#part}" in text
    )


def test_the_title_is_what_the_note_says_beside_its_url(sample_run: Path, tmp_path: Path) -> None:
    sample = Releases(sample_run / "curated").named("latest")
    count = export_csl(sample, tmp_path / "cited.json")
    rows = sample.table("citations").to_pylist()
    cited = {row["ref_id"] for row in rows}
    refs = sample.table("footnote_refs").to_pylist()
    without = [row for row in refs if row["footnote_id"] and row["ref_id"] not in cited]
    assert without and count == sum(row["role"] == "evidence" for row in rows) + len(without) > 50
    items = json.loads((tmp_path / "cited.json").read_text("utf-8"))
    assert not [
        item for item in items if re.search("https?:", item["title"]) and item["title"] != item["URL"]
    ]
    assert sum("URL" not in item and item["type"] == "document" for item in items) == len(without)
    assert "Handbook for Public Maintainers, third edition, 2024" in {item["title"] for item in items}


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc, which reads BibTeX and CSL-JSON")
def test_pandoc_reads_the_same_from_both(cited: Release, tmp_path: Path) -> None:
    export_csl(cited, tmp_path / "cited.json")
    export_bibtex(cited, tmp_path / "cited.bib")
    read = []
    for name, form in (("cited.json", "csljson"), ("cited.bib", "bibtex")):
        ran = subprocess.run(
            ["pandoc", "-f", form, "-t", "csljson", str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert not ran.stderr
        (item,) = json.loads(ran.stdout)
        read.append((item["id"], item["title"], item["accessed"], item["note"]))
    assert read[0] == read[1]
    assert HARD in BeautifulSoup(read[0][1], "lxml").text


def test_a_graph_tool_reads_what_is_named_together(sample_run: Path, tmp_path: Path) -> None:
    sample = Releases(sample_run / "curated").named("latest")
    count = export_gexf(sample, tmp_path / "names.gexf")
    graph = networkx.read_gexf(tmp_path / "names.gexf")
    assert graph.number_of_edges() == count > 50
    assert set(graph) == set(sample.table("entities")["entity_id"].to_pylist())
    one, other, told = max(graph.edges(data=True), key=lambda edge: (edge[2]["weight"], edge))
    mentions = sample.table("mentions").to_pandas()
    passages = [set(mentions.loc[mentions.entity_id == entity, "passage_id"]) for entity in (one, other)]
    assert told["weight"] == len(passages[0] & passages[1])


def test_a_feed_has_an_entry_for_each_document_that_changed(releases: Releases, tmp_path: Path) -> None:
    first = document("ogp:ONE", title="The \x0bTides", url="https://tides.example/one")
    rows = [
        first, replace(first, document_id="ogp:TWO", title="Rims", url="file:123"),
        changed("documents", "ogp:ONE", "title", "modified", "Tides", "The Tides"),
        changed("links", "ogp:ONE#l3", "", "added"),
        changed("ogp_answers", "ogp:ONE | 4", "answer", "modified", "no" * 500),
        changed("documents", "ogp:TWO", "", "added"),
        changed("documents", "ogp:GONE", "", "removed"),
    ]  # fmt: skip
    release = publish(releases, whole(rows), NAME)
    assert export_atom(release, tmp_path / "changes.xml") == 3
    written = (tmp_path / "changes.xml").read_bytes()
    feed = etree.fromstring(written)
    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM) == [
        "Removed: Weirs", "Modified: The Tides", "Added: Rims",
    ]  # fmt: skip
    assert feed.xpath("a:entry/a:link/@href", namespaces=ATOM) == ["https://tides.example/one"]
    (told,) = feed.xpath("a:entry[a:link]/a:content/text()", namespaces=ATOM)
    assert told.splitlines()[:2] == [
        "documents ogp:ONE, title: Tides -> The Tides",
        "links ogp:ONE#l3: added",
    ]
    assert len(told) < 600 and told.endswith("-> nothing")
    for told in ("id", "updated"):  # a feed validator warns where two are the same
        assert len(set(feed.xpath(f"//a:{told}/text()", namespaces=ATOM))) == 4
    export_atom(release, tmp_path / "changes.xml")
    assert (tmp_path / "changes.xml").read_bytes() == written


def test_a_release_from_before_citations_says_what_to_do(releases: Releases, tmp_path: Path) -> None:
    tables = {name: rows for name, rows in whole([document("d1")]).items() if name != "citations"}
    release = publish(releases, tables, NAME)
    with pytest.raises(FileNotFoundError, match="no table of citations"):
        export_csl(release, tmp_path / "cited.json")
    assert not list(tmp_path.glob("*cited*"))
