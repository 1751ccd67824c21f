"""Prefect flows of links and archives: do the cited URLs still answer, which have kept copies, pages of earlier years.

python flows/check_links.py --limit 200

The deployments of prefect.yaml start all three; from a shell `archive-links` and `backfill` do the same.
"""

import argparse
import sys

# first: it silences Prefect before Prefect is imported
import embedded  # noqa: F401

# isort: split
from prefect import flow

from ending import ends_in_a_state, reporter_of_run, run_once, settings_of, tell_webhook
from osint_ingest.release.publish import Recap
from osint_ingest.run import maintenance


@flow(name="check-links", validate_parameters=False, on_failure=[tell_webhook], on_crashed=[tell_webhook])
@ends_in_a_state
def check_links(limit: int | None = None, raw: str | None = None, curated: str | None = None) -> Recap:
    """Asks whether links still answer and publishes a release that says so.

    `limit`: at most so many URLs, those asked longest ago first; `raw`, `curated`: folders or fsspec URLs, else as the
    settings say.
    """
    # the flow's own hook tells the webhook
    settings = settings_of(raw=raw, curated=curated).model_copy(update={"webhook": None})
    return maintenance.check_links(settings, reporter_of_run(), limit=limit)


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
    """Takes a source's pages of earlier years and publishes a release with them; see `run.maintenance`."""
    settings = settings_of(raw=raw, curated=curated, limit=limit).model_copy(update={"webhook": None})
    return maintenance.backfill(source, settings, reporter_of_run(), archive=archive, since=since)


def main() -> int:
    """Runs the flow once and prints its recap; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Ask the links of the last release whether they still answer."
    )
    parser.add_argument("--limit", type=int, help="at most so many links")
    parser.add_argument("--raw")
    parser.add_argument("--curated")
    return run_once(check_links, vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
