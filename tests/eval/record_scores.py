"""Actors, policies and initiatives of OSOR country reports, through the source that reads them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.sources import source_named

from .tally import Case, Result, compare, flat

NAME = "records"


def cases(folders: dict[str, Path]) -> Iterable[Case]:
    """Reports with `<name>.records.json`."""
    for group, folder in folders.items():
        for truth in sorted(folder.rglob("*.records.json")):
            path = truth.with_name(truth.name.replace(".records.json", ".pdf"))
            yield Case(path, group, "country report", truth)


def score(case: Case) -> Result:
    """Names, native names, acronyms, years, and the document's own country, year and title."""
    result = Result(case)
    data = case.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    capture = Capture(
        f"file:{digest[:12]}", datetime(2024, 1, 1, tzinfo=UTC), digest, len(data), source="osor"
    )
    assert case.truth is not None
    truth = json.loads(case.truth.read_text(encoding="utf-8"))
    try:
        parsed = source_named("osor").read(capture, data, ReadOptions())
    except Exception as error:
        result.misses.append(f"raised {type(error).__name__}: {error}"[:200])
        rows: list[dict[str, Any]] = []
        document: dict[str, Any] = {}
    else:
        rows = [dataclasses.asdict(r) for r in parsed.records]  # type: ignore[call-overload]
        document = {f: getattr(parsed.document, f) for f in ("country_code", "year", "jurisdiction")}
    roles = {"policy_makers": "policy_maker", "strategic_players": "strategic_player"}
    for group, role in roles.items():
        fields = ("name", "native_name", "acronym") if group == "policy_makers" else ("name",)
        got = [row_key(r, fields) for r in rows if r.get("role") == role]
        result.add(group, *compare([row_key(x, fields) for x in truth[group]], got))
    initiatives = [r for r in rows if "translation" in r]
    policies = [r for r in rows if "role" not in r and "translation" not in r]
    fields = ("name", "year")
    result.add(
        "initiatives",
        *compare(
            [row_key(x, fields) for x in truth["initiatives"]], [row_key(r, fields) for r in initiatives]
        ),
    )
    result.add(
        "policies",
        *compare(
            [row_key(x, ("year",)) for x in truth["policies"]], [row_key(r, ("year",)) for r in policies]
        ),
    )
    facts = {"country_code": truth.get("country_code"), "year": truth.get("year")}
    wanted = [f"{k}={v}" for k, v in facts.items() if v is not None]
    result.add(
        "document", *compare(wanted, [f"{k}={document.get(k)}" for k, v in facts.items() if v is not None])
    )
    return result


def row_key(row: dict[str, Any], fields: Iterable[str]) -> str:
    """The fields of a row as one text."""
    return " | ".join(flat(str(row.get(f))) for f in fields)
