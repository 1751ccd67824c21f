"""The homepage of an entity: the site that most evidence agrees on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.homepages.cited import EntityLink, in_order
from osint_ingest.entities.homepages.hosts import (
    depth,
    is_file,
    is_news,
    letters,
    path_of,
    reference_works,
    shared_hosts,
    site_of,
)
from osint_ingest.entities.homepages.own_hosts import domain_of, root_of
from osint_ingest.entities.homepages.sites import Site
from osint_ingest.entities.lexicon import fold
from osint_ingest.entities.naming import countries, normal
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.text.redirects import unwrapped
from osint_ingest.text.urls import host_of, registered_domain

_OF_LICENCES = ("licens", "licenc", "legalcode")
WRITTEN = ("LAW", "PROGRAM", "LICENCE")
"""Labels of what is published as a file."""
HEADLINE = 4
"""Words after a name from which a path is the headline of an article."""
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


Votes = dict[str, Counter[str]]
"""Entity -> how many references tell of each address."""


def votes_of(evidence: Iterable[EntityLink], found: Mapping[str, Profile]) -> Votes:
    """What references at names tell, each of one page: the first that its note gives (`...; see also ...`).

    News, posts and reports are no homepages: they stay evidence.
    """
    first: dict[tuple[str, str], tuple[tuple[int, str], str]] = {}
    for link in evidence:
        page = None if link.host else _page_of(found[link.entity_id], replace(link, url=_whole(link.url)))
        if page is not None:
            one, told = (link.entity_id, link.ref_id), (in_order(link.link_id), page)
            first[one] = min(first.get(one, told), told)
    votes: Votes = defaultdict(Counter)
    for (entity, _), (_, page) in first.items():
        votes[entity][page] += 1
    return votes


def homepages(
    votes: Votes, evidence: Iterable[EntityLink], sites: Iterable[Site], found: Mapping[str, Profile]
) -> dict[str, str]:
    """Return the homepage of each entity: the URL that most references at its name agree on; of equals, the one
    nearest to the root of its site.

    If no reference tells (`votes`): the root of a cited host that has its name, then addresses printed at its name in
    running text.
    """
    hosts: Votes = defaultdict(Counter)
    for link in evidence:
        root = root_of(link.url, found[link.entity_id]) if link.host else None
        if root is not None and link.entity_id not in votes:
            hosts[link.entity_id][root] += 1
    texts: Votes = defaultdict(Counter)
    for site in sites:
        if site.entity_id not in votes and site.entity_id not in hosts:
            texts[site.entity_id][site.url] += 1
    told = {**votes, **hosts, **texts}
    return {entity: _most(told[entity]) for entity in sorted(told)}


def _page_of(profile: Profile, link: EntityLink) -> str | None:
    """The page of a reference's link that can be the entity's, or the root of its own site; None for neither."""
    url = link.url
    if profile.label == "GPE" and normal(profile.name) in countries():
        return None  # what a text calls a country's is its government's
    of_others = (
        not (link.own or fits(profile, url))
        or (is_file(url) and profile.label not in WRITTEN)
        or is_news(url, dated=profile.label != "LAW")
        or any(_is_article(url, name.name) for name in profile.names)
    )
    if of_others:
        return root_of(url, profile)
    if depth(url) > 0 and site_of(url) != domain_of(url):
        # `wiki.tarve.example/a/b` is no home of Tarve's
        return root_of(url, profile, by_initials=False) or url
    return url


def _whole(url: str) -> str:
    """An address without what wraps it and without the place in its page."""
    page, _, place = (unwrapped(url) or url).partition("#")
    return f"{page}#{place}" if place.startswith(("!", "/")) else page


def _is_article(url: str, name: str) -> bool:
    """Does a path end in a headline: the name and more, `tarve-map-open-data-in-the-public-sector`?"""
    words = [w for w in _NOT_LETTERS.split(fold(path_of(url)).rstrip("/").rpartition("/")[2]) if w]
    called = [w for w in _NOT_LETTERS.split(fold(name)) if w]
    return words[: len(called)] == called and len(words) - len(called) >= HEADLINE


def _most(urls: Counter[str]) -> str:
    on_site: Counter[str] = Counter()
    for url, n in urls.items():
        on_site[site_of(url)] += n
    return min(urls, key=lambda u: (-on_site[site_of(u)], -urls[u], depth(u), len(u), u))


def of_entities(sites: Iterable[tuple[Site, Profile]]) -> list[Site]:
    """Those sites that can be the page of their entity, with its id; each link once, sorted."""
    fitting = (replace(s, entity_id=p.entity_id) for s, p in sites if p.label == "GPE" or fits(p, s.url))
    return sorted(
        {(s.entity_id, s.link_id): s for s in fitting}.values(), key=lambda s: (s.entity_id, s.link_id)
    )


def fits(profile: Profile, url: str) -> bool:
    """Can this be its page? Well-known things and shared hosts must show the name in the address."""
    if profile.label in ("GPE", "LOC", "PERSON"):
        return False
    words = [letters(w) for n in profile.names for w in n.name.split()]
    words += [letters(n.name) for n in profile.names]
    telling = [w for w in words if len(w) >= 4 or (len(w) >= 3 and w in fold(url))]
    domain = registered_domain(url) or ""
    if domain in shared_hosts() or (host_of(url) or "") in shared_hosts():
        return _fits_on_shared_host(profile, url, words, telling)
    if profile.label == "LICENCE":  # "under the MIT licence (https://project.example)" is the project's
        return any(w in fold(url) for w in (*telling, *_OF_LICENCES))
    if profile.listed and profile.label in ("SOFTWARE", "ORG"):
        short = any(abbreviates(domain.split(".")[0], n.name, strict=True) for n in profile.names)
        return short or any(w in letters(host_of(url) or "") for w in telling)
    return True


def _fits_on_shared_host(profile: Profile, url: str, words: Sequence[str], telling: Sequence[str]) -> bool:
    domain = registered_domain(url) or ""
    if domain.split(".")[0] in words:
        return depth(url) == 0
    if domain in reference_works():
        return False
    if profile.listed:  # `tarve-library` is somebody's for Tarve, where everybody knows Tarve
        return any(letters(part) in words for part in path_of(url).split("/") if part)
    whose = fold(site_of(url).removesuffix(domain) + path_of(url))
    return any(w in whose for w in telling)
