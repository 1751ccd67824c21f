"""Crawls the tiny source in a process of its own, which a test can measure or kill.

    python -m tests.fetch.crawl_once RAW BASE_URL

Prints JSON: state of each address, codes found, memory in bytes at most.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from osint_ingest.fetch import Limits, crawl
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore, one_writer
from tests.fetch.conftest import HURRIED
from tests.fetch.gazette import Gazette
from tests.peak import peak_bytes


def main(raw: str, base_url: str) -> None:
    limits = replace(Limits.of(Settings()), request_seconds=30, silence_seconds=10)
    with one_writer(raw, wait=30):
        store = RawStore(raw)
        store.heal()
        report = crawl(
            Gazette(),
            store,
            Settings(),
            base_url=base_url,
            limits=limits,
            politeness=replace(HURRIED, lost_after=100, attempts=3),
        )
    told = {
        "states": {seen.url: seen.state for seen in report.addresses},
        "codes": {found.url: found.finding.code for found in report.findings},
        "finished": report.finished,
        "captures": len(report.captures),
        "memory": peak_bytes(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
