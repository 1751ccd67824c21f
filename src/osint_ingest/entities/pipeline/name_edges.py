"""Where names begin and end in print: people with their initials, titles and roles around them; titles of works, quoted
or cited, in which nothing is a name but the people and the publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from osint_ingest.entities.lexicon import any_word, fold, grammar, lexicon
from osint_ingest.entities.names_model.features import family_names, given_names
from osint_ingest.entities.naming import countries
from osint_ingest.entities.pipeline.evidence import Candidate, Spans
from osint_ingest.text.language_files import any_form

LISTED = ("gazetteer", "known", "legal", "field", "plan", "initiative", "site")
TOLD = ("head", "pair", "title", "given-name", "cue:is-a")
LISTED_WEIGHT, TOLD_WEIGHT, MODEL, BESIDE = 2.0, 1.0, 0.4, 0.1
RANK = 30
"""Characters before a name in which a rank is looked for."""
LONG = 3
"""Words of a person's name, at the most, that are taken out of a longer one."""
_WORD = re.compile(r"[\w’'-]+")
_INITIALS_AFTER = re.compile(r"\.?(?:\s?[A-Z]\.){0,3}+\s[A-Z][\w’'-]{1,40}+")
_SHORT = any_form(word.capitalize() for word in sorted(grammar().words["short_given_names"]))
_INITIALS_BEFORE = re.compile(
    rf"(?:(?<!\w)(?P<given>[A-Z]\w+)\s)?(?<!\w)(?:(?:[A-Z]|{_SHORT})\.\s?){{1,3}}\Z"
)
_OF_PEOPLE, _OF_PLACES = (
    any_form(sorted(grammar().words[kind])) for kind in ("particles", "particles_of_places")
)
_PARTICLES_AFTER = re.compile(
    rf"(?:(?:\s(?:{_OF_PEOPLE})){{1,2}}|(?P<of_places>\s(?:{_OF_PLACES})){{1,2}})\s(?P<family>[A-Z][^\W\d_]{{1,40}}+)"
)
_GIVEN_BEFORE = re.compile(r"(?<![\w'’-])(?P<given>[A-Z][^\W\d_]+)\s\Z")
_FAMILY_AFTER = re.compile(r"\s(?P<family>[A-Z][^\W\d_]+)(?![\w-]|\s[A-Z][a-z])")
"""No more words with a capital: `Virginia Law Review` is no person."""
_AUTHOR_BEFORE = re.compile(r"(?:\A|\w\.(?:,? and|, ?&| &|[,;]) )\Z")
_AUTHOR_BEHIND = re.compile(r", [A-Z]\.(?:[ -]?[A-Z]\.){0,2}(?! ?[A-Z]| [a-z]+ [a-z])")
"""`Brask, M., Toledo, A. (2018)`: names of authors before their initials."""
_SUFFIX = re.compile(rf",? (?:{any_form(grammar().words['suffixes'])})\b\.?", re.I)
_ENDS_IN_INITIAL = re.compile(rf"(?<![^\s.])(?:[A-Z]|{_SHORT})\.?\Z")
_RANK_OF = (
    rf"(?:{any_form(word.capitalize() for word in sorted(grammar().words['ranks']))}) (?:{any_word('of')}) "
)
_RANKED, _RANK_BEFORE = re.compile(rf"{_RANK_OF}[A-Z]"), re.compile(rf"{_RANK_OF}\Z")
_WORD_OF_NAME = re.compile(r"[^\W\d_]{2}")
_NUMBER_BEHIND = re.compile(r"\.? ?\d")
_SAINT_BEFORE = re.compile(rf"(?:{any_word('saints')}) ?\Z")
_HOUSE = re.compile(r"['’]s(?: (?P<place>[A-Z]\w+))?")


def weight(rule: str) -> float:
    """How surely a rule tells what a name is: by a list, by its own words, by the model, by what stands near."""
    kind = rule.partition(":")[0]
    if kind in LISTED:
        return LISTED_WEIGHT
    if kind in TOLD or rule in TOLD:
        return TOLD_WEIGHT
    return MODEL if rule == "names_model" else BESIDE


def is_no_person(text: str, name: Candidate) -> bool:
    """Is it a rank (`first Earl of Middlesex`), a month, an initial, or a street or church that people gave a name?"""
    if name.label not in ("PERSON", "GPE", "ORG") or name.rule.startswith(("head", "pair", "field")):
        return False
    if name.label != "GPE" and _RANKED.match(text, name.start):
        return True
    if name.label == "PERSON" and (
        _is_no_family(text, name) or _RANK_BEFORE.search(text, max(0, name.start - RANK), name.start)
    ):
        return True
    return name.label != "ORG" and _is_house(text, name)


def _is_no_family(text: str, name: Candidate) -> bool:
    printed = text[name.start : name.end]
    month = fold(printed.rstrip(".")) in grammar().words["short_months"]
    return (
        _is_rank(printed)
        or _is_street(printed)
        or _WORD_OF_NAME.search(printed) is None
        or (month and _NUMBER_BEHIND.match(text, name.end) is not None)
    )


def _is_rank(word: str) -> bool:
    return fold(word) in grammar().words["ranks"]


def _is_street(printed: str) -> bool:
    first, _, last = printed.rpartition(" ")
    sets, word = grammar().words, fold(last)
    family = word in sets["streets_or_families"] and not _is_given(first.partition(" ")[0])
    return bool(first) and (word in sets["streets"] or family)


def _is_house(text: str, name: Candidate) -> bool:
    """Does a street or a church belong to it: `Paul’s Churchyard`, `St. Clement’s`?"""
    house, sets = _HOUSE.match(text, name.end), grammar().words
    if house is None:
        return False
    before = _SAINT_BEFORE.search(text, max(0, name.start - 6), name.start)
    saint = name.label == "PERSON" and (before or _SAINT_BEFORE.match(text[name.start : name.end]))
    return bool(saint) or fold(house["place"] or "") in sets["streets"] | sets["streets_or_families"]


def whole_people(text: str, names: Iterable[Candidate]) -> Iterator[Candidate]:
    """The names, people with their initials and without their titles: `Thomas F. Bayard`, `David Trask`."""
    end = 0
    for name in sorted(names):
        if name.start >= end:  # no part of the one before, which has grown
            found = _whole(text, name, end)
            end = found.end
            yield found


def _whole(text: str, name: Candidate, after: int) -> Candidate:
    if weight(name.rule) == LISTED_WEIGHT and name.label != "PERSON":
        return _person_over(text, name, after) or name
    if name.label == "PERSON":
        grown = _without_pronoun(text, _with_initials(text, name, after))
        if text.endswith(("'s", "’s"), grown.start, grown.end):
            grown = grown._replace(end=grown.end - 2)
        printed = text[grown.start : grown.end]
        return grown._replace(start=grown.start + (_person_in(printed) or _title(printed)))
    printed = text[name.start : name.end]
    if printed[-1] == "." and printed[:-1].isalnum():
        return name._replace(end=name.end - 1)  # "W3C."
    if name.rule.startswith("head:") and _is_a_person(printed):
        return name._replace(label="PERSON")
    person = _person_in(printed)
    if person:
        return Candidate(name.start + person, name.end, "PERSON", name.score, "title")
    return name._replace(start=name.start + _role(printed))


def _person_over(text: str, name: Candidate, after: int) -> Candidate | None:
    """The person of whom a listed word is a part: `Eugene` of `Eugene Hale`, `Kafka` of `Stephan Kafka`."""
    word = text[name.start : name.end]
    if not word.istitle() or not word.isalpha() or fold(word) in countries():
        return None
    if fold(word) in family_names() and _is_cited(text, name):
        return name._replace(label="PERSON")
    before = _GIVEN_BEFORE.search(text, max(after, name.start - 20), name.start)
    if before is not None and _is_given(before["given"]) and fold(word) in family_names():
        return Candidate(before.start(), name.end, "PERSON", name.score, "given-name")
    behind = _FAMILY_AFTER.match(text, name.end)
    if behind is not None and _is_given(word) and fold(behind["family"]) in family_names():
        return Candidate(name.start, behind.end(), "PERSON", name.score, "given-name")
    return None


def _is_cited(text: str, name: Candidate) -> bool:
    before = _AUTHOR_BEFORE.search(text, max(0, name.start - 8), name.start)
    return before is not None and _AUTHOR_BEHIND.match(text, name.end) is not None


def _is_given(word: str) -> bool:
    return fold(word) in given_names() and fold(word) not in lexicon().topics


def _is_a_person(printed: str) -> bool:
    """`Marco Pellegrino`: a given name that is a head noun too."""
    words = printed.split(" ")
    given, family, known = fold(words[0]), fold(words[-1]), lexicon()
    plain = family in known.topics or family in known.demonyms or family in known.english_heads
    return printed.istitle() and len(words) == 2 and given in known.given_names and not plain


def _with_initials(text: str, name: Candidate, after: int) -> Candidate:
    start, end = name.start, name.end
    if _ENDS_IN_INITIAL.search(text, start, end):
        more = _INITIALS_AFTER.match(text, end)
        end = more.end() if more is not None else end
    particles = _PARTICLES_AFTER.match(text, end)
    if particles is not None and (
        particles["of_places"] is None or fold(particles["family"]) in family_names()
    ):
        end = particles.end()
    suffix = _SUFFIX.match(text, end)
    end = suffix.end() if suffix is not None else end
    given_before = _GIVEN_BEFORE.search(text, max(after, start - 20), start)
    if given_before is not None and " " not in text[start:end] and _is_given(given_before["given"]):
        start = given_before.start()
    before = _INITIALS_BEFORE.search(text, max(after, start - 40), start)
    if before is not None and fold(before.group().strip(" .")) not in lexicon().titles:
        given = before["given"]
        named = given is None or fold(given) in lexicon().given_names
        start = before.start() if named else before.end("given") + 1
    return name._replace(start=start, end=end)


def _without_pronoun(text: str, name: Candidate) -> Candidate:
    """`with Mr. Gawden I did much business`; `Charles I` is a name."""
    family, _, last = text[name.start : name.end].rpartition(" ")
    large = last.lower() in grammar().words["capital_pronouns"] and fold(family) not in given_names()
    return name._replace(end=name.start + len(family)) if family and large else name


def _title(printed: str) -> int:
    """Where the name of a person begins after the titles and ranks in front."""
    at = 0
    for word in _WORD.finditer(printed):
        if fold(word.group()) not in lexicon().titles and not _is_rank(word.group()):
            return word.start() if printed[at : word.start()].strip(" .") == "" else at
        at = word.end()
    return 0


def _role(printed: str) -> int:
    """Where a body begins after the role of somebody in it: `Chief of the Historical Division`."""
    first, _, rest = printed.partition(" ")
    link = next((f"{link} " for link in grammar().owned if rest.startswith(f"{link} ")), None)
    words = lexicon()
    role = fold(first) in words.titles and fold(first) not in words.romance_heads
    return len(first) + 1 + len(link) if role and link is not None else 0


def _person_in(printed: str) -> int:
    """Where a person stands after a title inside of a name (`Office Director David Trask`); 0 for none."""
    words = list(_WORD.finditer(printed))
    for one, other in pairwise(words[:-1]):
        if fold(one.group()) in lexicon().titles and fold(other.group()) in lexicon().given_names:
            rest = [fold(w.group()) for w in words if w.start() >= other.start()]
            heads = lexicon().english_heads
            return other.start() if len(rest) <= LONG and not any(w in heads for w in rest) else 0
    return 0


LEAST_WORDS = 4
"""Words of a quoted title: fewer are as often a name."""
CAPITALS = 0.75
"""Share of the words of a title, but for small ones, that have a capital."""
_QUOTED = re.compile(r"“([^“”]{12,200})”|«\s?([^«»]{12,200})»|(?<!\w)\"([^\"]{12,200})\"")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_CITED = re.compile(
    r",\s(?=[^;“”\"()]{10,162}\()(?P<title>[A-Z](?:[^.;“”\"()]|(?<=\b[A-Z])\.){10,160}?)\s"
    r"\((?P<place>[A-Z][\w .,’'-]{2,40}):\s(?P<publisher>[A-Z][^():;]{2,70}?),\s(?:1[5-9]|20)\d\d\)"
)
"""`Lambert Stroh, The Road to the Sea (New Haven: Sedgeford Press, 1982)`."""


def without_titles(text: str, names: Sequence[Candidate]) -> list[Candidate]:
    """The names that are no part of a title, and publishers whole where a part of them was one."""
    cited = list(_CITED.finditer(text)) if ": " in text and "(" in text else []
    inside = Spans(_quoted_titles(text))
    works = Spans(m.span("title") for m in cited)
    kept = [n for n in names if not _is_part(n, inside) and (_is_author(text, n) or not _is_part(n, works))]
    return sorted(_with_publishers(kept, [m.span("publisher") for m in cited]))


def _quoted_titles(text: str) -> Iterator[tuple[int, int]]:
    for match in _QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        words = _LONG_WORD.findall(text, start, end)
        large = sum(word[0].isupper() for word in words)
        if len(text[start:end].split()) >= LEAST_WORDS and len(words) > 1 and large >= CAPITALS * len(words):
            yield start, end


def _is_part(name: Candidate, titles: Spans) -> bool:
    """Is it within a title, and not all of it?"""
    around = titles.around(name.start, name.end)
    return around is not None and (name.end - name.start) < (around[1] - around[0]) - 3


def _is_author(text: str, name: Candidate) -> bool:
    """Is it a person by its last word? `American Diplomacy` is none."""
    return name.label == "PERSON" and fold(text[name.start : name.end].rpartition(" ")[2]) in family_names()


def _with_publishers(
    names: Iterable[Candidate], publishers: Sequence[tuple[int, int]]
) -> Iterator[Candidate]:
    told: set[tuple[int, int]] = set()
    for name in names:
        span = next((p for p in publishers if p[0] < name.end and name.start < p[1]), None)
        if span is None:
            yield name
        elif span not in told:
            told.add(span)
            yield Candidate(*span, "ORG", name.score, "cited:publisher")
