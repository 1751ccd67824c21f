"""Records what a crawl learns, in order, for its report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from osint_ingest.model import Capture, Finding
from osint_ingest.tables.documents import AddressRow

AddressState = Literal["new", "unchanged", "changed", "gone", "listed_only", "alias"]


class AddressFinding(NamedTuple):
    """Something that someone should know about an address: a row of `issues`, stage `fetch`."""

    finding: Finding
    url: str


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A crawl of one source. `captures` are those that it wrote, in the order of their urls. `reachable`: a start page
    or sitemap could be read. `finished`: nothing was left for the next run. `message` says in one sentence how it
    went, and what to do where something is in the way."""

    source: str
    reachable: bool
    finished: bool
    message: str
    captures: tuple[Capture, ...] = ()
    addresses: tuple[AddressRow, ...] = ()
    findings: tuple[AddressFinding, ...] = ()


class Ledger:
    def __init__(self, source: str, known: Iterable[AddressRow], now: datetime) -> None:
        self._source = source
        self._now = now
        self._before = {seen.url: seen for seen in known if seen.source == source}
        self._named: dict[str, tuple[str | None, str | None]] = {}
        """What lists an address, and the document that it is said to hold."""
        self._states: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._captures: list[Capture] = []
        self._findings: dict[tuple[str, str], AddressFinding] = {}
        self.looked = 0

    def last_look(self, url: str) -> datetime | None:
        seen = self._before.get(url)
        return seen.last_seen if seen else None

    def named(self, url: str, listed_by: str | None, document_id: str | None) -> None:
        """Record that a page, sitemap or start list names the address. The first one that does is kept."""
        first, known = self._named.get(url, (listed_by, None))
        self._named[url] = first, known or document_id

    def saw(self, url: str, state: AddressState, *, leads_to: str | None = None) -> None:
        """Record the state of an address that was fetched. `leads_to`: the target of an alias."""
        self.looked += url not in self._states
        self._states[url] = state
        if leads_to and state == "alias":
            self._aliases[url] = leads_to
        else:
            self._aliases.pop(url, None)

    def wrote(self, capture: Capture) -> None:
        self._captures.append(capture)

    def found(self, url: str, finding: Finding) -> None:
        """Record a finding about an address; the same code at one address counts once."""
        self._findings.setdefault((url, finding.code), AddressFinding(finding, url))

    def captures(self) -> tuple[Capture, ...]:
        return tuple(sorted(self._captures, key=lambda c: (c.url, c.captured_at)))

    def findings(self) -> tuple[AddressFinding, ...]:
        return tuple(finding for _, finding in sorted(self._findings.items()))

    def addresses(self, captured: Mapping[str, Capture]) -> tuple[AddressRow, ...]:
        """A row for each address that was named or looked at, by url. `captured`: their first captures. One that was
        not looked at keeps the state of the last look, if it ever was captured."""
        for url in self._aliases:
            seen, at = {url}, self._aliases[url]
            while at in self._aliases and at not in seen:
                seen.add(at)
                at = self._aliases[at]
            if at in seen:  # it leads to no end
                self._states[url] = "listed_only"
                message = f"{url}: its redirects form a loop"
                self.found(url, Finding("error", "fetch", "redirect_loop", message, "Open it in a browser."))
        urls = sorted(self._named.keys() | self._states.keys())
        return tuple(self._row(url, captured.get(url)) for url in urls)

    def _row(self, url: str, capture: Capture | None) -> AddressRow:
        before, state = self._before.get(url), self._states.get(url)
        listed_by, document_id = self._named.get(url, (None, None))
        if state is None:
            state = (before.state if before else "unchanged") if capture else "listed_only"
        first = before.first_seen if before else None
        answered = state in ("new", "changed", "unchanged", "alias") and url in self._states
        last = before.last_seen if before else (capture.captured_at if capture else None)
        return AddressRow(
            url=url,
            source=self._source,
            state=state,
            document_id=document_id or (before.document_id if before else None),
            first_seen=first or (capture.captured_at if capture else self._now),
            last_seen=self._now if url in self._named or answered else last,
            listed_by=listed_by or (before.listed_by if before else None),
        )
