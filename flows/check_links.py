"""The weekly link check as a Prefect flow: asks the URLs of the last release whether they still answer.

python flows/check_links.py --limit 200
"""

from __future__ import annotations

import argparse
import sys

# first: it silences Prefect before Prefect is imported
from embedded import run_once, untouched

# isort: split
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from osint_ingest import upkeep
from osint_ingest.progress import Reporter
from osint_ingest.publishing import Recap
from osint_ingest.settings import Settings

check = task(name="check-links", cache_policy=NO_CACHE)(upkeep.check_links)


@flow(name="check-links", validate_parameters=False)
def check_links(limit: int | None = None, raw: str = "raw", curated: str = "curated") -> Recap:
    """`limit`: at most so many URLs, those asked longest ago first. Raises `RefusedRun` where there is no release."""
    recap: Recap = check(Settings(raw=raw, curated=curated), untouched(Reporter()), limit=limit)
    return recap


def main() -> int:
    """Runs the flow once and prints its recap; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Ask the links of the last release whether they still answer."
    )
    parser.add_argument("--limit", type=int, help="at most so many links")
    parser.add_argument("--raw", default="raw")
    parser.add_argument("--curated", default="curated")
    return run_once(check_links, vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
