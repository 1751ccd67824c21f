"""Which mentions, over all documents of a release, name one thing.

Careful on purpose: a wrong merge is worse than a missed one. Names of bodies, laws and plans hold for one
country (generic ones for one jurisdiction); what is known everywhere holds for all. Every merge has its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.resolve.clusters import Clustered, Clusters, Merge, name_merges
from osint_ingest.entities.resolve.evidence import (
    EntityLink,
    Outside,
    Site,
    UrlsOfNotes,
    entity_links,
    sites_at_names,
)
from osint_ingest.entities.resolve.homepages import cited_hosts, fits, homepages, votes_of
from osint_ingest.entities.resolve.identity import (
    NOTHING_PUBLISHED,
    IdRedirect,
    PublishedIds,
    keep_ids,
    redirects_table,
    successors,
)
from osint_ingest.entities.resolve.judgements import (
    COLUMNS,
    JudgedMentions,
    Judgement,
    last_of_pairs,
    packaged_judgements,
)
from osint_ingest.entities.resolve.merges import (
    merge_acronyms,
    merge_equal,
    merge_judged,
    merge_stated,
    same_words,
    stated_pairs,
)
from osint_ingest.entities.resolve.profiles import EntityName, Profile, marked_id, profiles
from osint_ingest.entities.resolve.scopes import places_of, scopes
from osint_ingest.entities.resolve.uses import Mentions, Name, Uses, table_of, text_columns


@dataclass(frozen=True)
class Resolution:
    """What the names of a release are, and the resolved tables, columns as in the data contract."""

    uses: Uses
    clustered: Clustered
    merges: Sequence[Merge]
    profiles: Sequence[Profile]
    """Of each cluster."""
    evidence: Sequence[EntityLink]
    sites: Sequence[Site]
    found_homepages: Mapping[str, str]
    """By id, before judgements."""
    redirects: Mapping[str, IdRedirect]
    judgements: Sequence[Judgement]

    @cached_property
    def _ids(self) -> Sequence[str]:
        """The id of the entity of each node."""
        return [self.profiles[number].entity_id for number in self.clustered.of_node.tolist()]

    def named(self, name: Name) -> list[Profile]:
        """The entities that have a name, those with most of it first."""
        number = self.uses.number.get(name)
        clusters = (self.clustered.of_node[node] for node, n in enumerate(self.uses.name) if n == number)
        times = Counter(self.profiles[int(cluster)] for cluster in clusters)
        return sorted(times, key=lambda profile: (-times[profile], profile.entity_id))

    def of_mentions(self, mentions: pa.Table) -> pa.Array:
        """The ids of the entities of mentions, null for those that name none. Columns: document_id, label, text."""
        nodes = self.uses.nodes_of(JudgedMentions(self.judgements).judged(mentions))
        return pa.array(self._ids, pa.string()).take(pa.array(nodes, mask=nodes < 0))

    @cached_property
    def homepages(self) -> Mapping[str, str]:
        """The homepages of those that have one, by id: of several judgements the last one counts."""
        told = (j for j in self.judgements if j.judgement == "homepage")
        return dict(self.found_homepages) | {
            p.entity_id: j.value
            for j in told
            for p in self.named(j.named[0])
            if j.country in ("", p.country_code)
        }

    @cached_property
    def entities(self) -> pa.Table:
        """The table `entities`."""
        printed = self.uses.printed.grouped(self.clustered.of_node)
        mentions = np.bincount(printed.group, printed.count, len(self.profiles)).astype(int)
        rows = [
            (
                *profile[:6],
                self.homepages.get(profile.entity_id),
                count,
                len({self.uses.document[n] for n in nodes}),
            )
            for profile, count, nodes in zip(
                self.profiles, mentions.tolist(), self.clustered.members, strict=True
            )
        ]
        text = text_columns(*Profile._fields[:6], "homepage")
        return table_of(sorted(rows), text | dict.fromkeys(("mention_count", "document_count"), pa.int64()))

    @cached_property
    def entity_names(self) -> pa.Table:
        """The table `entity_names`."""
        rows = sorted((p.entity_id, n, name) for p in self.profiles for n, name in enumerate(p.names))
        columns = text_columns("entity_id", *EntityName._fields)
        return table_of([(entity, *name) for entity, _, name in rows], columns)

    @cached_property
    def entity_links(self) -> pa.Table:
        """The table `entity_links`: evidence that was found twice stands there once."""
        told = {(self._ids[e.node], e.url, e.ref_id): e.link_id for e in self.evidence}
        rows = [(*place, link) for place, link in sorted(told.items())]
        return table_of(rows, text_columns("entity_id", "url", "ref_id", "link_id"))

    @cached_property
    def entity_sites(self) -> pa.Table:
        """The table `entity_sites`."""
        rows = sorted({(self._ids[s.node], s.link_id, s.url, s.how) for s in self.sites})
        return table_of(rows, text_columns("entity_id", "link_id", "url", "how"))

    @cached_property
    def entity_redirects(self) -> pa.Table:
        """The table `entity_redirects`."""
        return redirects_table(self.redirects)

    @cached_property
    def name_merges(self) -> pa.Table:
        """The table `name_merges`."""
        return name_merges(self.uses, self.merges, self._ids)

    @cached_property
    def judged(self) -> pa.Table:
        """The table `judgements`: each line with the entities that it is about, those of its names that have most."""
        rows = []
        for judgement in self.judgements:
            named = () if judgement.judgement == "not_a_name" else judgement.named
            found = [next(iter(self.named(name)), None) for name in named] or [None]
            ids = [None if p is None else p.entity_id for p in (found[0], found[-1])]
            other = ids[1] if ids[1] != ids[0] else None
            rows.append((judgement.line, *(getattr(judgement, c) or None for c in COLUMNS), ids[0], other))
        text = text_columns(*COLUMNS, "entity_id", "other_entity_id")
        return table_of(rows, {"line": pa.int64()} | text)


def resolve(
    *,
    documents: pa.Table,
    passages: pa.Table,
    mentions: pa.Table | Iterable[pa.Table],
    name_pairs: pa.Table,
    footnote_refs: pa.Table,
    links: pa.Table,
    reviewed: Sequence[Judgement] | None = None,
    stated: Collection[Name] = (),
    judgements: Sequence[Judgement] = (),
    published: PublishedIds = NOTHING_PUBLISHED,
) -> Resolution:
    """Resolves the mentions of a release, which may come in parts: none is held, only what they name.

    Tables have the columns of the data contract; any `entity_id` that `mentions` holds is replaced. Of `links` those
    of notes and those out of running text (`evidence.Outside`) are enough, of `passages` those with references or such
    links. `stated` are names of entities, however sure their mentions are. `judgements`
    win over `reviewed`, by default those of this package. The result depends on the rows, the
    judgements and the redirects of `published` alone, not on the order of rows or on earlier runs.
    """
    judged = last_of_pairs((*(packaged_judgements() if reviewed is None else reviewed), *judgements))
    names = JudgedMentions(judgements)
    outside = Outside(documents).of(links)
    found = Mentions(
        map(names.judged, [mentions] if isinstance(mentions, pa.Table) else mentions),
        list(
            zip(*(name_pairs[c].to_pylist() for c in ("first_mention_id", "second_mention_id")), strict=True)
        ),
        [*pc.unique(footnote_refs["passage_id"]).to_pylist(), *pc.unique(outside["passage_id"]).to_pylist()],
        {*stated, *(name for judgement in judgements for name in judgement.named)},
    )
    uses, pairs, places = found.uses, stated_pairs(name_pairs, found.by_id), places_of(documents)
    text_of = _texts(passages)
    urls = UrlsOfNotes(links)
    cited = entity_links(found.in_passage, footnote_refs, urls, text_of)
    clusters = Clusters(uses, (j.named for j in judged if j.judgement == "different"))
    merge_stated(clusters, uses, pairs)
    merge_equal(clusters, uses, scopes(uses, places))
    merge_acronyms(clusters, uses, pairs, places)
    same_words(clusters, uses, places)
    merge_judged(clusters, uses, judged, places)

    clustered = Clustered(clusters, len(uses))
    tied = {(pair.second.node, pair.second.text): pair.kind for pair in pairs}
    drafts = profiles(uses, clustered, tied, {document: place.country for document, place in places.items()})
    identities = keep_ids(
        [draft.entity_id for draft in drafts],
        lambda n: marked_id(uses, clustered.members[n], drafts[n].entity_id),
        successors(uses, clustered, map(names.judged, published.mentions)),
        published,
    )
    entities = [draft._replace(entity_id=i) for draft, i in zip(drafts, identities.ids, strict=True)]

    def owner(node: int) -> Profile:
        return entities[int(clustered.of_node[node])]

    votes = votes_of(cited, owner)
    evidence = [*cited, *cited_hosts(footnote_refs, urls, found.in_passage, uses, owner, votes)]
    at_names = sites_at_names(found.in_passage, outside, text_of)
    sites = [site for site in at_names if fits(owner(site.node), site.url)]
    return Resolution(
        uses=uses,
        clustered=clustered,
        merges=clusters.merges,
        profiles=entities,
        evidence=evidence,
        sites=sites,
        found_homepages=homepages(votes, evidence, sites, owner),
        redirects=identities.redirects,
        judgements=judgements,
    )


def _texts(passages: pa.Table) -> Callable[[str], str]:
    """The text of a passage by its id; empty for one that is not there."""
    row_of = {passage: row for row, passage in enumerate(passages["passage_id"].to_pylist())}
    texts = passages["text"]
    return lambda passage: str(texts[row_of[passage]]) if passage in row_of else ""
