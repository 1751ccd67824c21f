"""How far a name runs on in lower case: `Ministère de la transition écologique`, `Law on electronic signatures`."""

from __future__ import annotations

import re
from dataclasses import replace

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon

_ROMANCE_LINK = (
    r"(?:(?:et |y )?(?:de la|de las|de los|de l['’]|del|de|du|des|d['’]|à la|à l['’]|aux?|à|a la|a los|al|a)"
    r"|dos?|das?|(?:para|por|contra|sobre)(?: la| el| los| las)?"
    r"|(?:et )?(?:pour|sur|contre)(?: la| le| les| l['’]| une?)?"
    r"|relati(?:ve|f) (?:à la|à l['’]|aux?)|en|(?:et|y)(?: la| le| les| el| los| las| l['’])?|e)"
)
_ENGLISH_LINK = r"(?:on the|on|for the|for|in the|in|of the|of|and the|and|to the|to|against)"
_WORD = r"(?P<word>[^\W\d_][\w’'-]*(?:\.[\w-]+)*)"
_ROMANCE_STEP = re.compile(
    rf"(?=\s?[^\W\d_])\s?(?:(?=\w{{1,9}}[\s'’])(?P<link>{_ROMANCE_LINK})(?:\s|(?<=['’])))?{_WORD}", re.I
)
_ENGLISH_STEP = re.compile(rf"\s(?:(?P<link>{_ENGLISH_LINK})\s)?{_WORD}")
_YEAR = re.compile(r"(?:\s\([A-Z][\w ]+\))?,?\s(?:19|20)\d\d\b(?!-)")
_SPAN_OF_YEARS = re.compile(r"\s(?:19|20)\d\d(?:\s?[-–/]\s?(?:20)?\d\d)?\b")
_ACT_NUMBER = re.compile(
    r",?\s(?:No\.?|N\.?[°º]|n\.?[°º]|Nr\.?|[Nn]úm\.)\s?(?:\d[\d.,/-]*\d|\d)(?:\s(?:of|de)\s(?:19|20)\d\d)?(?!\w)"
)
_BRACKETED_YEARS = re.compile(r"\s\((?:19|20)\d\d\s?[-–]\s?(?:20)?\d\d\)")
_PERIOD = re.compile(
    r"\s(?:for (?:the )?(?:period|years)(?: of| from)?|para (?:el )?(?:per[ií]odo|los años)|pour la période)\s"
    r"(?:19|20)\d\d\s?(?:[-–/]|to|al?|à)\s?(?:20)?\d\d\b"
)
_ROMANCE_LINKS = re.compile(
    r"\b(?:de|del|du|des|da|do|para|pour|sobre|sur|contra|contre|y|et|en)\b|\b[dl]['’]", re.I
)
_ADJECTIVE = re.compile(
    r"\A\w+(?:enne|aise|oise|ale|elle|ique|aire|ive|ien|aine?|ois|an[aoe]|ense|esa|es|in[ao]|al|en[ao]|ic[ao]|iv[ao]"
    r"|ari[ao])s?\Z"
)
_NOUN_LINKS = re.compile(
    r"(?:et )?(?:de la|des|du|de l['’]|d['’]|de los|de las|del|contre la|contre le|contra la|contra el)\Z",
    re.I,
)
_OF = r"(?:de las|de la|de los|de l['’]|del|des|de|du|d['’])"
_LAST_ITEM = rf"\s(?:et|y)\s{_OF}\s?(?=[^\W\d_])"
_ITEM = rf"{_OF}\s?[^\W\d_][\w’'-]*+(?:(?!{_LAST_ITEM})\s[^\W\d_A-Z][\w’'-]*+){{0,3}}"
_SERIES = re.compile(rf"(?>,\s{_ITEM}){{1,6}}+,?{_LAST_ITEM}")
_FRENCH = re.compile(r"\b(?:du|des|et|pour|sur)\b|\b[dl]['’]")
_CAPITAL_BEFORE = re.compile(r"[a-z'’] ?[A-ZÀ-Ý][\w’'-]{1,40}+\Z")
_LAST = re.compile(r"[^\W\d_][\w’'-]*")
_FOLLOWED = re.compile(r" (?:de|del|du|des|d['’]|pour|para|en|sur|sobre)\b")
_PLURAL_ADJECTIVE = re.compile(r"\A\w{3,}(?:elles|iques|ales|aires|iennes|ives|euses|icos|icas|ivos|ivas)\Z")
"""Words that are no verbs, whatever stands after them."""
_ABOUT = re.compile(
    r"(?:(?:et )?(?:pour|sur|contre) (?:la|le|les|l['’])|relati(?:ve|f) .+|sobre .+"
    r"|(?:et|y) (?:le|la|les|el|las|los|l['’]))\Z",
    re.I,
)
_TO_PLACES = ("en", "à", "a", "al", "au", "y", "et", "e", "por", "sobre", "sur")
MAX_WORDS = 14


def with_tail(text: str, found: Found, *, romance: bool) -> Found:
    """The name with the words in lower case that belong to it, by the subjects of `data/topics.txt`."""
    longer = _with_words(text, found, romance=romance)
    further = None
    if found.label == "PROGRAM":
        further = _PERIOD.match(text, longer.end) or (
            _BRACKETED_YEARS.match(text, longer.end) if found.method == "head:plan" else None
        )
    elif found.label == "LAW":
        further = _ACT_NUMBER.match(text, longer.end)  # "Ley de Acceso a la Información No. 200-04"
    return longer if further is None else replace(longer, end=further.end())


def _with_words(text: str, found: Found, *, romance: bool) -> Found:
    head = found.method.removeprefix("head:")
    if romance:
        nouns = found.label in ("ORG", "LAW", "PROGRAM")
        if text[found.end - 1].isdigit():
            return found  # its years are the end of a plan's name
        end = _walk(text, found.end, _ROMANCE_STEP, nouns=nouns, about=found.label in ("LAW", "PROGRAM"))
        series = _SERIES.match(text, end) if found.label == "ORG" else None
        if series is not None:  # "Ministère de la Fonction publique, du Travail et de la Protection sociale"
            last = _LAST.match(text, series.end())
            end = _walk(text, last.end() if last else end, _ROMANCE_STEP, nouns=nouns)
        years = _SPAN_OF_YEARS.match(text, end)
        if years is not None and found.label == "PROGRAM":
            end = years.end()
        plain = end > found.end and _ROMANCE_LINKS.search(text, found.start, end) is None
        english = plain and head in lexicon().english_heads and _can_be_english(text[found.end : end])
        return found if english else replace(found, end=end)
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


def _can_be_english(tail: str) -> bool:
    """Are all words after an English head (`Plan`) English too? `Plan logiciel libre` is another language's."""
    return all(fold(w) in lexicon().english_topics or w[0].isdigit() for w in tail.split())


def _walk(text: str, start: int, steps: re.Pattern[str], *, nouns: bool, about: bool = False) -> int:
    """End of the last word that belongs, from `start`. `nouns`: any noun after "des", "du" ... belongs too;
    `about`: any noun after "sur la", "relative à" ... as well."""
    end = start
    for _ in range(MAX_WORDS):
        step = steps.match(text, end)
        if step is None or not _belongs(text, step, end, nouns=nouns, about=about):
            return end
        end = step.end("word")
    return end


def _belongs(text: str, step: re.Match[str], end: int, *, nouns: bool, about: bool) -> bool:
    topics = lexicon().topics
    word, link = step["word"], step["link"] or ""
    plain = fold(word).split("'")[-1]
    if word.endswith("ó") or (link == "a" and _FRENCH.search(text, max(0, end - 60), end)):
        return False  # "publicó", "a ouvert": verbs, though without their accents they are subjects
    known = plain in topics or (plain.endswith("s") and plain[:-1] in topics)
    if word[0].isupper():
        return _capital_belongs(text, word, link, end, known=known)
    if known or (nouns and _NOUN_LINKS.match(link) and len(plain) > 3):
        return True
    if about and _ABOUT.match(link) and len(plain) > 5:
        return True
    # "Association valdorienne des contribuables": an adjective before a link
    followed = _FOLLOWED.match(text, step.end("word")) or _PLURAL_ADJECTIVE.match(plain)
    return (
        nouns and not link and bool(followed and (_ADJECTIVE.match(plain) or _PLURAL_ADJECTIVE.match(plain)))
    )


def _capital_belongs(text: str, word: str, link: str, end: int, *, known: bool) -> bool:
    """A word with a capital after `end`: of the name, or another name's? `known`: a subject's."""
    if not link:
        # "aux Documents Publics"
        return (
            known and word[1:].islower() and _CAPITAL_BEFORE.search(text, max(0, end - 64), end) is not None
        )
    if link.startswith(_TO_PLACES):
        # another name, or "en Lima"; but "et de la Modernisation" goes on
        return known and link.startswith(("et", "y"))
    return True
