"""Names compared: what is left of a name when only its spelling varies, and what kind of name it is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from gettext import translation

import pycountry

from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon, read_sections

_PLAIN = re.compile(r"[a-z0-9]+(?:[ .,;:-][a-z0-9]+)*")
_QUOTES = re.compile(r"[\"“”«»'‘()\[\]]")
_SLASH = re.compile(r"\s{0,20}/\s*")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"[\s_]+")
_ARTICLE = re.compile(r"^(?:the|la|el|los|las|le|les|l')\s+|^l'")
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
_NUMBER_WORDS = re.compile(r"\b(?:no|nos|n|nr|nro|num|number|numero)\b|[.,°º#]")
_PLACE_TYPE = re.compile(
    r"^(?P<type>(?:autonomous |ciudad |city |greater )?(?:city|ciudad|ville|cidade|town|municipality|municipio"
    r"|municipalidad|municipalite|commune|comuna|village|province|provincia|state|estado|region|county|department"
    r"|departamento|departement|district|distrito|canton|republic|republica|republique|kingdom|reino|royaume)"
    r"(?: autonoma)?) (?:of |de |del |du |d')(?:the |la |el )?(?P<name>.+)$"
)
_PLACE_TYPE_AFTER = re.compile(
    r"^(?P<name>.+?) (?P<type>province|state|county|municipality|region|district|canton|city)$"
)
_PLAN_YEARS = r"(?P<years>(?:19|20)\d\d(?: ?[-–—/] ?\d{2,4})?)$"
_PLAN = re.compile(rf"^(?P<place>.+?),? action plan,? {_PLAN_YEARS}")
_PLAN_OF = re.compile(
    r"^(?:action plan|plan de accion|plan d ?action)(?: (?:[-–—]|of|for|de|del|du|pour|para))?(?: (?:the|la|el|le))? "
    rf"(?P<place>.+?),? {_PLAN_YEARS}"
)
_GOVERNMENT = re.compile(
    r"^(?:government|gobierno|gouvernement) (?:of|de|du|d'|del)(?: the| la| el| l')? ?(?P<place>.+)$"
)


@lru_cache(maxsize=100_000)
def normal(name: str) -> str:
    """A name without what varies in print: case, accents, articles, quotes, British or American spelling."""
    text = fold(name)
    if not _PLAIN.fullmatch(text):
        text = _QUOTES.sub("", text.replace("&", " and "))
        text = _SLASH.sub("/", text)
        text = _SPACE.sub(" ", text).strip(" .,;:-–")
    text = _ARTICLE.sub("", text)
    for inside, pattern, other in _SPELLING:
        if inside in text:
            text = pattern.sub(other, text)
    return text


@lru_cache(maxsize=100_000)
def key(label: str, name: str) -> str:
    """What names of one thing share. Laws: kind and number in any language; places: their type apart."""
    text = normal(name)
    if label == "LAW" and any(c.isdigit() for c in text):
        text = re.sub(r"\s+", " ", _NUMBER_WORDS.sub("", re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", text))).strip()
        first, _, rest = text.partition(" ")
        return f"{grammar().law_words.get(first, first)} {rest}".strip()
    if label == "PROGRAM" and text[-1:].isdigit():
        return _plan_key(text)
    if label == "ORG":
        match = _GOVERNMENT.match(text)
        if match is not None:
            return f"government:{key('GPE', match['place'])}"
    return _place_key(text) if label == "GPE" else text


def _place_key(text: str) -> str:
    """A country by its code; a town by its name; a province, a department with its kind before the name."""
    country = countries().get(text)
    if country is not None:
        return f"country:{country}"
    match = _PLACE_TYPE.match(text) or _PLACE_TYPE_AFTER.match(text)
    if match is not None:
        words = match["type"].split()
        if any(w in grammar().words["local"] for w in words):
            return match["name"]  # "City of X" and "X" are one; "Province of X" is another place
        kind = {
            "provincia": "province",
            "estado": "state",
            "departamento": "department",
            "departement": "department",
        }
        return f"{kind.get(words[0], words[0])}:{match['name']}"
    return text


def _plan_key(text: str) -> str:
    """`ruritania action plan 2018-2020`, `plan de accion de ruritania 2018 – 2020`: one plan of a place and time."""
    match = _PLAN.match(text) or _PLAN_OF.match(text)
    if match is None:
        return text
    years = "-".join(re.findall(r"\d+", match["years"]))
    place = match["place"]
    # "de l'Ukraine", its apostrophe gone
    known = countries().get(place) or countries().get(place.removeprefix("l"))
    return f"plan:{known or place}:{years}"


@cache
def countries() -> dict[str, str]:
    """Normalised names of countries in English, Spanish and French -> ISO 3166-1 alpha-3."""
    out: dict[str, str] = {}
    translate = [
        translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True).gettext
        for language in ("en", "es", "fr")
    ]
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            name = str(getattr(country, attribute, ""))
            for turn in translate if name else ():
                out.setdefault(normal(turn(name)), country.alpha_3)
    for entry in read_sections("places")["country"]:
        name, _, code = entry.partition("|")
        out.setdefault(normal(name.strip().removeprefix("=")), code.strip())
    return out


def _places() -> list[tuple[str, str]]:
    pairs = (entry.partition("|") for entry in read_sections("places")["town"])
    return [(name.strip().removeprefix("="), code.strip()) for name, _, code in pairs if code]


@cache
def places() -> dict[str, str]:
    """Normalised names of well-known towns and regions -> the country that they lie in."""
    return {normal(name): code for name, code in _places() if normal(name) not in countries()}


def is_acronym(name: str) -> bool:
    """One word, mostly capitals: `ONTI`, `CAdeSol`."""
    letters = [c for c in name if c.isalpha()]
    return (
        " " not in name and 2 <= len(letters) <= 12 and sum(c.isupper() for c in letters) * 2 >= len(letters)
    )


@lru_cache(maxsize=50_000)
def is_generic(name: str) -> bool:
    """A head noun with only words that many countries name their bodies and portals with: `Ministry of Health`."""
    words = lexicon()
    parts = [w for w in _LETTERS.findall(fold(name)) if w not in grammar().words["small"]]

    def is_head(word: str) -> bool:
        return word in words.english_heads or word in words.romance_heads

    if not all(w in words.topics or is_head(w) or w in grammar().words["everywhere"] for w in parts):
        return False
    at_head = (parts[-1], *_before_of(name)) if parts else ()
    return any(w in words.english_heads for w in at_head) or (bool(parts) and is_head(parts[0]))


def _before_of(name: str) -> list[str]:
    return re.findall(r"\b(\w++) (?:of|for|on|de|del|du|des|para|pour)\b", fold(name))[:1]


@cache
def wellknown() -> dict[str, str]:
    """Normalised names that mean the same in every country (`data/wellknown.txt`) -> label."""
    sections = read_sections("wellknown").items()
    return {normal(n): label for label, names in sections if not label.endswith(" own") for n in names}


@lru_cache(maxsize=50_000)
def language_of_name(name: str) -> str | None:
    """Language by the head noun that a name starts or ends with; None where that does not tell."""
    words = [w.strip(".,") for w in fold(name).split()]
    if len(words) < 2:
        return None
    heads = _heads_by_language()
    first = heads.get(words[0], frozenset()) - {"en"}
    inside = set(words[1:-1])
    spanish = bool(inside & {"de", "del", "la", "y", "para", "los", "las", "el", "en"}) and not inside & {
        "du",
        "des",
        "et",
        "le",
    }
    french = bool(inside & {"du", "des", "et", "le", "pour", "l"}) or any(
        w.startswith(("l'", "d'")) for w in words
    )
    if "es" in first and not french and (spanish or "fr" not in first):
        return "es"
    if "fr" in first and (french or "es" not in first):
        return "fr"
    if "en" in heads.get(words[-1], frozenset()) or inside & {"of", "for", "and", "the", "on"}:
        return "en"
    return "es" if spanish and first else None


@cache
def _heads_by_language() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for section, nouns in read_sections("heads").items():
        for noun in nouns:
            out.setdefault(noun, set()).add(section.split()[1])
    return {noun: frozenset(languages) for noun, languages in out.items()}


@lru_cache(maxsize=50_000)
def slug(text: str) -> str:
    """`Secretaría de X` -> `secretaria-de-x`, at most 80 characters, cut between words."""
    whole = _NOT_IN_SLUGS.sub("-", fold(text)).strip("-")
    return whole if len(whole) <= 80 else whole[:81].rsplit("-", 1)[0]
