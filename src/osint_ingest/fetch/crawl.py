"""A crawl of one source, one address after the other: find what exists, fetch and keep what is new or changed, and
follow links and redirects."""

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from osint_ingest.fetch.client import unzipped
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.fetch.follow import Robots, read_robots
from osint_ingest.fetch.guard import Resolver, resolve
from osint_ingest.fetch.ledger import CrawlReport, Ledger
from osint_ingest.fetch.limits import Budget, BudgetMeter, BudgetOver, Limits, Politeness
from osint_ingest.fetch.polite_client import HostLost, PoliteClient
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite, Refused, checked_address
from osint_ingest.fetch.visit import BY_HAND, Visit, Visitor
from osint_ingest.model import Capture, Finding, FoundAddress
from osint_ingest.settings import Settings
from osint_ingest.sources.base import Source, SourceConfig
from osint_ingest.store import RawStore
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.store.journal import Journal, Look
from osint_ingest.store.layout import Redirect
from osint_ingest.tables.documents import AddressRow
from osint_ingest.text.privacy import mask

Role = Literal["start", "sitemap", "page", "known"]
"""`start` and `sitemap` lead to pages; `known` has a capture but is not named by anything any more."""

LEADING: tuple[Role, ...] = ("start", "sitemap")


@dataclass(frozen=True, slots=True)
class Wanted:
    address: CheckedAddress
    role: Role
    document_id: str | None = None
    last_modified: str | None = None
    redirects: tuple[Redirect, ...] = ()

    @property
    def url(self) -> str:
        return self.address.url


_RANK: dict[Role, int] = {"start": 0, "sitemap": 0, "page": 2, "known": 3}
_NEVER_CAPTURED = 1
_SITEMAP_NAMES = (".xml", ".xml.gz")
_MOST_SITEMAP_BYTES = 100_000_000


@dataclass
class Round:
    """Fetches the start pages, what they lead to, and last the captures that no page names any more. `hosts`: the only
    ones that are asked; None: any public one."""

    source: Source
    visitor: Visitor
    client: PoliteClient
    store: RawStore
    meter: BudgetMeter
    journal: Journal
    ledger: Ledger
    hosts: Collection[str] | None
    site: LoopbackSite | None
    most_redirects: int
    forgotten: ForgottenList
    most_pages: int
    progress: Callable[[int], None]
    pages: int = 0
    reached: bool = False  # a start page or sitemap could be read
    complete: bool = False  # nothing is left for a run that would go on with the journal of this one
    left: str | None = None  # why addresses were left for the next run
    trouble: str | None = None  # the first thing that went wrong at a start page or sitemap

    def __post_init__(self) -> None:
        self.robots = Robots(lambda address: read_robots(self._look_at_robots, address, self.hosts))
        self.waiting: list[tuple[tuple[int, str], int, Wanted]] = []
        self.queued: set[str] = set()
        self.started = datetime.now(UTC)  # a later capture is of a time before the clock went back

    def run(self) -> None:
        """Fetches until nothing is left or the budget is used up. Raises OSError if raw/ cannot be written."""
        for role, urls in zip(LEADING, (self.source.config.start, self.source.config.sitemaps), strict=True):
            for url in urls:
                self._want(FoundAddress(url, listed_by="source.toml"), role)
        try:
            self._drain()
            if self.reached and self.left is None:
                for url in self.visitor.captured():
                    self._want(FoundAddress(url, listed_by=""), "known")
                self._drain()
            self.complete = True
        except BudgetOver as over:
            self.left = str(over)

    def _drain(self) -> None:
        while self.waiting:
            self._look(heapq.heappop(self.waiting)[2])
            self.progress(len(self.waiting))

    def _queue(self, wanted: Wanted, rank: tuple[int, str]) -> None:
        """Queues an address that was not queued before: low `rank` first, then first come."""
        if wanted.url not in self.queued:
            self.queued.add(wanted.url)
            heapq.heappush(self.waiting, (rank, len(self.queued), wanted))

    def _address(self, url: str) -> CheckedAddress:
        """An address in its normal, public form. Raises Refused if it is none of the source's."""
        return checked_address(self.site.public_url(url) if self.site else url, self.hosts)

    def _look(self, wanted: Wanted) -> None:
        try:
            visit = self._remembered(wanted) or self._asked(wanted)
        except HostLost as lost:
            # not looked at: the address keeps the state of its last look
            self.left = self.left or str(lost)
            finding = Finding("error", "fetch", lost.code, str(lost), LATER)
            self._failed(wanted, finding, at=wanted.address.origin)
        except (FetchFailed, Refused) as failed:
            self.ledger.saw(wanted.url, "listed_only")
            self._failed(wanted, failed.finding)
        except (OSError, BudgetOver):
            raise  # the store cannot be written, or it is time to end
        except Exception as error:
            message = f"{wanted.url}: fetching it failed with {type(error).__name__}: {error}"
            hint = "This is a defect of osint-ingest. Please report it with the address."
            self._failed(wanted, Finding("error", "fetch", "fetcher_failed", message, hint))
        else:
            self._take_in(wanted, visit)

    def _remembered(self, wanted: Wanted) -> Visit | None:
        """Return what the interrupted run that this one continues found there, so that nothing is fetched twice."""
        look = self.journal.looks.get(wanted.url)
        capture = self.visitor.latest(wanted.url)
        if look and look.state == "alias":
            return Visit("alias", leads_to=look.leads_to)
        if look and look.state == "gone":
            return Visit("gone", capture)
        if capture and (look or self.journal.began <= capture.captured_at <= self.started):
            kept = self.visitor.kept(wanted.url)
            return replace(kept, state=look.state if look else "new") if kept else None
        return None

    def _asked(self, wanted: Wanted) -> Visit:
        rules = self.robots.rules(wanted.address)
        if rules.why is not None:
            raise HostLost(rules.why, "robots_unreachable")
        if not rules.allow(wanted.address):
            message = f"{wanted.url}: robots.txt does not allow it"
            raise FetchFailed("robots_disallow", message, BY_HAND, severity="warning")
        self.client.pace(wanted.address).slow_down(rules.seconds_between)
        unchanged = self.visitor.unchanged_by_sitemap(wanted.url, wanted.last_modified, self.journal.began)
        if unchanged and (kept := self.visitor.kept(wanted.url)):
            return kept
        return self.visitor.look(wanted.address, wanted.redirects)

    def _look_at_robots(self, address: CheckedAddress) -> Visit:
        self._keep(visit := self.visitor.look(address, page=False))
        return visit

    def _keep(self, visit: Visit) -> None:
        """Puts a new capture into the store. Raises BudgetOver if raw/ may not grow by it."""
        if visit.capture is not None and visit.data is not None and visit.details is not None:
            self.meter.room(self.store.size_bytes(), visit.capture.size_bytes)
            self.ledger.wrote(self.store.put(visit.capture, visit.data, details=visit.details))

    def _take_in(self, wanted: Wanted, visit: Visit) -> None:
        if visit.details and visit.capture and self._was_forgotten(wanted.url, visit.capture.content_sha256):
            return
        self._keep(visit)
        # an address counts as looked at when its capture is whole
        self.journal.note(Look(wanted.url, visit.state, visit.leads_to))
        self.ledger.saw(wanted.url, visit.state)
        if visit.leads_to:
            self._follow(wanted, visit, visit.leads_to)
        elif visit.capture is not None and visit.data is not None:
            if wanted.role in LEADING:
                self.reached = True
            for found in self._named_by(visit.capture, visit.data):
                # a sitemap that a sitemap names leads on; everything else is a page
                leads_on = urlsplit(found.url).path.lower().endswith(_SITEMAP_NAMES)
                self._want(found, "sitemap" if leads_on and wanted.role == "sitemap" else "page")
        else:
            last = "its last capture is kept" if visit.capture else "it was never captured"
            hint = "If the page moved, fetch it from its new address: osint-ingest ingest ADDRESS"
            finding = Finding("warning", "fetch", "gone", f"{wanted.url}: the page is gone; {last}.", hint)
            self._failed(wanted, finding)

    def _follow(self, wanted: Wanted, visit: Visit, target: str) -> None:
        """Queues where a redirect leads, if it is one of the source's own pages."""
        chain = (*wanted.redirects, *([visit.redirect] if visit.redirect else ()))
        try:
            address = self._address(target)
            if wanted.address.scheme == "https" and address.scheme == "http":
                raise Refused("redirect_downgrade", target, "it leads from https to http")
            if len(chain) > self.most_redirects:
                raise Refused("too_many_redirects", target, f"it is redirect number {len(chain)} in a row")
            if wanted.role not in LEADING and not self.source.config.wants(address.url):
                raise Refused("redirected_away", target, "it is not one of the pages that this source reads")
        except Refused as refused:
            self.ledger.saw(wanted.url, "listed_only")
            why = f"{wanted.url} leads to {refused}"
            self._failed(wanted, Finding("error", "fetch", refused.code, why, "Open it in a browser."))
            return
        if self._was_forgotten(address.url):
            return
        self.ledger.saw(wanted.url, "alias", leads_to=address.url)
        self.ledger.named(address.url, wanted.url, wanted.document_id)
        self._queue(Wanted(address, wanted.role, wanted.document_id, None, chain), (0, ""))

    def _named_by(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        try:
            return list(self.source.addresses(capture, unzipped(data, _MOST_SITEMAP_BYTES)))
        except Exception as error:  # a source's defect must not end the crawl
            message = f"{capture.url}: its links could not be read ({type(error).__name__}: {error})"
            hint = "This is a defect of osint-ingest. Please report it with the page."
            self.ledger.found(capture.url, Finding("error", "discover", "reader_failed", message, hint))
            return []

    def _want(self, found: FoundAddress, role: Role) -> None:
        """Queues an address that is one of the source's own and wanted of it; records the others."""
        try:
            address = self._address(found.url)
        except Refused as refused:
            self.ledger.found(found.url, replace(refused.finding, severity="warning"))
            return
        if self._was_forgotten(address.url) or (role == "known" and address.url in self.queued):
            return
        if role != "known":
            self.ledger.named(address.url, found.listed_by, found.document_id)
        if not found.fetch or (role not in LEADING and not self.source.config.wants(address.url)):
            return
        if role not in LEADING and address.url not in self.queued:
            self.pages += 1
            if self.pages > self.most_pages:
                return
        capture = self.visitor.latest(address.url)
        rank = min(_RANK[role], _NEVER_CAPTURED), ""
        if capture is not None:
            last = max(filter(None, (self.ledger.last_look(address.url), capture.captured_at)))
            rank = _RANK[role], last.isoformat() if _RANK[role] else ""
        self._queue(Wanted(address, role, found.document_id, found.last_modified), rank)

    def _was_forgotten(self, url: str, sha256: str | None = None) -> bool:
        """Was the address, or the bytes that it answered, forgotten? Then it is left out and named in `issues`."""
        line = self.forgotten.line_of(url, sha256)
        if line is not None:
            self.ledger.found(mask(url)[0], line.finding(url, "fetch"))
        return line is not None

    def _failed(self, wanted: Wanted, finding: Finding, *, at: str | None = None) -> None:
        self.ledger.found(at or wanted.url, finding)
        if wanted.role in LEADING:
            self.trouble = self.trouble or finding.message


def crawl(
    source: Source,
    store: RawStore,
    settings: Settings,
    *,
    anywhere: bool = False,
    base_url: str | None = None,
    known: Iterable[AddressRow] = (),
    budget: Budget | None = None,
    politeness: Politeness | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] = lambda done, waiting: None,
    resolver: Resolver = resolve,
) -> CrawlReport:
    """Fetches what is new or changed at a source into the store, politely, and tells what it found. `anywhere`: not
    only at the source's hosts. `base_url`: a site on loopback that stands in for them. `known`: the `addresses` of the
    last release. `progress` is called with how many are done and how many wait. What goes wrong at an address becomes a
    finding; only a store that cannot be written raises (OSError). Call it while holding `one_writer` of the store,
    after `store.heal`: what another crawl is writing looks half-written."""
    config = source.config
    now = datetime.now(UTC)
    places = (*config.start, *config.sitemaps, *(f"https://{host}" for host in config.hosts))
    # what stands before the paths of a site on loopback: scheme and host of the source's first page
    site = LoopbackSite(base_url, "{0.scheme}://{0.netloc}".format(urlsplit(places[0]))) if base_url else None
    # a site on this machine has no owner to be polite to, but for its robots.txt
    politeness = politeness or (Politeness(requests_per_second=None) if site else Politeness.of(config))
    limits = limits or Limits.of(settings)
    meter = BudgetMeter(budget or Budget.of(settings))
    client = PoliteClient.of(settings, limits, politeness, meter, site=site, resolver=resolver)
    journal = Journal(store.root, config.name or "given", now=now)
    ledger = Ledger(config.name, known, now)
    most = min(config.max_documents, config.max_documents if settings.limit is None else settings.limit)
    current = Round(
        source, Visitor(config, store, client), client, store, meter, journal, ledger,
        None if anywhere else config.hosts, site, limits.redirects, ForgottenList(store.root), most,
        lambda waiting: progress(ledger.looked, waiting)
    )  # fmt: skip
    try:
        current.run()
    finally:
        journal.close(finished=current.complete)
        client.close()
        store.settle()
    rows, findings = ledger.addresses(store.first()), ledger.findings()
    name = config.name or "the given addresses"
    message = f"{name} cannot be read: {current.trouble or 'none of its start pages could be fetched'}"
    if current.reached:
        states = [row.state for row in rows]
        counted = [f"{states.count(s)} {s.replace('_', ' ')}" for s in sorted(set(states))]
        text = ", ".join([*counted, f"{sum(f.finding.severity == 'error' for f in findings)} failed"])
        rest = f". The rest is left for the next run: {current.left}" if current.left else ""
        message = f"{name}: {text}{rest}"
    return CrawlReport(
        source=name,
        reachable=current.reached,
        finished=current.left is None,
        message=message,
        captures=ledger.captures(),
        addresses=rows,
        findings=findings,
    )


def fetch_given(
    urls: Sequence[str],
    store: RawStore,
    settings: Settings,
    *,
    base_url: str | None = None,
    resolver: Resolver = resolve,
) -> CrawlReport:
    """Fetches addresses that someone named, from any public host, with the manners of a crawl. Only these are fetched,
    and what they redirect to. Their captures have no source yet."""
    given = Source()  # which knows nothing of them
    given.config = SourceConfig("", "", "", "", start=tuple(urls))
    return crawl(given, store, settings, anywhere=True, base_url=base_url, resolver=resolver)
