"""All that the author of a source imports: what a source declares, the readers, the values that they give.

A source is one folder (or one installed package, see `docs/add-a-source.md`) with an object `SOURCE` and these files:

    source.toml   publisher, licence, hosts, rate, the kinds of document it makes, what must hold for its rows
    report.toml   its lists and charts in the report (optional)
    ftm.toml      its rows as FollowTheMoney entities (optional)
    tie.toml      queries over a whole release that fill columns which no document alone tells (optional)
    review.toml   queries over a whole release, each row of which is a finding that no document alone shows (optional)
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Literal

from osint_ingest.html import read_page
from osint_ingest.html.markup import looks_like_html
from osint_ingest.model import (
    Capture,
    Content,
    Document,
    Finding,
    FoundAddress,
    Messages,
    Passage,
    ReadOptions,
    UnreadableDocument,
)  # fmt: skip
from osint_ingest.pdf import looks_like_pdf, read_pdf
from osint_ingest.tables import column, table
from osint_ingest.tables.documents import declare_document_kinds
from osint_ingest.text.masking import mask_document, mask_row

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "Capture", "Content", "Difference", "Document", "Finding", "FoundAddress", "Messages", "Parsed", "Passage",
    "ReadOptions", "Source", "SourceConfig", "UnreadableDocument", "column", "looks_like_html", "looks_like_pdf",
    "read_page", "read_pdf", "source_for", "table",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assertion:
    """A bound on a table: under `min` a release is held back, over `max` it warns. `measure` is `rows` (count),
    `filled` (share of rows with a value in `column`, 0 to 1) or `distinct` (count of different values in `column`).
    `where` keeps the rows whose column has that value, as `kind=ogp_commitment`. With fewer than `from_rows` rows the
    bound is not judged: a share of a few documents tells nothing."""

    table: str
    measure: Literal["rows", "filled", "distinct"]
    column: str | None = None
    where: str | None = None
    min: float | None = None
    max: float | None = None
    from_rows: int = 0


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """What `source.toml` says."""

    name: str
    publisher: str
    licence: str
    licence_url: str
    kinds: tuple[str, ...] = ()
    """The kinds of document that the source makes: values of `documents.kind`."""
    hosts: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    publications: tuple[re.Pattern[str], ...] = ()
    """Addresses of reports and plans that the site publishes: a field of a page that links to one gives evidence."""
    must_contain: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    """Web archives that hold its pages (see `fetch/archives.toml`), the first is asked unless another is named."""
    archived_under: tuple[str, ...] = ()
    """Beginnings of the addresses that are looked for there, without scheme: `www.example.org/reports/`."""
    requests_per_second: float = 1.0
    max_documents: int = 100_000
    coverage_floor: float = 0.0
    order: int = 100
    assertions: tuple[Assertion, ...] = ()
    package: str = ""
    """The package whose folder the file stands in."""

    @property
    def folder(self) -> Traversable:
        return files(self.package)

    def wants(self, url: str) -> bool:
        """Does the source want this page, by its `include` and `exclude`?"""
        wanted = not self.include or any(pattern.search(url) for pattern in self.include)
        return wanted and not any(pattern.search(url) for pattern in self.exclude)

    def data(self, name: str) -> dict[str, Any]:
        """What a TOML file of the source's folder says; nothing where there is none. ValueError names a broken one."""
        if not self.package:
            return {}
        path = self.folder.joinpath(name)
        try:
            return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{self.package}/{name}: {error}") from error


def load_config(package: str) -> SourceConfig:
    """Reads `source.toml` in the package of a source and declares its kinds of document. ValueError names an unknown
    key or a key that is missing."""
    read = tomllib.loads(files(package).joinpath("source.toml").read_text(encoding="utf-8"))
    raw: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in read.items()
    }
    known = set(SourceConfig.__dataclass_fields__) - {"package"}
    if unknown := set(raw) - known:
        raise ValueError(f"{package}/source.toml: unknown {sorted(unknown)}; known: {sorted(known)}")
    if missing := {"name", "publisher", "licence", "licence_url", "kinds"} - set(raw):
        raise ValueError(f"{package}/source.toml: {sorted(missing)} missing")
    for key in ("include", "exclude", "publications"):
        raw[key] = tuple(re.compile(p, re.I) for p in raw.get(key, ()))
    raw["assertions"] = tuple(Assertion(**a) for a in raw.get("assertions", ()))
    declare_document_kinds(raw["kinds"])
    return SourceConfig(**raw, package=package)


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
class Difference:
    """What a list that someone else keeps (`there`) says otherwise than a release (`here`); None: nothing."""

    key: str
    field: str
    there: str | None
    here: str | None


class Source:
    """What every source offers; its author writes `recognises`, `read` and what else it has. All of it is pure: bytes
    in, values out; no socket, no file."""

    @cached_property
    def config(self) -> SourceConfig:
        """What `source.toml` says in the package of its class."""
        return load_config(str(sys.modules[type(self).__module__].__package__))

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is this capture one of this source's documents, by its address and its bytes?"""
        return False

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """Reads a capture. Raises `UnreadableDocument`, with its code, for one that cannot be read."""
        raise NotImplementedError

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The addresses of this source that a fetched page, listing or sitemap names. `data` is unpacked already."""
        return ()

    def archived(self, url: str) -> FoundAddress | None:
        """The address that a page has today, of any form that it ever had; None for no page of this source."""
        return FoundAddress(url, "") if self.config.wants(url) else None

    def cross_check(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], db: duckdb.DuckDBPyConnection
    ) -> Iterable[Difference] | None:
        """How a list that someone else keeps of its records differs from a release, whose tables are views of `db`.
        None where nobody keeps one. Raises ValueError if it is no such list."""
        return None


def source_for(sources: Sequence[Source], capture: Capture, data: bytes) -> Source | None:
    """The first source that recognises a capture."""
    return next((s for s in sources if s.recognises(capture, data)), None)
