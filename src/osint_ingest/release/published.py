"""What a release in the making knows of the ones before, and of people's judgements: ids hold from release to release.

All of it lies in files of the folder of unresolved tables, where resolution, perhaps in another process, finds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import slug
from osint_ingest.entities.resolve.identity import (
    FROM_NOTHING,
    NOTHING_PUBLISHED,
    PublishedIds,
    redirects_of,
)
from osint_ingest.entities.resolve.judgements import Judgement, read_judgements
from osint_ingest.release.assemble import conform, without_documents
from osint_ingest.release.draft import write_scratch
from osint_ingest.release.files import TableFiles
from osint_ingest.tables import declared_tables

PUBLISHED = "published"
"""The file with the names that the last release has, and the entity of each."""
REDIRECTS = "earlier_redirects"
JUDGEMENTS = "judgements.csv"
NAMES = pa.schema([pa.field(n, pa.string()) for n in ("document_id", "label", "text", "entity_id")])
_LABEL = re.compile(r"^[a-z]+-")


@dataclass(frozen=True)
class BeforeRelease:
    """What a new release needs from before: the previous tables, people's judgements, forgotten documents."""

    before: TableFiles | None = None
    judgements: str = ""
    """The text of the file of judgements."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the release is made."""
    gone: Collection[str] = ()
    """Documents of which nothing may be left, no id that only they gave either."""

    def write(self, unresolved: TableFiles) -> None:
        """Writes it beside the unresolved tables."""
        (unresolved.folder / JUDGEMENTS).write_text(self.judgements, encoding="utf-8")
        table = declared_tables()["entity_redirects"]
        redirects = table.schema.empty_table()
        if self.before is not None:
            attested = self._attested() if self.gone else None
            write_scratch(unresolved.path(PUBLISHED), NAMES, self._names(attested))
            if self.before.has(table.name):
                redirects = conform(table, self.before.table(table.name))
            if attested is not None:
                redirects = redirects.filter(
                    pc.and_(
                        _are(redirects["entity_id"], attested), _are(redirects["new_entity_id"], attested)
                    )
                )
        schema = table.schema.with_metadata({"since": self.since.isoformat()})
        write_scratch(
            unresolved.path(REDIRECTS), schema, [redirects.replace_schema_metadata(schema.metadata)]
        )

    def _names(self, attested: Collection[str] | None) -> Iterator[pa.Table]:
        mentions = declared_tables()["mentions"]
        for part in self.before.parts(mentions.name) if self.before is not None else ():
            left = without_documents(mentions, conform(mentions, part), sorted(self.gone))
            named = left.filter(pc.is_valid(left["entity_id"])).select(NAMES.names)
            if attested is not None:
                named = named.filter(_are(named["entity_id"], attested))
            yield named.group_by(NAMES.names).aggregate([]).cast(NAMES)

    def _attested(self) -> frozenset[str]:
        """The ends of ids that names of the documents which stay give."""
        texts = (text for part in self._names(None) for text in pc.unique(part["text"]).to_pylist())
        return frozenset(map(slug, texts))


def published_in(unresolved: TableFiles) -> PublishedIds:
    """Return the entity ids that earlier releases published; nothing if the folder has none."""
    if not unresolved.has(REDIRECTS):
        return NOTHING_PUBLISHED
    redirects = unresolved.table(REDIRECTS)
    since = (unresolved.schema(REDIRECTS).metadata or {}).get(b"since", b"").decode()
    mentions = unresolved.parts(PUBLISHED) if unresolved.has(PUBLISHED) else ()
    return PublishedIds(
        redirects_of(redirects), mentions, datetime.fromisoformat(since) if since else FROM_NOTHING
    )


def judgements_in(unresolved: TableFiles) -> tuple[Judgement, ...]:
    """Return the judgements that apply to a release; none if there is no judgements.csv."""
    path = unresolved.folder / JUDGEMENTS
    return read_judgements(path.read_text(encoding="utf-8"))[0] if path.exists() else ()


def _are(ids: pa.ChunkedArray, ends: Collection[str]) -> pa.Array:
    """Which ids end in one of these? An id is label, country where there is one, name, and a mark where it has one.
    None is no name of anything."""
    return pa.array([i is None or not _ends(i).isdisjoint(ends) for i in ids.to_pylist()], pa.bool_())


def _ends(entity_id: str) -> set[str]:
    rest = _LABEL.sub("", entity_id)
    plain = {rest, rest.partition("-")[2]}
    return plain | {end.rpartition("-")[0] for end in plain}
