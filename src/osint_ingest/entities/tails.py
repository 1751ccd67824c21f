"""How far a name runs on in lower case: `Ministère de la transition écologique`, `Law on electronic signatures`."""

from __future__ import annotations

import re
from dataclasses import replace

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon

_ROMANCE_LINK = (
    r"(?:de la|de las|de los|de l['’]|del|de|du|des|d['’]|dos?|das?|à la|à l['’]|aux?|à|a la|a los|al|a|para la|para el|para"
    r"|pour la|pour le|pour l['’]|pour les|pour un|pour une|pour|sobre|sur la|sur le|sur l['’]|sur les|sur|relative à la|relative à l['’]"
    r"|relative aux?|relatif à la|relatif aux?|relatif à l['’]|por la|por|contra la|contra el|contra|contre la|contre le|contre|en"
    r"|et de la|et des|et du|et de l['’]|et d['’]|et de|et à la|et la|et le|et les|et l['’]|et|y de la|y de los|y de las|y del|y de|y a la|y la|y el|y los|y las|y|e)"
)
_ENGLISH_LINK = r"(?:on the|on|for the|for|in the|in|of the|of|and the|and|to the|to|against)"
_WORD = r"(?P<word>[^\W\d_][\w’'-]*(?:\.[\w-]+)*)"
_ROMANCE_STEP = re.compile(rf"\s?(?:(?P<link>{_ROMANCE_LINK})(?:\s|(?<=['’])))?{_WORD}", re.I)
_ENGLISH_STEP = re.compile(rf"\s(?:(?P<link>{_ENGLISH_LINK})\s)?{_WORD}")
_YEAR = re.compile(r"(?:\s\([A-Z][\w ]+\))?,?\s(?:19|20)\d\d\b(?!-)")
_SPAN_OF_YEARS = re.compile(r"\s(?:19|20)\d\d(?:\s?[-–/]\s?(?:20)?\d\d)?\b")
_ROMANCE_LINKS = re.compile(
    r"\b(?:de|del|du|des|da|do|para|pour|sobre|sur|contra|contre|y|et|en)\b|\b[dl]['’]", re.I
)
_SUBJECT_HEADS = frozenset(
    [
        "law",
        "act",
        "decree",
        "ordinance",
        "regulation",
        "guide",
        "guidelines",
        "manual",
        "handbook",
        "code",
        "recommendation",
        "recommendations",
    ]
)
_COMMONWEALTH = frozenset({"act", "bill", "ordinance", "regulations", "rules"})
_ADJECTIVE = re.compile(
    r"\w+(?:enne|ienne|aise|oise|ale|elle|ique|aire|ive|ien|ain|aine|ois|ana|ano|ense|esa|es|ina|ino|al|ena|eno|ica|ico|iva|ivo|aria|ario)s?\Z"
)
_NOUN_LINKS = re.compile(
    r"(?:et )?(?:de la|des|du|de l['’]|d['’]|de los|de las|del|contre la|contre le|contra la|contra el)\Z",
    re.I,
)
_FOLLOWED = re.compile(r" (?:de|del|du|des|d['’]|pour|para)\b")
MAX_WORDS = 14


def with_tail(text: str, found: Found, *, romance: bool) -> Found:
    """The name with the words in lower case that belong to it, by the subjects of `data/topics.txt`."""
    head = found.method.removeprefix("head:")
    if romance:
        end = _walk(text, found.end, _ROMANCE_STEP, nouns=found.label in ("ORG", "LAW", "PROGRAM"))
        years = _SPAN_OF_YEARS.match(text, end)
        if years is not None and found.label == "PROGRAM":
            end = years.end()
        plain = end > found.end and _ROMANCE_LINKS.search(text, found.start, end) is None
        return found if plain and head in lexicon().english_heads else replace(found, end=end)
    end = found.end
    if head in _COMMONWEALTH:
        year = _YEAR.match(text, end)
        if year is not None:
            return replace(found, end=year.end())
    if (head.split()[0] in _SUBJECT_HEADS) and not text[found.start : end].isupper():
        step = _ENGLISH_STEP.match(text, end)
        if step is not None and step["link"] in ("on", "on the", "in the", "for", "for the"):
            end = _walk(text, end, _ENGLISH_STEP, nouns=False)
    return replace(found, end=end)


def _walk(text: str, end: int, steps: re.Pattern[str], *, nouns: bool) -> int:
    """End of the last word that belongs. `nouns`: any noun after "des", "du" ... belongs too."""
    topics = lexicon().topics
    for _ in range(MAX_WORDS):
        step = steps.match(text, end)
        if step is None:
            return end
        word, link = step["word"], step["link"] or ""
        folded = fold(word)
        plain = folded.split("'")[-1]
        capital = word[0].isupper()
        if capital and not link:
            return end  # another name begins
        known = plain in topics or (plain.endswith("s") and plain[:-1] in topics)
        noun = nouns and bool(_NOUN_LINKS.match(link)) and len(plain) > 3 and not plain.isdigit()
        if capital and (
            not link or link.startswith(("en", "à", "a", "al", "au", "y", "et", "e", "por", "sobre", "sur"))
        ):
            # "en Lima", "y la Secretaría": a place or another name, unless it is a subject
            if not (known and link.startswith(("et", "y"))):
                return end
        if not (known or noun or capital):
            # "Association valdorienne des contribuables": an adjective before a link
            described = not link and _ADJECTIVE.match(plain) and _FOLLOWED.match(text, step.end("word"))
            if not (nouns and described):
                return end
        end = step.end("word")
    return end
