"""What `words.toml` says, ready for use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osint_ingest.sources.cover import CoverWords

_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+")


@dataclass(frozen=True, slots=True)
class FactsheetWords:
    """The facts of `words.toml`; patterns take no notice of case."""

    cover: CoverWords
    one_page: re.Pattern[str]
    labels: re.Pattern[str]
    sections: dict[str, str]
    joints: re.Pattern[str]
    idle: frozenset[str]
    in_infrastructure: frozenset[str]
    policies: frozenset[str]
    fields: frozenset[str]
    not_names: re.Pattern[str]
    asides: frozenset[str]
    said_as: re.Pattern[str]
    acts: frozenset[str]
    act_then_name: re.Pattern[str]
    other_acts: re.Pattern[str]
    to_text: re.Pattern[str]
    to_page: re.Pattern[str]
    union_hosts: tuple[str, ...]
    union_acts: re.Pattern[str]
    gazettes: tuple[str, ...]
    gazette_parts: tuple[str, ...]

    def section(self, heading: str) -> str | None:
        """What the section under a heading lists: a key of `sections`; None for another heading. A heading of several
        parts lists what they all name; where they differ and one names acts, it is `policy_or_act`."""
        plain = self.plain(heading)
        bare = (" ".join(w for w in part.split() if w not in self.idle) for part in self.joints.split(plain))
        kinds = {self.sections.get(part) for part in bare if part}
        if plain in self.sections or len(kinds) == 1:
            return self.sections.get(plain) or kinds.pop()
        return "policy_or_act" if "legal_act" in kinds and None not in kinds else None

    def plain(self, heading: str) -> str:
        """A heading without its number and the series' label, in lower case."""
        text = self.labels.sub(" ", _NUMBER.sub("", heading.strip()).lower().replace("’", "'"))
        return " ".join(text.split()).strip(" :-–—")


def number_of(heading: str) -> str | None:
    """`4.2.1` of `4.2.1 eID and Trust Services`."""
    found = _NUMBER.match(heading.strip())
    return found[1] if found else None


def without_number(heading: str) -> str:
    return _NUMBER.sub("", heading.strip())


@cache
def words() -> FactsheetWords:
    raw = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    names, links = raw["names"], raw["links"]
    labels = "|".join(map(re.escape, raw["labels"]))
    return FactsheetWords(
        cover=CoverWords.of(raw["cover"]),
        one_page=re.compile(raw["cover"]["one_page"], re.I),
        labels=re.compile(rf"\b(?:{labels})\b"),
        sections={phrase: kind for kind, phrases in raw["sections"].items() for phrase in phrases},
        joints=re.compile(raw["heading_parts"]["joints"]),
        idle=frozenset(raw["heading_parts"]["idle"].split()),
        in_infrastructure=frozenset(raw["mixed"]["infrastructure"].split()),
        policies=frozenset(raw["mixed"]["policies"].split()),
        fields=frozenset(raw["fields"]["headings"]),
        not_names=re.compile(rf"(?:{names['not_names']})\b", re.I),
        asides=frozenset(names["asides"].split()),
        said_as=re.compile(rf"(?:{names['said_as']})\s+", re.I),
        acts=frozenset(names["acts"].split()),
        act_then_name=re.compile(
            rf"(?:{names['before_acts']}) (?:{'|'.join(names['acts'].split())})\s\(([^()]{{2,160}})\)", re.I
        ),
        other_acts=re.compile(names["other_acts"], re.I),
        to_text=re.compile(links["to_text"], re.I),
        to_page=re.compile(links["to_page"], re.I),
        union_hosts=tuple(links["union_hosts"]),
        union_acts=re.compile(links["union_acts"], re.I),
        gazettes=tuple(links["gazettes"]),
        gazette_parts=tuple(links["gazette_parts"]),
    )
