"""How far a name runs on in lower case: `Ministère de la transition écologique`, `Law on electronic signatures`."""

from __future__ import annotations

import re
from dataclasses import replace

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon

_ROMANCE_LINK = (
    r"(?:(?:et |y )?(?:de la|de las|de los|de l['’]|del|de|du|des|d['’]|à la|à l['’]|aux?|à|a la|a los|al|a)"
    r"|dos?|das?|(?:para|por|contra|sobre)(?: la| el| los| las)?|(?:pour|sur|contre)(?: la| le| les| l['’]| une?)?"
    r"|relati(?:ve|f) (?:à la|à l['’]|aux?)|en|(?:et|y)(?: la| le| les| el| los| las| l['’])?|e)"
)
_ENGLISH_LINK = r"(?:on the|on|for the|for|in the|in|of the|of|and the|and|to the|to|against)"
_WORD = r"(?P<word>[^\W\d_][\w’'-]*(?:\.[\w-]+)*)"
_ROMANCE_STEP = re.compile(rf"\s?(?:(?P<link>{_ROMANCE_LINK})(?:\s|(?<=['’])))?{_WORD}", re.I)
_ENGLISH_STEP = re.compile(rf"\s(?:(?P<link>{_ENGLISH_LINK})\s)?{_WORD}")
_YEAR = re.compile(r"(?:\s\([A-Z][\w ]+\))?,?\s(?:19|20)\d\d\b(?!-)")
_SPAN_OF_YEARS = re.compile(r"\s(?:19|20)\d\d(?:\s?[-–/]\s?(?:20)?\d\d)?\b")
_PERIOD = re.compile(
    r"\s(?:for (?:the )?(?:period|years)(?: of| from)?|para (?:el )?(?:per[ií]odo|los años)|pour la période)\s"
    r"(?:19|20)\d\d\s?(?:[-–/]|to|al?|à)\s?(?:20)?\d\d\b"
)
_ROMANCE_LINKS = re.compile(
    r"\b(?:de|del|du|des|da|do|para|pour|sobre|sur|contra|contre|y|et|en)\b|\b[dl]['’]", re.I
)
_ADJECTIVE = re.compile(
    r"\w+(?:enne|aise|oise|ale|elle|ique|aire|ive|ien|aine?|ois|an[ao]|ense|esa|es|in[ao]|al|en[ao]|ic[ao]|iv[ao]"
    r"|ari[ao])s?\Z"
)
_NOUN_LINKS = re.compile(
    r"(?:et )?(?:de la|des|du|de l['’]|d['’]|de los|de las|del|contre la|contre le|contra la|contra el)\Z",
    re.I,
)
_OF = r"(?:de la|de las|de los|de l['’]|del|de|du|des|d['’])"
_ITEM = rf"{_OF}\s?[^\W\d_][\w’'-]*(?:\s[^\W\d_A-Z][\w’'-]*){{0,3}}?"
_SERIES = re.compile(rf"(?:,\s{_ITEM})+,?\s(?:et|y)\s{_OF}\s?(?=[^\W\d_])")
_LAST = re.compile(r"[^\W\d_][\w’'-]*")
_FOLLOWED = re.compile(r" (?:de|del|du|des|d['’]|pour|para)\b")
_TO_PLACES = ("en", "à", "a", "al", "au", "y", "et", "e", "por", "sobre", "sur")
MAX_WORDS = 14


def with_tail(text: str, found: Found, *, romance: bool) -> Found:
    """The name with the words in lower case that belong to it, by the subjects of `data/topics.txt`."""
    longer = _with_words(text, found, romance=romance)
    period = _PERIOD.match(text, longer.end) if found.label == "PROGRAM" else None
    return longer if period is None else replace(longer, end=period.end())


def _with_words(text: str, found: Found, *, romance: bool) -> Found:
    head = found.method.removeprefix("head:")
    if romance:
        nouns = found.label in ("ORG", "LAW", "PROGRAM")
        end = _walk(text, found.end, _ROMANCE_STEP, nouns=nouns)
        series = _SERIES.match(text, end) if found.label == "ORG" else None
        if series is not None:  # "Ministère de la Fonction publique, du Travail et de la Protection sociale"
            last = _LAST.match(text, series.end())
            end = _walk(text, last.end() if last else end, _ROMANCE_STEP, nouns=nouns)
        years = _SPAN_OF_YEARS.match(text, end)
        if years is not None and found.label == "PROGRAM":
            end = years.end()
        plain = end > found.end and _ROMANCE_LINKS.search(text, found.start, end) is None
        return found if plain and head in lexicon().english_heads else replace(found, end=end)
    end = found.end
    if head in grammar().words["year_heads"]:
        year = _YEAR.match(text, end)
        if year is not None:
            return replace(found, end=year.end())
    if head.split()[0] in grammar().words["subject_heads"] and not text[found.start : end].isupper():
        step = _ENGLISH_STEP.match(text, end)
        if step is not None and step["link"] in ("on", "on the", "in the", "for", "for the"):
            end = _walk(text, end, _ENGLISH_STEP, nouns=False)
    return replace(found, end=end)


def _walk(text: str, end: int, steps: re.Pattern[str], *, nouns: bool) -> int:
    """End of the last word that belongs. `nouns`: any noun after "des", "du" ... belongs too."""
    for _ in range(MAX_WORDS):
        step = steps.match(text, end)
        if step is None or not _belongs(text, step, nouns=nouns):
            return end
        end = step.end("word")
    return end


def _belongs(text: str, step: re.Match[str], *, nouns: bool) -> bool:
    topics = lexicon().topics
    word, link = step["word"], step["link"] or ""
    plain = fold(word).split("'")[-1]
    known = plain in topics or (plain.endswith("s") and plain[:-1] in topics)
    if word[0].isupper():
        if not link or link.startswith(_TO_PLACES):
            # another name, or "en Lima"; but "et de la Modernisation" goes on
            return bool(link) and known and link.startswith(("et", "y"))
        return True
    if known or (nouns and _NOUN_LINKS.match(link) and len(plain) > 3):
        return True
    # "Association valdorienne des contribuables": an adjective before a link
    return nouns and not link and bool(_ADJECTIVE.match(plain) and _FOLLOWED.match(text, step.end("word")))
