"""The sample's pages, read by the source that they are made for, against what their author wrote down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from osint_ingest.model import Capture, ReadOptions, UnreadableDocument
from osint_ingest.sources import Parsed, source_named

SAMPLE = files("osint_ingest.sample")
SITE = SAMPLE.joinpath("site", "ogp")
TRUTHS = {
    path.name.removesuffix(".truth.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "truth").glob("*.truth.json"))
}
COMMITMENTS = [name for name, truth in TRUTHS.items() if "code" in truth]
SINGLE = [
    "code", "title", "member", "language", "cycle", "status", "lead_institution", "support_institutions",
    "starred", "early_results", "verifiable", "relevant_to_ogp_values", "potential_impact", "ambition",
    "completion", "commitment_start", "commitment_end", "inception_report", "primary_policy_area",
    "primary_sector",
]  # fmt: skip
MANY = {
    "action_plans": "action_plan",
    "policy_areas": "policy_area",
    "irm_reports": "irm_report",
    "ogp_values": "ogp_value",
    "institutions_involved": "institution_involved",
}


def read(url: str, site: Traversable = SITE) -> Parsed:
    data = site.joinpath(urlsplit(url).path.strip("/"), "index.html").read_bytes()
    moment, digest = datetime(2025, 4, 1, tzinfo=UTC), hashlib.sha256(data).hexdigest()
    capture = Capture(url, moment, digest, len(data), source="ogp", http_status=200)
    source = source_named("ogp")
    assert source.recognises(capture, data)
    return source.read(capture, data, ReadOptions())


def rows(parsed: Parsed, table: str) -> list[Any]:
    return [r for r in parsed.records if type(r).__name__ == table]


def squash(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", COMMITMENTS)
def test_every_field_of_a_commitment(name: str) -> None:
    truth, parsed = TRUTHS[name], read(TRUTHS[name]["url"])
    (row,) = rows(parsed, "CommitmentRow")
    assert parsed.document.kind == truth["kind"]
    assert {k: getattr(row, k) for k in SINGLE if k in truth} == {k: truth[k] for k in SINGLE if k in truth}
    values = rows(parsed, "CommitmentValueRow")
    for key, field in MANY.items():
        if key in truth:
            assert [v.value for v in values if v.field == field] == truth[key], key


@pytest.mark.parametrize("name", TRUTHS)
def test_every_block_of_the_text_and_every_line_of_the_listing(name: str) -> None:
    truth, parsed = TRUTHS[name], read(TRUTHS[name]["url"])
    said = squash(" ".join(p.text for p in parsed.document.content.passages))
    for block in truth.get("blocks", ()):
        before_marker = squash(block["text"]).split("[", maxsplit=1)[0]
        assert before_marker[:60] in said, block
    listed = [
        {"code": r.code, "year": r.year, "policy_area": r.policy_area, "title": r.title, "starred": r.starred}
        for r in rows(parsed, "ListingRow")
    ]
    assert listed == truth["listing"]


def test_the_notes_of_the_prose() -> None:
    truth, content = TRUTHS["CV0007"], read(TRUTHS["CV0007"]["url"]).document.content
    assert [(n.marker, squash(n.text)) for n in content.footnotes] == [
        (n["marker"], squash(n["text"])) for n in truth["footnotes"]
    ]
    markers = {n.ordinal: n.marker for n in content.footnotes}
    assert [markers.get(n.refers_to or 0) for n in content.footnotes] == [
        n["refers_to"] for n in truth["footnotes"]
    ]
    assert [{"marker": r.marker, "note": markers.get(r.footnote or 0)} for r in content.refs] == truth["refs"]
    assert _urls(content.links) == [url for n in truth["footnotes"] for url in n["urls"]]


def _urls(links: Iterable[Any]) -> list[str]:
    return [link.url for link in links if link.footnote is not None]


@pytest.mark.parametrize("name", [name for name in COMMITMENTS if "milestones" in TRUTHS[name]])
def test_milestones(name: str) -> None:
    truth, parsed = TRUTHS[name], read(TRUTHS[name]["url"])
    found = [{k: getattr(m, k) for k in truth["milestones"][0]} for m in rows(parsed, "MilestoneRow")]
    assert found == truth["milestones"]


def test_masking() -> None:
    truth, parsed = TRUTHS["CV0012"], read(TRUTHS["CV0012"]["url"])
    assert parsed.document.content.masked == truth["masked"]
    assert "publicacion@" not in repr(parsed)


def test_the_action_plan() -> None:
    truth, parsed = TRUTHS["plan"], read(TRUTHS["plan"]["url"])
    (plan,) = rows(parsed, "ActionPlanRow")
    assert (plan.title, plan.lead_institution) == (truth["title"], truth["at_a_glance"]["Lead Institution"])
    assert (plan.groups_participated, plan.public_meetings) == (17, 9)
    found = [
        {k: getattr(e, k) for k in ("name", "role", "organisation")} for e in rows(parsed, "EndorsementRow")
    ]
    assert found == truth["endorsements"]
    assert truth["comment"] not in repr(parsed)
    assert truth["commenter"] not in repr(parsed)


def test_a_listing_that_a_script_fills_in_is_reported() -> None:
    codes = {f.code for f in read(TRUTHS["member-local"]["url"]).findings}
    assert "script_listing" in codes


def test_the_broken_page_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument) as error:
        read(TRUTHS["CV0013"]["url"], SAMPLE.joinpath("faults", "ogp"))
    assert error.value.code == "unknown_template"
