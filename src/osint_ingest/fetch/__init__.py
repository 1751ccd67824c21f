"""Fetching: the only room that opens sockets. Polite to site owners; every request can be traced."""

from osint_ingest.fetch.archives import check_links, is_archived, look_up
from osint_ingest.fetch.backfill import ArchiveTaker
from osint_ingest.fetch.cdx import Archive, archive_for
from osint_ingest.fetch.crawl import crawl, fetch_given
from osint_ingest.fetch.ledger import AddressFinding, CrawlReport
from osint_ingest.fetch.limits import Budget, Limits, Politeness

__all__ = [
    "AddressFinding", "Archive", "ArchiveTaker", "Budget", "CrawlReport", "Limits", "Politeness", "archive_for",
    "check_links", "crawl", "fetch_given", "is_archived", "look_up",
]  # fmt: skip
