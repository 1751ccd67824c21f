"""What the words around a phrase say of it: "X is a civil association", "the platform X", "hosted by X"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon, read_sections
from osint_ingest.entities.wording import any_word, own_words

Vote = tuple[str, float, str]

_COPULA = re.compile(
    r"\A(?:\s?\([^()]{1,80}\)){0,2}(?P<comma>\s?,(?:\s\d{4}\s?:)?|\s?:)?\s"
    rf"(?:(?P<verb>{any_word('copulas')})\s)?(?:(?:{any_word('adverbs')})\s)?"
    rf"(?P<article>(?:{any_word('articles', 'indefinite')})\b|l['’])\s?(?P<rest>[^.;:()]{{3,90}})"
)
_CALLED = re.compile(
    rf"(?<![\w'’-])(?P<kind>(?:[\w'’-]++ ){{1,3}})(?:{any_word('called')})"
    rf"(?: (?:{any_word('articles')}))? ?[\"“«'‘(]?\s?\Z"
)
_CONTEXT_BEFORE = re.compile(rf"(?: (?:{any_word('articles')})| l['’])? ?[\"“«]?\Z", re.I)
_OF = frozenset((*own_words("of"), "d'"))
_CONTEXT_AFTER = re.compile(r"[^\s,.;:()]+")
CONTEXT_WORDS = 5
_KIND_AFTER = {"SOFTWARE": 0.6, "EVENT": 0.6, "LICENCE": 0.6, "PROGRAM": 0.65}
_ENGLISH_ARTICLES = frozenset({"a", "an", "the", "one of the"})
_WORD = re.compile(r"[\w'’-]+")


@cache
def _contexts(side: str) -> dict[str, tuple[Vote, ...]]:
    """Words of `data/contexts.txt` that stand "before" or "after" a phrase -> their votes."""
    out: dict[str, tuple[Vote, ...]] = {}
    for section, lines in read_sections("contexts").items():
        label, where, weight = section.split()
        for line in lines if where == side else ():
            key = line.lower()
            out[key] = (*out.get(key, ()), (label, float(weight), f"context:{side}"))
    return out


def cues(text: str, start: int, end: int) -> Iterator[Vote]:
    """Votes for what `text[start:end]` is, from the words before and after it."""
    before = text[max(0, start - 60) : start]
    after = text[end : end + 160]
    yield from _after(after)
    yield from _before(before)
    yield from _context(_CONTEXT_BEFORE.sub("", before).lower().split()[-CONTEXT_WORDS:], "before")
    yield from _context(_CONTEXT_AFTER.findall(after[:60].lower())[:CONTEXT_WORDS], "after")


def _context(words: Sequence[str], side: str) -> Iterator[Vote]:
    """Votes of all words at the phrase's side that tell something."""
    known = _contexts(side)
    for size in range(len(words), 0, -1):
        near = words[-size:] if side == "before" else words[:size]
        votes = known.get(" ".join(near).lstrip('(“"«'))
        if votes is not None:
            yield from votes


def _after(after: str) -> Iterator[Vote]:
    match = _COPULA.match(after)
    if match is not None and (match["comma"] or match["verb"]):
        kind = _kind_of(match["rest"], english=match["article"].lower() in _ENGLISH_ARTICLES)
        if kind is not None:
            yield kind, 0.9 if match["verb"] else 0.75, "cue:is-a"
    words = [fold(w) for w in after[:60].split(" ")[1:5]] if after.startswith(" ") else []
    topics = lexicon().topics
    for n, raw in enumerate(words):
        word = raw.rstrip(".,;:)")
        label = lexicon().kinds.get(word)
        if label in ("SOFTWARE", "EVENT", "LICENCE", "PROGRAM", "GPE", "ORG") and not (label == "GPE" and n):
            sure = label == "PROGRAM" and not n and word in grammar().words["sure_kinds"]
            yield label, 0.85 if sure else _KIND_AFTER.get(label, 0.45), "cue:kind-after"
            break
        if word not in topics or word != raw:
            break


def _before(before: str) -> Iterator[Vote]:
    kinds = lexicon().kinds
    called = _CALLED.search(before)
    tokens = [fold(w) for w in (called["kind"] if called else before).split()]
    if not tokens or not (called or before.endswith((" ", '"', "“", "«", "'", "‘", "’", "("))):
        return
    if tokens[-1] in ('"', "“", "«"):
        tokens.pop()
    if tokens and tokens[-1] in _OF:
        # only places: "municipality of X"
        label = kinds.get(tokens[-2]) if len(tokens) > 1 else None
        if label is None and len(tokens) > 1:
            label = lexicon().plural_kinds.get(tokens[-2])
        if label == "GPE":
            yield "GPE", 0.9, "cue:kind-of"
        return
    for size in (3, 2, 1):
        label = kinds.get(" ".join(tokens[-size:]).rstrip(","))
        if label is not None and len(tokens) >= size:
            if not (before.rstrip().endswith(",") and not called):
                yield label, 0.9 if called else 0.7, "cue:called" if called else "cue:kind-before"
            return
    if called and len(tokens) > 1:
        kind = next((kinds[t] for t in reversed(tokens) if t in kinds), None)
        if kind is not None:
            yield kind, 0.8, "cue:called"


def _kind_of(rest: str, *, english: bool) -> str | None:
    """Label of the kind noun in "open source platform for ...": the last before a stop word in English."""
    kinds = lexicon().kinds
    raw = _WORD.findall(rest)
    words = [fold(w) for w in raw]
    found: str | None = None
    for at, word in enumerate(words[:9]):
        if word in grammar().words["cue_stops"]:
            if (english and word != "and") or found is not None:
                # "a group of users", "one of the tools": the noun before "of" is the kind
                return found
            continue
        if found is not None and english and word.endswith(("ing", "ed")):
            return found
        pair = f"{word} {words[at + 1]}" if at + 1 < len(words) else ""
        label = kinds.get(pair) or kinds.get(word)
        if label is not None and not raw[at][0].isupper():
            found = label
            if not english:
                return found
    return found


def list_label(before: str) -> str | None:
    """Label of what a list holds that starts after `before`: "organisations including"."""
    near_end = before[-40:].lower().split()[-2:]
    if not any(word.strip(",:(") in _INTRO_ENDS or word.endswith(":") for word in near_end):
        return None  # most phrases stand in no list that is opened
    words = fold(_CONTEXT_BEFORE.sub("", before)).replace("(", "").split()
    size = next((n for n in (2, 1) if " ".join(words[-n:]).rstrip(",:") in _INTROS), 0)
    if not size and not (words and words[-1].endswith(":")):
        return None
    plural = lexicon().plural_kinds
    near = (plural.get(word.rstrip(",:")) for word in reversed(words[: len(words) - size][-INTRO_WORDS:]))
    return next((label for label in near if label is not None), None)


INTRO_WORDS = 7
_INTROS = frozenset(own_words("intros"))
_INTRO_ENDS = frozenset(intro.split(" ")[-1] for intro in _INTROS)
