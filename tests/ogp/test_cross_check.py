"""A file of commitments as the partnership publishes one, beside a release: what differs is listed."""

# ruff: noqa: E501 - a table is easier to read unbroken

from __future__ import annotations

import duckdb
import pytest

from osint_ingest.sources import Difference
from osint_ingest.sources.ogp import SOURCE

PLAIN = [
    "Country", "Commitment ID", "Commitment Title", "Starred", "Potential Impact", "Level of Completion",
    "Relevance",
]  # fmt: skip
TICKED = [
    "number", "IRM code", "Title of the commitment", "Was it starred?", "Potential impact - None", "Potential impact - Moderate",
    "Completion (midterm): Complete", "Completion at end of term: Limited", "Completion at end of term: Complete",
    "OGP value: Access to Information", "OGP value: Civic Participation",
]  # fmt: skip
BOTH = "Access to Information | Civic Participation"


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    """Two commitments, the first of them in two languages and coded."""
    db = duckdb.connect()
    db.execute("create table ogp_commitments (document_id text, code text, title text, language text)")
    db.execute("create table ogp_commitment_values (document_id text, field text, value_code text)")
    for code, title, language in (
        ("ZV0001", "Pozos abiertos", "es"),
        ("ZV0001", "Open Wells", "en"),
        ("ZV0003", "Later", "en"),
    ):
        document = f"ogp:{code}" if language == "en" else f"ogp:{code}@{language}"
        db.execute("insert into ogp_commitments values (?, ?, ?, ?)", [document, code, title, language])
    for field, value in (
        ("starred", "Yes"), ("potential_impact", "Moderate"), ("completion", "Complete"),
        ("ogp_value", "Civic Participation"), ("ogp_value", "Access to Information"),
    ):  # fmt: skip
        db.execute("insert into ogp_commitment_values values ('ogp:ZV0001', ?, ?)", [field, value])
    return db


@pytest.mark.parametrize(
    ("header", "row", "differing"),
    [
        (PLAIN, ["Zavaria", "zv0001", "Open wells!", "yes", "Moderate", "Completed", "Civic Participation; Access to Information"], []),
        (PLAIN, ["", "ZV0001", "", "1", "", "", ""], []),
        (PLAIN, ["", "ZV0001", "Closed Wells", "0", "Minor", "Nearly", "Civic Participation"], [
            ("completion", "Nearly", "Complete"), ("ogp_value", "Civic Participation", BOTH),
            ("potential_impact", "Minor", "Moderate"), ("starred", "No", "Yes"), ("title", "Closed Wells", "Open Wells"),
        ]),
        (TICKED, ["1", "ZV0001", "Open Wells", "1", "0", "1", "1", "", "x", "1", "TRUE"], []),
        (TICKED, ["1", "ZV0001", "Open Wells", "0", "1", "0", "1", "x", "", "1", ""], [
            ("completion", "Limited", "Complete"), ("ogp_value", "Access to Information", BOTH),
            ("potential_impact", "None", "Moderate"), ("starred", "No", "Yes"),
        ]),
        (["code"], ["ZV0001", "too", "many"], []),
        (["code", "starred"], ["ZV0001"], []),
    ],
)  # fmt: skip
def test_codings_and_titles_that_differ_are_listed_however_columns_are_named(
    release: duckdb.DuckDBPyConnection,
    header: list[str],
    row: list[str],
    differing: list[tuple[str, str, str]],
) -> None:
    found = SOURCE.cross_check(header, [row, [], ["no code"]], release)
    assert sorted((d.field, d.there, d.here) for d in found if d.field != "code") == differing  # type: ignore[type-var]


def test_codes_that_one_side_lacks_are_listed_as_far_as_the_file_goes(
    release: duckdb.DuckDBPyConnection,
) -> None:
    def codes(*rows: str) -> list[Difference]:
        return list(SOURCE.cross_check(["Code"], [[row] for row in rows], release))

    assert codes("ZV0001", "ZV0002") == [
        Difference("ZV0002", "code", "ZV0002", None)
    ]  # the third is a later one
    assert codes("ZV0001", "ZV0004") == [
        Difference("ZV0003", "code", None, "ZV0003"),
        Difference("ZV0004", "code", "ZV0004", None),
    ]


@pytest.mark.parametrize("header", [[], ["Country ID", "Text"], ["Decode"]])
def test_a_file_without_codes_is_refused(release: duckdb.DuckDBPyConnection, header: list[str]) -> None:
    with pytest.raises(ValueError, match=r"columns.*AB0012.*cross_check\.toml"):
        list(SOURCE.cross_check(header, [["ZV0001"]], release))
