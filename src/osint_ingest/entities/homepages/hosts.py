"""What an address tells by itself: whose host it is on, how deep it lies, whether its path tells of something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import SplitResult, urlsplit

from osint_ingest.entities.lexicon import fold, read_sections, sets, word_lists
from osint_ingest.text.urls import host_of, registered_domain

_FILE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|ods|pptx?|odp|zip)\Z|/sites/default/files/", re.I)
_DATED = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?![0-9])")


@cache
def shared_hosts() -> frozenset[str]:
    """Hosts and domains of `data/common/shared_hosts.txt`, whose pages belong to their users or tell of others."""
    return frozenset().union(*read_sections("shared_hosts").values())


@cache
def reference_works() -> frozenset[str]:
    """Domains of `data/common/shared_hosts.txt` whose pages tell of others: an encyclopedia's article is nobody's page."""
    return frozenset(read_sections("shared_hosts")["reference works"])


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the table `addresses` of `words.toml` knows of the words of addresses."""

    news: frozenset[str]
    states: frozenset[str]
    anywhere: frozenset[str]


@cache
def addresses() -> Addresses:
    """The words of addresses, read once."""
    return Addresses(**sets(word_lists()["addresses"]))


@lru_cache(maxsize=20_000)
def is_file(url: str) -> bool:
    """Is it a report or another file, no page?"""
    return _FILE.search(path_of(url)) is not None


@lru_cache(maxsize=20_000)
def is_news(url: str, *, dated: bool = True) -> bool:
    """Does it tell of others: news, a post, a press release, a story? By a word of its path or host, or (`dated`) by a
    year and a month in its path; files are kept by their date as well, they do not count for it."""
    path = fold(path_of(url))
    *parts, last = path.split("/")
    words = {
        *parts,
        last.partition(".")[0],
        *site_of(url).removesuffix(registered_domain(url) or "").split("."),
    }
    if not words.isdisjoint(addresses().news):
        return True
    return dated and _DATED.search(path) is not None and not is_file(url)


def tells_of_something(url: str) -> bool:
    """Does the path say that the page is a report or news?"""
    return is_file(url) or is_news(url)


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
    return (host_of(url) or "").removeprefix("www.")


def depth(url: str) -> int:
    """Return how far below the root of its site a page is: the parts of its path, and one for a query."""
    parts = parts_of(url)
    return len([p for p in parts.path.split("/") if p]) + bool(parts.query)
