"""Breaches of the data contract: by the rows of one document, which is left out, or by the whole set."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from osint_ingest.model import Finding

A_DEFECT = "This is a defect of osint-ingest. Please report it."
AT_MOST = 3
"""Broken rules that a message about one document names."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: its code, and what was found where. `document_id` is None if no single document is at fault."""

    code: str
    said: str
    document_id: str | None = None
    hint: str = A_DEFECT


def held(code: str, message: str, hint: str) -> Finding:
    """A finding that holds the release back."""
    return Finding("error", "release", code, message, hint)


def inconsistent(document_id: str, breaches: Iterable[Breach], *, carried: bool = False) -> Finding:
    """Why a document is left out of a release: the rows that were read break the contract, or those that were carried
    over."""
    told = list(dict.fromkeys(f"{b.code}: {b.said}" for b in breaches))
    more = f"; and {len(told) - AT_MOST} more" if len(told) > AT_MOST else ""
    whose = "rows of the previous release" if carried else "rows"
    said = f"{document_id}: left out, its {whose} break the data contract: {'; '.join(told[:AT_MOST])}{more}"
    if carried:
        hint = "The next run reads it again. Check whether files of the previous release were altered."
        return Finding("error", "release", "inconsistent", said, hint)
    hint = "The file and the rows of the previous release are kept. Please report this with the file."
    return Finding("error", "read", "inconsistent", said, hint)


def strange(table: str, column: str, values: Collection[str]) -> str:
    return f"{table}.{column}: {sorted(values)[:5]} not in the vocabulary"
