"""Where names begin and end in print: people with their initials, without their titles; titles of works, quoted
or cited, in which nothing is a name but the people and the publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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
_SUFFIX = re.compile(rf",? (?:{any_form(grammar().words['suffixes'])})\b\.?", re.I)
_ENDS_IN_INITIAL = re.compile(rf"(?<![^\s.])(?:[A-Z]|{_SHORT})\.?\Z")
_RANK_OF = (
    rf"(?:{any_form(word.capitalize() for word in sorted(grammar().words['ranks']))}) (?:{any_word('of')}) "
)
_RANKED, _RANK_BEFORE = re.compile(rf"{_RANK_OF}[A-Z]"), re.compile(rf"{_RANK_OF}\Z")
_NUMBER_BEHIND = re.compile(r"\.? ?\d")


def weight(rule: str) -> float:
    """How surely a rule tells what a name is: by a list, by its own words, by the model, by what stands near."""
    kind = rule.partition(":")[0]
    if kind in LISTED:
        return LISTED_WEIGHT
    if kind in TOLD or rule in TOLD:
        return TOLD_WEIGHT
    return MODEL if rule == "names_model" else BESIDE


def is_no_person(text: str, name: Candidate) -> bool:
    """Is it a rank or what somebody is lord of (`first Earl of Middlesex`), or a month?"""
    if name.label not in ("PERSON", "ORG") or name.rule.startswith(("head", "pair", "field")):
        return False
    if _RANKED.match(text, name.start):
        return True
    if name.label == "ORG":
        return False
    printed = text[name.start : name.end]
    month = fold(printed.rstrip(".")) in grammar().words["short_months"]
    return (
        _is_rank(printed)
        or (month and _NUMBER_BEHIND.match(text, name.end) is not None)
        or _RANK_BEFORE.search(text, max(0, name.start - RANK), name.start) is not None
    )


def _is_rank(word: str) -> bool:
    return fold(word) in grammar().words["ranks"]


def whole_people(text: str, names: Iterable[Candidate]) -> Iterator[Candidate]:
    """The names, people with their initials and without their titles: `Thomas F. Bayard`, `David Trask`."""
    end = 0
    for name in sorted(names):
        if name.start >= end:  # no part of the one before, which has grown
            found = _whole(text, name, end)
            end = found.end
            yield found


def _whole(text: str, name: Candidate, after: int) -> Candidate:
    if name.label == "PERSON":
        grown = _with_initials(text, name, after)
        if text.endswith(("'s", "’s"), grown.start, grown.end):
            grown = grown._replace(end=grown.end - 2)
        return grown._replace(start=grown.start + _title(text[grown.start : grown.end]))
    if weight(name.rule) == LISTED_WEIGHT:
        return _person_over(text, name, after) or name
    printed = text[name.start : name.end]
    dotted = printed[-1] == "." and printed[:-1].isalnum()
    return name._replace(end=name.end - 1) if dotted else name  # "W3C."


def _person_over(text: str, name: Candidate, after: int) -> Candidate | None:
    """The person of whom a listed word is a part: `Eugene` of `Eugene Hale`, `Kafka` of `Stephan Kafka`."""
    word = text[name.start : name.end]
    if not word.istitle() or not word.isalpha() or fold(word) in countries():
        return None
    before = _GIVEN_BEFORE.search(text, max(after, name.start - 20), name.start)
    if before is not None and _is_given(before["given"]) and fold(word) in family_names():
        return Candidate(before.start(), name.end, "PERSON", name.score, "given-name")
    behind = _FAMILY_AFTER.match(text, name.end)
    if behind is not None and _is_given(word) and fold(behind["family"]) in family_names():
        return Candidate(name.start, behind.end(), "PERSON", name.score, "given-name")
    return None


def _is_given(word: str) -> bool:
    return fold(word) in given_names() and fold(word) not in lexicon().topics


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


def _title(printed: str) -> int:
    """Where the name of a person begins after the titles and ranks in front."""
    at = 0
    for word in _WORD.finditer(printed):
        if fold(word.group()) not in lexicon().titles and not _is_rank(word.group()):
            return word.start() if printed[at : word.start()].strip(" .") == "" else at
        at = word.end()
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
