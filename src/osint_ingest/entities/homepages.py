"""The homepage of an entity: the site that most evidence agrees on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.cited import EntityLink
from osint_ingest.entities.hosts import (
    depth,
    letters,
    parts_of,
    path_of,
    reference_works,
    shared_hosts,
    site_of,
)
from osint_ingest.entities.lexicon import fold
from osint_ingest.entities.profiles import Profile
from osint_ingest.entities.sites import Site
from osint_ingest.text.urls import host_of, registered_domain

_OF_LICENCES = ("licens", "licenc", "legalcode")


def homepages(
    evidence: Iterable[EntityLink], sites: Iterable[Site], found: Mapping[str, Profile]
) -> dict[str, str]:
    """Entity -> the URL that most references agree on; of equals, the one nearest to the root of its site.

    Addresses at its name in running text count where no reference tells: they repeat with every page of a site.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for link in evidence:
        profile = found[link.entity_id]
        if link.own or fits(profile, link.url):
            votes[link.entity_id][link.url] += 1
        elif _is_the_host(profile, link.url):
            parts = parts_of(link.url)
            votes[link.entity_id][f"{parts.scheme}://{parts.netloc}/"] += 1
    told = frozenset(votes)
    for site in sites:
        if site.entity_id not in told:
            votes[site.entity_id][site.url] += 1
    return {entity: _most(votes[entity]) for entity in sorted(votes)}


def _most(urls: Counter[str]) -> str:
    on_site: Counter[str] = Counter()
    for url, n in urls.items():
        on_site[site_of(url)] += n
    return min(urls, key=lambda u: (-on_site[site_of(u)], -urls[u], depth(u), len(u), u))


def of_entities(sites: Iterable[Site], found: Mapping[str, Profile]) -> list[Site]:
    """Those of `sites` that can be their entity's page, each link once, sorted."""
    fitting = (s for s in sites if found[s.entity_id].label == "GPE" or fits(found[s.entity_id], s.url))
    return sorted(
        {(s.entity_id, s.link_id): s for s in fitting}.values(), key=lambda s: (s.entity_id, s.link_id)
    )


def _is_the_host(profile: Profile, url: str) -> bool:
    """`GitHub` and `https://github.com/someone`: the page is someone's, the host itself is the entity's site."""
    domain = registered_domain(url) or ""
    called = {letters(n.name) for n in profile.names}
    return profile.label in ("SOFTWARE", "ORG") and site_of(url) == domain and domain.split(".")[0] in called


def fits(profile: Profile, url: str) -> bool:
    """Can this be its page? Well-known things and shared hosts must show the name in the address."""
    if profile.label in ("GPE", "LOC", "PERSON"):
        return False
    words = [letters(w) for n in profile.names for w in n.name.split()]
    words += [letters(n.name) for n in profile.names]
    telling = [w for w in words if len(w) >= 4 or (len(w) >= 3 and w in fold(url))]
    domain = registered_domain(url) or ""
    if domain in shared_hosts() or (host_of(url) or "") in shared_hosts():
        label = domain.split(".")[0]
        if any(w == label for w in words):
            return depth(url) == 0
        return domain not in reference_works() and any(w in fold(path_of(url)) for w in telling)
    if profile.label == "LICENCE":  # "under the MIT licence (https://project.example)" is the project's
        return any(w in fold(url) for w in (*telling, *_OF_LICENCES))
    if profile.listed and profile.label in ("SOFTWARE", "ORG"):
        short = any(abbreviates(domain.split(".")[0], n.name, strict=True) for n in profile.names)
        return short or any(w in letters(host_of(url) or "") for w in telling)
    return True
