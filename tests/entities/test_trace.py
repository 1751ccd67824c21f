"""`trace` of an entity and of a mention: under which names it goes, and why each two of them are one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import osint_ingest
from osint_ingest.analyst.trace import trace
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import DamagedRelease, Releases


def test_trace_says_why_names_are_one_and_where_it_is_stated(sample_run: Path) -> None:
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    steps = release.table("name_merges").to_pylist()
    native = next(s for s in steps if s["reason"] == "stated" and s["name"] != s["other_name"])
    told = [s for s in trace(release, native["entity_id"]) if s.table == "name_merges"]
    assert any(
        all(part in s.text for part in (native["name"], native["other_name"], "stated", native["stated_in"]))
        for s in told
    )
    mentions = release.table("mentions").to_pylist()
    one = next(m for m in mentions if m["entity_id"] == native["entity_id"])
    of_mention = [s for s in trace(release, one["mention_id"]) if s.table == "name_merges"]
    assert [s.text for s in of_mention] == [s.text for s in told]


def test_every_name_of_an_entity_is_reached_by_its_reasons(sample_run: Path) -> None:
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    names: dict[str, set[str]] = {}
    for row in release.table("entity_names").to_pylist():
        names.setdefault(row["entity_id"], set()).add(row["name"])
    reached: dict[str, set[str]] = {}
    for row in release.table("name_merges").to_pylist():
        reached.setdefault(row["entity_id"], set()).update((row["name"], row["other_name"]))
    several = {entity: found for entity, found in names.items() if len(found) > 1}
    assert len(several) >= 5
    assert {e: found - reached.get(e, set()) for e, found in several.items() if found - reached[e]} == {}


def test_trace_shows_the_evidence_of_a_homepage_that_no_note_gives(sample_run: Path) -> None:
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    home = {r["entity_id"]: r["homepage"] for r in release.table("entities").to_pylist()}
    sites = {site["how"]: site for site in release.table("entity_sites").to_pylist()}
    for how, said in (("beside", "printed after the name"), ("linked", "the name is a link to it")):
        site = sites[how]
        assert home[site["entity_id"]] == site["url"]
        [step] = [s for s in trace(release, site["entity_id"]) if s.table == "entity_sites"]
        assert (step.row_id, step.text) == (site["link_id"], f"{site['url']} ({said})")
        [owner] = [s for s in trace(release, site["link_id"]) if s.table == "entities"]
        assert owner.row_id == site["entity_id"]


def test_trace_leads_from_a_citation_to_its_note_entity_and_box(sample_run: Path) -> None:
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    cited = release.table("citations").to_pylist()
    one = next(c for c in cited if c["kind"] == "note" and c["entity_id"] and c["page"])
    steps = trace(release, one["citation_id"])
    told = {s.table: s for s in reversed(steps)}
    assert one["url"] in steps[0].text and one["phrase"] in steps[0].text
    assert told["footnotes"].row_id == one["footnote_id"] and told["links"].row_id == one["link_id"]
    assert told["entities"].row_id == one["entity_id"]
    assert f"page {one['page']}, box" in told["spans"].text and told["captures"].text


def test_rows_of_an_id_are_found_in_whichever_row_groups_they_stand(sample_run: Path, tmp_path: Path) -> None:
    """As in a large release: a few rows to a row group, and one written without statistics."""
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    whole = release.table("links")
    noted = whole.filter(pc.is_valid(whole["footnote_id"]))
    for statistics in (True, False):
        pq.write_table(whole, tmp_path / "links.parquet", row_group_size=3, write_statistics=statistics)
        for note in pc.unique(noted["footnote_id"]).to_pylist()[::10]:
            expected = whole.filter(pc.equal(whole["footnote_id"], note))
            assert TableFiles(tmp_path).rows_with("links", "footnote_id", note).equals(expected)


def test_a_table_that_was_cut_short_is_named(sample_run: Path, tmp_path: Path) -> None:
    release = osint_ingest.release("latest", str(sample_run / "curated"))
    copy = Releases(str(tmp_path))
    shutil.copytree(release.location, tmp_path / "releases" / release.name)
    damaged = copy.all()[0]
    passages = damaged.path / "passages.parquet"
    passages.write_bytes(passages.read_bytes()[:-100])
    with pytest.raises(DamagedRelease, match=r"passages\.parquet is damaged"):
        trace(damaged, release.table("passages", ["passage_id"])["passage_id"][0].as_py())
