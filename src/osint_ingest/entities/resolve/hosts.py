"""What an address tells by itself: whose host it is on, how deep it lies, what its path tells of. A host that is called
by a name is the site of who is called so, whatever is cited from there."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from urllib.parse import SplitResult, urlsplit

import pycountry

from osint_ingest.entities.lexicon import abbreviates, fold, read_sections, word_lists
from osint_ingest.entities.naming import normal
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.text.urls import host_of, registered_domain

_FILE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|ods|pptx?|odp|zip)\Z|/sites/default/files/", re.I)
_DATED = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?![0-9])")


@cache
def shared_hosts() -> frozenset[str]:
    """Hosts and domains of `data/common/shared_hosts.txt`, whose pages belong to their users or tell of others."""
    return frozenset().union(*read_sections("shared_hosts").values())


@cache
def reference_works() -> frozenset[str]:
    """Domains of `data/common/shared_hosts.txt` whose pages tell of others: an encyclopedia's article is nobody's."""
    return frozenset(read_sections("shared_hosts")["reference works"])


@cache
def _words(kind: str) -> frozenset[str]:
    """Words of addresses, from the table `addresses` of `words.toml`: `news`, `states`, `anywhere`."""
    return frozenset(word_lists()["addresses"][kind])


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
    if not words.isdisjoint(_words("news")):
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


_WORD = re.compile(r"[^\W_]+")
WHOLE = 4
"""Letters of a name, or of a word of it, from which a host that bears it is called by it."""
SHORT = 3
"""Letters of an acronym from which a host in its own country is called by it."""
UNDER_STATE = 3
"""Labels of a host, from its end, among which the one of a state stands."""
CODE = 2
"""Letters of a country's top level."""
OWNERS = ("ORG", "SOFTWARE", "PROGRAM", "EVENT")
"""Whose hosts are called by their names."""


def root_of(url: str, profile: Profile, *, by_initials: bool = True) -> str | None:
    """The root of the site that an address lies on where that site is the entity's own by what it is called: by one of
    its names, `by_initials` also by letters of them (`cnil.fr`)."""
    host = site_of(url)
    if profile.label == "GPE":  # below a state's host are its ministries
        return _official(url, profile) if host in official_hosts() else None
    if profile.label not in OWNERS:
        return None
    domain = domain_of(url)
    label = domain.partition(".")[0]
    called = any(_is_written(label, n.name, profile.label) for n in profile.names)
    if domain in shared_hosts() or host in shared_hosts():
        return _at(url, host) if called and host == domain else None
    own = host.partition(".")[0]  # `wiki-of-tarve.bank.example`
    if not called and host != domain and any(_is_written(own, n.name, "") for n in profile.names):
        return _at(url, host)
    if not called and by_initials and profile.label == "ORG" and len(label) >= SHORT:
        called = any(abbreviates(letters(label), n.name, strict=True) for n in profile.names)
    return _at(url, domain) if called and _is_at_home(host, profile) else _official(url, profile)


@lru_cache(maxsize=20_000)
def domain_of(url: str) -> str:
    """The domain that somebody registered, or that a state gave: `salud.gob.tarvia.example`; empty where none is."""
    labels = site_of(url).split(".")
    given = (
        n for n in range(max(1, len(labels) - UNDER_STATE), len(labels)) if labels[n] in _words("states")
    )
    at = next(given, 0)
    by_state = ".".join(labels[at - 1 :]) if at else ""
    return max(by_state, registered_domain(url) or "", key=len)


def _is_written(host: str, name: str, label: str) -> bool:
    called = letters(host)
    return called == letters(name) and len(called) >= (SHORT if label == "ORG" else WHOLE)


def _is_at_home(host: str, profile: Profile) -> bool:
    """Under the code of a country only who is of there: `python.org.ar` is not Python's own."""
    top = host.rpartition(".")[2]
    if len(top) != CODE or top in _words("anywhere"):
        return True
    country = pycountry.countries.get(alpha_2=top.upper())
    if country is None:
        return True
    return profile.country_code == country.alpha_3 or (profile.country_code is None and not profile.listed)


@cache
def official_hosts() -> Mapping[str, frozenset[str]]:
    """Host -> normalised names, from `data/common/official_hosts.txt`."""
    lines = (line.split("|") for line in read_sections("official_hosts")[""])
    return {host.strip(): frozenset(normal(n) for n in names) for host, *names in lines}


@lru_cache(maxsize=20_000)
def official_of(host: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The official hosts that a host lies below, the nearest first, each with the names of whose it is."""
    labels = host.split(".")
    above = (".".join(labels[at:]) for at in range(len(labels) - 1))
    return tuple((h, official_hosts()[h]) for h in above if h in official_hosts())


def _official(url: str, profile: Profile) -> str | None:
    for host, names in official_of(site_of(url)):
        if any(normal(n.name) in names for n in profile.names):
            return _at(url, host)
    return None


def _at(url: str, host: str) -> str:
    """The root of a host; as printed where the address lies on it."""
    parts = parts_of(url)
    return f"{parts.scheme}://{parts.netloc if site_of(url) == host else host}/"
