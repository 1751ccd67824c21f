"""Fields, lists of commitments and text of OGP pages, through the source that reads them.

Shipped truths have no page beside them: their pages are written in many markups by `tests/ogp/markups.py`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.sources import Parsed, source_named

from .tally import Case, Result, Tally, flat, squash

NAME = "ogp"
SINGLE = (
    *("code", "title", "member", "language", "cycle", "status", "lead_institution", "support_institutions"),
    *("starred", "early_results", "verifiable", "relevant_to_ogp_values", "potential_impact", "ambition"),
    *("completion", "commitment_start", "commitment_end", "inception_report"),
    *("primary_policy_area", "primary_sector"),
)
MANY = {
    "action_plans": "action_plan",
    "policy_areas": "policy_area",
    "irm_reports": "irm_report",
    "ogp_values": "ogp_value",
    "institutions_involved": "institution_involved",
}
PLAN = {
    "Lead Institution": "lead_institution",
    "Action Plan Submission": "submitted",
    "Action Plan End": "ends",
}


def cases(folders: dict[str, Path]) -> Iterable[Case]:
    """Truths with their page beside them, and truths whose pages are written in each markup."""
    for group, folder in folders.items():
        for truth in sorted(folder.rglob("*.truth.json")):
            page = truth.with_name(truth.name.replace(".truth.json", ".html"))
            kind = json.loads(truth.read_text(encoding="utf-8"))
            if not isinstance(kind, dict) or not str(kind.get("kind", "")).startswith("ogp_"):
                continue
            if page.exists():
                yield Case(page, group, kind["kind"], truth)
            else:
                yield from (Case(truth, group, kind["kind"], truth, name) for name in markups())


def markups() -> list[str]:
    """The names of the markups that pages can be written in."""
    from tests.ogp.markups import MARKUPS

    return [m.name for m in MARKUPS]


def written(truth: dict[str, Any], name: str) -> bytes:
    """A page that says just what the truth says, in one markup."""
    from tests.ogp.markups import MARKUPS, page, plan

    write = plan if truth["kind"] == "ogp_action_plan" else page
    return str(write(truth, next(m for m in MARKUPS if m.name == name))).encode()


def score(case: Case) -> Result:
    """Every field that the truth names, the listing's rows, the blocks of the description."""
    result = Result(case)
    assert case.truth is not None
    truth = json.loads(case.truth.read_text(encoding="utf-8"))
    data = written(truth, case.variant) if case.variant else case.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    capture = Capture(truth["url"], datetime(2024, 1, 1, tzinfo=UTC), digest, len(data), source="ogp")
    try:
        parsed: Parsed | None = source_named("ogp").read(capture, data, ReadOptions())
    except Exception as error:
        result.misses.append(f"raised {type(error).__name__}: {error}"[:200])
        parsed = None
    rows = [dataclasses.asdict(r) for r in parsed.records] if parsed else []  # type: ignore[call-overload]
    if truth["kind"] == "ogp_action_plan":
        score_plan(rows, truth, result)
    else:
        score_commitment(rows, truth, result)
    body = squash(" ".join(p.text for p in parsed.document.content.passages)) if parsed else ""
    missed = [b["text"] for b in truth["blocks"] if not shown(b["text"], body)]
    result.add(
        "blocks", Tally(len(truth["blocks"]) - len(missed), 0, len(missed)), (f"- {m[:90]}" for m in missed)
    )
    return result


def shown(text: str, body: str) -> bool:
    """A block is there when its beginning is, with or without the markers of its notes."""
    return squash(re.sub(r"\[\d+\]", "", text))[:60] in body or squash(text)[:60] in body


def score_commitment(rows: list[dict[str, Any]], truth: dict[str, Any], result: Result) -> None:
    """Single and many-valued fields; the member's other commitments."""
    row = next((r for r in rows if "early_results" in r), {})
    for field in (f for f in SINGLE if f in truth):
        one(result, field, truth[field], row.get(field))
    for field, code in MANY.items():
        if truth.get(field) is not None:
            values = sorted((r for r in rows if r.get("field") == code), key=lambda r: r["ordinal"])
            one(result, field, truth[field], [r["value"] for r in values])
    got = {listing_key(r) for r in rows if "policy_area" in r and "code" in r}
    want = {listing_key(r) for r in truth["listing"]}
    tally = Tally(len(got & want), len(got - want), len(want - got))
    result.add("listing", tally, [f"- {x}"[:150] for x in want - got] + [f"+ {x}"[:150] for x in got - want])


def score_plan(rows: list[dict[str, Any]], truth: dict[str, Any], result: Result) -> None:
    """The facts of an action plan's overview."""
    row = next((r for r in rows if "submitted" in r and "title" in r), {})
    one(result, "title", truth["title"], row.get("title"))
    for label, field in PLAN.items():
        if label in truth["at_a_glance"]:
            one(result, field, truth["at_a_glance"][label], row.get(field))


def listing_key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(flat(str(row.get(k))) for k in ("code", "year", "policy_area", "title", "starred"))


def one(result: Result, field: str, want: Any, got: Any) -> None:
    """A field is right or wrong; white space decides nothing, order of many values does."""

    def plain(value: Any) -> Any:
        return [squash(v) for v in value] if isinstance(value, list) else squash(value or "")

    right = plain(want) == plain(got)
    result.add(
        "fields",
        Tally(int(right), int(not right), int(not right)),
        [] if right else [f"{field}: {got!r}, not {want!r}"[:220]],
    )
