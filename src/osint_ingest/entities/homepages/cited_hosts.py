"""Hosts that a document cites, whatever their page tells, and that are called by what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np
import pyarrow as pa

from osint_ingest.entities.homepages.cited import EntityLink, UrlsOfNotes, in_order, rows_of
from osint_ingest.entities.homepages.hosts import letters, site_of
from osint_ingest.entities.homepages.own_hosts import (
    OWNERS,
    domain_of,
    official_hosts,
    official_of,
    root_of,
    state_of,
)
from osint_ingest.entities.naming import normal
from osint_ingest.entities.resolve.clusters import Clustered
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.entities.resolve.uses import Standing, Uses


def cited_hosts(
    standing: Callable[[str], list[Standing]],
    footnote_refs: pa.Table,
    links: pa.Table,
    uses: Uses,
    clustered: Clustered,
    found: Sequence[Profile],
    told: Container[str],
) -> list[EntityLink]:
    """For each entity the first reference of a document to a host that is called by it, whatever page is cited.

    The document must name it; where only initials tell, the reference's own passage. Those whose ids are `told` are
    left out: they have a page of their own. `standing` gives the mentions of a passage.
    """
    urls = UrlsOfNotes(links, footnote_refs)
    number = {document: n for n, document in enumerate(uses.documents)}
    here, place = -1, ""
    named = _Named(())
    beside: list[Profile] = []
    out: dict[tuple[int, str, str], EntityLink] = {}
    for ref in rows_of(footnote_refs, ["ref_id", "footnote_id", "passage_id"]) if urls else ():
        cited = urls.of(ref["footnote_id"])
        document = number.get(ref["ref_id"].rpartition("#")[0], -1) if cited else -1
        if document < 0:
            continue
        if document != here:
            here = document
            first, last = np.searchsorted(uses.document, [here, here + 1])
            clusters = np.unique(clustered.of_node[first:last]).tolist()
            named = _Named(p for p in (found[n] for n in clusters) if p.entity_id not in told)
        if ref["passage_id"] != place:
            place = ref["passage_id"]
            bodies = {int(m.entity) for m in standing(place) if m.label == "ORG"}
            clusters = sorted({int(clustered.of_node[node]) for node in bodies})
            beside = [p for p in (found[n] for n in clusters) if p.entity_id not in told]
        for link, url in cited:
            for profile in (*named.that_own(url), *(p for p in beside if root_of(url, p))):
                given = EntityLink(profile.entity_id, url, ref["ref_id"], link, host=True)
                mark = here, profile.entity_id, site_of(url)
                out[mark] = min(out.get(mark, given), given, key=_order)
    return list(out.values())


def _order(link: EntityLink) -> tuple[tuple[int, str], tuple[int, str]]:
    return in_order(link.ref_id), in_order(link.link_id)


class _Named:
    """Who a document names, by what their hosts can be called."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_letters: dict[str, list[Profile]] = defaultdict(list)
        self._by_name: dict[str, list[Profile]] = defaultdict(list)
        self._by_country: dict[str | None, list[Profile]] = defaultdict(list)
        self._found: dict[str, list[Profile]] = {}
        official = frozenset().union(*official_hosts().values())
        for profile in profiles:
            if profile.label == "GPE":
                self._by_country[profile.country_code].append(profile)
            for name in profile.names:
                if profile.label in OWNERS:
                    self._by_letters[letters(name.name)].append(profile)
                if normal(name.name) in official:
                    self._by_name[normal(name.name)].append(profile)

    def that_own(self, url: str) -> list[Profile]:
        """Those whose name the site of an address is called by, or whose official host it is."""
        host = site_of(url)
        if host not in self._found:
            state = state_of(host)
            can_be = [
                *self._by_letters.get(letters(domain_of(url).partition(".")[0]), ()),
                *(
                    p
                    for _, names in official_of(host)
                    for name in sorted(names)
                    for p in self._by_name.get(name, ())
                ),
                *(self._by_country.get(state, ()) if state else ()),
            ]
            self._found[host] = [p for p in can_be if root_of(url, p, by_initials=False)]
        return self._found[host]
