"""A misbehaving site on loopback, and crawls of it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osint_ingest.fetch import CrawlReport, Limits, Politeness, crawl
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from tests.fetch.gazette import Gazette
from tests.fetch.unruly_site import UnrulySite

HURRIED = Politeness(requests_per_second=None, attempts=3, backoff_seconds=0.01, most_patience=5)
"""Manners for a site of one's own: no rate, short waits."""

PATIENT = Limits(body_bytes=2_000_000, request_seconds=60, silence_seconds=30)
"""Bounds that a busy machine keeps: who tests a slow site sets narrower ones."""

Crawl = Callable[..., CrawlReport]


@pytest.fixture
def site() -> Iterator[UnrulySite]:
    with UnrulySite() as serving:
        yield serving


@pytest.fixture
def site_with_tls() -> Iterator[UnrulySite]:
    serving = UnrulySite()
    serving.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.tls.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    with serving:
        yield serving


@pytest.fixture
def raw(tmp_path: Path) -> str:
    return str(tmp_path / "raw")


@pytest.fixture
def go(site: UnrulySite, raw: str) -> Crawl:
    """Crawls the site as the tiny source, with a new store object each time."""

    def run(
        source: Gazette | None = None,
        *,
        settings: Settings | None = None,
        limits: Limits | None = None,
        politeness: Politeness = HURRIED,
        **more: object,
    ) -> CrawlReport:
        return crawl(
            source or Gazette(),
            RawStore(raw),
            settings or Settings(),
            base_url=site.base_url,
            limits=limits or PATIENT,
            politeness=politeness,
            **more,  # type: ignore[arg-type]
        )

    return run
