"""Names that a phrase itself tells: by its head noun, by a number before its subject, by its place in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

import pycountry

from osint_ingest.entities.cues import Vote, cues
from osint_ingest.entities.evidence import Found, Open
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.heads import NAMELESS
from osint_ingest.entities.lexicon import lexicon
from osint_ingest.entities.phrases import Phrase
from osint_ingest.entities.tails import with_tail
from osint_ingest.entities.votes import is_camel
from osint_ingest.entities.wording import any_word

HEAD_SCORE = 0.85
_SITE = re.compile(
    r"(?<![\w@./-])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:gov|gob|gouv|gub|go|org|com|net|info|eu|io|edu)(?:\.[a-z]{2})?"
    r"(?![\w/@-])"
)
_COUNTRY_SITE = re.compile(
    r"(?<![\w@./-])[A-Za-z][A-Za-z\d-]{2,}(?:\.[A-Za-z\d-]+)*\.(?P<country>[A-Za-z]{2})(?![\w/@.-]\w)(?![/@-])"
)
_FILE_ENDINGS = frozenset({"py", "md", "rs", "sh", "pl", "ps", "so", "cc", "js", "no"})
"""Endings that are a country's and a kind of file's, or a word's."""
_GOVERNMENT = re.compile(
    rf"\b(?:{any_word('government_of')}) ?\Z",
    re.I,
)
_PROVINCE = re.compile(r"\bprovincia (?:de|del)\s\Z")
_SUBJECT = re.compile(
    r",? (?:on(?: the)?|sobre(?: el| la)?|relati(?:ve|f) (?:à|au|aux)(?: la| l['’])?) ?",
)
_OF_GAP = re.compile(r" (?:of|to|for|by)(?: the)? ")
_AND_GAP = re.compile(r",? and (?:on |of |in |to )?(?:the )?")
_AND_SUBJECT = re.compile(r" and (?:the )?[A-Z][\w-]+(?: of(?: the)?| to)(?: [A-Z][\w-]+)+")
_INITIATIVE = re.compile(
    r"\A\W{0,3}(?P<name>[^\W\d_][^,:;()]{2,70}?)(?: \([^()]{2,80}\))?"
    r", (?:19|20)\d\d(?: ?[-–] ?(?:(?:19|20)\d\d|present))?\s?:\s(?P<rest>.+)"
)
_RUNS_ON = re.compile(
    r"\b(?:runs on|built (?:on|with|using)|based on|written in|source code (?:is|was)|fork of|released under"
    r"|licensed under|can be downloaded)\b"
)
_START = attrgetter("start")
_NO_DOUBT = ("", -1.5, "initiative")
"""It starts the passage because it is its name: that speaks no longer against it."""
_SOFT_LABELS = ("ORG", "SOFTWARE", "PROGRAM", "EVENT")
_SAYS_WHAT = ("cue:is-a", "list:intro", "cue:called")


def by_cue(text: str, phrase: Phrase, votes: Sequence[Vote]) -> Found | None:
    """A phrase with a soft head of which the text, or its list, says that it is something else."""
    if phrase.label in NAMELESS or len(phrase.words) < 2 or phrase.head not in grammar().words["soft_heads"]:
        return None
    kinds = (*votes, *cues(text, phrase.start, phrase.end))
    said = [
        v for v in kinds if v[1] >= 0.7 and (v[2] in _SAYS_WHAT or (v[2] == "cue:kind-after" and v[1] > 0.8))
    ]
    label, weight, method = max(said, key=lambda v: (v[1], v[0]), default=("", 0.0, ""))
    if label == phrase.label or label not in _SOFT_LABELS:
        return None
    return Found(phrase.start, phrase.end, label, method, weight)


def by_head(text: str, phrase: Phrase, *, listed: bool) -> Found | None:
    """A phrase that its head noun names, with its tail in lower case. `listed`: it stands in a list of names."""
    if len(phrase.words) == 1:
        return _single(text, phrase, listed=listed)
    if phrase.label is None or phrase.label == "NONE":
        return None
    words = lexicon()
    head = phrase.head or ""
    romance = head in words.romance_heads and any(w.folded in head.split() for w in phrase.words[:2])
    if phrase.label == "LOC" and romance:
        return None  # "Río X", "Valle X" are towns as often as rivers: the context decides
    named = Found(phrase.start, phrase.end, phrase.label, f"head:{head}", HEAD_SCORE)
    if romance or head in words.english_heads:
        return with_tail(text, named, romance=romance and phrase.label != "GPE")
    return named


def _single(text: str, phrase: Phrase, *, listed: bool) -> Found | None:
    """`Parlement`, or `Ministère de la mer`, `Law on trade marks`: one capitalised word and its tail."""
    words = lexicon()
    word = phrase.words[0].folded
    in_sentence = not phrase.starts_sentence
    if word in grammar().words["alone"] and in_sentence and phrase.words[0].text[1:].islower():
        return Found(
            phrase.start, phrase.end, "LAW" if word.startswith("constitu") else "ORG", "head:alone", 0.6
        )
    label = words.romance_heads.get(word) or words.english_heads.get(word)
    if label in (None, "NONE", "GPE", "LOC", "LICENCE") or not (in_sentence or listed):
        return None
    named = Found(phrase.start, phrase.end, str(label), f"head:{word}", HEAD_SCORE)
    extended = with_tail(text, named, romance=word in words.romance_heads)
    if extended.end == phrase.end and word in words.english_heads:
        extended = with_tail(text, named, romance=False)
    return None if extended.end == phrase.end else extended


def with_year(text: str, found: Found) -> Found:
    """`Freedom of Information Act 2000`: a known act, and the year of this country's."""
    head = text[found.start : found.end].rpartition(" ")[2].lower()
    if found.label != "LAW" or head not in grammar().words["year_heads"]:
        return found
    return with_tail(text, replace(found, method=f"head:{head}"), romance=False)


def place_of(text: str, phrase: Phrase) -> Iterator[Open]:
    """`Parliament of X`, `X Action Plan`: a vote that X is a place, wherever else it stands."""
    topics = lexicon().topics
    first, last = phrase.words[0], phrase.words[-1]
    if phrase.label == "ORG" and last.link in ("of", "de") and len(phrase.words) > 1:
        between = text[phrase.words[-2].end : last.start].strip()
        if between in ("of", "de") and last.text[1:].islower() and last.folded not in topics:
            weight = 0.8 if phrase.head in ("government", "parliament", "gobierno", "gouvernement") else 0.45
            yield Open(last.start, last.end, (("GPE", weight, "tail"),))
    plan = phrase.label == "PROGRAM" and phrase.head == "plan" and len(phrase.words) > 2
    if plan and phrase.words[1].folded == "action" and first.folded not in topics:
        yield Open(first.start, first.end, (("GPE", 0.5, "plan"),))


def only_kind_after(phrase: Phrase, gazetteer: Sequence[Found]) -> bool:
    """`Tryton ERP`, `Linux Operating System`: a known name and words that only say what it is."""
    labels = ("SOFTWARE", "LICENCE")
    known = next((k for k in gazetteer if k.start == phrase.start and k.label in labels), None)
    if known is None:
        return False
    words = lexicon()
    rest = [w.folded for w in phrase.words if w.start >= known.end]
    plain = all(w in words.concepts or w in words.kinds for w in rest)
    return bool(rest) and (plain or " ".join(rest) in words.kinds)


def initiative(text: str, opens: Sequence[Open]) -> Open | None:
    """`Name (translation), 2019: ...` opens an initiative: all of it up to the year is its name."""
    match = _INITIATIVE.match(text)
    if match is None or not match["name"][0].isupper():
        return None
    start, end = match.span("name")
    votes = [v for n in opens if (n.start, n.end) == (start, end) for v in n.votes]
    # what follows the colon often says what it is: ": a web map of ..."
    said = cues(f"X, {match['rest'][:200]}", 0, 1)
    kinds = [v for v in said if v[2] == "cue:is-a" and v[0] not in ("GPE", "LOC", "PERSON")]
    if " in " not in match["name"] and _RUNS_ON.search(match["rest"][:200]):
        kinds.append(("SOFTWARE", 0.7, "initiative:runs"))
    elif is_camel(match["name"]):
        kinds.append(("SOFTWARE", 0.45, "initiative:camel"))
    return Open(start, end, (*votes, *kinds[:1], ("PROGRAM", 0.55, "initiative"), _NO_DOUBT))


def with_subject(text: str, found: Found, phrases: Sequence[Phrase], starts: Sequence[int] = ()) -> Found:
    """`Law 27/2014 on Access to Information`, `Information Act No. 4`: number, title and subject are one name.

    `phrases`, and the `starts` of the text's numbered acts, are in reading order: no act goes on into another.
    """
    title = phrases[at - 1] if (at := bisect_left(phrases, found.start, key=_START)) else None
    if (
        title is not None
        and found.start < title.end <= found.end
        and title.label == "LAW"
        and _is_title(title, found.start)
    ):
        found = replace(found, start=title.start)
    after = _SUBJECT.match(text, found.end)
    if after is None:
        return found
    start = after.end()
    at = bisect_right(phrases, found.start, key=_START) - 1
    if at < 0 or phrases[at].end <= start:
        at = bisect_left(phrases, start, key=_START)
        if at == len(phrases) or phrases[at].start != start:
            return found
    end, count = phrases[at].end, len(phrases[at].words)
    for n in range(at + 1, len(phrases)):
        phrase = phrases[n]
        gap = text[end : phrase.start]
        next_act = bisect_right(starts, found.start)
        if next_act < len(starts) and starts[next_act] < phrase.end:
            break
        if not (_OF_GAP.fullmatch(gap) or (_AND_GAP.fullmatch(gap) and phrase.label in NAMELESS)):
            break
        end, count = phrase.end, count + len(phrase.words)
    further = _AND_SUBJECT.match(text, end)
    return replace(found, end=max(found.end, further.end() if further else end)) if count > 1 else found


def _is_title(phrase: Phrase, stop: int) -> bool:
    """`Information` before `Act No. 4`; not `Considering`, not `Ruritanian`."""
    words = lexicon()
    before = [w for w in phrase.words if w.start < stop]
    noun = next((w for w in phrase.words if w.start == stop), None)
    told = (
        w.folded in words.topics
        or words.english_heads.get(w.folded) == "NONE"
        or (w.folded.endswith(("tion", "ment")) and noun is not None)
        for w in before
    )
    # "Promotion of Access to Information Act 2 of 2000", not "Implementation of Law No. 4"
    linked = any(w.link for w in before) and (noun is None or noun.link != "")
    return all(told) and not linked and not any(w.folded in words.demonyms for w in before)


def with_government(text: str, found: Found) -> Found:
    """`government of Ruritania` is a body, though its noun is in lower case; `provincia de X` is the place."""
    if found.label != "GPE":
        return found
    before = text[max(0, found.start - 24) : found.start]
    match = _GOVERNMENT.search(before)
    if match is not None:
        return Found(found.start - len(match.group()), found.end, "ORG", "head:government", 0.8)
    province = _PROVINCE.search(before)
    return replace(found, start=found.start - len(province.group())) if province is not None else found


def sites(text: str) -> Iterator[Found]:
    """A site that its address names in running text: `Data.gov`, `data.gouv.fr`."""
    for match in _SITE.finditer(text):
        yield Found(match.start(), match.end(), "SOFTWARE", "site", 0.9)
    for match in _COUNTRY_SITE.finditer(text):
        ending = match["country"].lower()
        if ending not in _FILE_ENDINGS and pycountry.countries.get(alpha_2=ending.upper()) is not None:
            yield Found(match.start(), match.end(), "SOFTWARE", "site", 0.8)
