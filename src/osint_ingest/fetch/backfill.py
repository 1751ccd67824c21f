"""Captures of a source's pages from a web archive: found in its CDX index, fetched as exact bytes, checked, kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

from osint_ingest.fetch.archives import STAMPED
from osint_ingest.fetch.cdx import TRIES, Archive, Copies, Index, IndexRow, on_this_machine
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.fetch.follow import Follower
from osint_ingest.fetch.guard import Resolver, resolve
from osint_ingest.fetch.ledger import AddressFinding, CrawlReport
from osint_ingest.fetch.limits import Budget, BudgetMeter, BudgetOver, Limits, Politeness
from osint_ingest.fetch.polite_client import HostLost, PoliteClient
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite, Refused, checked_address
from osint_ingest.model import Capture, Finding, ReadOptions, Severity, UnreadableDocument
from osint_ingest.settings import Settings
from osint_ingest.sources import Source, all_sources, source_for
from osint_ingest.store import RawStore
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.store.journal import BackfillJournal
from osint_ingest.text.privacy import mask

SEEK_AGAIN = timedelta(days=7)  # the newest copy of a page that its site refuses is not looked for more often
MOST_COPIES = 5  # newest copies of a page that are tried, until one is of use
_READABLE = ("text/html", "application/xhtml+xml", "application/pdf", "unk", "-")
_OF_NO_USE = {"challenge", "empty", "missing_required", "not_pdf", "redirected_away", "unexpected_type"}
"""Codes of captures that no other attempt makes better."""


_Listed = tuple[IndexRow, CheckedAddress]


class ArchiveTaker:
    """Takes captures of a source's pages that an archive has into the store, each distinct one once. `tell` is called
    with (done, known so far); `base_url`: a site on loopback that stands in for the archive. What cannot be had
    becomes a finding. A run that ends early, or is killed, is gone on with by the next one. Only a store that cannot
    be written raises (OSError). Use it as a context manager, while holding `one_writer` of the store."""

    def __init__(
        self,
        source: Source,
        archive: Archive,
        store: RawStore,
        settings: Settings,
        *,
        tell: Callable[[int, int], None] = lambda done, total: None,
        base_url: str | None = None,
        politeness: Politeness | None = None,
        limits: Limits | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._source, self._archive, self._store, self._tell = source, archive, store, tell
        manners = politeness or Politeness(
            1 / settings.archive_seconds, backoff_seconds=2, most_patience=300, lost_after=5
        )
        limits = limits or replace(Limits.of(settings), request_seconds=120)
        budget = replace(Budget.of(settings), requests=settings.archive_requests)
        self._meter = BudgetMeter(budget)
        self._client = PoliteClient.of(
            settings,
            limits,
            manners,
            self._meter,
            site=LoopbackSite(base_url, checked_address(archive.captures, None).origin) if base_url else None,
            named=on_this_machine(settings),
            resolver=resolver,
        )
        follower = Follower(self._client, limits.redirects)
        self._copies = Copies(archive, source.config, follower, self._is_page)
        self._forgotten = ForgottenList(store.root)
        self._journal = BackfillJournal(store.root, source.config.name)
        # a run that is killed loses the last lines of its journal, and no capture
        self._in_raw = {(c.url, f"{c.captured_at:{STAMPED}}") for c in store.captures() if c.archived_url}
        self._findings: dict[tuple[str, str], AddressFinding] = {}
        self._lost: AddressFinding | None = None
        self._kept: list[Capture] = []
        self._there = self._done = 0
        self._left: str | None = None
        self._answered = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        self._client.close()
        self._store.settle()

    def take_all(self, since: int | None = None, most: int | None = None) -> CrawlReport:
        """Takes what the index has under each beginning that the source declares. `since`: the first year; `most`: at
        most so many captures."""
        index = Index(self._archive, self._copies.ask, since)
        try:
            for under in self._source.config.archived_under:
                try:
                    questions = index.questions(under, "prefix")
                except FetchFailed as failed:
                    self._index_failed(under, failed)
                    continue
                for question in questions:
                    if self._journal.following.get(question, "") is not None:
                        self._take_answer(index, question, most)
            if self._left is None:
                self._journal.note(round="ended")
        except (HostLost, BudgetOver) as over:
            self._left = str(over)
            if isinstance(over, HostLost):
                lost = Finding("warning", "fetch", over.code, str(over), LATER)
                self._lost = AddressFinding(lost, self._archive.index)
        return self._report()

    def take_newest(self, urls: list[str]) -> CrawlReport:
        """Takes the newest usable copy of each address, unless it was looked for in the last days."""
        index = Index(self._archive, self._copies.ask)
        now = datetime.now(UTC)
        try:
            for number, url in enumerate(urls, 1):
                last = self._journal.sought.get(url)
                if last is None or now - last >= SEEK_AGAIN:
                    self._take_newest(index, url)
                    self._journal.note(url=url, sought=now.isoformat())
                self._tell(number, len(urls))
        except (HostLost, BudgetOver) as over:
            self._left = str(over)
        return self._report()

    def _report(self) -> CrawlReport:
        name, place = self._source.config.name, self._archive.name
        failed = sum(f.finding.severity == "warning" for f in self._findings.values())
        counted = f"{len(self._kept):,} captures taken, {self._there:,} were there, {failed:,} failed"
        rest = f". The rest is left for the next run: {self._left}" if self._left else ""
        message = f"{name}, from {place}: {counted}{rest}"
        if not self._answered:
            message = f"{place} did not answer for {name}: {self._left}"
        findings = (*(found for _, found in sorted(self._findings.items())), *filter(None, [self._lost]))
        return CrawlReport(
            source=name,
            reachable=self._answered,
            finished=self._left is None,
            message=message,
            captures=tuple(self._kept),
            findings=findings,
        )

    def _take_answer(self, index: Index, question: str, most: int | None) -> None:
        """Takes the captures of all pages of an answer; those that failed are tried once more in the end."""
        again: list[_Listed] = []
        last: tuple[str, str | None] | None = None
        try:
            for rows, following in index.pages(question, self._journal.following.get(question)):
                self._answered = True
                wanted: list[_Listed] = []
                for row in filter(_is_readable, rows):
                    # an index collapses what follows on each other within a page only, if at all
                    if (row.key, row.digest) != last or row.digest is None:
                        wanted += self._wanted(row)
                    last = row.key, row.digest
                known = self._done + len(wanted)
                for one in wanted:
                    again += self._take(one, most)
                    self._tell(self._done, known)
                if not again:
                    self._journal.note(index=question, next=following)
        except FetchFailed as failed:
            self._index_failed(question, failed)
        for row, address in again:
            self._done -= 1
            if not self._take((row, address), most):
                self._findings.pop((address.url, row.timestamp), None)

    def _index_failed(self, question: str, failed: FetchFailed) -> None:
        """Names a part of an index that cannot be read. Raises HostLost if the archive does not answer."""
        if failed.code != "bad_index":  # the next question would have no better answer
            raise HostLost(str(failed), failed.code) from failed
        self._left = self._left or str(failed)
        finding = replace(failed.finding, severity="warning", hint=failed.hint or LATER)
        self._findings[question, ""] = AddressFinding(finding, question)

    def _wanted(self, row: IndexRow) -> Iterator[_Listed]:
        """The row with its address, if that is one of the source's pages, not forgotten and not taken before."""
        try:
            address = checked_address(row.url, self._source.config.hosts)
        except Refused:
            return
        if not self._is_page(address.url):
            return
        if line := self._forgotten.line_of(address.url):
            masked = mask(address.url)[0]
            self._findings[masked, ""] = AddressFinding(line.finding(address.url, "fetch"), masked)
        elif any((address.url, row.timestamp) in known for known in (self._journal.taken, self._in_raw)):
            self._there += 1
        else:
            yield row, address

    def _is_page(self, url: str) -> bool:
        found = self._source.archived(url)
        return found is not None and not any(p.search(found.url) for p in self._source.config.exclude)

    def _take(self, wanted: _Listed, most: int | None, *, readable: bool = False) -> list[_Listed]:
        """Keeps a capture, or only if it is `readable`. Returns it if another attempt may help."""
        if most is not None and len(self._kept) >= most:
            raise BudgetOver(f"{most:,} captures were asked for")
        row, url = wanted[0], wanted[1].url
        try:
            self._keep(wanted, readable=readable)
        except FetchFailed as failed:
            if failed.code.startswith("robots"):
                raise HostLost(str(failed), failed.code) from failed
            if failed.code in _OF_NO_USE:
                self._journal.note(url=url, timestamp=row.timestamp)
            severity: Severity = "info" if failed.code in _OF_NO_USE else "warning"
            finding = replace(failed.finding, severity=severity, hint=failed.hint or LATER)
            self._findings[url, row.timestamp] = AddressFinding(finding, url)
            return [wanted] if failed.again or failed.code in ("server_error", "rate_limited") else []
        finally:
            self._done += 1
        self._journal.note(url=url, timestamp=row.timestamp)
        return []

    def _take_newest(self, index: Index, url: str) -> None:
        rows: list[IndexRow] = []
        try:
            for question in index.questions(url, "exact"):
                rows += (row for page, _ in index.pages(question) for row in page)
                self._answered = True
        except FetchFailed as failed:
            self._index_failed(url, failed)
            return
        found = [one for row in filter(_is_readable, rows) for one in self._wanted(row)]
        for one in sorted(found, key=lambda one: one[0].timestamp, reverse=True)[:MOST_COPIES]:
            before = len(self._findings)
            self._take(one, None, readable=True)
            if len(self._findings) == before:
                return

    def _keep(self, wanted: _Listed, *, readable: bool) -> None:
        row, address = wanted
        if row.truncated:
            message = f"{self._archive.name} has only the beginning of {address.url} ({row.timestamp})"
            raise FetchFailed("truncated", message, "Another capture of the page may be whole.")
        for left in reversed(range(TRIES)):
            try:
                capture, data, details = self._copies.fetch(row, address)
                break
            except FetchFailed as failed:
                if failed.code not in ("truncated", "digest_mismatch") or not left:
                    raise
        if not self._is_ours(capture, data):
            return
        if readable and capture.media_type == "text/html":
            try:
                self._source.read(capture, data, ReadOptions())
            except UnreadableDocument as error:
                message = f"{capture.archived_url}: {error.message}"
                raise FetchFailed(error.code, message, error.hint or "") from error
            except Exception:  # a source's defect: reading the capture names it
                pass
        if line := self._forgotten.line_of(capture.url, capture.content_sha256):
            self._findings[capture.url, ""] = AddressFinding(line.finding(capture.url, "fetch"), capture.url)
            return
        self._meter.room(self._store.size_bytes(), len(data))
        known = len(self._store.written)
        self._store.put(capture, data, details=details)
        if len(self._store.written) > known:
            self._kept.append(capture)
        else:
            self._there += 1

    def _is_ours(self, capture: Capture, data: bytes) -> bool:
        """Is it a document of the source, and of none that is more particular?"""
        try:
            first = source_for(all_sources(), capture, data)
            ours = self._source.recognises(capture, data)
        except Exception:  # a source's defect: reading the capture names it
            return True
        return ours and not (first and first.config.order < self._source.config.order)


def _is_readable(row: IndexRow) -> bool:
    return row.status in (None, "200") and (row.media_type or "-").partition(";")[0] in _READABLE
