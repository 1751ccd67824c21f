"""Nearly equal names of one country, or of one document without a country: the same words in another order, a slip of
the pen, a plural, a derived word. Only where little can go wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from osint_ingest.entities.lexicon import grammar, lexicon
from osint_ingest.entities.naming import countries, is_generic, is_standard, wording
from osint_ingest.entities.resolve.clusters import Clusters
from osint_ingest.entities.resolve.scopes import Place
from osint_ingest.entities.resolve.uses import Name, Uses

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
