"""Drift against the last release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pytest

from osint_ingest.model import Finding
from osint_ingest.release.check import drift_findings
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from tests.release.conftest import document, publish, whole

OnDisk = Callable[[Mapping[str, pa.Table]], TableFiles]
Drift = Callable[..., list[Finding]]


@pytest.fixture
def before(releases: Releases) -> Release:
    return publish(
        releases, whole([document(f"osor:V{n:02}:2030") for n in range(30)]), "20310504T100000000000Z-aa"
    )


@pytest.fixture
def drift(on_disk: OnDisk) -> Drift:
    def found(
        tables: dict[str, pa.Table], before: Release | None, accepted: str | None = None
    ) -> list[Finding]:
        earlier = TableFiles(before.path) if before else None
        return list(drift_findings(on_disk(tables), earlier, 0.3, accepted))

    return found


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in found]


def test_a_table_that_shrinks_by_more_than_the_stated_share_holds_the_release_back(
    before: Release, drift: Drift
) -> None:
    assert codes(drift(whole([document(f"osor:V{n:02}:2030") for n in range(20)]), before)) == [
        ("shrink", "error")
    ]
    assert codes(drift(whole([document(f"osor:V{n:02}:2030") for n in range(22)]), before)) == []


def test_a_column_that_falls_empty_is_named(before: Release, drift: Drift) -> None:
    now = whole([document(f"osor:V{n:02}:2030", **({"title": None} if n < 10 else {})) for n in range(30)])
    (finding,) = drift(now, before)
    assert finding.code == "emptied" and "documents.title" in finding.message


def test_new_rows_without_a_value_are_no_loss(before: Release, drift: Drift) -> None:
    more = [document(f"osor:V{n:02}:2030") for n in range(30)] + [
        document(f"x{n}", title=None) for n in range(90)
    ]
    assert codes(drift(whole(more), before)) == []


def test_what_is_accepted_is_told_with_its_reason(before: Release, drift: Drift) -> None:
    few = whole([document("osor:V00:2030")])
    assert codes(drift(few, before, "the site dropped them")) == [("shrink_accepted", "warning")]
    assert "the site dropped them" in drift(few, before, "the site dropped them")[0].message


def test_a_first_release_has_nothing_to_drift_from(drift: Drift) -> None:
    assert codes(drift(whole([]), None)) == []
