"""What `words.toml` says, ready for use."""

import re
from functools import cache, cached_property

from pydantic import BaseModel

from osint_ingest.sources.cover import YEAR, CoverWords, Pattern, WordSet, words_of

_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+")


class FactsheetWords(BaseModel, extra="forbid", frozen=True):
    """The facts of `words.toml`."""

    labels: tuple[str, ...]
    one_page: Pattern
    joints: Pattern
    idle: WordSet
    in_infrastructure: WordSet
    policies: WordSet
    fields: frozenset[str]
    not_names: Pattern
    asides: WordSet
    said_as: Pattern
    acts: WordSet
    act_endings: tuple[str, ...]
    before_acts: str
    other_acts: Pattern
    to_text: Pattern
    to_page: Pattern
    union_hosts: tuple[str, ...]
    union_acts: Pattern
    gazettes: tuple[str, ...]
    gazette_parts: tuple[str, ...]
    cover: CoverWords
    sections: dict[str, tuple[str, ...]]

    @cached_property
    def act_then_name(self) -> re.Pattern[str]:
        acts = "|".join(sorted(self.acts, key=len, reverse=True))
        return re.compile(rf"(?:{self.before_acts}) (?:{acts})\s\(([^()]{{2,160}})\)", re.I)

    @cached_property
    def before_name(self) -> re.Pattern[str]:
        """What stands before an act's name: an article, or its year: `2014 Archives Act`."""
        return re.compile(rf"\A(?:(?:{self.before_acts})\s|{YEAR}\s(?:[·:–—-]\s)?)", re.I)

    @cached_property
    def label(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, self.labels))})\b")

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What each section lists, by its heading."""
        return {phrase: kind for kind, phrases in self.sections.items() for phrase in phrases}

    def section(self, heading: str) -> str | None:
        """What the section under a heading lists: a key of `sections`; None for another heading. A heading of several
        parts lists what they all name; where they differ and one names acts, it is `policy_or_act`."""
        plain = self.plain(heading)
        bare = (" ".join(w for w in part.split() if w not in self.idle) for part in self.joints.split(plain))
        kinds = {self.kinds.get(part) for part in bare if part}
        if plain in self.kinds or len(kinds) == 1:
            return self.kinds.get(plain) or kinds.pop()
        return "policy_or_act" if "legal_act" in kinds and None not in kinds else None

    def plain(self, heading: str) -> str:
        """A heading without its number and the series' label, in lower case."""
        text = self.label.sub(" ", _NUMBER.sub("", heading.strip()).lower().replace("’", "'"))
        return " ".join(text.split()).strip(" :-–—")


def number_of(heading: str) -> str | None:
    """`4.2.1` of `4.2.1 eID and Trust Services`."""
    found = _NUMBER.match(heading.strip())
    return found[1] if found else None


def without_number(heading: str) -> str:
    return _NUMBER.sub("", heading.strip())


@cache
def words() -> FactsheetWords:
    return words_of(FactsheetWords, __package__)
