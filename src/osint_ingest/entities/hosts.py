"""What an address tells by itself: whose host it is on, how deep it lies, whether its path tells of something."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, urlsplit

from osint_ingest.entities.lexicon import fold, read_sections
from osint_ingest.text.urls import host_of

_TELLS = re.compile(r"\.pdf\Z|/(?:news|noticias?|actualites|articles?|press|blog|sites/default/files)/", re.I)


@cache
def shared_hosts() -> frozenset[str]:
    """Hosts and domains of `data/shared_hosts.txt`, whose pages belong to their users or tell of others."""
    return frozenset().union(*read_sections("shared_hosts").values())


@cache
def reference_works() -> frozenset[str]:
    """Domains of `data/shared_hosts.txt` whose pages tell of others: an encyclopedia's article is nobody's page."""
    return frozenset(read_sections("shared_hosts")["reference works"])


def tells_of_something(url: str) -> bool:
    """Is it a report or news by its path?"""
    return _TELLS.search(path_of(url)) is not None


def parts_of(url: str) -> SplitResult:
    """An address in its parts; all are empty where it is none (`http://[tarve`)."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def path_of(url: str) -> str:
    """The path of an address."""
    return parts_of(url).path


@lru_cache(maxsize=20_000)
def letters(name: str) -> str:
    """Letters and digits of a name alone, as addresses write it."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


def site_of(url: str) -> str:
    """The host without `www.`; empty where there is none."""
    return re.sub(r"^www\.", "", host_of(url) or "")


def depth(url: str) -> int:
    """How far below the root of its site a page lies: parts of the path, and one for a query."""
    parts = parts_of(url)
    return len([p for p in parts.path.split("/") if p]) + bool(parts.query)
