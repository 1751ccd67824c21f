"""A crawl of one source: what exists there is found, what is new or changed is fetched and kept."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from osint_ingest.fetch.guard import Resolver, resolve
from osint_ingest.fetch.ledger import CrawlReport, Ledger
from osint_ingest.fetch.limits import Budget, BudgetMeter, Limits, Politeness
from osint_ingest.fetch.polite_client import PoliteClient
from osint_ingest.fetch.round import Round, Scope
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.fetch.visit import Visitor
from osint_ingest.settings import Settings
from osint_ingest.sources.base import Source, SourceConfig
from osint_ingest.store import RawStore
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.store.journal import Journal
from osint_ingest.tables.documents import AddressRow


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
    """Fetches what is new or changed at a source into the store, politely, and tells what it found.

    `anywhere`: not only at the source's hosts. `base_url`: a site on loopback that stands in for them (see
    `LoopbackSite`). `known`: the `addresses` of the last release. `progress` is called after each address with how many
    are done and how many wait. Whatever goes wrong at an address becomes a finding of the report; only a store that
    cannot be written raises (OSError). Call it while holding `one_writer` of the store, after
    `store.heal`: crawls of several sources may run at a time, and what one of them is writing looks half-written.
    """
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
    most = config.max_documents
    scope = Scope(config, None if anywhere else config.hosts, site, limits.redirects)
    most = most if settings.limit is None else min(settings.limit, most)
    current = Round(
        source, Visitor(config, store, client), client, store, meter, journal, ledger, scope,
        ForgottenList(store.root), most, lambda waiting: progress(ledger.looked, waiting)
    )  # fmt: skip
    try:
        current.run()
    finally:
        journal.close(finished=current.complete)
        client.close()
        store.settle()
    rows, findings = ledger.addresses(store.first()), ledger.findings()
    name = config.name or "the given addresses"
    failed = sum(f.finding.severity == "error" for f in findings)
    return CrawlReport(
        source=name,
        reachable=current.reached,
        finished=current.left is None,
        message=_message(name, current, rows, failed),
        captures=ledger.captures(),
        addresses=rows,
        findings=findings,
        requests=meter.requests,
        bytes=meter.bytes,
        seconds=meter.seconds,
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


def _message(name: str, current: Round, rows: tuple[AddressRow, ...], failed: int) -> str:
    if not current.reached:
        return f"{name} cannot be read: {current.trouble or 'none of its start pages could be fetched'}"
    states = [row.state for row in rows]
    counted = [f"{states.count(s)} {s.replace('_', ' ')}" for s in sorted(set(states))]
    text = ", ".join([*counted, f"{failed} failed"])
    rest = f". The rest is left for the next run: {current.left}" if current.left else ""
    return f"{name}: {text}{rest}"
