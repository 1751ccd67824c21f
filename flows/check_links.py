"""Prefect flows of links and archives: do the cited URLs still answer, which have kept copies, pages of earlier years.

The deployments of prefect.yaml start them; from a shell, `osint-ingest` has `check-links`, `archive-links`, `backfill`.
"""

# first: it silences Prefect before Prefect is imported
import embedded  # noqa: F401

# isort: split
from typing import Any

from ending import as_flow, reporter_of_run, settings_of
from osint_ingest.release.publish import Recap
from osint_ingest.run import maintenance
from osint_ingest.settings import Settings


def _quiet(**given: Any) -> Settings:
    """The settings of a run whose webhook is told by the flow's own hook alone."""
    return settings_of(**given).model_copy(update={"webhook": None})


@as_flow("check-links")
def check_links(limit: int | None = None, raw: str | None = None, curated: str | None = None) -> Recap:
    """Asks whether links still answer and publishes a release that says so.

    `limit`: at most so many URLs, those asked longest ago first; `raw`, `curated`: folders or fsspec URLs, else as the
    settings say.
    """
    return maintenance.check_links(_quiet(raw=raw, curated=curated), reporter_of_run(), limit=limit)


@as_flow("archive-links")
def archive_links(
    limit: int | None = None, save: int = 0, raw: str | None = None, curated: str | None = None
) -> Recap:
    """Looks up archived copies of cited URLs and publishes a release that names them; see `run.maintenance`."""
    settings = _quiet(raw=raw, curated=curated)
    return maintenance.archive_links(settings, reporter_of_run(), limit=limit, save=save)


@as_flow("backfill")
def backfill(
    source: str,
    archive: str | None = None,
    since: int | None = None,
    limit: int | None = None,
    raw: str | None = None,
    curated: str | None = None,
) -> Recap:
    """Takes a source's pages of earlier years and publishes a release with them; see `run.maintenance`."""
    settings = _quiet(raw=raw, curated=curated, limit=limit)
    return maintenance.backfill(source, settings, reporter_of_run(), archive=archive, since=since)
