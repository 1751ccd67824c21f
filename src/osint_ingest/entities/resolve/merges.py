"""Names that are one: a document says so, they read alike, one is the acronym of the other, a person looked at
them, both are cited with one page, or they differ in the order of their words, a slip of the pen, a plural."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.homepages.evidence import EntityLink
from osint_ingest.entities.homepages.hosts import parts_of
from osint_ingest.entities.lexicon import fold, grammar, lexicon
from osint_ingest.entities.naming import countries, is_generic, is_standard, normal, wellknown, wording
from osint_ingest.entities.resolve.clusters import Clusters, ReviewedPairs
from osint_ingest.entities.resolve.scopes import ALONE, Place, Scopes
from osint_ingest.entities.resolve.uses import Asked, Name, Uses

SHORT = 6
"""Letters up to which a single word may be an acronym of several things."""


@dataclass(frozen=True, slots=True)
class SpellingPair:
    """Two names that a document ties, as nodes. `ids` are its document and the two mentions, `text` is the second as
    printed."""

    ids: tuple[str, str, str]
    first: int
    second: int
    text: str
    kind: str
    rule: str
    passage_id: str


def stated_pairs(name_pairs: pa.Table, asked: Mapping[str, Asked], uses: Uses) -> list[SpellingPair]:
    """The rows of `name_pairs` whose mentions name entities."""
    told = ("document_id", "first_mention_id", "second_mention_id", "kind", "rule")
    out = []
    for document, one, other, kind, rule in zip(*(name_pairs[c].to_pylist() for c in told), strict=True):
        first, second = asked.get(one), asked.get(other)
        if first is not None and second is not None:
            left, right = (int(uses.of_mention[m.number]) for m in (first, second))
            ids = document, one, other
            if left >= 0 and right >= 0:
                out.append(SpellingPair(ids, left, right, second.text, kind, rule, first.passage_id))
    return out


def merge_stated(clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair]) -> None:
    """Merges names of one label that a document ties."""
    for pair in sorted(pairs, key=lambda p: p.ids):
        one, other = uses.name_of(pair.first), uses.name_of(pair.second)
        if one.label == other.label and (pair.kind != "acronym" or _can_stand_for(pair.text, one)):
            _, first, second = pair.ids
            evidence = f"{first} and {second} stand side by side"
            clusters.merge(pair.first, pair.second, f"stated:{pair.rule}", evidence, pair.passage_id)


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
    return normal(acronym) not in wording().union_initials and not any(
        abbreviates(acronym, tail) for tail in tails
    )


def merge_equal(clusters: Clusters, uses: Uses, found: Scopes) -> None:
    """Merges one name in several documents of its scope. Acronyms wait: they are tied by country and long name."""
    long = frozenset(n for n, name in enumerate(uses.names) if " " in name.key)
    nodes = np.flatnonzero(found.of_node != ALONE)
    nodes = nodes[np.lexsort((found.of_node[nodes], uses.name[nodes]))]
    new = (np.diff(uses.name[nodes], prepend=-1) != 0) | (np.diff(found.of_node[nodes], prepend=-1) != 0)
    for start, end in pairwise([*np.flatnonzero(new).tolist(), len(nodes)]):
        if end - start < 2:
            continue
        first, *others = nodes[start:end].tolist()
        name = uses.name_of(first).key
        evidence = f"both read {name!r}, which means one thing {found.told[found.of_node[first]]}"
        short = " " not in name and len(name) <= SHORT
        for other in others:
            if not short or _agree(clusters.names(first) & long, clusters.names(other) & long):
                clusters.merge(first, other, "same name", evidence)


def _agree(one: frozenset[int], other: frozenset[int]) -> bool:
    """Two uses of an acronym agree unless the documents spell it out differently."""
    return not one or not other or bool(one & other)


def merge_acronyms(
    clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair], countries: Sequence[str | None]
) -> None:
    """An acronym alone in one document, spelled out in just one way in others of its country. `countries` are those
    of `uses.documents`."""
    spelled: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pair in pairs:
        country = countries[uses.document[pair.second]]
        if pair.kind == "acronym" and country is not None:
            spelled[int(uses.name[pair.second]), country].add(pair.second)
    roots = clusters.roots()
    spelled_out = np.isin(uses.name, sorted({name for name, _ in spelled}))
    alone = [n for n in np.unique(roots[spelled_out]).tolist() if len(clusters.names(n)) == 1]
    for node in alone:
        country = countries[uses.document[node]]
        longs = spelled.get((int(uses.name[node]), country), set()) if country is not None else set()
        if len({clusters.root(n) for n in longs}) == 1:
            key = uses.name_of(node).key
            evidence = f"{key!r} is spelled out in one way in {country}"
            clusters.merge(min(longs), node, "acronym with country", evidence)


def merge_reviewed(
    clusters: Clusters, uses: Uses, reviewed: ReviewedPairs, countries: Sequence[str | None]
) -> None:
    """Merges what a person reviewed as the same. `countries` are those of `uses.documents`."""
    number = {name: n for n, name in enumerate(uses.names)}
    wanted = {Name(label, key) for label, _, *keys in reviewed.same for key in keys} & number.keys()
    nodes_of = {name: np.flatnonzero(uses.name == number[name]).tolist() for name in wanted}
    for label, country, one, other in sorted(reviewed.same, key=str):
        nodes = sorted(
            n
            for key in (one, other)
            for n in nodes_of.get(Name(label, key), ())
            if country is None or countries[uses.document[n]] == country
        )
        for node in nodes[1:]:
            line = reviewed.lines.get((label, one, other))
            if line is None:
                clusters.merge(nodes[0], node, "reviewed", "a person looked at these names")
            else:
                clusters.merge(nodes[0], node, "judgement", f"line {line} of judgements.csv")


SHARED_PAGE = ("ORG", "PROGRAM", "SOFTWARE", "EVENT", "LAW")
STEM = 4
"""Letters that words of two languages share where they are one word: `catalogue`, `catalogo`."""


def same_page(clusters: Clusters, evidence: Iterable[EntityLink], uses: Uses) -> None:
    """Merges names of one label and document that are cited with one page, where one name holds the other's words.

    The `entity_id` of the evidence is the number of a node: nothing is resolved yet.
    """
    cited: dict[tuple[int, str, str], dict[int, str]] = defaultdict(dict)
    for link in evidence:
        node = int(link.entity_id)
        label = uses.name_of(node).label
        page = _page(link.url)
        if page and not link.host and label in SHARED_PAGE:
            cited[(int(uses.document[node]), label, page)].setdefault(node, link.ref_id)
    for (_, label, _), found in sorted(cited.items()):
        is_one = _are_about_one if label == "LAW" else holds_the_words
        ordered = sorted(found)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if is_one(uses.name_of(one).key, uses.name_of(other).key):
                    told = f"the references {found[one]} and {found[other]} lead both names to one page"
                    clusters.merge(one, other, "shared page", told)


def _are_about_one(one: str, other: str) -> bool:
    """Are two acts about the same, `Public Code Act` and `Law No. 4118 on Public Code`, one of them with a number?"""
    words = grammar().words
    kinds = words["year_heads"] | words["numbered_acts"] | set(grammar().law_words.values())
    subjects = [
        sorted(w for w in _words(name) if not w.isdigit() and w not in kinds) for name in (one, other)
    ]
    return len(subjects[0]) > 1 and subjects[0] == subjects[1]


def _page(url: str) -> str:
    """A page's address without what a line's end does to it; empty for the root of a site, which many share."""
    parts = parts_of(url)
    path = re.sub(r"[^a-z0-9]", "", fold(parts.path))
    return f"{parts.hostname}/{path}?{parts.query}" if path else ""


def holds_the_words(one: str, other: str) -> bool:
    """Has one name all words of the other, and beside them no body, no place and no number of its own?

    Words count as one that begin with the same four letters, so that names in two languages compare.
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    if len(short) < 2:
        return False
    left = list(long)
    for word in short:
        match = next((w for w in left if w == word or (len(word) >= STEM and w[:STEM] == word[:STEM])), None)
        if match is None:
            return False
        left.remove(match)
    words = lexicon()
    heads = {w for w in left if words.english_heads.get(w) or words.romance_heads.get(w)}
    return not heads and not any(c.isdigit() for w in left for c in w) and len(left) <= 1


def _words(name: str) -> list[str]:
    return [w for w in re.findall(r"[^\W_]+", name) if w not in grammar().words["small"]]


LABELS = ("ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE")
CUTOFF = 92.0
"""rapidfuzz ratio, 0 to 100, under which two names are not compared further."""
NEIGHBOURS = 6
RUN = 8
"""Letters from which names are one that differ in spaces and hyphens only."""
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r",? (?:of )?(?:19|20)\d\d\Z")


def similar_names(clusters: Clusters, uses: Uses, places: Sequence[Place]) -> None:
    """Merges names of one label and country that hold the same words, or differ by a letter or two in one or two words.

    `places` are those of `uses.documents`; a document of no country is a scope of its own, and so is a part of a
    country for names that many have.
    """
    for (label, scope), by_key in sorted(_by_scope(clusters, uses, places).items()):
        told = f"both in {scope}"
        same: dict[tuple[str, ...], str] = {}
        for key in sorted(by_key):
            for form in _forms(key, scope):
                one = same.setdefault(form, key)
                if one != key:
                    clusters.merge(
                        by_key[one], by_key[key], "same words", f"they hold the same words, {told}"
                    )
        for one, other in _acts_with_a_year(by_key if label == "LAW" else ()):
            clusters.merge(by_key[one], by_key[other], "same words", f"the one act of this name, {told}")
        for one, other, score in similar_pairs(key for key in by_key if is_compared(Name(label, key))):
            evidence = f"{score:.0f} of 100 alike, {told}"
            clusters.merge(by_key[one], by_key[other], "nearly the same name", evidence)


def _acts_with_a_year(keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """An act without its year (`Code Act`) and the only one of its name with it (`Code Act of 2019`)."""
    dated: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        if (found := _YEAR.search(key)) is not None and " " in key[: found.start()]:
            dated[key[: found.start()]].append(key)
    known = set(keys)
    yield from ((bare, of[0]) for bare, of in sorted(dated.items()) if len(of) == 1 and bare in known)


def _forms(key: str, scope: str) -> Iterator[tuple[str, ...]]:
    """What names of the same words share: their words in order of the alphabet, and their letters in one run."""
    whole = _without_state(key.split(), scope)
    words = [w for w in _WORD.findall(" ".join(whole)) if w not in grammar().words["small"]]
    words = [part for w in words for part in wording().same_words.get(w, w).split()]
    numbers = [w for w in words if w[0].isdigit()]
    if ":" in key or is_standard(key) or len(set(words)) - len(numbers) < 1:
        return
    if len(words) > 1:
        yield "words", *sorted(words), *numbers
    run = "".join(words)
    if len(run) >= RUN and not numbers:
        yield "run", run


def _without_state(words: list[str], scope: str) -> list[str]:
    """A body that many states have, without the name of the state that the document is about."""
    for at in range(max(1, len(words) - 5), len(words)):
        if words[at - 1] in grammar().words["small"]:
            tail = " ".join(words[at:])
            its_own = countries().get(tail) == scope or tail in wording().state_tails
            if its_own and is_generic(" ".join(words[:at])):
                return words[:at]
    return words


def is_compared(name: Name) -> bool:
    """Is it compared with others of its label and country? Names of one or two words are not."""
    return name.label in LABELS and name.key.count(" ") >= 2


def similar_pairs(keys: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """The normalised names of one label and country that are nearly equal, and how alike they are, from 0 to 100. Each
    is compared with its NEIGHBOURS, from its start and from its end."""
    known = sorted(keys)
    for order in (known, sorted(known, key=lambda k: k[::-1])):
        for at, one in enumerate(order):
            for other in order[at + 1 : at + 1 + NEIGHBOURS]:
                score = ratio(one, other, score_cutoff=CUTOFF)
                if score and nearly_equal(one, other):
                    yield one, other, score


def _by_scope(
    clusters: Clusters, uses: Uses, places: Sequence[Place]
) -> dict[tuple[str, str], dict[str, int]]:
    """Label and scope -> key -> the first node of it, by cluster and then in order."""
    compared = np.array([n.label in LABELS and (" " in n.key or len(n.key) >= RUN) for n in uses.names], bool)
    nodes = np.flatnonzero(compared[uses.name])
    nodes = nodes[np.argsort(clusters.roots()[nodes], kind="stable")]
    told = [
        (p.country or document, p.jurisdiction or "")
        for p, document in zip(places, uses.documents, strict=True)
    ]
    known = sorted(set(told))
    number = {place: n for n, place in enumerate(known)}
    place_of = np.array([number[place] for place in told], np.int64)[uses.document[nodes]]
    codes, first = np.unique(uses.name[nodes] * max(1, len(known)) + place_of, return_index=True)
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for code, node in zip(codes.tolist(), nodes[first].tolist(), strict=True):
        name, place = divmod(code, len(known))
        (label, key), (scope, part) = uses.names[name], known[place]
        if part and is_generic(key):
            scope = f"{part}, {scope}"
        groups[label, scope].setdefault(key, node)
    return groups


def nearly_equal(one: str, other: str) -> bool:
    """Do two normalised names differ by spelling, not by sense?

    Numbers must be equal. At most two words may differ, each by two letters at most and not at its start:
    `national` and `international`, `secretariat` and `undersecretariat` stay apart.
    """
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    left, right = one.split(), other.split()
    differing = [(a, b) for a, b in zip(left, right, strict=False) if a != b]
    return len(left) == len(right) and 0 < len(differing) <= 2 and all(_one_word(a, b) for a, b in differing)


def _one_word(one: str, other: str) -> bool:
    known = all(
        w in lexicon().topics or w in lexicon().english_heads or w in lexicon().romance_heads
        for w in (one, other)
    )
    if min(len(one), len(other)) < 5:
        return False
    distance = Levenshtein.distance(one, other)
    if known:  # two words that subjects are named with must be alike for longer
        return one[:5] == other[:5] and distance <= 2
    slip = distance == 1 and one[:2] == other[:2] and len(one) >= 8
    return slip or (one[:4] == other[:4] and distance <= 2)
