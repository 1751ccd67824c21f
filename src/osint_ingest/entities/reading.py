"""Reads one text by all rules: gazetteer, legal instruments, phrases, cues, lists, fields, name pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from osint_ingest.entities.cues import Vote, cues
from osint_ingest.entities.evidence import Found, Names, Open
from osint_ingest.entities.heads import is_ordinal
from osint_ingest.entities.legal import legal_instruments
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.lists import list_votes, lower_items
from osint_ingest.entities.pairs import name_ties
from osint_ingest.entities.phrases import Phrase, phrases
from osint_ingest.entities.quoted import quoted_names
from osint_ingest.entities.tails import with_tail

_URL = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\b[\w-]+(?:\.[\w-]+)+/\S+",
)
_SITE = re.compile(
    r"(?<![\w@./-])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:gov|gob|gouv|gub|go|org|com|net|info|eu|io|edu)(?:\.[a-z]{2})?(?![\w/@-])"
)
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")
_FIELD = re.compile(r"^[^\w]*(?P<label>[^:]{3,45}?)\s?:\s")
_GOVERNMENT = re.compile(
    r"\b(?:government of(?: the)?|gobierno de(?: la| el)?|gobierno del|gouvernement (?:de(?: la)?|du|d['’])) ?\Z",
    re.I,
)
_PROVINCE = re.compile(r"\bprovincia (?:de|del)\s\Z")
_SUBJECT = re.compile(
    r",? (?:on(?: the)?|sobre(?: el| la)?|relative (?:à|au|aux)(?: la| l['’])?|relatif (?:à|au|aux)(?: la| l['’])?) ?"
)
_ALONE = frozenset(
    [
        "parliament",
        "senate",
        "congress",
        "senado",
        "congreso",
        "parlamento",
        "parlement",
        "senat",
        "bundestag",
        "bundesrat",
        "riigikogu",
        "constitution",
        "constitucion",
    ]
)
"""Bodies (and one law) that a country has one of: a capital within a sentence is enough."""
_INITIATIVE = re.compile(
    r"\W{0,3}(?P<name>[^\W\d_][^,:;()]{2,70}?)(?: \([^()]{2,80}\))?, (?:19|20)\d\d(?: ?[-–] ?(?:(?:19|20)\d\d|present))?\s?:\s(?P<rest>.+)"
)
_ROLE_AFTER = re.compile(
    r",\s(?:the\s|el\s|la\s|le\s)?(?:[\w'’.]+\s){0,4}?(?P<role>minister|director|president|secretary|head|chief|mayor|governor|senator|ombudsman|coordinator"
    r"|commissioner|professor|chair|chairman|officer|ambassador|founder|ministra|ministro|directora|presidenta|presidente|secretaria|secretario|alcalde|alcaldesa"
    r"|jefe|jefa|intendente|coordinadora|coordinador|ministre|directeur|directrice|présidente?|secrétaire|maire|chef|cheffe)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name as a statistical model saw it; its label in our terms, or MISC or NORP."""

    start: int
    end: int
    label: str
    trust: float = 1.0


def read_names(text: str, known: Iterable[Found], model: Sequence[ModelName], model_weight: float) -> Names:
    """All names in a text. `known` are gazetteer hits (may overlap), `model` what a model found (may be empty)."""
    urls = [m.span() for m in _URL.finditer(text)] if "." in text else []
    gazetteer = _longest(k for k in known if not _within(k.start, urls) and _stands_alone(text, k))
    found = [f for f in legal_instruments(text) if not _within(f.start, urls)]
    all_phrases = _whole_items(text, [p for p in phrases(text, gazetteer) if not _within(p.start, urls)])
    found = [_with_subject(text, f, all_phrases) for f in found]
    legal = [(f.start, f.end) for f in found]
    lists = list_votes(text, all_phrases, gazetteer)
    field = _field_label(text)
    by_span = {(k.start, k.end): k for k in gazetteer}
    opens: list[Open] = []
    for n, phrase in enumerate(all_phrases):
        if any(phrase.start < e and s < phrase.end for s, e in legal):
            continue
        exact = by_span.get((phrase.start, phrase.end))
        named = (
            exact
            or _by_cue(text, phrase, lists.get(n, ()))
            or _by_head(text, phrase, listed=field is not None or n in lists)
        )
        if named is not None and exact is None and in_title(text, named.start, named.end, all_phrases):
            opens.append(
                Open(named.start, named.end, ((named.label, 0.6, named.method), ("", 0.35, "title")))
            )
        elif named is not None:
            found.append(named)
            opens.extend(_place_of(text, phrase))
        elif not _hopeless(text, phrase) and not _only_kind_after(phrase, gazetteer):
            votes = [*lists.get(n, ()), *_votes(text, phrase, model, model_weight)]
            if field is not None and phrase.start >= field[1] and not _mere_word(text, phrase):
                votes.append((field[0], 0.9, "field"))
            if any(v[2] == "model" for v in votes) and in_title(text, phrase.start, phrase.end, all_phrases):
                votes.append(("", 0.6, "title"))
            trimmed = _without_title(phrase)
            if trimmed != phrase.start:
                votes = [("PERSON", 0.8, "title"), *votes]
            opens.append(Open(trimmed, phrase.end, tuple(votes)))
    initiative = _initiative(text, opens)
    if initiative is not None and not any(
        (f.start, f.end) == (initiative.start, initiative.end) for f in found
    ):
        opens = [o for o in opens if (o.start, o.end) != (initiative.start, initiative.end)]
        opens.append(initiative)
    found.extend(k for k in gazetteer if not any(k.start < e and s < k.end for s, e in legal))
    found.extend(lower_items(text, all_phrases, lists))
    found.extend(quoted_names(text))
    found.extend(_sites(text, urls))
    found = [_with_government(text, f) for f in found]
    names = Names(tuple(found), tuple(opens))
    more, ties = name_ties(text, names)
    return replace(names, found=(*names.found, *more), ties=ties)


def _within(position: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s <= position < e for s, e in spans)


def _stands_alone(text: str, found: Found) -> bool:
    before = text[found.start - 1 : found.start]
    after = text[found.end : found.end + 2]
    return not (before in ("-", "@", "#", "_") and found.start) and not (
        after[:1] in ("-", "_") and after[1:].isalnum()
    )


def _longest(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for f in sorted(found, key=lambda f: (f.start - f.end, f.start, f.label)):
        if not any(f.start < k.end and k.start < f.end for k in kept):
            kept.append(f)
    return sorted(kept, key=lambda f: f.start)


_SOFT = frozenset(
    [
        "initiative",
        "project",
        "partnership",
        "network",
        "forum",
        "software",
        "system",
        "systems",
        "lab",
        "hub",
        "community",
        "challenge",
        "academy",
        "portal",
        "group",
        "platform",
        "label",
        "collective",
        "campaign",
        "alliance",
        "studio",
        "center",
        "centre",
        "network",
        "register",
        "award",
        "awards",
        "fund",
    ]
)
"""Heads that stand in names of several kinds: what the text says of the name goes first."""


def _by_cue(text: str, phrase: Phrase, votes: Sequence[Vote]) -> Found | None:
    """A phrase with a soft head of which the text, or its list, says that it is something else."""
    if phrase.label in (None, "NONE") or phrase.head not in _SOFT or len(phrase.words) < 2:
        return None
    said = [
        v
        for v in (*votes, *cues(text, phrase.start, phrase.end))
        if v[2] in ("cue:is-a", "list:intro", "cue:called")
    ]
    best = max(said, key=lambda v: (v[1], v[0]), default=None)
    if (
        best is None
        or best[1] < 0.7
        or best[0] == phrase.label
        or best[0] not in ("ORG", "SOFTWARE", "PROGRAM", "EVENT")
    ):
        return None
    return Found(phrase.start, phrase.end, best[0], best[2], best[1])


def _by_head(text: str, phrase: Phrase, *, listed: bool) -> Found | None:
    """A phrase that its head noun names, with its tail in lower case. `listed`: it stands in a list of names."""
    words = lexicon()
    head = phrase.head or ""
    romance = head in words.romance_heads and any(w.folded in head.split() for w in phrase.words[:2])
    label = phrase.label
    single = len(phrase.words) == 1
    if label == "LOC" and romance:
        return None  # "Río X", "Valle X" are towns as often as rivers: the context decides
    if single:
        word = phrase.words[0].folded
        if word in _ALONE and not phrase.starts_sentence and phrase.words[0].text[1:].islower():
            return Found(
                phrase.start, phrase.end, "LAW" if word.startswith("constitu") else "ORG", "head:alone", 0.6
            )
        label = words.romance_heads.get(word) or words.english_heads.get(word)
        romance = word in words.romance_heads
        head = word
        if label in (None, "NONE", "GPE", "LOC", "LICENCE") or (phrase.starts_sentence and not listed):
            return None
    if label in (None, "NONE"):
        return None
    named = Found(phrase.start, phrase.end, label, f"head:{head}", 0.85)
    english = head in words.english_heads and not single
    extended = (
        with_tail(text, named, romance=romance and label not in ("GPE", "LOC"))
        if romance or english or single
        else named
    )
    if single and extended.end == phrase.end and head in words.english_heads:
        extended = with_tail(text, named, romance=False)
    return None if single and extended.end == phrase.end else extended


def _place_of(text: str, phrase: Phrase) -> Iterator[Open]:
    """`Parliament of X`, `X Action Plan`: a vote that X is a place, wherever else it stands."""
    last = phrase.words[-1]
    if phrase.label == "ORG" and last.link in ("of", "de") and len(phrase.words) > 1:
        between = text[phrase.words[-2].end : last.start].strip()
        if between in ("of", "de") and last.text[1:].islower() and last.folded not in lexicon().topics:
            weight = 0.8 if phrase.head in ("government", "parliament", "gobierno", "gouvernement") else 0.45
            yield Open(last.start, last.end, (("GPE", weight, "tail"),))
    if phrase.label == "PROGRAM" and phrase.head == "plan":
        first = phrase.words[0]
        if (
            len(phrase.words) > 2
            and phrase.words[1].folded == "action"
            and first.folded not in lexicon().topics
        ):
            yield Open(first.start, first.end, (("GPE", 0.5, "plan"),))


def _whole_items(text: str, found: list[Phrase]) -> list[Phrase]:
    """In a field, `Kituo cha Sheria` is one item though its small word is in no language we know."""
    if _field_label(text) is None:
        return found
    out: list[Phrase] = []
    for phrase in found:
        gap = text[out[-1].end : phrase.start] if out else ""
        if (
            out
            and re.fullmatch(r" [a-z]{2,5} ", gap)
            and gap.strip() not in ("and", "or", "the", "of", "y", "et")
        ):
            out[-1] = replace(out[-1], end=phrase.end, words=(*out[-1].words, *phrase.words))
        else:
            out.append(phrase)
    return out


def _only_kind_after(phrase: Phrase, gazetteer: Sequence[Found]) -> bool:
    """`Tryton ERP`, `Linux Operating System`: a known name and words that only say what it is."""
    known = next(
        (k for k in gazetteer if k.start == phrase.start and k.label in ("SOFTWARE", "LICENCE")), None
    )
    if known is None:
        return False
    words = lexicon()
    rest = [w.folded for w in phrase.words if w.start >= known.end]
    return bool(rest) and (
        all(w in words.concepts or w in words.kinds for w in rest) or " ".join(rest) in words.kinds
    )


def _initiative(text: str, names: Sequence[Open]) -> Open | None:
    """`Name (translation), 2019: ...` opens an initiative: all of it up to the year is its name."""
    match = _INITIATIVE.match(text)
    if match is None or not match["name"][0].isupper():
        return None
    start, end = match.span("name")
    votes = tuple(v for n in names if (n.start, n.end) == (start, end) for v in n.votes)
    opened = match["rest"][:200]
    kind = next((v for v in cues("X, " + opened, 0, 1) if v[2] == "cue:is-a"), None)
    return Open(start, end, (*votes, *([kind] if kind else []), ("PROGRAM", 0.55, "initiative")))


def _mere_word(text: str, phrase: Phrase) -> bool:
    """A single capitalised word that begins a phrase in lower case, or that only names a subject."""
    after = text[phrase.end : phrase.end + 2]
    return len(phrase.words) == 1 and (
        phrase.words[0].folded in lexicon().topics or (after[:1] == " " and after[1:].islower())
    )


def _hopeless(text: str, phrase: Phrase) -> bool:
    words = lexicon()
    whole = text[phrase.start : phrase.end]
    folded = fold(whole)
    if re.match(r"- [a-z]", text[phrase.end : phrase.end + 3]):
        return True  # a word cut at a line's end
    if (
        _CODE.fullmatch(whole)
        or folded in words.concepts
        or folded in words.demonyms
        or folded in words.generic
    ):
        return True
    if is_ordinal(folded):
        return True
    return len(whole) < 2 or all(w.folded in words.concepts or w.folded[:1].isdigit() for w in phrase.words)


def _votes(text: str, phrase: Phrase, model: Sequence[ModelName], weight: float) -> Iterator[Vote]:
    words = lexicon()
    yield from cues(text, phrase.start, phrase.end)
    single = len(phrase.words) == 1
    first = phrase.words[0]
    if phrase.label == "NONE":
        yield "", 0.8 if single or (phrase.head or "").endswith("s") else 0.5, "head"
    if phrase.label == "LOC":
        yield "LOC", 0.55, "head"
    if phrase.starts_sentence and single and first.text[1:].islower():
        yield "", 0.6, "sentence"
    elif (
        phrase.starts_sentence
        and phrase.label is None
        and text[phrase.end : phrase.end + 2] in (". ", "", ".", ": ")
    ):
        yield "", 0.5, "sentence"
    inner = [c.isupper() for c in first.text[1:]]
    if single and any(inner) and not all(inner) and first.text[-2:].islower() and "-" not in first.text:
        yield "SOFTWARE", 0.3, "camel"
    if single and text[phrase.end : phrase.end + 2] in ("'s", "’s") and first.text[1:].islower():
        yield "GPE", 0.3, "possessive"
    if 2 <= len(phrase.words) <= 5 and phrase.label is None:
        if first.folded in words.given_names:
            yield "PERSON", 0.75, "given-name"
        if _ROLE_AFTER.match(text[phrase.end : phrase.end + 60]) and all(
            w.text[1:].islower() for w in phrase.words
        ):
            yield "PERSON", 0.7, "role"
    yield from _model_votes(text, phrase, model, weight, single=single)


def _model_votes(
    text: str, phrase: Phrase, model: Sequence[ModelName], weight: float, *, single: bool
) -> Iterator[Vote]:
    for name in model:
        if name.start >= phrase.end:
            return
        if name.end <= phrase.start:
            continue
        if name.label == "NORP":
            yield "", 0.3, "model"
            continue
        overlap = min(name.end, phrase.end) - max(name.start, phrase.start)
        share = overlap / (max(name.end, phrase.end) - min(name.start, phrase.start))
        if name.label == "MISC" or share < 0.5 or (name.label == "PERSON" and single):
            continue
        if single and name.label in ("GPE", "LOC") and not phrase.words[0].text[1:].islower():
            continue  # a name in capitals or with digits is seldom a place
        yield name.label, weight * name.trust * (1.1 if share > 0.9 else 0.8), "model"


_BOUNDARY = re.compile(r"[.,;:!?•●▪\n]\s|\s[–-]\s|[()\[\]]")
_LONG_WORD = re.compile(r"[^\W\d_][\w'’-]{3,}")


def in_title(text: str, start: int, end: int, names: Sequence[Phrase]) -> bool:
    """Does `[start, end)` stand in a heading that capitalises every word? Judged by the words outside of names."""
    left = max(
        (m.end() for m in _BOUNDARY.finditer(text, max(0, start - 160), start)), default=max(0, start - 160)
    )
    right = _BOUNDARY.search(text, end, end + 160)
    stop = right.start() if right else end + 160
    named = [
        (p.start, p.end) for p in names if p.label not in (None, "NONE") and p.end > left and p.start < stop
    ]
    outside = [
        m.group()[0].isupper()
        for m in _LONG_WORD.finditer(text, left, stop)
        if not (start <= m.start() < end or _within(m.start(), named))
    ]
    return len(outside) >= 3 and sum(outside) >= 0.75 * len(outside)


def _without_title(phrase: Phrase) -> int:
    """Where the name starts after "Minister", "Dr" ..."""
    words = phrase.words
    at = 0
    while (
        at < len(words) - 1 and words[at].folded.rstrip(".") in lexicon().titles and words[at + 1].link == ""
    ):
        at += 1
    return words[at].start


def _with_subject(text: str, found: Found, all_phrases: Sequence[Phrase]) -> Found:
    """`Law 27/2014 on Access to Information`: the number and the subject are one name."""
    after = _SUBJECT.match(text, found.end)
    if after is None:
        return found
    start = after.end()
    subject = next(
        (p for p in all_phrases if p.start == start or (p.start <= found.start and p.end > start)), None
    )
    if subject is None or len(subject.words) < 2:
        return found
    return replace(found, end=max(found.end, subject.end))


def _sites(text: str, urls: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """A site that its address names in running text: `Data.gov`, `data.gouv.fr`."""
    if "." not in text:
        return
    for match in _SITE.finditer(text):
        if not _within(match.start(), urls):
            yield Found(match.start(), match.end(), "SOFTWARE", "site", 0.9)


def _with_government(text: str, found: Found) -> Found:
    if found.label != "GPE":
        return found
    before = text[max(0, found.start - 24) : found.start]
    match = _GOVERNMENT.search(before)
    if match is not None:
        return Found(found.start - len(match.group()), found.end, "ORG", "head:government", 0.8)
    province = _PROVINCE.search(before)
    return replace(found, start=found.start - len(province.group())) if province is not None else found


def _field_label(text: str) -> tuple[str, int] | None:
    match = _FIELD.match(text)
    if match is None:
        return None
    label = lexicon().fields.get(fold(match["label"]).strip())
    return (label, match.end()) if label else None
