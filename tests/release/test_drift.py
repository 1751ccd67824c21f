"""Drift against the last release."""

from __future__ import annotations

import pyarrow as pa
import pytest

from osint_ingest.release.drift import drift_findings
from osint_ingest.release.folder import Release, Releases
from tests.release.conftest import document, publish, whole


@pytest.fixture
def before(releases: Releases) -> Release:
    return publish(
        releases, whole([document(f"osor:V{n:02}:2030") for n in range(30)]), "20310504T100000000000Z-aa"
    )


def found(
    tables: dict[str, pa.Table], before: Release | None, accepted: str | None = None
) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in drift_findings(tables, before, 0.3, accepted)]


def test_a_table_that_shrinks_by_more_than_the_stated_share_holds_the_release_back(before: Release) -> None:
    assert found(whole([document(f"osor:V{n:02}:2030") for n in range(20)]), before) == [("shrink", "error")]
    assert found(whole([document(f"osor:V{n:02}:2030") for n in range(22)]), before) == []


def test_a_column_that_falls_empty_is_named(before: Release) -> None:
    now = whole([document(f"osor:V{n:02}:2030", **({"title": None} if n < 10 else {})) for n in range(30)])
    (finding,) = drift_findings(now, before, 0.3, None)
    assert finding.code == "emptied" and "documents.title" in finding.message


def test_new_rows_without_a_value_are_no_loss(before: Release) -> None:
    more = [document(f"osor:V{n:02}:2030") for n in range(30)] + [
        document(f"x{n}", title=None) for n in range(90)
    ]
    assert found(whole(more), before) == []


def test_what_is_accepted_is_told_with_its_reason(before: Release) -> None:
    few = whole([document("osor:V00:2030")])
    assert found(few, before, "the site dropped them") == [("shrink_accepted", "warning")]
    assert "the site dropped them" in next(drift_findings(few, before, 0.3, "the site dropped them")).message


def test_a_first_release_has_nothing_to_drift_from() -> None:
    assert found(whole([]), None) == []
