"""Names that are one: a document says so, they read alike, one is the acronym of the other, a person looked at
them, or they hold the same words in another order, one of them in the plural."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from osint_ingest.entities.lexicon import abbreviates, grammar
from osint_ingest.entities.naming import countries, is_generic, is_standard, normal, wellknown, wording
from osint_ingest.entities.resolve.clusters import Clusters, Why
from osint_ingest.entities.resolve.judgements import Judgement
from osint_ingest.entities.resolve.scopes import NOWHERE, Place
from osint_ingest.entities.resolve.uses import Name, Standing, Uses

SHORT = 6
"""Letters up to which a single word may be an acronym of several things."""


@dataclass(frozen=True, slots=True)
class SpellingPair:
    """Two names that a document ties. `ids` are its document and the two mentions, `kind` is what the second is."""

    ids: tuple[str, str, str]
    first: Standing
    second: Standing
    kind: str


def stated_pairs(name_pairs: pa.Table, by_id: Mapping[str, Standing]) -> list[SpellingPair]:
    """The rows of `name_pairs` whose mentions name entities."""
    told = ("document_id", "first_mention_id", "second_mention_id", "kind")
    rows = zip(*(name_pairs[c].to_pylist() for c in told), strict=True)
    return [
        SpellingPair((document, one, other), by_id[one], by_id[other], kind)
        for document, one, other, kind in rows
        if one in by_id and other in by_id
    ]


def merge_stated(clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair]) -> None:
    """Merges names of one label that a document ties."""
    for pair in sorted(pairs, key=lambda p: p.ids):
        one, other = uses.name_of(pair.first.node), uses.name_of(pair.second.node)
        if one.label == other.label and (pair.kind != "acronym" or _can_stand_for(pair.second.text, one)):
            _, first, second = pair.ids
            why = Why("stated", f"{first} and {second} stand side by side", pair.first.passage_id)
            clusters.merge(pair.first.node, pair.second.node, why)


def _can_stand_for(acronym: str, long: Name) -> bool:
    """Not where the acronym is known as something else, says of an act whose it is, or is all of a part of the name:
    `Regulation (EC)`, `Convention of the Union of Tarve (UT)`."""
    known = wellknown().get(normal(acronym))
    if known is not None and known != long.label:
        return False
    if long.label != "LAW":
        return True
    words, small = long.key.split(), grammar().words["small"]
    tails = (
        " ".join(words[at:])
        for at in range(1, len(words))
        if words[at - 1] in small and words[at] not in small
    )
    return normal(acronym) not in wording().words["union_initials"] and not any(
        abbreviates(acronym, tail) for tail in tails
    )


def merge_equal(clusters: Clusters, uses: Uses, found: Sequence[str | None]) -> None:
    """Merges one name in several documents of its scope; `found` are the scopes of nodes. Acronyms wait: they are tied
    by country and long name."""
    long = frozenset(n for n, name in enumerate(uses.names) if " " in name.key)
    nodes_of: dict[tuple[int, str], list[int]] = defaultdict(list)
    for node, scope in enumerate(found):
        if scope is not None:
            nodes_of[uses.name[node], scope].append(node)
    for (number, scope), (first, *others) in sorted(nodes_of.items()):
        name = uses.names[number].key
        why = Why("same name", f"both read {name!r}, which means one thing {scope}")
        short = " " not in name and len(name) <= SHORT
        for other in others:
            if not short or _agree(clusters.names(first) & long, clusters.names(other) & long):
                clusters.merge(first, other, why)


def _agree(one: frozenset[int], other: frozenset[int]) -> bool:
    """Two uses of an acronym agree unless the documents spell it out differently."""
    return not one or not other or bool(one & other)


def merge_acronyms(
    clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair], places: Mapping[str, Place]
) -> None:
    """An acronym alone in one document, spelled out in just one way in others of its country."""
    spelled: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pair in pairs:
        node = pair.second.node
        country = places.get(uses.document[node], NOWHERE).country
        if pair.kind == "acronym" and country is not None:
            spelled[uses.name[node], country].add(node)
    names = {name for name, _ in spelled}
    roots = sorted({clusters.root(node) for node, name in enumerate(uses.name) if name in names})
    for node in [n for n in roots if len(clusters.names(n)) == 1]:
        country = places.get(uses.document[node], NOWHERE).country
        longs = spelled.get((uses.name[node], country or ""), set())
        if len({clusters.root(n) for n in longs}) == 1:
            evidence = f"{uses.name_of(node).key!r} is spelled out in one way in {country}"
            clusters.merge(min(longs), node, Why("acronym with country", evidence))


def merge_judged(
    clusters: Clusters, uses: Uses, judgements: Iterable[Judgement], places: Mapping[str, Place]
) -> None:
    """Merges what people judged the same."""
    same = [j for j in judgements if j.judgement == "same"]
    nodes_of: dict[Name, list[int]] = {name: [] for j in same for name in j.named}
    for node in range(len(uses)):
        if (name := uses.name_of(node)) in nodes_of:
            nodes_of[name].append(node)
    for judgement in same:
        why = Why("reviewed", "a person looked at these names")
        if judgement.line:
            why = Why("judgement", f"line {judgement.line} of judgements.csv")
        nodes = sorted(
            node
            for name in judgement.named
            for node in nodes_of[name]
            if judgement.country in ("", places.get(uses.document[node], NOWHERE).country)
        )
        for node in nodes[1:]:
            clusters.merge(nodes[0], node, why)


LABELS = ("ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE")
RUN = 8
"""Letters from which names are one that differ in spaces and hyphens only."""
PLURAL = 4
"""Letters of a word with an `s` for its plural, at the least one more."""
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r",? (?:of )?(?:19|20)\d\d\Z")


def same_words(clusters: Clusters, uses: Uses, places: Mapping[str, Place]) -> None:
    """Merges names of one label and country that hold the same words.

    A document of no country is a scope of its own, and so is a part of a country for names that many have.
    """
    for (label, scope), by_key in sorted(_by_scope(clusters, uses, places).items()):
        told = f"both in {scope}"
        same: dict[tuple[str, ...], str] = {}
        for key in sorted(by_key):
            for form in _forms(key, scope):
                one = same.setdefault(form, key)
                if one != key:
                    why = Why("same words", f"they hold the same words, {told}")
                    clusters.merge(by_key[one], by_key[key], why)
        for one, other in _acts_with_a_year(by_key if label == "LAW" else ()):
            why = Why("same words", f"the one act of this name, {told}")
            clusters.merge(by_key[one], by_key[other], why)


def _acts_with_a_year(keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """An act without its year (`Code Act`) and the only one of its name with it (`Code Act of 2019`)."""
    dated: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        if (found := _YEAR.search(key)) is not None and " " in key[: found.start()]:
            dated[key[: found.start()]].append(key)
    known = set(keys)
    yield from ((bare, of[0]) for bare, of in sorted(dated.items()) if len(of) == 1 and bare in known)


def _forms(key: str, scope: str) -> Iterator[tuple[str, ...]]:
    """What names of the same words share: their words in the singular, in order of the alphabet; their letters in one
    run."""
    whole = _without_state(key.split(), scope)
    words = [w for w in _WORD.findall(" ".join(whole)) if w not in grammar().words["small"]]
    words = [part for w in words for part in wording().same_words.get(w, w).split()]
    numbers = [w for w in words if w[0].isdigit()]
    if ":" in key or is_standard(key) or len(set(words)) - len(numbers) < 1:
        return
    if len(words) > 1:
        singular = (w.removesuffix("s") if len(w) > PLURAL else w for w in words)
        yield "words", *sorted(singular), *numbers
    run = "".join(words)
    if len(run) >= RUN and not numbers:
        yield "run", run


def _without_state(words: list[str], scope: str) -> list[str]:
    """A body that many states have, without the name of the state that the document is about."""
    for at in range(max(1, len(words) - 5), len(words)):
        if words[at - 1] in grammar().words["small"]:
            tail = " ".join(words[at:])
            its_own = countries().get(tail) == scope or tail in wording().words["state_tails"]
            if its_own and is_generic(" ".join(words[:at])):
                return words[:at]
    return words


def _by_scope(
    clusters: Clusters, uses: Uses, places: Mapping[str, Place]
) -> dict[tuple[str, str], dict[str, int]]:
    """Label and scope -> key -> the first node of it, by cluster and then in order."""
    compared = [n.label in LABELS and (" " in n.key or len(n.key) >= RUN) for n in uses.names]
    nodes = (node for node, name in enumerate(uses.name) if compared[name])
    first: dict[tuple[Name, str, str], int] = {}
    for node in sorted(nodes, key=lambda n: (clusters.root(n), n)):
        place = places.get(uses.document[node], NOWHERE)
        told = uses.name_of(node), place.country or uses.document[node], place.jurisdiction or ""
        first.setdefault(told, node)
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for ((label, key), scope, part), node in sorted(first.items()):
        whole = f"{part}, {scope}" if part and is_generic(key) else scope
        groups[label, whole].setdefault(key, node)
    return groups
