"""Names compared: what is left of a name when only its spelling varies, and what kind of name it is."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from osint_ingest.entities.lexicon import (
    by_language,
    fold,
    grammar,
    inverted,
    language_words,
    lexicon,
    listed_places,
    read_sections,
    sets,
    word_lists,
)
from osint_ingest.text.countries import names_of_countries

FOUNDING = 0.8
"""Score of a mention from which its name is an entity, to which less sure ones belong too. Of 300 entities of 49
documents 0.73 were right with all names, 0.93 with these (0.91 from 0.75); 0.78 of the right ones are left (0.82)."""
SPECIFIC = {"ORG": 3, "PROGRAM": 3, "EVENT": 3, "LAW": 4}
"""Telling words from which names of a label are specific."""
UNION = "union:"
"""How the keys of acts of the European Union begin."""
_PLAIN = re.compile(r"[a-z0-9]+(?:[ .,;:-][a-z0-9]+)*")
_QUOTES = re.compile(r"[\"“”«»'‘()\[\]]")
_RAISED = str.maketrans("²³", "23")
"""`ISA²` is printed `ISA2` too."""
_SLASH = re.compile(r"\s{0,20}/\s*")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"[\s_]+")
_SPELLING = (
    ("iz", re.compile(r"iz(ation|ations|ed|ing|e|es)\b"), r"is\1"),
    ("programme", re.compile(r"\bprogramme(s?)\b"), r"program\1"),
    ("centre", re.compile(r"\bcentre(s?)\b"), r"center\1"),
    ("licence", re.compile(r"\blicence(s?)\b"), r"license\1"),
    ("labour", re.compile(r"\blabour\b"), "labor"),
    ("defence", re.compile(r"\bdefence\b"), "defense"),
    ("organization", re.compile(r"\borganization(s?)\b"), r"organisation\1"),
)
"""What a name must hold for a spelling to be in it at all, the spelling, and the one that counts."""
_ACT_NUMBER = re.compile(r"(?<![\d/])\d{1,4}/\d{1,4}(?!\d)")
"""The number of an act of the European Union: year and number, in either order."""
_YEARS = r"(?P<years>(?:19|20)\d\d(?: ?[-–—/] ?\d{2,4})?)$"


class Wording:
    """What varies between names of one thing (the table `naming` of `words.toml`), as patterns and sets of words."""

    def __init__(self) -> None:
        told = word_lists()
        raw = told["naming"]
        any_of = {name: "|".join(words) for name, words in raw.items()}
        elided = any_of["elided_articles"]
        self.article = re.compile(rf"^(?:{any_of['articles']}|(?:{elided})')\s+|^(?:{elided})'")
        self.number = re.compile(rf"\b(?:{any_of['number_words']})\b|[.,°º#]")
        self.place_type = re.compile(
            rf"^(?P<type>(?:(?:{any_of['place_types_before']}) )?(?:{any_of['place_types']})"
            rf"(?: (?:{any_of['place_types_after']}))?)"
            rf" (?:(?:{any_of['place_of']}) |(?:{any_of['place_of_elided']})')"
            rf"(?:(?:{any_of['place_articles']}) )?(?P<name>.+)$"
        )
        self.place_type_behind = re.compile(rf"^(?P<name>.+?) (?P<type>{any_of['place_types_behind']})$")
        self.place_type_words = inverted(told["place_type_words"])
        joined = rf"(?: (?:[-–—]|{any_of['plan_links']}))?(?: (?:{any_of['plan_articles']}))? "
        self.plans = (
            re.compile(rf"^(?P<place>.+?),? (?:{any_of['plan_behind']}),? {_YEARS}"),
            re.compile(rf"^(?:{any_of['plans']}){joined}(?P<place>.+?),? {_YEARS}"),
        )
        self.government = re.compile(
            rf"^(?:{any_of['governments']}) (?:{any_of['government_links']}|(?:{any_of['government_elided']})')"
            rf"(?: (?:{any_of['government_articles']})| l')? ?(?P<place>.+)$"
        )
        self.before_of = re.compile(rf"\b(\w++) (?:{any_of['before_of']}) ")
        self.standard = re.compile(
            rf"(?:(?:{any_of['standards']})[ /-]?){{1,5}}"
            rf"(?:(?:{any_of['standard_kinds']})[ -]?)?\d[\w.:/-]{{0,40}}+$"
        )
        self.words = sets(raw)
        self.licence_words = inverted(told["licence_words"])
        self.same_words = inverted(told["same_words"])
        self.country_languages = told["country_languages"]


@cache
def wording() -> Wording:
    """The data, read once."""
    return Wording()


_VERSION = re.compile(r"(?<=\w) (?:v?\d{1,2}|v?\d+(?:\.\d+)+)$")
"""`Drupal 8`, `WordPress 5.0`, but not `Office 365`."""


@lru_cache(maxsize=100_000)
def normal(name: str) -> str:
    """A name without what varies in print: case, accents, articles, quotes, British or American spelling."""
    text = fold(name)
    if not _PLAIN.fullmatch(text):
        text = _QUOTES.sub("", text.translate(_RAISED).replace("&", " and "))
        text = _SLASH.sub("/", text)
        text = _SPACE.sub(" ", text).strip(" .,;:-–")
    text = wording().article.sub("", text)
    for inside, pattern, other in _SPELLING:
        if inside in text:
            text = pattern.sub(other, text)
    return text


@lru_cache(maxsize=100_000)
def key(label: str, name: str) -> str:
    """What names of one thing share. Laws: kind and number in any language; places: their type apart; software: its
    name without a version."""
    text = normal(name)
    if label == "LAW" and any(c.isdigit() for c in text):
        if (act := _union_act(text)) is not None:
            return act
        text = re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", text)
        text = re.sub(r"\s+", " ", wording().number.sub("", text)).strip()
        first, _, rest = text.partition(" ")
        return f"{grammar().law_words.get(first, first)} {rest}".strip()
    if label == "PROGRAM" and text[-1:].isdigit():
        return _plan_key(text)
    if label == "ORG":
        match = wording().government.match(text)
        if match is not None:
            elided = match["place"].removeprefix("l")  # an article whose apostrophe is gone
            place = elided if elided in countries() else match["place"]
            return f"government:{key('GPE', place)}"
        return " ".join(map(_nominative, text.split(" ")))
    return _KEYS[label](text) if label in _KEYS else text


def _nominative(word: str) -> str:
    """`ministerium` for `ministeriums`: a noun of a body whose genitive has an ending of its own."""
    heads = lexicon().germanic_heads
    stems = (word.removesuffix(ending) for ending in ("s", "es") if word in heads and word.endswith(ending))
    return next((stem for stem in stems if stem in heads), word)


def _licence_key(text: str) -> str:
    """`creative-commons by-sa 4.0` for a licence of Creative Commons with its parts, in any language."""
    words = re.findall(r"\d[\d.]*\d|[^\W_]+", text)
    told = [part for w in words if (part := wording().licence_words.get(w, w))]
    if {"cc", "commons"}.isdisjoint(words):
        return text
    parts = sorted({w for w in told if w in ("by", "sa", "nc", "nd")})
    number = next((w for w in told if w[0].isdigit()), None)
    rest = set(told) - {*parts, number}
    return f"creative commons {'-'.join(parts)} {number}" if parts and number and not rest else text


def _union_act(text: str) -> str | None:
    """An act of the European Union by its kind and number: `union:directive:2003/98`, in any language."""
    numbers = set(_ACT_NUMBER.findall(text))
    words = re.findall(r"[^\W\d_]+", text)
    kinds = {grammar().law_words.get(w, w) for w in words if w in wording().words["union_acts"]}
    of_a_part = text[:1].isdigit() and _ACT_NUMBER.match(text) is None  # "2.2.1 of Regulation ..."
    if (
        of_a_part
        or len(numbers) != 1
        or len(kinds) != 1
        or wording().words["union_initials"].isdisjoint(words)
    ):
        return None
    return f"{UNION}{kinds.pop()}:{numbers.pop()}"


def _software_key(text: str) -> str:
    """`wordpress` for `wordpress 5.0`."""
    return _VERSION.sub("", text)


def _place_key(text: str) -> str:
    """A country by its code; a town by its name; a province, a department with its kind before the name."""
    country = countries().get(text)
    if country is not None:
        return f"country:{country}"
    match = wording().place_type.match(text) or wording().place_type_behind.match(text)
    if match is not None:
        words = match["type"].split()
        if any(w in grammar().words["local"] for w in words):
            return match["name"]  # "City of X" and "X" are one; "Province of X" is another place
        return f"{wording().place_type_words.get(words[0], words[0])}:{match['name']}"
    return text


_KEYS = {"LICENCE": _licence_key, "SOFTWARE": _software_key, "GPE": _place_key}


def _plan_key(text: str) -> str:
    """`ruritania action plan 2018-2020` in any language: one plan of a place and time."""
    match = next((m for plan in wording().plans if (m := plan.match(text))), None)
    if match is None:
        return text
    years = "-".join(re.findall(r"\d+", match["years"]))
    place = match["place"]
    # an article whose apostrophe is gone
    known = countries().get(place) or countries().get(place.removeprefix("l"))
    return f"plan:{known or place}:{years}"


@cache
def countries() -> dict[str, str]:
    """Normalised names of countries -> ISO 3166-1 alpha-3; where two share a name, the first language decides."""
    told = (named for language in wording().country_languages for named in names_of_countries(language))
    out: dict[str, str] = {}
    for name, code in (*told, *listed_places("country")):
        out.setdefault(normal(name), code)
    return out


def is_standard(key: str) -> bool:
    """Is it the number of a standard (`iso 19115:2003`, `rfc 2119`), which is the same for all who cite it?"""
    return wording().standard.match(key) is not None


@cache
def places() -> dict[str, str]:
    """Normalised names of well-known towns and regions -> the country that they lie in."""
    known = ((normal(name), code) for name, code in listed_places("town") if code)
    return {name: code for name, code in known if name not in countries()}


@cache
def _all_places() -> frozenset[str]:
    """Normalised names of all places of the lists, those too of which there are several."""
    return frozenset(normal(name) for name, _ in listed_places("country", "town"))


def is_specific(label: str, name: str) -> bool:
    """Is a normalised name so full that it means one thing, whoever uses it? A person's with both names, a body's or
    plan's of three telling words with one of its own, an international body's, a university's, a place of the lists."""
    words = [w for w in _LETTERS.findall(name) if w not in grammar().words["small"]]
    if label == "PERSON":
        return sum(len(w) > 1 for w in words) >= 2 and len(words[-1]) > 1
    if label == "GPE":
        return name in _all_places()
    if label not in SPECIFIC or ":" in name or is_generic(name):
        return False
    alone = not wording().words["international"].isdisjoint(words[:1]) or not wording().words[
        "learned"
    ].isdisjoint(words)
    enough = 2 if alone else SPECIFIC[label]
    return len(words) >= enough


@lru_cache(maxsize=50_000)
def is_generic(name: str) -> bool:
    """A head noun with only words that many countries name their bodies and portals with: `Ministry of Health`."""
    words = lexicon()
    found = _LETTERS.findall(fold(name))
    if not _generic_words().issuperset(found):
        return False
    parts = [w for w in found if w not in grammar().words["small"]]
    at_head = (parts[-1], *wording().before_of.findall(fold(name))[:1]) if parts else ()
    return any(w in words.english_heads for w in at_head) or (
        bool(parts) and (parts[0] in words.english_heads or parts[0] in words.romance_heads)
    )


@cache
def _generic_words() -> frozenset[str]:
    words, closed = lexicon(), grammar().words
    return (
        words.topics | closed["everywhere"] | closed["small"] | {*words.english_heads, *words.romance_heads}
    )


@cache
def wellknown() -> dict[str, str]:
    """Normalised names that mean the same in every country (`data/common/`: wellknown, software, licences) -> label."""
    lists = [*read_sections("software").items(), ("LICENCE", read_sections("licences")["LICENCE"])]
    known = (*lists, *read_sections("wellknown").items())
    return {
        normal(n.removeprefix("=")): label
        for label, names in known
        if not label.endswith(" own")
        for n in names
    }


@lru_cache(maxsize=50_000)
def language_of_name(name: str) -> str | None:
    """Language by the head noun that a name starts or ends with; None where that does not tell."""
    words = [w.strip(".,") for w in fold(name).split()]
    if len(words) < 2:
        return None
    heads = _heads_by_language()
    first = heads.get(words[0], frozenset()) - {"en"}
    english = "en" in heads.get(words[-1], ()) or not _told_by("en", "yes").isdisjoint(words[1:-1])
    if not first:
        return "en" if english else None
    inside = set(words[1:-1])
    spanish = bool(inside & _told_by("es", "yes")) and not inside & _told_by("es", "no")
    elided = tuple(_told_by("fr", "starts"))
    french = bool(inside & _told_by("fr", "yes")) or any(w.startswith(elided) for w in words)
    if "es" in first and not french and (spanish or "fr" not in first):
        return "es"
    if "fr" in first and (french or "es" not in first):
        return "fr"
    if english:
        return "en"
    return "es" if spanish else None


@cache
def _told_by(language: str, kind: str) -> frozenset[str]:
    return frozenset(language_words(language)["told_by"][kind].split())


@cache
def _heads_by_language() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for language, _, nouns in by_language("heads"):
        for noun in nouns:
            out.setdefault(noun, set()).add(language)
    return {noun: frozenset(languages) for noun, languages in out.items()}


@lru_cache(maxsize=50_000)
def slug(text: str) -> str:
    """`Ministry of X` -> `ministry-of-x`, at most 80 characters, cut between words."""
    whole = _NOT_IN_SLUGS.sub("-", fold(text)).strip("-")
    return whole if len(whole) <= 80 else whole[:81].rsplit("-", 1)[0]
