"""The homepage of an entity: the site that most evidence agrees on."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from osint_ingest.entities.lexicon import abbreviates, fold
from osint_ingest.entities.naming import countries, normal
from osint_ingest.entities.resolve.evidence import EntityLink, Site, UrlsOfNotes, in_order, rows_of
from osint_ingest.entities.resolve.hosts import (
    OWNERS,
    depth,
    domain_of,
    is_file,
    is_news,
    letters,
    official_hosts,
    official_of,
    path_of,
    reference_works,
    root_of,
    shared_hosts,
    site_of,
)
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.entities.resolve.uses import Standing, Uses
from osint_ingest.text.redirects import unwrapped
from osint_ingest.text.urls import host_of, registered_domain

Owner = Callable[[int], Profile]
"""The entity of a node."""


def cited_hosts(
    footnote_refs: pa.Table,
    urls: UrlsOfNotes,
    standing: Mapping[str, Sequence[Standing]],
    uses: Uses,
    owner: Owner,
    told: Container[str],
) -> list[EntityLink]:
    """For each entity the first reference of a document to a host that is called by it, whatever page is cited.

    The document must name it; where only initials tell, the reference's own passage. Those whose ids are `told` are
    left out: they have a page of their own. `standing` are the mentions of passages.
    """
    nodes_of: dict[str, list[int]] = defaultdict(list)
    for node, document in enumerate(uses.document):
        nodes_of[document].append(node)
    here, named = "", _Named(())
    out: dict[tuple[str, str, str], EntityLink] = {}
    for ref in rows_of(footnote_refs, ["ref_id", "footnote_id", "passage_id"]):
        cited = urls.of(ref["footnote_id"])
        document = ref["ref_id"].rpartition("#")[0]
        if not cited or document not in nodes_of:
            continue
        if document != here:
            here, named = document, _Named(_entities(nodes_of[document], owner, told))
        bodies = (m.node for m in standing.get(ref["passage_id"], ()) if m.label == "ORG")
        beside = _entities(bodies, owner, told)
        for link, url in cited:
            for profile in (*named.that_own(url), *(p for p in beside if root_of(url, p))):
                given = EntityLink(profile.node, url, ref["ref_id"], link, host=True)
                mark = here, profile.entity_id, site_of(url)
                out[mark] = min(out.get(mark, given), given, key=_order)
    return list(out.values())


def _entities(nodes: Iterable[int], owner: Owner, told: Container[str]) -> list[Profile]:
    """The entities of nodes, each once, but for those that are told."""
    found = {profile.node: profile for profile in map(owner, nodes)}
    return [found[node] for node in sorted(found) if found[node].entity_id not in told]


def _order(link: EntityLink) -> tuple[tuple[int, str], tuple[int, str]]:
    return in_order(link.ref_id), in_order(link.link_id)


class _Named:
    """Who a document names, by what their hosts can be called."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_letters: dict[str, list[Profile]] = defaultdict(list)
        self._by_name: dict[str, list[Profile]] = defaultdict(list)
        self._found: dict[str, list[Profile]] = {}
        official = frozenset().union(*official_hosts().values())
        for profile in profiles:
            for name in profile.names:
                if profile.label in OWNERS:
                    self._by_letters[letters(name.name)].append(profile)
                if normal(name.name) in official:
                    self._by_name[normal(name.name)].append(profile)

    def that_own(self, url: str) -> list[Profile]:
        """Those whose name the site of an address is called by, or whose official host it is."""
        host = site_of(url)
        if host not in self._found:
            can_be = [
                *self._by_letters.get(letters(domain_of(url).partition(".")[0]), ()),
                *(
                    p
                    for _, names in official_of(host)
                    for name in sorted(names)
                    for p in self._by_name.get(name, ())
                ),
            ]
            self._found[host] = [p for p in can_be if root_of(url, p, by_initials=False)]
        return self._found[host]


_OF_LICENCES = ("licens", "licenc", "legalcode")
WRITTEN = ("LAW", "PROGRAM", "LICENCE")
"""Labels of what is published as a file."""


Votes = dict[str, Counter[str]]
"""Entity -> how many references tell of each address."""


def votes_of(evidence: Iterable[EntityLink], owner: Owner) -> Votes:
    """What references at names tell, each of one page: the first that its note gives (`...; see also ...`).

    News, posts and reports are no homepages: they stay evidence.
    """
    first: dict[tuple[str, str], tuple[tuple[int, str], str]] = {}
    for link in evidence:
        profile = owner(link.node)
        page = None if link.host else _page_of(profile, replace(link, url=_whole(link.url)))
        if page is not None:
            one, told = (profile.entity_id, link.ref_id), (in_order(link.link_id), page)
            first[one] = min(first.get(one, told), told)
    votes: Votes = defaultdict(Counter)
    for (entity, _), (_, page) in first.items():
        votes[entity][page] += 1
    return votes


def homepages(
    votes: Votes, evidence: Iterable[EntityLink], sites: Iterable[Site], owner: Owner
) -> dict[str, str]:
    """Return the homepage of each entity: the URL that most references at its name agree on; of equals, the one
    nearest to the root of its site.

    If no reference tells (`votes`): the root of a cited host that has its name, then addresses printed at its name in
    running text.
    """
    hosts: Votes = defaultdict(Counter)
    for link in evidence:
        profile = owner(link.node)
        root = root_of(link.url, profile) if link.host else None
        if root is not None and profile.entity_id not in votes:
            hosts[profile.entity_id][root] += 1
    texts: Votes = defaultdict(Counter)
    for site in sites:
        entity = owner(site.node).entity_id
        if entity not in votes and entity not in hosts:
            texts[entity][site.url] += 1
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


def _most(urls: Counter[str]) -> str:
    on_site: Counter[str] = Counter()
    for url, n in urls.items():
        on_site[site_of(url)] += n
    return min(urls, key=lambda u: (-on_site[site_of(u)], -urls[u], depth(u), len(u), u))


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
