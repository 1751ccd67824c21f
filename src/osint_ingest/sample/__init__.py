"""The embedded sample site: a made-up country's report and pages, served on loopback.

    with SampleSite() as site:
        site.base_urls  # {"osor": "http://127.0.0.1:40001", "ogp": "http://127.0.0.1:40002", "archive": ...}

Each source has a site of its own, so that the paths are the real ones. Links within a site have no host, and sitemaps
hold the public addresses, as on the real sites: who reads the sample asks these of `base_urls`. `archive` is a web
archive that has copies of one page. `SampleSite(faults=True)` serves the same with a page and a report that cannot be
read.
"""

from osint_ingest.sample.server import ARCHIVE, LoggedRequest, SampleSite

__all__ = ["ARCHIVE", "LoggedRequest", "SampleSite"]
