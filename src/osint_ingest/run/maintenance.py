"""What keeps raw/ and the releases in order between refreshes: link checks and pruning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow.compute as pc

from osint_ingest.fetch import check_links as ask
from osint_ingest.model import Capture, Finding
from osint_ingest.release.folder import Releases
from osint_ingest.release.publish import Recap
from osint_ingest.run.alerts import telling
from osint_ingest.run.forget import Forgettable, forgettable
from osint_ingest.run.forget import forget as remove_traces
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import NothingToDo, plan_run, process_all, publish_run, workers_for, writing
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.store.prune import prunable
from osint_ingest.store.prune import prune as remove
from osint_ingest.tables import table_of
from osint_ingest.tables.run import LinkCheckRow


def check_links(settings: Settings, reporter: Reporter | None = None, *, limit: int | None = None) -> Recap:
    """Asks the URLs of the last release whether they still answer, and publishes a release with the answers.

    `limit`: at most so many URLs, those that were never asked or longest ago first. Raises `NothingToDo`
    where there is no release yet.
    """
    reporter = reporter or Reporter(quiet=True)
    with telling("check-links", settings, reporter) as ended, writing(settings):
        last = Releases(settings.curated).latest()
        if last is None:
            raise NothingToDo(
                f"There is no release in {settings.curated} yet, so no links to check. Make one: osint-ingest refresh"
            )
        told = [LinkCheckRow(**row) for row in last.table("link_checks").to_pylist()]
        before = {check.url: check for check in sorted(told, key=lambda check: check.checked_at)}
        urls = last.table("links", ["url"])["url"]
        web = pc.unique(urls.filter(pc.match_substring_regex(urls, "^https?://"))).to_pylist()
        due = sorted(web, key=lambda u: (before[u].checked_at.isoformat() if u in before else "", u))[:limit]
        reporter.say(f"Checking {len(due)} of {len(web)} links")
        now = ask(due, settings, before=before)
        plan, captures = plan_run(settings)
        with workers_for(plan, settings) as executor:
            batches = process_all(plan, settings, executor, reporter)
        wanted = set(web)
        every = [check for check in (*told, *now) if check.url in wanted]
        every.sort(key=lambda check: (check.url, check.checked_at))
        rows = table_of(LinkCheckRow).arrow(every)
        return ended(publish_run(plan, batches, captures, settings, link_checks=rows))


def prune(
    settings: Settings,
    *,
    days: int | None = None,
    keep_per_url: int | None = None,
    most_bytes: int | None = None,
    dry_run: bool = False,
) -> tuple[tuple[Capture, ...], int]:
    """Removes old captures that no kept release rests on. Returns them and the bytes that this freed.

    `days`: older than this; `keep_per_url`: beyond this many an address; `most_bytes`: until the rest
    fits; `dry_run`: nothing is removed.
    """
    with writing(settings):
        rested_on: set[str] = set()
        for release in Releases(settings.curated).all():
            rested_on |= set(release.table("documents", ["content_sha256"])["content_sha256"].to_pylist())
        store = RawStore(settings.raw)
        going = prunable(
            store,
            rested_on=rested_on,
            now=datetime.now(UTC),
            older_than=timedelta(days=days) if days is not None else None,
            keep_per_url=keep_per_url,
            most_bytes=most_bytes,
        )
        return going, sum(c.size_bytes for c in going) if dry_run else remove(store, going)


def forget(name: str, settings: Settings, *, reason: str | None = None) -> tuple[Forgettable, list[Finding]]:
    """Removes a document (by its id, address, path in raw/, or the start of a SHA-256) from raw/ and from every release
    that is kept, and returns what that was, and what went wrong with reports.

    Its line in `raw/forgotten.jsonl` says when and `reason`; later runs leave it out. Raises as `forgettable` does.
    """
    with writing(settings):
        found = forgettable(name, settings)
        return found, remove_traces(found.targets, reason, settings)
