"""Reports of other made-up countries, by other producers and with other habits of layout."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.sources.osor import SOURCE
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow

MADE = Path(__file__).parents[1] / "fixtures" / "made"
REPORTS = sorted(path.name.removesuffix(".records.json") for path in MADE.glob("*.records.json"))
ROLES = {"policy_makers": "policy_maker", "strategic_players": "strategic_player"}
ROWS = {"policies": PolicyRow, "initiatives": InitiativeRow}


def test_there_are_reports_to_read() -> None:
    assert len(REPORTS) >= 3


@pytest.mark.parametrize("name", REPORTS)
def test_cover_and_records(name: str) -> None:
    data = (MADE / f"{name}.pdf").read_bytes()
    truth: dict[str, Any] = json.loads((MADE / f"{name}.records.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(data).hexdigest()
    capture = Capture(f"file:{digest[:12]}", datetime(2025, 4, 1, tzinfo=UTC), digest, len(data))
    assert SOURCE.recognises(capture, data)
    parsed = SOURCE.read(capture, data, ReadOptions())
    document = parsed.document
    assert (document.jurisdiction, document.country_code, document.year) == (
        truth["country"],
        truth["country_code"],
        truth["year"],
    )
    assert f"{document.published:%B %Y}" == truth["updated"]
    for key, role in ROLES.items():
        actors = [r for r in parsed.records if isinstance(r, ActorRow) and r.role == role]
        assert [{k: getattr(r, k) for k in truth[key][0]} for r in actors] == truth[key]
    for key, row in ROWS.items():
        found = [r for r in parsed.records if isinstance(r, row)]
        assert [{k: getattr(r, k) for k in truth[key][0]} for r in found] == truth[key]
    assert parsed.findings == ()
