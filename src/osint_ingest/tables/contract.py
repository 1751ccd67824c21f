"""Which document the rows of a table belong to, and which columns point at a place: shared by the checks of a document
and of a release."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.tables import Table, declared_tables

RESOLVED = (
    "entities", "entity_names", "entity_links", "entity_sites", "name_merges", "entity_redirects", "judgements",
)  # fmt: skip
"""Resolved over the whole release; never carried over."""
OVER_ALL = (*RESOLVED, "citations")
"""Made over the whole release; never carried over."""
PER_RUN = ("captures", "addresses", "changes", "history", "link_checks", "archived_copies", "issues")
"""Made by the run, not by a document."""


PART_LETTERS = {"passages": "p", "footnotes": "n", "footnote_refs": "r", "links": "l", "mentions": "m"}
"""Ids of parts of a document are `<document_id>#<letter><ordinal>`."""


@dataclass(frozen=True, slots=True)
class Range:
    """Columns `start` and `end` of a table lie in the text of the row's passage, where `text`, if named, stands."""

    table: str
    start: str
    end: str
    text: str | None = None


RANGES = (
    Range("links", "char_start", "char_end", "anchor_text"),
    Range("mentions", "char_start", "char_end", "text"),
    Range("footnote_refs", "anchor_start", "anchor_end", "anchor_text"),
    Range("footnote_refs", "char_offset", "char_offset"),
    Range("citations", "phrase_start", "phrase_end", "phrase"),
    *(Range(table, "context_start", "context_end") for table in ("links", "footnote_refs", "citations")),
    Range("spans", "char_start", "char_end"),
)
"""Offsets count code points. What is null is not judged, here and below."""
BOXED = ("spans", "footnote_refs")
"""Tables whose rows have a box: finite numbers, x0 <= x1, top <= bottom."""
PAGED = ("passages", "spans", "footnote_refs", "links", "citations")
"""Tables whose rows have a page: one of the document's."""


def document_tables() -> tuple[Table, ...]:
    """The tables whose rows belong to one document each."""
    return tuple(t for t in declared_tables().values() if t.name not in (*OVER_ALL, *PER_RUN))


def owner_column(table: Table) -> str:
    """Return the column that says whose rows these are: `document_id`, else `passage_id`."""
    for name in ("document_id", "passage_id"):
        if name in table.schema.names:
            return name
    raise ValueError(f"{table.name}: neither document_id nor passage_id tells whose rows these are")


def owner(table: Table, rows: pa.Table) -> pa.ChunkedArray:
    """Return the id of the document that each row belongs to."""
    ids = rows.column(owner_column(table))
    if owner_column(table) == "document_id":
        return ids
    return pc.replace_substring_regex(ids, pattern=r"#p\d+$", replacement="")


def owner_sql(table: Table) -> str:
    """Return `owner` as an SQL expression over a row `t`; null for tables whose rows belong to no document."""
    if table not in document_tables():
        return "null::varchar"
    column = owner_column(table)
    return f"t.{column}" if column == "document_id" else f"regexp_replace(t.{column}, '#p[0-9]+$', '')"
