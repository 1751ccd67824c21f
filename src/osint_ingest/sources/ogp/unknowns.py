"""Values that no vocabulary knows: kept as printed, and named here so that someone looks at them."""

from __future__ import annotations

from collections.abc import Iterable

from osint_ingest.model import Finding
from osint_ingest.sources.ogp.tables import CommitmentValueRow
from osint_ingest.sources.ogp.vocabulary import vocabularies

_AREAS = frozenset(("policy_area", "primary_policy_area", "primary_sector"))


def unknown_values(rows: Iterable[CommitmentValueRow]) -> list[Finding]:
    """A finding for each value of a field with a vocabulary that the vocabulary does not know."""
    known = {*vocabularies(), *_AREAS}
    return [
        Finding(
            "info",
            "extract",
            "unknown_value",
            f"{row.value[:120]!r} is no known value of {row.field} ({row.label!r}).",
            "If it is one, add it to its language in sources/ogp/languages, under "
            f"`{'policy_areas' if row.field in _AREAS else f'values.{row.field}'}`.",
        )
        for row in rows
        if row.field in known and row.value_code is None
    ]
