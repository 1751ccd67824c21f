"""Tables put together from batches and the last release: one order, whatever they come from and however large."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from osint_ingest.release import draft
from osint_ingest.release.draft import write_table
from osint_ingest.release.merge_previous import assembled, without_documents
from osint_ingest.tables import declared_tables, table_of
from osint_ingest.tables.documents import PassageRow, SpanRow
from tests.release.conftest import passage

DOCUMENTS = [f"osor:V{n:02}:2030" for n in range(60)]


def rows_of(document: str) -> list[PassageRow]:
    """Its ordinals do not sort as text: p10 comes before p2 there."""
    return [
        passage(document, n, f"{document} says {n}")
        for n in range(1, 1 + random.Random(document).randint(1, 14))
    ]


def table_with(rows: list[object]) -> pa.Table:
    return table_of(rows[0]).arrow(rows)


def scattered(documents: list[str], batches: int) -> list[pa.Table]:
    """Documents over batches by chance, as they come from workers."""
    mixed = random.Random(3).sample(documents, len(documents))
    shares = (mixed[n::batches] for n in range(batches))
    return [table_with([row for d in share for row in rows_of(d)]) for share in shares if share]


def in_parts(documents: list[str], size: int) -> Iterator[pa.Table]:
    """As the last release holds them: in order, cut anywhere, an empty part among them."""
    whole = table_of(PassageRow).arrow([row for d in sorted(documents) for row in rows_of(d)])
    yield whole.slice(0, 0)
    yield from (whole.slice(at, size) for at in range(0, len(whole), size))


@pytest.mark.parametrize("carried", [0, 1, 25, 59, 60])
@pytest.mark.parametrize("few", [0, 1500, 10**6], ids=["on disk", "from the second batch on", "in memory"])
def test_rows_come_by_document_and_in_reading_order(
    few: int, carried: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "GROUP_BYTES", few)
    mixed = random.Random(5).sample(DOCUMENTS, len(DOCUMENTS))
    new, old = mixed[carried:], mixed[:carried]
    table = declared_tables()["passages"]
    parts = list(assembled(table, scattered(new, 7), in_parts(old, 17), tmp_path))
    expected = table.arrow([row for d in DOCUMENTS for row in rows_of(d)])
    assert pa.concat_tables(parts).equals(expected)
    assert list(tmp_path.iterdir()) == []


def test_documents_that_another_capture_replaces_are_left_out() -> None:
    passages = declared_tables()["passages"]
    both = table_with([*rows_of("a"), *rows_of("b")])
    assert without_documents(passages, both, {"a", "c"}).equals(table_with(list(rows_of("b"))))


def test_rows_without_a_document_id_belong_to_that_of_their_passage(tmp_path: Path) -> None:
    spans: list[object] = [
        SpanRow(
            passage_id=f"{d}#p{p}",
            ordinal=1,
            char_start=0,
            char_end=1,
            page=1,
            x0=0.0,
            top=0.0,
            x1=1.0,
            bottom=1.0,
        )
        for d in ("b", "a")
        for p in (2, 10)
    ]
    (rows,) = assembled(declared_tables()["spans"], [table_with(spans)], [], tmp_path)
    assert rows["passage_id"].to_pylist() == ["a#p2", "a#p10", "b#p2", "b#p10"]


@pytest.mark.parametrize(
    ("rows", "text_bytes", "first"), [(40, 10**6, [40, 40]), (10**6, 2000, None)], ids=["rows", "bytes"]
)
def test_a_file_does_not_tell_how_its_rows_came(
    rows: int, text_bytes: int, first: list[int] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "GROUP", rows)
    monkeypatch.setattr(draft, "GROUP_BYTES", text_bytes)
    table = declared_tables()["passages"]
    for size in (1, 7, 40, 10**6):
        write_table(tmp_path / f"{size}.parquet", table.schema, in_parts(DOCUMENTS, size))
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    with pa.parquet.ParquetFile(tmp_path / "7.parquet") as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        assert groups[:2] == first if first else max(groups) - min(groups[:-1]) <= 6 and len(groups) > 5
        assert file.read().equals(pa.concat_tables(in_parts(DOCUMENTS, 100)))
