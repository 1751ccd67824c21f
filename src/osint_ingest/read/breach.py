"""Breaches of the data contract: by the rows of one document, which is left out, or by the whole set."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Finding
from osint_ingest.tables import declared_tables
from osint_ingest.tables.contract import PART_LETTERS, document_tables, owner, owner_column

A_DEFECT = "This is a defect of osint-ingest. Please report it."
AT_MOST = 3  # broken rules that a message about one document names


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: its code, and what was found where. `document_id` is None if no single document is at fault."""

    code: str
    message: str
    document_id: str | None = None
    hint: str = A_DEFECT


def held(code: str, message: str, hint: str) -> Finding:
    """A finding that holds the release back."""
    return Finding("error", "release", code, message, hint)


def inconsistent(document_id: str, breaches: Iterable[Breach], *, carried: bool = False) -> Finding:
    """Why a document is left out of a release: the rows that were read break the contract, or those that were carried
    over."""
    rules = list(dict.fromkeys(f"{b.code}: {b.message}" for b in breaches))
    more = f"; and {len(rules) - AT_MOST} more" if len(rules) > AT_MOST else ""
    whose = "rows of the previous release" if carried else "rows"
    message = (
        f"{document_id}: left out, its {whose} break the data contract: {'; '.join(rules[:AT_MOST])}{more}"
    )
    if carried:
        hint = "The next run reads it again. Check whether files of the previous release were altered."
        return Finding("error", "release", "inconsistent", message, hint)
    hint = "The file and the rows of the previous release are kept. Please report this with the file."
    return Finding("error", "read", "inconsistent", message, hint)


def unknown_values(table: str, column: str, values: Collection[str]) -> str:
    return f"{table}.{column}: {sorted(values)[:5]} not in the vocabulary"


_ORDINAL = re.compile(r"[1-9][0-9]{0,8}")


def document_breaches(document_id: str, tables: Mapping[str, pa.Table]) -> Iterator[Breach]:
    """Yield a breach for rows of other documents, ids of another form, and issues outside the vocabulary. `tables` are
    the document's rows by table name, in the declared schemas; a missing table has no rows."""
    declared = declared_tables()
    for table in document_tables():
        if (rows := tables.get(table.name)) is None:
            continue
        others = set(pc.unique(owner(table, rows)).to_pylist()) - {document_id, None}
        if others:
            message = f"{table.name}.{owner_column(table)}: rows of {sorted(others)[:5]} among its own"
            yield Breach("owner", message, document_id)
        if letter := PART_LETTERS.get(table.name):
            # much that shows rows counts on the form of their ids
            start = f"{document_id}#{letter}"
            ids = (found for found in rows[table.key[0]].to_pylist() if found is not None)
            wrong = [i for i in ids if not (i.startswith(start) and _ORDINAL.fullmatch(i, len(start)))]
            if wrong:
                message = (
                    f"{table.name}.{table.key[0]}: {len(wrong)} are not {start}<number>, as {min(wrong)!r}"
                )
                yield Breach("id", message, document_id)
    for c in declared["issues"].columns if "issues" in tables else ():
        if c.described.vocabulary:
            found = set(pc.unique(tables["issues"][c.name]).to_pylist()) - {*c.described.vocabulary}
            if found:
                yield Breach("vocabulary", unknown_values("issues", c.name, found), document_id)
