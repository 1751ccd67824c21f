"""Component `context`: what the words around a phrase, its list, its field and its form say of it where no head tells.

`X is a civil association`, `the platform X`, `organisations including A, B and C`. Action plans by their whole names:
places and commas stand between their head and years, which no head noun holds together.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import (
    ARTICLE,
    any_word,
    by_language,
    fold,
    grammar,
    is_ordinal,
    lexicon,
    word_lists,
)
from osint_ingest.entities.pipeline.evidence import NOT_A_NAME, Candidate, add_candidates, candidates, text_of
from osint_ingest.entities.pipeline.gazetteer import HINT, KNOWN
from osint_ingest.entities.pipeline.phrases import Phrase, RunWord

Vote = tuple[str, float, str]
"""Label, weight, rule."""

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
IN_ITEMS = ("of", "for", "genitive", "purpose")
"""Links that hold the items of a field together."""
_PLACES = ("GPE", "LOC", "PERSON")
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")


@Language.component("osint_context", assigns=["doc.spans"], requires=["doc.spans", "doc._.phrases"])
def context(doc: Doc) -> Doc:
    """The text with votes for its phrases among the candidates, one a reason."""
    text = text_of(doc)
    covered = dict(sorted((c.start, c.end) for c in candidates(doc) if c.rule not in (HINT, KNOWN)))
    phrases = [p for p in doc._.phrases if not _is_hopeless(text, p)]
    lists = list_votes(text, phrases)
    field = _field(text)
    add_candidates(doc, _initiative(text))
    plans = plan_names(text, field[1] if field is not None and field[0] == "PROGRAM" else None)
    add_candidates(doc, plans)
    add_candidates(doc, (place for plan in plans for place in places_of_plan(text, plan)))
    joined = set(_add_items(doc, field, phrases))
    for n, phrase in enumerate(phrases):
        if covered.get(phrase.start, 0) >= phrase.end or any(
            plan.start <= phrase.start and phrase.end <= plan.end for plan in plans
        ):
            continue
        start = _without_title(phrase)
        form = list(_form(phrase, titled=start != phrase.start))
        votes = [lists[n]] if n in lists else []
        if field is not None and phrase.start >= field[1]:
            votes += [] if n in joined else [(field[0], 0.9, "field")]
        if any(vote[0] == "PERSON" for vote in form):
            # people stand among bodies; towns have their names
            votes = [vote for vote in votes if vote[0] != "ORG"]
        votes += [*form, *cues(text, phrase.start, phrase.end)]
        add_candidates(doc, (Candidate(start, phrase.end, *vote) for vote in votes))
    return doc


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


def _without_title(phrase: Phrase) -> int:
    """Where the name starts after "Minister", "Dr" ...; the phrase's start where there is none."""
    words, at = phrase.words, 0
    titles = lexicon().titles
    while at < len(words) - 1 and words[at].folded.rstrip(".") in titles and not words[at + 1].link:
        at += 1
    last = words[at].folded.rstrip(".")
    alone = at == len(words) - 1 and (last in titles or last in lexicon().topics)  # "Secretary General"
    return phrase.start if alone else words[at].start


def _form(phrase: Phrase, *, titled: bool) -> Iterator[Vote]:
    yield NOT_A_NAME, 0.0, "phrase"  # what the document says of it elsewhere counts here
    if titled and phrase.words[-1].folded not in lexicon().titles:
        yield "PERSON", 0.8, "title"  # but "Chief Scientific Adviser"
    if phrase.label == "NONE":
        single = len(phrase.words) == 1 or (phrase.head or "").endswith("s")
        yield NOT_A_NAME, 0.8 if single else 0.5, "head"
    elif 2 <= len(phrase.words) <= 5 and _is_given_name(*phrase.words[:2]):
        yield "PERSON", 0.75, "given-name"


def _is_given_name(word: RunWord, following: RunWord) -> bool:
    shout = word.text.isupper() and not following.text.isupper()  # "MARC Code List"
    return word.folded in lexicon().given_names and not shout


def _initiative(text: str) -> Iterator[Candidate]:
    """`Name (translation), 2019: a web map of ...` opens an initiative: all of it up to the year is its name."""
    match = _INITIATIVE.match(text)
    if match is not None and match["name"][0].isupper():
        start, end = match.span("name")
        said = (vote for vote in _is_a(f", {match['rest'][:160]}") if vote[0] not in _PLACES)
        for vote in (*said, ("PROGRAM", 0.55, "initiative")):
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
            and links.get(text_of(doc)[phrases[end - 1].end : phrases[end].start].strip(), "and") in IN_ITEMS
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


_COPULA = re.compile(
    r"\A(?:\s?\([^()]{1,80}\)){0,2}(?P<comma>\s?,|\s?:)?\s"
    rf"(?:(?P<verb>{any_word('copulas')})\s)?(?:(?:{any_word('adverbs')})\s)?"
    rf"(?P<article>(?:{any_word('articles', 'indefinite')})\b|l['’])\s?(?P<rest>[^.;:()]{{3,90}})"
)
_ARTICLE_BEFORE = re.compile(rf"(?: (?:{any_word('articles')})| l['’])? ?[\"“«]?\Z", re.I)
_OF = frozenset((*word_lists()["of"], "d'"))
_WORD = re.compile(r"[\w'’-]+")
_ENGLISH_ARTICLES = frozenset({"a", "an", "the", "one of the"})
NEAR = 5
"""Words before a phrase that are looked up in `contexts.txt`."""


def cues(text: str, start: int, end: int) -> Iterator[Vote]:
    """Votes for what `text[start:end]` is, from the words before and after it."""
    before, after = text[max(0, start - 60) : start], text[end : end + 160]
    yield from _is_a(after)
    yield from _kind_before(before)
    last = text[start:end].rpartition(" ")[2]
    near = _near(_ARTICLE_BEFORE.sub("", before).lower().split()[-NEAR:])
    letters = any(sum(map(str.isupper, part)) > 1 for part in last.split("-"))
    yield from (vote for vote in near if not (letters and vote[0] == "GPE"))  # "within HO", "in GeoDCAT-AP"


def _is_a(after: str) -> Iterator[Vote]:
    match = _COPULA.match(after)
    if match is not None and (match["comma"] or match["verb"]):
        label = _kind_of(match["rest"], english=match["article"].lower() in _ENGLISH_ARTICLES)
        if label is not None:
            yield label, 0.9 if match["verb"] else 0.75, "cue:is-a"


def _kind_of(rest: str, *, english: bool) -> str | None:
    """Label of the kind noun in "open source platform for ...": the last before a stop word in English."""
    found: str | None = None
    for raw in _WORD.findall(rest)[:9]:
        word = fold(raw)
        if word in grammar().words["cue_stops"]:
            if (english and word != "and") or found is not None:
                return found
            continue
        if english and found is not None and word.endswith(("ing", "ed")):
            return found  # "a civil society organisation comprising ..."
        label = lexicon().kinds.get(word)
        if label is not None and not raw[0].isupper():
            found = label
            if not english:
                return found
    return found


def _kind_before(before: str) -> Iterator[Vote]:
    """`the participation platform X`, `the municipality of X`."""
    words, kinds = [fold(w) for w in before.split()], lexicon().kinds
    if not before.endswith((" ", '"', "“", "«", "'", "‘", "’", "(")):
        return
    if words[-1:] and words[-1] in _OF:
        if "GPE" in (known.get("".join(words[-2:-1])) for known in (kinds, lexicon().plural_kinds)):
            yield "GPE", 0.9, "cue:kind-of"
        return
    labels = (kinds.get(" ".join(words[-size:])) for size in (3, 2, 1) if len(words) >= size)
    label = next((label for label in labels if label not in (None, "EVENT")), None)
    if label is not None:
        yield label, 0.7, "cue:kind-before"


@cache
def _contexts() -> dict[str, tuple[Vote, ...]]:
    """Words of `contexts.txt` that stand before a phrase -> their votes."""
    out: dict[str, tuple[Vote, ...]] = {}
    for _, section, lines in by_language("contexts"):
        label, weight = section.split()
        for line in lines:
            key = line.lower()
            out[key] = (*out.get(key, ()), (label, float(weight), "context:before"))
    return out


def _near(words: Sequence[str]) -> Iterator[Vote]:
    """Votes of all words before the phrase that tell something."""
    for size in range(len(words), 0, -1):
        yield from _contexts().get(" ".join(words[-size:]).lstrip('(“"«'), ())


_BETWEEN = re.compile(
    rf"(?:\s?[,;]\s?(?:(?:{any_word('and', 'or')})\s)?|\s(?:{any_word('and', 'or')}|&|/)\s|\s?[•●–-]\s){ARTICLE}?\Z"
)
_INTROS = frozenset(word_lists()["intros"])
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_NEXT = re.compile(rf";(?: (?:{any_word('and')}))? ?\Z")
"""`towns such as A, which ...; B, that ...; and C`: still the towns."""
_INTRO_WEIGHT = (0.7, 0.8)
"""Of what opens a list, and of what opens a list of places: towns are named after people, people after no plan."""
INTRO = 75
"""Characters before a list in which the words that open it are looked for."""
INTRO_WORDS = 7


def list_votes(text: str, phrases: Sequence[Phrase]) -> dict[int, Vote]:
    """Votes by the number of the phrase: for lists that say what they hold."""
    votes: dict[int, Vote] = {}
    carried: str | None = None
    last = 0
    for group in _groups(text, phrases):
        start = phrases[group[0]].start
        opened = list_label(text[max(0, start - INTRO) : start])
        if _SENTENCE_END.search(text, last, start):
            carried = None
        goes_on = carried if _NEXT.search(text[last:start]) else None
        label = opened if opened is not None and len(group) > 1 else goes_on
        if label is not None:
            votes |= dict.fromkeys(group, (label, _INTRO_WEIGHT[label == "GPE"], "list:intro"))
        carried, last = opened or carried, phrases[group[-1]].end
    return votes


def list_label(before: str) -> str | None:
    """Label of what a list holds that starts after `before`: "organisations including"."""
    words = fold(_ARTICLE_BEFORE.sub("", before)).replace("(", "").split()
    size = next((n for n in (2, 1) if " ".join(words[-n:]).rstrip(",:") in _INTROS), 0)
    if not size and not (words and words[-1].endswith(":")):
        return None
    plural = lexicon().plural_kinds
    near = (plural.get(word.rstrip(",:")) for word in reversed(words[: len(words) - size][-INTRO_WORDS:]))
    return next((label for label in near if label is not None), None)


def _groups(text: str, phrases: Sequence[Phrase]) -> Iterator[list[int]]:
    group: list[int] = []
    for n, phrase in enumerate(phrases):
        if group and not _BETWEEN.fullmatch(text, phrases[group[-1]].end, phrase.start):
            yield group
            group = []
        group.append(n)
    if group:
        yield group
