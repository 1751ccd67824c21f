"""Corpora of any size for `make bench`: commitment pages of 60 to 100 KB, and country reports as PDF.

On pages of many members (`varied`) no sentence comes twice but for what the site itself says on each page, and most
names are of one page. On those of `recurring` a few hundred names come again and again. On pages of one member
(`one_member`) what its pages share comes again on each: the plan's foreword, the list of its commitments.
Deterministic: the same number, the same bytes.

    python -m tests.bench.corpora varied 1000 folder/
"""

from __future__ import annotations

import random
import sys
from functools import cache
from html import escape
from pathlib import Path

from tests.bench import prose
from tests.bench.pages import SITE, commitment_page
from tests.bench.reports import report

LISTED = 40
"""Commitments in the list at a page's end."""
LANGUAGES = ("en", "en", "en", "en", "en", "en", "en", "es", "es", "fr")
"""Of ten members, how many publish in which language."""
SITE_TEXT = (
    "Open Government Partnership members work with civil society on plans with concrete commitments.",
    "This page shows what the member has promised, what reviewers found and where to read more.",
    "Independent reviewers look at each commitment twice: when it is made and when it has ended.",
)


class Member:
    """A member: its language, its institutions, its plan. The site has as many as a corpus needs."""

    def __init__(self, number: int) -> None:
        chance = random.Random(f"member {number}")
        countries = prose.countries()
        self.country, self.letters = countries[number % len(countries)]
        self.edition = number // len(countries)
        self.slug = self.country.lower()
        self.language = LANGUAGES[number % len(LANGUAGES)]
        self.bodies = [prose.body(chance, self.language) for _ in range(12)]
        self.plan = f"{self.country} Action Plan {2011 + self.edition % 14}-{2013 + self.edition % 14}"
        self.foreword = [prose.paragraph(chance, self.language, self.bodies) for _ in range(6)]

    def code(self, commitment: int) -> str:
        """AR0090."""
        return f"{self.letters}{self.edition * 100 + commitment + 1:04}"

    def address(self, commitment: int) -> str:
        """The page's address."""
        prefix = "" if self.language == "en" else f"/{self.language}"
        return f"{SITE}{prefix}/members/{self.slug}/commitments/{self.code(commitment)}/"

    def title(self, commitment: int) -> str:
        """The commitment's title."""
        return prose.title(random.Random(f"title {self.code(commitment)}"), self.language)


def varied(number: int, *, edition: int = 0) -> bytes:
    """A page among those of many members, some of which each member has. Another `edition` says one thing more."""
    return _page(_member(number // LISTED), number % LISTED, f"varied {number}", edition)


def one_member(number: int, *, edition: int = 0) -> bytes:
    """A page among those of one member; all of them list the same commitments."""
    return _page(_member(0), number, f"one {number}", edition, shared=True)


@cache
def _member(number: int) -> Member:
    return Member(number)


def _page(member: Member, commitment: int, seed: str, edition: int, *, shared: bool = False) -> bytes:
    chance = random.Random(seed)
    labels = prose.words()[member.language]["labels"]
    named = chance.sample(member.bodies, 4)
    text = [prose.paragraph(chance, member.language, named) for _ in range(chance.randint(12, 36))]
    if edition:
        text[-1] += f" {prose.sentence(random.Random(f'{seed} {edition}'), member.language, named)}"
    active, yes, moderate, limited = labels["values"]
    plan = f'<a href="/documents/{member.slug}-plan/">{escape(member.plan)}</a>'
    title = f"{member.title(commitment)} ({member.code(commitment)})"
    parts = [
        f'<!doctype html><html lang="{member.language}"><head><meta charset="utf-8">',
        f"<title>{escape(title)} | Commitment from {member.country} | Open Government Partnership</title>",
        f'<link rel="canonical" href="{member.address(commitment)}"></head><body>{_menus()}<main>',
        f'<p><a href="/members/{member.slug}/">{member.country}</a></p><h1>{escape(title)}</h1>',
        *(f'<div class="note-of-site">{said}</div>' for said in SITE_TEXT),
        f"<h2>{labels['overview']}</h2><h3>{labels['at_a_glance']}</h3>",
        _pairs(
            [(labels["action_plan"], plan), (labels["cycle"], member.plan[-9:-5]), (labels["status"], active)]
        ),
        f"<h3>{labels['institutions']}</h3>",
        _pairs([(labels["lead"], escape(named[0])), (labels["support"], escape(", ".join(named[1:])))]),
        f"<h3>{labels['irm']}</h3>",
        _pairs([(labels["verifiable"], yes), (labels["impact"], moderate), (labels["completion"], limited)]),
        f"<h2>{labels['description']}</h2><h3>{labels['questions'][0]}</h3>",
        *(f"<p>{escape(p)}</p>" for p in (member.foreword if shared else [])),
        *(f"<p>{escape(p)}</p>" for p in text[:6]),
        f"<h3>{labels['questions'][1]}</h3>",
        *(f"<p>{escape(p)}</p>" for p in text[6:]),
        _notes(chance, member) if chance.random() < 0.3 else "",
        f"<h2>{labels['commitments']}</h2>{_listing(member)}</main>",
        "<footer><p>Open Government Partnership</p></footer></body></html>",
    ]
    return "\n".join(parts).encode()


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return "".join(
        f'<div class="pair field-row"><div class="name"><span class="hint">{label}</span>:</div>'
        f'<div class="says">{value}</div></div>'
        for label, value in pairs
    )


def _notes(chance: random.Random, member: Member) -> str:
    count = chance.randint(5, 12)
    text = " ".join(
        f"{prose.sentence(chance, member.language, member.bodies)[:-1]} [{n}]." for n in range(1, count + 1)
    )
    notes = "".join(
        f"<p>[{n}] {escape(chance.choice(member.bodies))}, https://{prose.place(chance).lower()}.example/{n}.pdf</p>"
        for n in range(1, count + 1)
    )
    return f"<h2>IRM End of Term Status Summary</h2><p>{escape(text)}</p><div>{notes}</div>"


@cache
def _listing(member: Member) -> str:
    return "".join(
        f'<div class="entry teaser card" data-node="{n}"><p class="entry-title"><a href="{member.address(n)}">'
        f"{escape(member.title(n))}</a></p><p>{member.code(n)}, {member.plan[-9:-5]}, Access to Information</p></div>"
        for n in range(LISTED)
    )


@cache
def _menus() -> str:
    """The site's own markup, on every page: a menu of members, a drawing, scripts."""
    menu = "".join(
        f'<li class="menu-item menu-item-type-post">'
        f'<a class="menu-link" href="/members/{name.lower()}/">{name}</a></li>'
        for name, _ in prose.countries()
    )
    script = "".join(f"window.dataLayer.push({{'event':'view','slot':{n}}});" for n in range(300))
    drawing = '<svg viewBox="0 0 99 99">' + '<path d="M12 34 L56 78 Z"/>' * 250 + "</svg>"
    return f"<header><nav><ul>{menu}</ul></nav>{drawing}</header><script>{script}</script>"


CALLED = {
    "varied": "pages",
    "recurring": "pages of recurring names",
    "one_member": "pages of one member",
}
KINDS = {"varied": varied, "recurring": commitment_page, "one_member": one_member}


def write_corpus(folder: Path, kind: str, pages: int, reports: int = 0) -> None:
    """Writes a corpus as files; each page names its address by its canonical link."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(pages):
        (folder / f"{number:06}.html").write_bytes(KINDS[kind](number))
    for number in range(reports):
        (folder / f"report-{number:04}.pdf").write_bytes(report(number))


if __name__ == "__main__":
    write_corpus(
        Path(sys.argv[3]), sys.argv[1], int(sys.argv[2]), int(sys.argv[4]) if len(sys.argv) > 4 else 0
    )
