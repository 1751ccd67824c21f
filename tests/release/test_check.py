"""Checks before the switch: each breach of the contract is found, all in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyarrow as pa
import pytest

from osint_ingest.release.check import assertion_findings, contract_breaches, null_breaches
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Releases
from osint_ingest.release.sql import open_tables
from osint_ingest.sources.base import Assertion
from osint_ingest.tables.documents import SpanRow
from tests.release.conftest import document, link, note, passage, rows, whole

OnDisk = Callable[[Mapping[str, pa.Table]], TableFiles]


def codes(tables: TableFiles) -> set[str]:
    return {finding.code for finding in contract_breaches(tables)}


def test_a_sound_release_has_no_findings(tables: dict[str, pa.Table], on_disk: OnDisk) -> None:
    assert list(contract_breaches(on_disk(tables))) == []


def span(passage_id: str, start: int, end: int, **other: float) -> SpanRow:
    told = {"page": 1, "x0": 70.0, "top": 10.0, "x1": 90.0, "bottom": 20.0, **other}
    return SpanRow(passage_id=passage_id, ordinal=1, char_start=start, char_end=end, **told)  # type: ignore[arg-type]


BREACHES = {
    "key": [document("osor:VEL:2030"), document("osor:VEL:2030")],
    "vocabulary": [document("osor:VEL:2030", kind="postcard")],
    "foreign_key": [document("osor:VEL:2030"), note("osor:VEL:2030", 1, "x", 9)],
    "offset": [
        document("osor:VEL:2030"),
        passage("osor:VEL:2030", 1, "see https://tides.example"),
        link("osor:VEL:2030", 1, "https://tides.example", 1, 0),
    ],
    "box": [
        document("osor:VEL:2030"),
        passage("osor:VEL:2030", 1, "Tides"),
        span("osor:VEL:2030#p1", 0, 5, x0=90.0, x1=80.0),
    ],
    "page": [
        document("osor:VEL:2030"),
        passage("osor:VEL:2030", 1, "Tides"),
        span("osor:VEL:2030#p1", 0, 5, page=2),
    ],
}


@pytest.mark.parametrize(("code", "broken"), BREACHES.items())
def test_each_breach_is_found(code: str, broken: list[object], on_disk: OnDisk) -> None:
    assert codes(on_disk(whole(broken))) == {code}


@pytest.mark.parametrize(("start", "end", "found"), [(0, 8, set()), (0, 9, {"offset"}), (3, 2, {"offset"})])
def test_offsets_count_code_points_and_stay_inside_the_text(
    start: int, end: int, found: set[str], on_disk: OnDisk
) -> None:
    text = "Ti\u0301 \U0001f30a de"  # eight code points: a combining accent, one outside the basic plane
    made = [document("d"), passage("d", 1, text), span("d#p1", start, end)]
    assert codes(on_disk(whole(made))) == found


def test_a_missing_table_and_a_wrong_schema_are_found(tables: dict[str, pa.Table], on_disk: OnDisk) -> None:
    lacking = {name: rows for name, rows in tables.items() if name != "links"}
    assert codes(on_disk(lacking)) == {"missing_table"}
    other = tables["footnotes"].rename_columns([f"x{n}" for n in range(tables["footnotes"].num_columns)])
    assert codes(on_disk({**tables, "footnotes": other})) == {"schema"}


def test_a_row_without_a_value_that_it_must_have_is_left_out_and_found(
    tables: dict[str, pa.Table], releases: Releases
) -> None:
    passages = tables["passages"]
    at = passages.schema.get_field_index("text")
    texts = pa.array([None, *passages["text"].to_pylist()[1:]], pa.string())
    with releases.building() as draft:
        draft.write("passages", [passages.set_column(at, passages.schema.field("text"), texts)])
        assert draft.tables.rows("passages") == len(passages) - 1
        (finding,) = null_breaches(draft.left_out)
    assert (finding.code, finding.document_id) == (
        "null",
        "osor:VEL:2030",
    ) and "passages.text: 1" in finding.message


def test_rows_are_judged_wherever_they_come_from_unless_the_same_rules_judged_them(on_disk: OnDisk) -> None:
    made = [document("a"), passage("a", 1, "Tides"), span("a#p1", 0, 5), note("a", 1, "x", 1)]
    broken = [document("b"), passage("b", 1, "Reefs"), span("b#p1", 0, 6, page=3), note("b", 1, "x", 9)]
    tables = on_disk(whole([*made, *broken]))
    for fresh in (None, ("b",)):
        told = {f.code for f in contract_breaches(tables, carried=("a", "b"), fresh=fresh)}
        assert told == {"offset", "page", "foreign_key"}
    assert "foreign_key" not in {f.code for f in contract_breaches(tables, carried=("a", "b"), fresh=())}


def test_a_fresh_row_must_not_have_the_key_of_one_that_came_over(on_disk: OnDisk) -> None:
    made = [document("a"), passage("a", 1, "Tides"), note("a", 1, "x", 1)]
    again = [document("b"), passage("b", 1, "Reefs"), replace(note("b", 1, "x", 1), footnote_id="a#n1")]
    (found,) = contract_breaches(on_disk(whole([*made, *again])), carried=("a",))
    assert found.code == "key" and "footnotes: 1 rows" in found.message and found.document_id == "b"
    twice = [*made, document("a")]
    assert {f.code for f in contract_breaches(on_disk(whole(twice)), carried=("a",), fresh=())} == {"key"}


def test_an_entity_that_is_gone_is_missed_in_rows_that_came_over(on_disk: OnDisk) -> None:
    tables = whole([document("a"), passage("a", 1, "Office of Tides")])
    mention = {
        "mention_id": "a#m1", "entity_id": "ORG:none", "document_id": "a", "passage_id": "a#p1", "char_start": 0,
        "char_end": 15, "text": "Office of Tides", "label": "ORG", "method": "rules", "score": 1.0,
    }  # fmt: skip
    schema = tables["mentions"].schema
    tables["mentions"] = pa.Table.from_pylist([{n: mention.get(n) for n in schema.names}], schema=schema)
    found = list(contract_breaches(on_disk(tables), carried=("a",), fresh=()))
    assert (
        [f.code for f in found] == ["foreign_key"]
        and "mentions.entity_id" in found[0].message
        and found[0].document_id is None
    )


def test_all_findings_come_at_once(on_disk: OnDisk) -> None:
    broken = [document("a", kind="postcard"), document("a"), note("a", 1, "x", 9)]
    assert codes(on_disk(whole(broken))) == {"key", "vocabulary", "foreign_key"}


@pytest.mark.parametrize(
    ("assertion", "severity"),
    [
        (Assertion("documents", "rows", min=2), "error"),
        (Assertion("documents", "rows", min=1, max=1), None),
        (Assertion("documents", "rows", where="kind=osor_country_report", max=0), "warning"),
        (Assertion("documents", "filled", column="country_code", min=0.5), "error"),
        (Assertion("documents", "filled", column="country_code", min=0.5, from_rows=2), None),
        (Assertion("documents", "filled", column="title", min=1.0), None),
        (Assertion("documents", "distinct", column="jurisdiction", min=2), "error"),
    ],
)
def test_assertions_hold_back_under_min_and_warn_over_max(
    assertion: Assertion, severity: str | None, on_disk: OnDisk
) -> None:
    with open_tables(on_disk(whole(rows()))) as db:
        found = [f.severity for f in assertion_findings(db, [("osor", assertion)])]
    assert found == ([severity] if severity else [])
