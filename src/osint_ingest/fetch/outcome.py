"""The result of a crawl: captures, the state of each address, findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from osint_ingest.model import Capture, Finding
from osint_ingest.tables.documents import AddressRow

AddressState = Literal["new", "unchanged", "changed", "gone", "listed_only", "alias"]


@dataclass(frozen=True, slots=True)
class AddressFinding:
    """Something that someone should know about an address: a row of `issues`, stage `fetch`."""

    url: str
    finding: Finding
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is. `waiting` grows while pages name more addresses."""

    source: str
    host: str
    done: int
    waiting: int
    requests: int
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A crawl of one source. `captures` are those that it wrote, in the order of their urls.

    `reachable`: a start page or sitemap could be read. `finished`: nothing was left for the next run.
    `message` says in one sentence how it went, and what to do where something is in the way.
    """

    source: str
    reachable: bool
    finished: bool
    message: str
    captures: tuple[Capture, ...] = ()
    addresses: tuple[AddressRow, ...] = ()
    findings: tuple[AddressFinding, ...] = ()
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    @property
    def states(self) -> Counter[str]:
        """How many addresses are in each state."""
        return Counter(address.state for address in self.addresses)
