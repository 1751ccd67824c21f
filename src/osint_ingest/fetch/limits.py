"""Limits of a request and of a run, and how politely a host is treated."""

from __future__ import annotations

from dataclasses import dataclass

from osint_ingest.settings import VERSION, Settings
from osint_ingest.sources.base import SourceConfig

ROBOT = "osint-ingest"
"""The name that robots.txt knows this robot by."""


def user_agent(contact: str) -> str:
    """Return the User-Agent, with how to reach whoever runs this: `osint-ingest/0.1.0 (+https://...)`."""
    return f"{ROBOT}/{VERSION} (+{contact})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request. A body counts both as sent and as decompressed."""

    body_bytes: int = 200_000_000
    redirects: int = 5
    request_seconds: float = 60.0
    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """How long a server may say nothing in the middle of an answer."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits of the settings."""
        return cls(body_bytes=settings.max_body_bytes, request_seconds=settings.request_timeout)


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of one run over one source; None: no bound. What is left is for the next run.

    `stored_bytes` bounds all of raw/.
    """

    requests: int | None = None
    bytes: int | None = None
    minutes: float | None = None
    stored_bytes: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """Return the budget of the settings."""
        s = settings
        return cls(s.budget_requests, s.budget_bytes, s.budget_minutes, s.raw_max_bytes)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How one host is treated. `requests_per_second` None is no limit. `jitter`: share of the wait that may be added
    at random. `most_patience`: a longer Retry-After ends the run for this host. `lost_after`: after that many
    failures in a row the host is not asked again in this run."""

    requests_per_second: float | None = 1.0
    connections: int = 1
    jitter: float = 0.2
    attempts: int = 4
    backoff_seconds: float = 1.0
    most_patience: float = 300.0
    lost_after: int = 10

    @classmethod
    def of(cls, config: SourceConfig) -> Politeness:
        """Return what the configuration of a source asks for."""
        return cls(requests_per_second=config.requests_per_second)
