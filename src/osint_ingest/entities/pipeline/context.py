"""Component `context`: what its text, its list, its field and its form say of a phrase without a telling head. Action
plans by their whole names: places and commas stand between their head and years, which no head noun holds together."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import any_word, fold, grammar, lexicon, word_lists
from osint_ingest.entities.pipeline.cues import Vote, cues, list_votes
from osint_ingest.entities.pipeline.evidence import NOT_A_NAME, Candidate, add_candidates, candidates
from osint_ingest.entities.pipeline.gazetteer import GAZETTEER, HINT, KNOWN
from osint_ingest.entities.pipeline.phrases import YEAR, Phrase, goal_years
from osint_ingest.entities.pipeline.runs import RunWord, is_ordinal

_YEARS = r"(?:19|20)\d\d(?:\s?[-–—/]\s?(?:19|20)?\d\d)?"
_LETTER = re.compile(r"[^\W\d_]")
_YEARS_OF_ITEM = re.compile(rf"{_YEARS}(?=\s*+(?:\([^()]*+\)\s*+)?$|[,;]?\s++[^\W\d_])")
_DASHES = (" – ", " - ", " — ")
_SCORE = 0.95


def plan_names(text: str, value_at: int | None) -> list[Candidate]:
    """Whole names of plans. `value_at`: where a field's value starts that holds plans; None for other texts.

    In such a field each item ends with its years; elsewhere a dash after the head tells (`Action plan - Place, years`).
    """
    if value_at is not None:
        items = [Candidate(start, end, "PROGRAM", _SCORE, "field") for start, end in _items(text, value_at)]
        if items:
            return items
    if not any(dash in text for dash in _DASHES):
        return []  # most texts: a search without regard to case is dear
    return [Candidate(m.start(), m.end(), "PROGRAM", _SCORE, "plan") for m in _dashed().finditer(text)]


def places_of_plan(text: str, plan: Candidate) -> Iterator[Candidate]:
    """Votes that the parts of `Action plan - Tarve, Ruritania, 2023 - 2025` are places, wherever else they stand."""
    match = _dashed().fullmatch(text, plan.start, plan.end)
    position = match.start("places") if match is not None else 0
    for part in match["places"].split(",") if match is not None else ():
        start = position + len(part) - len(part.lstrip())
        yield Candidate(start, start + len(part.strip()), "GPE", 0.6, "plan")
        position += len(part) + 1


def _items(text: str, position: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each item of a field's value: from a letter to the years that end it."""
    while (first := _LETTER.search(text, position)) and (years := _YEARS_OF_ITEM.search(text, first.end())):
        yield first.start(), years.end()
        position = years.end()


@cache
def _dashed() -> re.Pattern[str]:
    heads = "|".join(re.escape(name) for name in word_lists()["plans"])
    return re.compile(rf"\b(?:{heads}) [-–—] (?P<places>[^\W\d_][^.:;()\d]{{2,80}}?),?\s{_YEARS}(?!\d)", re.I)


_FIELD = re.compile(r"^[^\w]{0,20}(?P<label>[^:]{3,45}?)\s?:\s")
_INITIATIVE = re.compile(
    r"\A\W{0,3}(?P<name>[^\W\d_][^,:;()]{2,70}?)(?: \([^()]{2,80}\))?"
    r", (?:19|20)\d\d(?: ?[-–] ?(?:(?:19|20)\d\d|present))?\s?:\s(?P<rest>.+)"
)
LONG = 2
"""Words of a place or a family with a year, `Ruritania 2020`, which are no plan."""
IN_ITEMS = ("of", "for", "genitive", "purpose")
"""Links that hold the items of a field together."""
_PLACES = ("GPE", "LOC", "PERSON")
_ONE_OF_MANY = re.compile(rf"\b(?:{any_word('one_of_many')}) \Z", re.I)
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")


@Language.component("osint_context", assigns=["doc.spans"], requires=["doc.spans", "doc._.phrases"])
def context(doc: Doc) -> Doc:
    """The text with votes for its phrases among the candidates, one a reason."""
    text = doc.text
    told = [c for c in candidates(doc) if c.rule != HINT]
    known = {(c.start, c.end): c.label for c in told}
    covered = dict(sorted((c.start, c.end) for c in told if c.rule != KNOWN))
    phrases = [p for p in doc._.phrases if not _is_hopeless(text, p)]
    known_ends = {end for (_, end), label in known.items() if label not in _PLACES}
    places = {c.end for c in candidates(doc) if c.label == "GPE" and c.rule in (GAZETTEER, KNOWN)}
    lists = list_votes(text, phrases, [known.get((p.start, p.end)) for p in phrases])
    field = _field(text)
    add_candidates(doc, _initiative(text))
    plans = plan_names(text, field[1] if field is not None and field[0] == "PROGRAM" else None)
    add_candidates(doc, plans)
    add_candidates(doc, (place for plan in plans for place in places_of_plan(text, plan)))
    terms = (p for p in phrases if _is_one_of_many(text, p))
    add_candidates(doc, (Candidate(p.start, p.end, NOT_A_NAME, 0.9, "one-of-many") for p in terms))
    joined = set(_add_items(doc, field, phrases))
    for n, phrase in enumerate(phrases):
        if covered.get(phrase.start, 0) >= phrase.end or any(
            plan.start <= phrase.start and phrase.end <= plan.end for plan in plans
        ):
            continue
        start = _without_title(phrase)
        form = list(_form(phrase, places, titled=start != phrase.start))
        votes: list[Vote] = list(lists.get(n, ()))
        if field is not None and phrase.start >= field[1]:
            votes += [] if n in joined else [(field[0], 0.9, "field")]
        if any(vote[0] == "PERSON" for vote in form):
            votes = [
                vote for vote in votes if vote[0] != "ORG"
            ]  # people stand among bodies; towns have their names
        votes += [*form, *cues(text, phrase.start, phrase.end)]
        if (
            phrase.label is None
            and len(phrase.words) > 1
            and not phrase.words[-1].link
            and phrase.end in places
        ):
            votes += _of_place(phrase, known_ends)
        add_candidates(doc, (Candidate(start, phrase.end, *vote) for vote in votes))
    return doc


def _of_place(phrase: Phrase, known_ends: Container[int]) -> Iterator[Vote]:
    """`U.S. Embassy Lirio`, `Statistics Canada` are bodies there, `West Germany` is a part."""
    before = [w.folded for w in phrase.words[:-1]]
    if all(w in lexicon().demonyms or w in grammar().words["compass"] for w in before):
        yield "GPE", 0.6, "place-last"
    elif (
        lexicon().english_heads.get(before[-1]) == "ORG"
        or before[-1] in lexicon().topics
        or any(w.end in known_ends for w in phrase.words)
        or not phrase.words[-2].text[1:].islower()
    ):
        yield "ORG", 0.6, "place-last"


def _is_hopeless(text: str, phrase: Phrase) -> bool:
    """Codes, concepts, nationalities, ordinals: never names."""
    words = lexicon()
    whole = text[phrase.start : phrase.end]
    folded = fold(whole)
    if len(whole) < 2 or "_" in whole or _CODE.fullmatch(whole) or is_ordinal(folded):
        return True
    if folded in words.demonyms or folded in words.generic:
        return True
    if all(w.folded in words.titles for w in phrase.words):
        return True
    return all(w.folded in words.concepts or w.folded[:1].isdigit() for w in phrase.words)


def _is_one_of_many(text: str, phrase: Phrase) -> bool:
    """`each Wallet Unit`, `a Case Tracker`: what there are several of is a term, no system."""
    compound = len(phrase.words) > 1 and not any(w.link for w in phrase.words)
    told = compound and phrase.label in (None, "SOFTWARE")
    return told and _ONE_OF_MANY.search(text, max(0, phrase.start - 8), phrase.start) is not None


def _without_title(phrase: Phrase) -> int:
    """Where the name starts after "Minister", "Dr" ...; the phrase's start where there is none."""
    words, at = phrase.words, 0
    titles = lexicon().titles
    while at < len(words) - 1 and words[at].folded.rstrip(".") in titles and not words[at + 1].link:
        at += 1
    last = words[at].folded.rstrip(".")
    alone = at == len(words) - 1 and (last in titles or last in lexicon().topics)  # "Secretary General"
    return phrase.start if alone else words[at].start


def _form(phrase: Phrase, places: Container[int], *, titled: bool) -> Iterator[Vote]:
    yield NOT_A_NAME, 0.0, "phrase"  # what the document says of it elsewhere counts here
    if titled and phrase.words[-1].folded not in lexicon().titles:
        yield "PERSON", 0.8, "title"  # but "Chief Scientific Adviser"
    if phrase.label == "NONE":
        single = len(phrase.words) == 1 or (phrase.head or "").endswith("s")
        yield NOT_A_NAME, 0.8 if single else 0.5, "head"
    elif phrase.label is None and goal_years(phrase.words) and _can_be_a_plan(phrase, places):
        yield "PROGRAM", 0.6, "year"
    elif 2 <= len(phrase.words) <= 5 and _is_given_name(*phrase.words[:2]):
        yield "PERSON", 0.75, "given-name"


def _is_given_name(word: RunWord, following: RunWord) -> bool:
    shout = word.text.isupper() and not following.text.isupper()  # "MARC Code List"
    return word.folded in lexicon().given_names and not shout


def _can_be_a_plan(phrase: Phrase, places: Container[int]) -> bool:
    """`France 2030`, but neither `Ruritania 2018-2020` nor an author with a year, nor the parts of a code."""
    goal = phrase.words[0].end in places and len(phrase.words[-1].text) == YEAR
    return goal or (len(phrase.words) > LONG and not any(w.text[0].isdigit() for w in phrase.words[:-1]))


def _initiative(text: str) -> Iterator[Candidate]:
    """`Name (translation), 2019: a web map of ...` opens an initiative: all of it up to the year is its name."""
    match = _INITIATIVE.match(text)
    if match is not None and match["name"][0].isupper():
        start, end = match.span("name")
        said = [
            v for v in cues(f"X, {match['rest'][:200]}", 0, 1) if v[2] == "cue:is-a" and v[0] not in _PLACES
        ]
        for vote in (*said[:1], ("PROGRAM", 0.55, "initiative")):
            yield Candidate(start, end, *vote)


def _add_items(doc: Doc, field: tuple[str, int] | None, phrases: Sequence[Phrase]) -> Iterator[int]:
    """Adds what a small word holds together in a field, `Swimmers of the North Bay`; gives the numbers of its parts."""
    links = grammar().links
    at = 0
    while field is not None and at < len(phrases):
        end = at + 1
        while (
            end < len(phrases)
            and phrases[at].start >= field[1]
            and links.get(doc.text[phrases[end - 1].end : phrases[end].start].strip(), "and") in IN_ITEMS
        ):
            end += 1
        if end > at + 1:
            whole = Candidate(phrases[at].start, phrases[end - 1].end, field[0], 0.95, "field")
            add_candidates(doc, [whole])
            yield from range(at, end)
        at = end


def _field(text: str) -> tuple[str, int] | None:
    """Label of the names that a form field holds, and where its value starts."""
    match = _FIELD.match(text)
    label = lexicon().fields.get(fold(match["label"]).strip()) if match is not None else None
    return (label, match.end()) if label and match is not None else None
