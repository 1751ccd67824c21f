"""Reads pages in tests and compares what comes out with a truth (see tests/fixtures/ogp)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.sources.base import Parsed
from osint_ingest.sources.ogp import SOURCE
from osint_ingest.tables import table_of

SINGLE = (
    "code", "title", "member", "language", "cycle", "status", "lead_institution", "support_institutions", "starred",
    "early_results", "verifiable", "potential_impact", "ambition", "completion", "commitment_start",
    "commitment_end", "inception_report", "relevant_to_ogp_values", "primary_policy_area", "primary_sector",
)  # fmt: skip
MANY = {
    "action_plans": "action_plan",
    "policy_areas": "policy_area",
    "irm_reports": "irm_report",
    "ogp_values": "ogp_value",
    "institutions_involved": "institution_involved",
}


def capture(data: bytes, url: str | None = None) -> Capture:
    digest = hashlib.sha256(data).hexdigest()
    return Capture(url or f"file:{digest[:12]}", datetime(2026, 1, 2, tzinfo=UTC), digest, len(data))


def read(page: str | bytes, url: str | None = None, **options: Any) -> Parsed:
    data = page if isinstance(page, bytes) else page.encode()
    return SOURCE.read(capture(data, url), data, ReadOptions(**options))


def rows(parsed: Parsed, table: str) -> list[Any]:
    return [r for r in parsed.records if table_of(r).name == table]


def row(parsed: Parsed, table: str) -> Any:
    (only,) = rows(parsed, table)
    return only


def values(parsed: Parsed, field: str) -> list[str]:
    return [r.value for r in rows(parsed, "ogp_commitment_values") if r.field == field]


def codes(parsed: Parsed) -> list[str]:
    """Codes of all findings."""
    return [f.code for f in (*parsed.document.content.findings, *parsed.findings)]


def squash(text: str | None) -> str | None:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)) if text else None


def misses(parsed: Parsed, truth: dict[str, Any]) -> list[str]:
    """What of a truth did not come out, one line each; empty when all did."""
    found: list[str] = []
    if truth["kind"] == "ogp_action_plan":
        plan = row(parsed, "ogp_action_plans")
        for got, want in (
            (plan.title, truth["title"]),
            (
                plan.lead_institution,
                truth.get("lead_institution") or truth["at_a_glance"]["Lead Institution"],
            ),
        ):
            if squash(got) != squash(want):
                found.append(f"plan: want {want!r}, got {got!r}")
    else:
        commitment = row(parsed, "ogp_commitments")
        for key in SINGLE:
            if key in truth and squash(getattr(commitment, key)) != squash(truth[key]):
                found.append(f"{key}: want {truth[key]!r}, got {getattr(commitment, key)!r}")
        for key, field in MANY.items():
            if truth.get(key) is not None and values(parsed, field) != truth[key]:
                found.append(f"{key}: want {truth[key]!r}, got {values(parsed, field)!r}")
    body = squash(" ".join(p.text for p in parsed.document.content.passages)) or ""
    for block in truth["blocks"]:
        if (squash(re.sub(r"\[\d+\]", "", block["text"])) or "")[:60] not in body:
            found.append(f"block: {block['text'][:60]!r} is in no passage")
    got_listing = {(r.code, r.year, r.policy_area, r.title, r.starred) for r in rows(parsed, "ogp_listing")}
    want_listing = {
        (e["code"], e["year"], e["policy_area"], e["title"], e["starred"]) for e in truth["listing"]
    }
    found += [f"listing: {e}" for e in sorted(map(str, got_listing ^ want_listing))]
    return found
