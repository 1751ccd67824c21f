"""Which mentions, over all documents of a release, name one thing.

Careful on purpose: a wrong merge is worse than a missed one. Names of bodies, laws and plans hold for one
country (generic ones for one jurisdiction); what is known everywhere holds for all. Every merge has its reason.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.homepages.choose import cited_hosts, homepages, of_entities, votes_of
from osint_ingest.entities.homepages.evidence import EntityLink, Outside, entity_links, sites_at_names
from osint_ingest.entities.resolve.clusters import (
    SCHEMA,
    Clustered,
    Clusters,
    ReviewedPairs,
    name_merges,
    reviewed_pairs,
)
from osint_ingest.entities.resolve.identity import (
    NOTHING_PUBLISHED,
    DraftedIds,
    IdRedirect,
    PublishedIds,
    keep_ids,
    redirects_table,
    successors,
)
from osint_ingest.entities.resolve.judgements import COLUMNS, JudgedMentions, Judgement, over
from osint_ingest.entities.resolve.merges import (
    merge_acronyms,
    merge_equal,
    merge_reviewed,
    merge_stated,
    same_page,
    similar_names,
    stated_pairs,
)
from osint_ingest.entities.resolve.profiles import Profile, marked_id, profiles
from osint_ingest.entities.resolve.scopes import Place, places_of, scopes
from osint_ingest.entities.resolve.uses import Flags, Gathering, Name, Small, Uses


def _texts(rows: Iterable[object], *columns: str) -> dict[str, pa.Array]:
    """Columns of text from the attributes of the same names."""
    rows = list(rows)
    return {column: pa.array([getattr(row, column) for row in rows], pa.string()) for column in columns}


def entities(profiles: Sequence[Profile], home: Mapping[str, str], uses: Uses, entity_of: Small) -> pa.Table:
    """The table `entities`. `profiles` are in the order of their ids, `home` is the homepage of an id, `entity_of` the
    entity of each node: its place in that order."""
    mentions = np.bincount(entity_of[uses.use_node], uses.use_count, len(profiles)).astype(np.int64)
    in_documents = np.unique(entity_of.astype(np.int64) * max(1, len(uses.documents)) + uses.document)
    documents = np.bincount(in_documents // max(1, len(uses.documents)), minlength=len(profiles))
    return pa.table(
        {
            **_texts(profiles, "entity_id", "label", "name", "acronym", "native_name", "country_code"),
            "homepage": pa.array([home.get(p.entity_id) for p in profiles], pa.string()),
            "mention_count": pa.array(mentions, pa.int64()),
            "document_count": pa.array(documents, pa.int64()),
        }
    )


def entity_names(profiles: Sequence[Profile]) -> pa.Table:
    """The table `entity_names`. `profiles` are in the order of their ids."""
    owners = pa.array([p.entity_id for p in profiles for _ in p.names], pa.string())
    names = (name for profile in profiles for name in profile.names)
    return pa.table({"entity_id": owners, **_texts(names, "name", "kind", "language")})


def links_table(evidence: Iterable[EntityLink]) -> pa.Table:
    """The table `entity_links`: evidence that was found twice stands there once."""
    once = {(e.entity_id, e.url, e.ref_id): e for e in evidence}
    return pa.table(_texts((once[k] for k in sorted(once)), "entity_id", "url", "ref_id", "link_id"))


def judgements_table(
    judgements: Sequence[Judgement], uses: Uses, entity_of: Small, entity_ids: pa.StringArray
) -> pa.Table:
    """The table `judgements`: each line with the entities that it is about, those of its names that have most."""
    of = [_entities_of(judgement, uses, entity_of) for judgement in judgements]
    first = [found[0] for found in of]
    other = [found[1] if found[1] != found[0] else None for found in of]
    said = {c: pa.array([getattr(j, c) or None for j in judgements], pa.string()) for c in COLUMNS}
    return pa.table(
        {
            "line": pa.array([j.line for j in judgements], pa.int64()),
            **said,
            "entity_id": entity_ids.take(pa.array(first, pa.int32())),
            "other_entity_id": entity_ids.take(pa.array(other, pa.int32())),
        }
    )


def judged_homepages(
    judgements: Sequence[Judgement], uses: Uses, entity_of: Small, profiles: Sequence[Profile]
) -> dict[str, str]:
    """The homepages that judgements give, by id; of several lines the last one."""
    out: dict[str, str] = {}
    for judgement in judgements:
        if judgement.judgement == "homepage":
            for number in _entities(judgement.named[0], uses, entity_of):
                if judgement.country in ("", profiles[number].country_code):
                    out[profiles[number].entity_id] = judgement.value
    return out


def _entities_of(judgement: Judgement, uses: Uses, entity_of: Small) -> tuple[int | None, int | None]:
    """The entities of its first and its second name."""
    if judgement.judgement == "not_a_name":
        return None, None
    found = [next(iter(_entities(name, uses, entity_of)), None) for name in judgement.named]
    return found[0], found[-1]


def _entities(name: Name, uses: Uses, entity_of: Small) -> list[int]:
    """The entities that have a name, those with most of it first."""
    number = bisect_left(uses.names, name)
    if number == len(uses.names) or uses.names[number] != name:
        return []
    of_nodes = entity_of[np.flatnonzero(uses.name == number)].tolist()
    return [entity for entity, _ in sorted(Counter(of_nodes).items(), key=lambda told: (-told[1], told[0]))]


@dataclass(frozen=True)
class Resolution:
    """The resolved tables, columns as in the data contract, and the merges behind them."""

    entity_links: pa.Table
    entity_sites: pa.Table
    uses: Uses
    clusters: Clusters
    profiles: Sequence[Profile]
    """In the order of their ids."""
    homepages: Mapping[str, str]
    """Of those that have one, by id."""
    entity_ids: pa.StringArray
    """Sorted."""
    entity_of: Small
    """The entity of each node, a number of `entity_ids`."""
    kept: Sequence[Flags]
    """Which mentions are names, in the parts in which they came; the others have no entity."""
    redirects: Mapping[str, IdRedirect]
    judgements: Sequence[Judgement]

    def name_merges_parts(self) -> Iterator[pa.Table]:
        """The table `name_merges`, in parts."""
        return name_merges(self.uses, self.clusters, self.entity_of, self.entity_ids)

    def mention_entities_parts(self) -> Iterator[pa.Array]:
        """The entity of each row of `mentions`, in its order, in parts."""
        at = 0
        for kept in self.kept:
            nodes = np.full(len(kept), -1, np.int32)
            nodes[kept] = self.uses.of_mention[at : at + int(kept.sum())]
            at += int(kept.sum())
            entity = self.entity_of[nodes] if len(self.entity_of) else nodes
            yield self.entity_ids.take(pa.array(entity, mask=nodes < 0))

    @cached_property
    def entities(self) -> pa.Table:
        """The table `entities`."""
        return entities(self.profiles, self.homepages, self.uses, self.entity_of)

    @cached_property
    def entity_names(self) -> pa.Table:
        """The table `entity_names`."""
        return entity_names(self.profiles)

    @cached_property
    def entity_redirects(self) -> pa.Table:
        """The table `entity_redirects`."""
        return redirects_table(self.redirects)

    @cached_property
    def judged(self) -> pa.Table:
        """The table `judgements`: each line with the entities that it decides about."""
        return judgements_table(self.judgements, self.uses, self.entity_of, self.entity_ids)

    @cached_property
    def name_merges(self) -> pa.Table:
        """The table `name_merges`, whole."""
        return pa.concat_tables([SCHEMA.empty_table(), *self.name_merges_parts()])

    @cached_property
    def mention_entities(self) -> tuple[str, ...]:
        """The entity of each row of `mentions`, in its order."""
        return tuple(entity for part in self.mention_entities_parts() for entity in part.to_pylist())


def resolve(
    *,
    documents: pa.Table,
    passages: pa.Table,
    mentions: pa.Table | Iterable[pa.Table],
    name_pairs: pa.Table,
    footnote_refs: pa.Table,
    links: pa.Table,
    reviewed: ReviewedPairs | None = None,
    stated: Collection[Name] = (),
    judgements: Sequence[Judgement] = (),
    published: PublishedIds = NOTHING_PUBLISHED,
) -> Resolution:
    """Resolves the mentions of a release, which may come in parts: none is held, only what they name.

    Tables have the columns of the data contract; any `entity_id` that `mentions` holds is replaced. Of `links` those
    of notes and those out of running text (`sites.Outside`) are enough, of `passages` those with references or such
    links. `stated` are names of entities, however sure their mentions are. The result depends on the rows, the
    judgements and the redirects of `published` alone, not on the order of rows or on earlier runs.
    """
    judged = over(reviewed if reviewed is not None else reviewed_pairs(), judgements)
    names = JudgedMentions(judgements)
    tied = pa.chunked_array(
        [*name_pairs["first_mention_id"].chunks, *name_pairs["second_mention_id"].chunks], pa.string()
    )
    outside = Outside(documents).of(links)
    wanted = [*footnote_refs["passage_id"].chunks, *outside["passage_id"].chunks]
    said = {*stated, *(name for judgement in judgements for name in judgement.named)}
    gathering = Gathering(pc.unique(tied), pc.unique(pa.chunked_array(wanted, pa.string())), said)
    for part in [mentions] if isinstance(mentions, pa.Table) else mentions:
        gathering.add(names.take(part))
    ends = (name_pairs[column].to_pylist() for column in ("first_mention_id", "second_mention_id"))
    uses = gathering.uses(list(zip(*ends, strict=True)))
    pairs, standing = stated_pairs(name_pairs, gathering.by_id(), uses), gathering.standing(uses)
    del gathering  # the numbers that it gave to names are not needed any more
    known = places_of(documents)
    places = [known.get(document, Place()) for document in uses.documents]
    countries = [place.country for place in places]
    clusters = Clusters(uses, judged)
    merge_stated(clusters, uses, pairs)
    merge_equal(clusters, uses, scopes(uses, places))
    merge_acronyms(clusters, uses, pairs, countries)
    similar_names(clusters, uses, places)
    cited = entity_links(standing.of, footnote_refs, links, passages)
    same_page(clusters, cited, uses)
    merge_reviewed(clusters, uses, judged, countries)

    clustered = Clustered(clusters)
    found = profiles(uses, clustered, {(p.second, p.text): p.kind for p in pairs}, countries)
    identities = keep_ids(
        DraftedIds([p.entity_id for p in found], lambda n: marked_id(uses, clustered, n, found[n].entity_id)),
        successors(uses, clustered, published.mentions, names),
        published,
    )
    found = [
        p if p.entity_id == entity else p._replace(entity_id=entity)
        for p, entity in zip(found, identities.ids, strict=True)
    ]
    owners = [found[clustered.of_node[int(link.entity_id)]] for link in cited]
    evidence = [replace(link, entity_id=p.entity_id) for link, p in zip(cited, owners, strict=True)]
    by_id = {p.entity_id: p for p in owners}
    votes = votes_of(evidence, by_id)
    hosts = cited_hosts(standing.of, footnote_refs, links, uses, clustered, found, votes)
    evidence += hosts
    wanted_ids = {link.entity_id for link in hosts}
    by_id |= {p.entity_id: p for p in found if p.entity_id in wanted_ids}
    at_names = sites_at_names(standing, outside, passages)
    sites = of_entities((site, found[clustered.of_node[int(site.entity_id)]]) for site in at_names)
    rank = np.empty(len(found), np.int32)
    order = sorted(range(len(found)), key=lambda number: found[number].entity_id)
    rank[order] = np.arange(len(found))
    entity_ids = pa.array([found[number].entity_id for number in order], pa.string())
    entity_of = rank[clustered.of_node]
    homes = homepages(votes, evidence, sites, by_id)
    homes |= judged_homepages(judgements, uses, entity_of, [found[number] for number in order])
    return Resolution(
        entity_links=links_table(evidence),
        entity_sites=pa.table(_texts(sites, "entity_id", "link_id", "url", "how")),
        uses=uses,
        clusters=clusters,
        profiles=[found[number] for number in order],
        homepages=homes,
        entity_ids=entity_ids,
        entity_of=entity_of,
        kept=names.kept,
        redirects=identities.redirects,
        judgements=judgements,
    )
