"""What the words around a phrase say of it: "X is a civil association", "the platform X", "hosted by X". What a list
says of its members: "organisations including A, B and C", or two known names among three."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from osint_ingest.entities.lexicon import ARTICLE, any_word, by_language, fold, grammar, lexicon, word_lists
from osint_ingest.entities.pipeline.phrases import Phrase

Vote = tuple[str, float, str]
"""Label, weight, rule."""

_COPULA = re.compile(
    r"\A(?:\s?\([^()]{1,80}\)){0,2}(?P<comma>\s?,|\s?:)?\s"
    rf"(?:(?P<verb>{any_word('copulas')})\s)?(?:(?:{any_word('adverbs')})\s)?"
    rf"(?P<article>(?:{any_word('articles', 'indefinite')})\b|l['’])\s?(?P<rest>[^.;:()]{{3,90}})"
)
_CALLED = re.compile(
    rf"(?<![\w'’-])(?P<kind>(?:[\w'’-]++ ){{1,3}})(?:{any_word('called')})"
    rf"(?: (?:{any_word('articles')}))? ?[\"“«'‘(]?\s?\Z"
)
_CONTACT = re.compile(r"\s?[(<,:]\s?[\w.+-]{1,60}+@")
"""The address of somebody, masked or not."""
_BEFORE = re.compile(rf"(?: (?:{any_word('articles')})| l['’])? ?[\"“«]?\Z", re.I)
_OF = frozenset((*word_lists()["of"], "d'"))
_WORD = re.compile(r"[\w'’-]+")
_ENGLISH_ARTICLES = frozenset({"a", "an", "the", "one of the"})
_NAMED_BY_KIND = ("SOFTWARE", "EVENT", "PROGRAM")
OF_BODIES = ("EVENT", "PROGRAM")
"""What stands after the acronym of a body is the body's."""
NEAR = 5
"""Words before a phrase that are looked up in `contexts.txt`."""
ACRONYM = 4
"""Letters of the acronyms that are bodies where a place could stand."""


def cues(text: str, start: int, end: int) -> Iterator[Vote]:
    """Votes for what `text[start:end]` is, from the words before and after it."""
    before, after = text[max(0, start - 60) : start], text[end : end + 160]
    yield from _is_a(after)
    if " " in text[start:end] and _CONTACT.match(after):
        yield "PERSON", 0.6, "cue:contact"
    last = text[start:end].rpartition(" ")[2]
    shout = last.isupper() and len(last) <= ACRONYM
    if fold(text[start:end]) not in lexicon().topics:  # "Open source software"
        own = fold(after[1:].partition(" ")[0]) in grammar().words["own_kinds"]
        # "the HAC meeting": a body's; but "the ISA programme"
        yield from (v for v in _kind_after(after) if own or not (shout and v[0] in OF_BODIES))
    yield from _kind_before(before)
    near = _near(_BEFORE.sub("", before).lower().split()[-NEAR:])
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


def _kind_after(after: str) -> Iterator[Vote]:
    """`the Medisoft open source system`."""
    for raw in after[:60].split(" ")[1:5] if after.startswith(" ") else ():
        word = fold(raw).rstrip(".,;:)")
        label = lexicon().kinds.get(word)
        if label in _NAMED_BY_KIND:
            yield label, 0.6, "cue:kind-after"
        if label is not None or word not in lexicon().topics or word != fold(raw):
            return


def _kind_before(before: str) -> Iterator[Vote]:
    """`the participation platform X`, `a distribution called X`."""
    called = _CALLED.search(before)
    tokens = [fold(w) for w in (called["kind"] if called else before).split()]
    if not called and not before.endswith((" ", '"', "“", "«", "'", "‘", "’", "(")):
        return
    kinds = lexicon().kinds
    if tokens[-1:] and tokens[-1] in _OF:
        # only places: "municipality of X"
        if "GPE" in (known.get("".join(tokens[-2:-1])) for known in (kinds, lexicon().plural_kinds)):
            yield "GPE", 0.9, "cue:kind-of"
        return
    for size in (3, 2, 1):
        label = kinds.get(" ".join(tokens[-size:]))
        if label is not None and len(tokens) >= size and (called or label != "EVENT"):
            yield label, 0.9 if called else 0.7, "cue:called" if called else "cue:kind-before"
            return


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
_ARTICLE_BEFORE = re.compile(rf"(?: (?:{any_word('articles')})| l['’])? ?[\"“«]?\Z", re.I)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_PLACE_BEFORE = re.compile(rf"\b(?:{any_word('inside')})\s(?:the )?\Z", re.I)
_NEXT = re.compile(rf";(?: (?:{any_word('and')}))? ?\Z")
"""`towns such as A, which ...; B, that ...; and C`: still the towns."""
_INTRO_WEIGHT = (0.7, 0.8)
"""Of what opens a list, and of what opens a list of places: towns are named after people, people after no plan."""
MANY = 3
INTRO = 75
"""Characters before a list in which the words that open it are looked for."""
INTRO_WORDS = 7


def list_votes(text: str, phrases: Sequence[Phrase], labels: Sequence[str | None]) -> dict[int, list[Vote]]:
    """Votes by the number of the phrase. `labels`: what each phrase is already known to be."""
    votes: dict[int, list[Vote]] = {}
    carried: str | None = None
    last = 0
    for group in _groups(text, phrases):
        start = phrases[group[0]].start
        cast: list[Vote] = []
        opened = list_label(text[max(0, start - INTRO) : start])
        if _SENTENCE_END.search(text, last, start):
            carried = None
        if opened is not None and len(group) > 1:
            cast.append((opened, _INTRO_WEIGHT[opened == "GPE"], "list:intro"))
        elif carried is not None and _NEXT.search(text[last:start]):
            cast.append((carried, _INTRO_WEIGHT[carried == "GPE"], "list:intro"))
        elif _are_towns(text, [phrases[n] for n in group], {labels[n] for n in group}):
            cast.append(("GPE", 0.55, "list:place"))
        carried, last = opened or carried, phrases[group[-1]].end
        if len(group) > 1 and _is_role(phrases[group[1]]) and phrases[group[0]].label is None:
            votes[group[0]] = [("PERSON", 0.75, "list:role")]  # "Ana Brask, Head Teacher, Northern School"
            continue
        others = [v for v in _by_members([labels[n] for n in group]) if v[0] not in ("LAW", "PROGRAM")]
        for n in group:
            words = phrases[n].words
            numbered = words[0].text[0].isdigit() or any(
                map(str.isdigit, words[-1].text)
            )  # "85th Cong", "M77"
            if mine := cast if numbered else cast + others:
                votes[n] = mine
    return votes


def _are_towns(text: str, group: Sequence[Phrase], labels: set[str | None]) -> bool:
    """`in Sfax, Sousse and Gabès`: plain words after a word for where things are, none known as something else."""
    start = group[0].start
    return (
        len(group) > 1
        and labels <= {None, "GPE"}
        and all(map(_can_be_a_town, group))
        and _PLACE_BEFORE.search(text, max(0, start - 16), start) is not None
    )


def _can_be_a_town(phrase: Phrase) -> bool:
    known, words = lexicon(), phrase.words
    if phrase.label is not None or len(words) > 2 or any(w.link for w in words[1:]):
        return False
    return all(
        w.text.replace("-", "").istitle() and w.folded not in known.topics and w.folded not in known.concepts
        for w in words
    )


def _is_role(phrase: Phrase) -> bool:
    titles = any(w.folded in lexicon().titles for w in phrase.words)
    return titles and phrase.label in (None, "NONE") and len(phrase.words) < MANY


def list_label(before: str) -> str | None:
    """Label of what a list holds that starts after `before`: "organisations including"."""
    words = fold(_ARTICLE_BEFORE.sub("", before)).replace("(", "").split()
    size = next((n for n in (2, 1) if " ".join(words[-n:]).rstrip(",:") in _INTROS), 0)
    if not size and not (words and words[-1].endswith(":")):
        return None
    plural = lexicon().plural_kinds
    near = (plural.get(word.rstrip(",:")) for word in reversed(words[: len(words) - size][-INTRO_WORDS:]))
    return next((label for label in near if label is not None), None)


def _by_members(labels: Sequence[str | None]) -> Iterator[Vote]:
    """Members that are known tell of the others, if they agree and are a third or more."""
    found = Counter(label for label in labels if label is not None)
    if len(labels) >= MANY and len(found) == 1:
        label, count = found.popitem()
        if count * 3 >= len(labels) and (count > 1 or len(labels) == MANY):
            yield label, 0.75 if count > 1 else 0.5, "list:others"


def _groups(text: str, phrases: Sequence[Phrase]) -> Iterator[list[int]]:
    group: list[int] = []
    for n, phrase in enumerate(phrases):
        if group and not _BETWEEN.fullmatch(text, phrases[group[-1]].end, phrase.start):
            yield group
            group = []
        group.append(n)
    if group:
        yield group
