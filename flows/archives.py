"""What web archives have, as Prefect flows: copies of the cited URLs, and the sources' pages of earlier years.

Started by the deployments of prefect.yaml; from a shell the commands `archive-links` and `backfill` do the same.
"""

# first: it silences Prefect before Prefect is imported
import embedded  # noqa: F401

# isort: split
from prefect import flow

from ending import ends_in_a_state, reporter_of_run, settings_of, tell_webhook
from osint_ingest.release.publish import Recap
from osint_ingest.run import archives, maintenance


@flow(name="archive-links", validate_parameters=False, on_failure=[tell_webhook], on_crashed=[tell_webhook])
@ends_in_a_state
def archive_links(
    limit: int | None = None, save: int = 0, raw: str | None = None, curated: str | None = None
) -> Recap:
    """Looks up archived copies of cited URLs and publishes a release that names them; see `run.maintenance`."""
    # the flow's own hook tells the webhook
    settings = settings_of(raw=raw, curated=curated).model_copy(update={"webhook": None})
    return maintenance.archive_links(settings, reporter_of_run(), limit=limit, save=save)


@flow(name="backfill", validate_parameters=False, on_failure=[tell_webhook], on_crashed=[tell_webhook])
@ends_in_a_state
def backfill(
    source: str,
    archive: str | None = None,
    since: int | None = None,
    limit: int | None = None,
    raw: str | None = None,
    curated: str | None = None,
) -> Recap:
    """Takes a source's pages of earlier years and publishes a release with them; see `run.archives`."""
    settings = settings_of(raw=raw, curated=curated, limit=limit).model_copy(update={"webhook": None})
    return archives.backfill(source, settings, reporter_of_run(), archive=archive, since=since)
