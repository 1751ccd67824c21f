"""Names that are one: a document says so, they read alike, one is the acronym of the other, a person looked at
them, both are cited with one page, or they differ in the order of their words, a slip of the pen, a plural."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.lexicon import fold, grammar, lexicon
from osint_ingest.entities.naming import countries, is_generic, is_standard, normal, wellknown, wording
from osint_ingest.entities.resolve.clusters import Clusters, Why
from osint_ingest.entities.resolve.evidence import EntityLink
from osint_ingest.entities.resolve.hosts import parts_of
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
    return normal(acronym) not in wording().union_initials and not any(
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


SHARED_PAGE = ("ORG", "PROGRAM", "SOFTWARE", "EVENT", "LAW")
STEM = 4
"""Letters that words of two languages share where they are one word: `catalogue`, `catalogo`."""


def same_page(clusters: Clusters, evidence: Iterable[EntityLink], uses: Uses) -> None:
    """Merges names of one label and document that are cited with one page, where one name holds the other's words."""
    cited: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    for link in evidence:
        label = uses.name_of(link.node).label
        page = _page(link.url)
        if page and not link.host and label in SHARED_PAGE:
            cited[uses.document[link.node], label, page].setdefault(link.node, link.ref_id)
    for (_, label, _), found in sorted(cited.items()):
        is_one = _are_about_one if label == "LAW" else holds_the_words
        ordered = sorted(found)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if is_one(uses.name_of(one).key, uses.name_of(other).key):
                    told = f"the references {found[one]} and {found[other]} lead both names to one page"
                    clusters.merge(one, other, Why("shared page", told))


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


def similar_names(clusters: Clusters, uses: Uses, places: Mapping[str, Place]) -> None:
    """Merges names of one label and country that hold the same words, or differ by a letter or two in one or two words.

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
        for one, other, score in similar_pairs(key for key in by_key if is_compared(Name(label, key))):
            why = Why("nearly the same name", f"{score:.0f} of 100 alike, {told}")
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
