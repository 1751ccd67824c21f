"""Component `head_nouns`: capitalised phrases, and the names that their head nouns tell.

Where the head stands in front, the name runs on in lower case. Leaves the phrases in `doc._.phrases` for the components
that judge them by what stands around them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import any_word, fold, grammar, lexicon, word_lists
from osint_ingest.entities.pipeline.evidence import Candidate, Spans, add_candidates, candidates, text_of
from osint_ingest.entities.pipeline.gazetteer import GAZETTEER
from osint_ingest.entities.pipeline.phrases import ROMANCE_LINKS, Phrase, RunWord, phrases
from osint_ingest.text.language_files import any_form

_KINDS = frozenset({"genitive", "purpose", "about", "a", "en", "y", "and the"})
_OVER = frozenset({"genitive", "purpose", "about"})
"""Kinds of links over which a name goes on to any word with a capital."""
_YEAR = re.compile(rf"(?:\s\([A-Z][\w ]+\))?,?\s(?:(?:{any_word('of')})\s)?(?:19|20)\d\d\b(?!-)")
_YEARS = re.compile(r"\s(?:19|20)\d\d(?:\s?[-–/]\s?(?:20)?\d\d)?\b")
_NO_NAMES = frozenset({"LAW", "PROGRAM", "EVENT", "SOFTWARE"})
"""Labels of heads that begin another name."""
MAX_WORDS = 14
_MAY_HAVE_ADDRESS = re.compile(r"[/.@]\w")


@cache
def _step() -> re.Pattern[str]:
    """A word with the link before it, if there is one."""
    links = any_form(link for link, kind in grammar().links.items() if kind in _KINDS)
    return re.compile(
        rf"(?=\s?[^\W\d_])\s?(?:(?=\w{{1,9}}[\s'’])(?P<link>{grammar().elided_pattern}|{links}\s))?"
        r"(?P<word>[^\W\d_][\w’'-]*(?:\.[\w-]+)*)"
    )


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf"\s{grammar().and_pattern}\s")


def linked_word(text: str, at: int) -> tuple[int, str] | None:
    """The word from `at` on that a link ties to what stands before, with where it starts; None without one."""
    step = _step().match(text, at)
    return (step.start("word"), step["word"]) if step is not None and _kind(step) in _OVER else None


def tail_end(text: str, end: int, label: str, *, alone: bool = False) -> int:
    """End of the last word that belongs to a name with its head in front, by the subjects of `topics.txt`.

    `alone`: nothing but the head stands before, so that an adjective can follow it before what it is of.
    """
    if text[end - 1].isdigit():
        return end  # its years are the end of a plan's name
    nouns = label in ("ORG", "LAW", "PROGRAM")
    adjective = _step().match(text, end) if alone and nouns else None
    if adjective is not None and not adjective["link"] and _is_adjective(adjective["word"]):
        after = adjective.end("word")
        if linked_word(text, after):
            end = after
    end = _walk(text, end, nouns=nouns)
    if label == "ORG":
        end = _series_end(text, end)
    years = _YEARS.match(text, end) if label == "PROGRAM" else None
    return years.end() if years is not None else end


def _is_adjective(word: str) -> bool:
    # "code published by default" in Spanish
    return word.islower() and not word.endswith(word_lists()["lower_tails"]["participles"])


def year_end(text: str, end: int) -> int:
    """End of the year behind an act's title, or of the title."""
    year = _YEAR.match(text, end)
    return year.end() if year is not None else end


def _series_end(text: str, end: int) -> int:
    """End of a series of what a body is of, each with its small word after a comma, or `end`."""
    at = end
    while (
        text.startswith(", ", at)
        and (linked := linked_word(text, at + 1))
        and lexicon().romance_heads.get(fold(linked[1])) != "ORG"
        and (stop := _walk(text, at + 1, nouns=True)) > at + 1
    ):
        at = stop
    return at if _and().search(text, end, at) else end


def _walk(text: str, end: int, *, nouns: bool) -> int:
    for _ in range(MAX_WORDS):
        step = _step().match(text, end)
        if step is None or not _belongs(text, step, end, nouns=nouns):
            break
        end = step.end("word")
    return end


def _link(step: re.Match[str]) -> str:
    return (step["link"] or "").strip().replace("’", "'")


def _kind(step: re.Match[str]) -> str:
    link = _link(step)
    return grammar().kind_of(link) if link else ""


def _belongs(text: str, step: re.Match[str], end: int, *, nouns: bool) -> bool:
    word, link, kind = step["word"], _link(step), _kind(step)
    if word.endswith(word_lists()["lower_tails"]["verbs"]) or link == "a":
        return False
    plain = fold(word).split("'")[-1]
    topics = lexicon().topics
    known = plain in topics or plain.removesuffix("s") in topics
    if kind == "and the" and lexicon().romance_heads.get(plain) == "ORG":
        return False  # another body
    if word[0].islower() and not link:
        return plain in lexicon().romance_topics or plain.removesuffix("s") in lexicon().romance_topics
    if word[0].islower():
        return known or (nouns and link in word_lists()["lower_tails"]["nouns"] and len(plain) > 3)
    if not link:
        return known and text[:end].rpartition(" ")[2][:1].isupper()
    # another name, or a place, stands after other links
    return kind in _OVER or (kind != "en" and known and lexicon().romance_heads.get(plain) not in _NO_NAMES)


SCORE = 0.85
LOWERED_SCORE = 0.8
_GOVERNMENT = re.compile(rf"\b(?:{any_word('government_of')}) ?\Z", re.I)
_SUBJECT = re.compile(rf" (?:{any_word('act_on')}) ")
_NUMBER_AFTER = re.compile(
    rf",?\s(?:{any_form(word_lists()['legal']['number']['words'])})\s?\d(?:[\d.,/-]*\w)?(?:\s(?:{any_word('of')})\s(?:19|20)\d\d\b)?"
)

if not Doc.has_extension("phrases"):
    Doc.set_extension("phrases", default=())


@Language.component("osint_head_nouns", assigns=["doc.spans", "doc._.phrases"], requires=["doc.spans"])
def head_nouns(doc: Doc) -> Doc:
    """The text with its phrases, and those with a telling head among the candidates."""
    text = text_of(doc)
    known = {
        s.start_char: Candidate(s.start_char, s.end_char, s.label_, SCORE, s.id_)
        for s in doc.spans.get(GAZETTEER, ())
    }
    tokens = doc if _MAY_HAVE_ADDRESS.search(text) else ()
    addresses = Spans(
        (t.idx, t.idx + len(t)) for t in tokens if t.like_url or t.like_email or "://" in t.text
    )
    acts = [c for c in candidates(doc) if c.rule.startswith("legal:") and c.label == "LAW"]
    found = [p for p in phrases(text, known.get) if not addresses.overlap(p.start, p.start + 1)]
    add_candidates(doc, [c for act in acts if (c := _titled(text, act, found)) is not None])
    numbered = Spans((act.start, act.end) for act in acts)
    doc._.phrases = tuple(p for p in found if not numbered.overlap(p.start, p.end))
    add_candidates(doc, (c for p in doc._.phrases if (c := _by_head(text, p)) is not None))
    add_candidates(doc, _lowered(text))
    add_candidates(doc, (c for k in known.values() if k.label == "GPE" and (c := _government(text, k))))
    return doc


def _by_head(text: str, phrase: Phrase) -> Candidate | None:
    words = lexicon()
    first, last = phrase.words[0].folded, phrase.words[-1].folded
    if len(phrase.words) == 1:
        # a capitalised head in front is a name only with what follows it in lower case
        label = words.romance_heads.get(first)
        if label in (None, "NONE", "GPE", "LOC", "LICENCE"):
            return None
        linked = linked_word(text, phrase.end)
        kind = grammar().links.get(text[phrase.end : linked[0]].strip()) if linked is not None else None
        if words.romance_heads.get(f"{first} {kind}") == "NONE":
            return None  # a code "of" something is of rules, one "for" something is a programme
        end = tail_end(text, phrase.end, str(label), alone=True)
        named = end > phrase.end and fold(text[phrase.start : end]) not in words.generic
        return Candidate(phrase.start, end, str(label), SCORE, f"head:{first}") if named else None
    label, head, end = phrase.label, phrase.head or "", phrase.end
    if label in (None, "NONE") or (label == "LOC" and head in words.romance_heads):
        return None  # rivers and valleys give their names to towns
    romance = head not in words.english_heads or any(w.link in ROMANCE_LINKS for w in phrase.words)
    if romance and head in (first, phrase.words[1].folded) and label != "GPE":
        end = tail_end(text, end, label)
        if fold(text[phrase.start : end]) in words.generic:
            return None
    number = _NUMBER_AFTER.match(text, end) if label == "LAW" else None
    if number is not None:
        end = number.end()  # "Right to Information Act, No. 12 of 2016"
    elif label == "LAW" and last in grammar().words["year_heads"]:
        end = year_end(text, end)
    # "the French Ministry of Finance": whose it is stands outside
    apart = first in words.demonyms and head in grammar().words["bodies_of_nations"]
    begin = _act_of(phrase) or phrase.words[1 if apart else 0]
    return Candidate(begin.start, end, label, SCORE, f"head:{head}")


def _act_of(phrase: Phrase) -> RunWord | None:
    """The act that is named with a part of it: `Regulation` of `Second Transitory Provision of the Regulation`."""
    heads = lexicon().romance_heads
    acts = (w for w in phrase.words[2:] if heads.get(w.folded) == "LAW")
    return next(acts, None) if phrase.label == "LAW" and _is_part(phrase.words) else None


def _is_part(words: Sequence[RunWord]) -> bool:
    """Is it a part of an act?"""
    return any(w.folded in grammar().words["act_parts"] for w in words[:2])


def _starting_at(found: Sequence[Phrase], at: int) -> Phrase | None:
    phrase = _starting_before(found, at + 1)
    return phrase if phrase is not None and phrase.start == at else None


def _titled(text: str, act: Candidate, found: Sequence[Phrase]) -> Candidate | None:
    """`Information Act No. 4`, `Law 27/2014 on Access to Information`: number, title and subject are one name."""
    before = _starting_before(found, act.start)
    titled = (
        before is not None
        and act.start < before.end <= act.end
        and before.label == "LAW"
        and not _is_part(before.words)
    )
    start = before.start if before is not None and titled else act.start
    gap = _SUBJECT.match(text, act.end)
    subject = _starting_at(found, gap.end()) if gap is not None else None
    end = subject.end if subject is not None and len(subject.words) > 1 else act.end
    if text.startswith(", ", act.end):
        # an act by its number, and again by its title
        told = _starting_at(found, act.end + 2)
        is_title = (
            told is not None and told.label == "LAW" and any(w.text[0].isupper() for w in told.words[1:])
        )
        named = _by_head(text, told) if told is not None and is_title else None
        end = named.end if named is not None else end
    return Candidate(start, end, "LAW", act.score, act.rule) if (start, end) != (act.start, act.end) else None


def _starting_before(found: Sequence[Phrase], place: int) -> Phrase | None:
    """The last of the phrases, which stand in order, that starts before a place."""
    at = bisect_left(found, place, key=lambda phrase: phrase.start)
    return found[at - 1] if at else None


def _government(text: str, place: Candidate) -> Candidate | None:
    """`government of Ruritania` is a body, though its noun is in lower case."""
    match = _GOVERNMENT.search(text, max(0, place.start - 24), place.start)
    return Candidate(match.start(), place.end, "ORG", LOWERED_SCORE, "head:government") if match else None


@cache
def _heads() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], frozenset[str]]:
    """Heads that a tail follows, by label; words that no head is of."""
    told = word_lists()["lowered"]
    heads = ((label, rf"(?<![\w-])(?:{'|'.join(told[label])})(?![\w-])") for label in ("ORG", "LAW"))
    return tuple((label, re.compile(pattern)) for label, pattern in heads), frozenset(told["no_subjects"])


def _lowered(text: str) -> Iterator[Candidate]:
    """Bodies and laws whose head noun has no capital, with all of their tail."""
    heads, no_subjects = _heads()
    for label, pattern in heads:
        for match in pattern.finditer(text):
            start, word = linked_word(text, match.end()) or (0, "")
            plain = fold(word)
            named = word[:1].isupper() and len(word) > 2
            if named or (plain in lexicon().topics and plain not in no_subjects):
                end = tail_end(text, start + len(word), label)
                yield Candidate(match.start(), end, label, LOWERED_SCORE, f"head:{fold(match.group())}")
