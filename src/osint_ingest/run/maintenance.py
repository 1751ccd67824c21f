"""Maintenance between refreshes: link checks, archived copies, pages of earlier years, pruning, forgetting."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pyarrow.compute as pc

from osint_ingest.fetch import check_links as ask
from osint_ingest.fetch import is_archived, look_up
from osint_ingest.model import Capture, Finding, RefusedRun
from osint_ingest.release.citations import CITED_ON
from osint_ingest.release.folder import Release, Releases
from osint_ingest.release.publish import Recap
from osint_ingest.release.views import views_of
from osint_ingest.run.alerts import alerting
from osint_ingest.run.archives import archive_taker
from osint_ingest.run.forget import Forgettable, forgettable
from osint_ingest.run.forget import forget as remove_traces
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import NothingToDo, read_and_publish, site_of, writing
from osint_ingest.settings import VERSION, Settings
from osint_ingest.sources import source_named
from osint_ingest.store import RawStore
from osint_ingest.store.archived import Lookup, add_lookups, keep_bytes, keep_lookups, read_lookups
from osint_ingest.store.raw import prunable
from osint_ingest.tables import table_of
from osint_ingest.tables.run import LinkCheckRow

LOOKUPS_PER_FILE = 20  # lookups saved together: the most that a killed run loses
_CITED = f"""
    select url, list(distinct {CITED_ON} order by {CITED_ON}) from (
        select c.url, d.* exclude (url) from citations c join documents d using (document_id)
        where c.role = 'evidence' and regexp_matches(c.url, '^https?://')
    ) group by url order by url
"""


def check_links(settings: Settings, reporter: Reporter | None = None, *, limit: int | None = None) -> Recap:
    """Asks the URLs of the last release whether they still answer, and publishes a release with the answers. `limit`:
    at most so many URLs, those that were never asked or longest ago first. Raises `NothingToDo` where there is no
    release yet."""
    reporter = reporter or Reporter(quiet=True)
    with alerting("check-links", settings, reporter) as ended, writing(settings):
        last = _latest(settings)
        earlier = [LinkCheckRow(**row) for row in last.table("link_checks").to_pylist()]
        before = {check.url: check for check in sorted(earlier, key=lambda check: check.checked_at)}
        urls = last.table("links", ["url"])["url"]
        web = pc.unique(urls.filter(pc.match_substring_regex(urls, "^https?://"))).to_pylist()
        due = sorted(web, key=lambda u: (before[u].checked_at.isoformat() if u in before else "", u))[:limit]
        reporter.say(f"Checking {len(due)} of {len(web)} links")
        now = ask(due, settings, before=before)
        wanted = set(web)
        every = [check for check in (*earlier, *now) if check.url in wanted]
        every.sort(key=lambda check: (check.url, check.checked_at))
        return ended(read_and_publish(settings, reporter, link_checks=table_of(LinkCheckRow).arrow(every)))


def archive_links(
    settings: Settings,
    reporter: Reporter | None = None,
    *,
    limit: int | None = None,
    save: int = 0,
    keep: bool = False,
    again_after: int = 90,
) -> Recap:
    """Looks up archived copies of the URLs that the last release cites, and publishes a release with what was found.
    `limit`: at most so many URLs, never asked ones first. `save`: an archive is asked for at most so many copies of
    URLs that have none. `keep`: what still has none is fetched and kept in raw/ as WARC. URLs that were asked less
    than `again_after` days ago are left out. Raises `NothingToDo` if there is no release or no archive answers."""
    reporter = reporter or Reporter(quiet=True)
    with alerting("archive-links", settings, reporter) as ended, writing(settings):
        with views_of(_latest(settings)) as db:
            rows: list[tuple[str, list[date]]] = db.sql(_CITED).fetchall()
        cited = {url: dates for url, dates in rows if not is_archived(url)}
        keep_lookups(settings.raw, cited)
        known = read_lookups(settings.raw)
        oldest = datetime.now(UTC) - timedelta(days=again_after)

        def is_due(url: str) -> bool:
            last = known.get(url)
            if last is None or last.looked_up_at < oldest or not set(cited[url]) <= set(last.dates):
                return True
            return not last.copies and (keep or save > 0)

        last = {url: known[url].looked_up_at.isoformat() if url in known else "" for url in cited}
        due = sorted(filter(is_due, cited), key=lambda url: (last[url], url))[:limit]
        reporter.say(f"Looking up {len(due)} of {len(cited)} cited URLs")
        there = partial(keep_bytes, settings.raw, software=f"osint-ingest/{VERSION}") if keep else None
        found, failed = 0, []
        with reporter.step("asking archives", len(due)) as tick:
            some: list[Lookup] = []
            try:
                for answer in look_up({url: cited[url] for url in due}, settings, save=save, keep=there):
                    tick(1)
                    if isinstance(answer, str):
                        failed.append(answer)
                        continue
                    some.append(answer)
                    if len(some) == LOOKUPS_PER_FILE:
                        add_lookups(settings.raw, some)
                        found, some = found + len(some), []
            finally:
                add_lookups(settings.raw, some)
        if failed:
            again = "URLs could not be looked up; the next run asks again"
            reporter.say(f"{len(failed)} {again}. The last: {failed[-1]}")
        if failed and not found + len(some):
            raise NothingToDo(f"No archive answered. {failed[0]}")
        return ended(read_and_publish(settings, reporter))


def backfill(
    name: str,
    settings: Settings,
    reporter: Reporter | None = None,
    *,
    archive: str | None = None,
    since: int | None = None,
) -> Recap:
    """Takes the captures that a web archive has of a source's pages into raw/, and publishes a release with them.
    `archive`: one of `fetch/archives.toml`, else that of the settings, else the source's first. `since`: the first
    year. `settings.limit`: at most so many captures. The next run continues one that was killed or ran out of budget.
    Raises RefusedRun for a source without archives, `NothingToDo` if the archive does not answer."""
    reporter = reporter or Reporter(quiet=True)
    with alerting("backfill", settings, reporter) as ended, writing(settings), site_of(settings) as base_urls:
        with archive_taker(name, settings, base_urls, reporter, archive) as taker:
            if taker is None or not source_named(name).config.archived_under:
                message = "names no web archive: set `archives` and `archived_under` in its source.toml."
                raise RefusedRun(f"{name} {message}")
            report = taker.take_all(since, settings.limit)
        if not report.reachable:
            raise NothingToDo(f"{report.message}. Nothing was changed. Run the same command again later.")
        (reporter.say if report.finished else reporter.warn)(report.message)
        return ended(read_and_publish(settings, reporter, findings=report.findings))


def _latest(settings: Settings) -> Release:
    if last := Releases(settings.curated).latest():
        return last
    message = f"There is no release in {settings.curated} yet, and so no cited URL."
    raise NothingToDo(f"{message} Make one: osint-ingest refresh")


def prune(
    settings: Settings,
    *,
    days: int | None = None,
    keep_per_url: int | None = None,
    most_bytes: int | None = None,
    dry_run: bool = False,
) -> tuple[tuple[Capture, ...], int]:
    """Removes old captures that no kept release rests on. Returns them and the bytes that this freed. `days`: older
    than this; `keep_per_url`: beyond this many an address; `most_bytes`: until the rest fits; `dry_run`: nothing is
    removed."""
    with writing(settings):
        rested_on: set[str] = set()
        for release in Releases(settings.curated).all():
            rested_on |= set(release.table("documents", ["content_sha256"])["content_sha256"].to_pylist())
        store, older = RawStore(settings.raw), None if days is None else timedelta(days=days)
        bounds = {"keep_per_url": keep_per_url, "most_bytes": most_bytes}
        going = prunable(store, rested_on=rested_on, now=datetime.now(UTC), older_than=older, **bounds)
        if not dry_run:
            store.remove_all(going)
        return going, sum(c.size_bytes for c in going)


def forget(name: str, settings: Settings, *, reason: str | None = None) -> tuple[Forgettable, list[Finding]]:
    """Removes a document (by its id, address, path in raw/, or the start of a SHA-256) from raw/ and from every
    release that is kept, and returns what that was, and what went wrong with reports. Its line in
    `raw/forgotten.jsonl` says when and `reason`; later runs leave it out. Raises as `forgettable` does."""
    with writing(settings):
        found = forgettable(name, settings)
        return found, remove_traces(found.targets, reason, settings)
