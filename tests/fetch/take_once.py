"""Takes the captures of the tiny source in a process of its own, which a test can kill.

python -m tests.fetch.take_once RAW BASE_URL SECONDS
"""

from __future__ import annotations

import sys

from osint_ingest.fetch import ArchiveTaker, Politeness, archive_for
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore, one_writer
from tests.fetch.gazette import Gazette

if __name__ == "__main__":
    raw, base_url, seconds = sys.argv[1:]
    settings = Settings(archive_requests=None)
    source = Gazette(archives=("wayback",), archived_under=("www.unruly.example/",))
    chosen = archive_for(source.config, settings)
    assert chosen is not None
    manners = Politeness(1 / float(seconds), attempts=3, backoff_seconds=0.05)
    with one_writer(raw, wait=30):
        store = RawStore(raw)
        store.heal()
        with ArchiveTaker(source, chosen, store, settings, politeness=manners, base_url=base_url) as taker:
            report = taker.take_all()
    print(report.message, *report.findings[:3], sep="\n")
    sys.exit(not report.finished)
