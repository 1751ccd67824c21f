"""What a source is to the rest: its configuration, and four questions that it answers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from osint_ingest.model import Capture, Document, Finding, FoundAddress, ReadOptions
from osint_ingest.tables.assertion import Assertion
from osint_ingest.text.masking import mask_document, mask_row

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """What `source.toml` says."""

    name: str
    publisher: str
    licence: str
    licence_url: str
    hosts: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    must_contain: tuple[str, ...] = ()
    requests_per_second: float = 1.0
    max_documents: int = 100_000
    coverage_floor: float = 0.0
    order: int = 100
    assertions: tuple[Assertion, ...] = field(default=())


def load_config(package: str) -> SourceConfig:
    """Reads `source.toml` in the package of a source. ValueError names an unknown key."""
    path = files(package).joinpath("source.toml")
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    known = set(SourceConfig.__dataclass_fields__)
    if unknown := set(raw) - known:
        raise ValueError(f"{package}/source.toml: unknown {sorted(unknown)}; known: {sorted(known)}")
    for key in ("include", "exclude"):
        raw[key] = tuple(re.compile(p, re.I) for p in raw.get(key, ()))
    for key in ("hosts", "start", "sitemaps", "must_contain"):
        raw[key] = tuple(raw.get(key, ()))
    raw["assertions"] = tuple(Assertion(**a) for a in raw.get("assertions", ()))
    return SourceConfig(**raw)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a source makes of a capture: the document and the rows of the source's own tables."""

    document: Document
    records: tuple[object, ...] = ()
    """Rows of tables that the source declares (instances of their row classes)."""
    findings: tuple[Finding, ...] = ()

    def masked(self) -> Parsed:
        """The same without personal data, whatever the source has read itself; what its reader has masked stays."""
        return Parsed(
            mask_document(self.document),
            tuple(map(mask_row, self.records)),
            tuple(map(mask_row, self.findings)),
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finding that only the whole release tells, and the document and address that it is about."""

    finding: Finding
    document_id: str | None = None
    url: str | None = None


class Source(Protocol):
    """What every source offers. All of it is pure: bytes in, values out; no socket, no file."""

    @property
    def config(self) -> SourceConfig: ...

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is this capture one of this source's documents, by its address and its bytes?"""

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """Reads a capture. Raises `UnreadableDocument`, with its code, for one that cannot be read."""

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The addresses of this source that a fetched page, listing or sitemap names."""


@runtime_checkable
class ReviewingSource(Protocol):
    """A source that looks across its pages once a release is put together."""

    def review(self, db: duckdb.DuckDBPyConnection) -> Iterable[Reviewed]:
        """What the tables of the whole release, each a view of `db`, tell and no page alone does."""


def source_for(sources: Sequence[Source], capture: Capture, data: bytes) -> Source | None:
    """The first source that recognises a capture."""
    return next((s for s in sources if s.recognises(capture, data)), None)
