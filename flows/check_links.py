"""The weekly link check as a Prefect flow: asks the URLs of the last release whether they still answer.

python flows/check_links.py --limit 200
"""

from __future__ import annotations

import argparse
import sys

# first: it silences Prefect before Prefect is imported
from embedded import prefect_server, untouched

# isort: split
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from rich.console import Console

from osint_ingest import upkeep
from osint_ingest.model import RefusedRun
from osint_ingest.progress import Reporter
from osint_ingest.publishing import Recap
from osint_ingest.recap import print_recap
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
    chosen = parser.parse_args()
    try:
        with prefect_server():
            recap: Recap = check_links(**vars(chosen))
    except RefusedRun as refusal:
        Console(stderr=True).print(f"osint-ingest: {refusal}", style="red", markup=False, highlight=False)
        return 1
    print_recap(recap, Settings(curated=chosen.curated), Console())
    return recap.exit_code


if __name__ == "__main__":
    sys.exit(main())
