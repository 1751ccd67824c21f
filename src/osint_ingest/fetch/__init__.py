"""Fetching: the only room that opens sockets. Polite to a site's owner, traceable for an investigator."""

from osint_ingest.fetch.crawl import crawl, fetch_given
from osint_ingest.fetch.limits import Budget, Limits, Politeness
from osint_ingest.fetch.links import LinkCheck, check_links
from osint_ingest.fetch.outcome import AddressFinding, AddressSeen, CrawlReport, Progress

__all__ = [
    "AddressFinding",
    "AddressSeen",
    "Budget",
    "CrawlReport",
    "Limits",
    "LinkCheck",
    "Politeness",
    "Progress",
    "check_links",
    "crawl",
    "fetch_given",
]
