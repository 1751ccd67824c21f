"""Commitment pages as the Open Government Partnership's site makes them, in any number: 60 to 100 KB each.

The same number gives the same bytes. Most of a page is its site's markup (menus, tooltips, the list of the
member's other commitments); the rest is prose with names and, in every third page, notes. Sentences are invented.

    python -m tests.bench.pages 2000 pages/
"""

from __future__ import annotations

import random
import sys
from functools import cache
from html import escape
from pathlib import Path

import pycountry

SITE = "https://www.opengovpartnership.org"
PER_MEMBER = 40
"""Commitments of one member."""

AREAS = (
    "Access to Information", "Anti-Corruption", "Fiscal Openness", "Public Participation", "E-Government",
    "Open Data", "Public Procurement", "Justice", "Education", "Health",
)  # fmt: skip
BODIES = (
    "Ministry of {}", "National Agency for {}", "Office of {}", "Council of {}", "Institute of {}", "Commission for {}",
    "Secretariat of {}", "Directorate of {}",
)  # fmt: skip
MATTERS = (
    "Finance", "Justice", "Public Works", "the Environment", "Water", "Civil Registration", "Statistics", "Health",
    "Education", "Digital Affairs", "Rural Development", "Public Procurement", "Audit", "Archives", "Land", "Labour",
)  # fmt: skip
SUBJECTS = (
    "The register", "The portal", "Each municipality", "The working group", "A public list", "The new form",
)  # fmt: skip
VERBS = ("publishes", "reviews", "explains", "collects", "compares", "corrects", "opens", "translates")
OBJECTS = (
    "contracts above the threshold", "answers to requests for information", "budgets by village",
    "the minutes of its meetings", "complaints and what became of them", "the names of beneficial owners",
    "plans for roads and schools", "data on water",
)  # fmt: skip
TAILS = (
    "every quarter", "in an open format", "together with civil society", "before the end of the year",
    "within ten working days", "for the first time", "with the reasons for each decision", "in two languages",
)  # fmt: skip
GIVEN = ("Ana", "Karim", "Lucía", "Tomas", "Ingrid", "Moussa", "Elena", "Viktor", "Rosa", "Dawit")
FAMILY = (
    "Quintanar", "Belhadj", "Morvan", "Sandoval", "Lindqvist", "Traore", "Petrescu", "Okafor", "Varga",
    "Reyes",
)  # fmt: skip


@cache
def _members() -> tuple[str, ...]:
    simple = (
        c.name for c in pycountry.countries if c.name.isascii() and c.name.isalpha() and len(c.name) > 4
    )
    return tuple(sorted(simple))


def member_of(number: int) -> str:
    """The member whose commitment has that number."""
    return _members()[number // PER_MEMBER % len(_members())]


def code_of(number: int) -> str:
    """The commitment's code, as AR0090."""
    member = number // PER_MEMBER % len(_members())
    letters = pycountry.countries.get(name=_members()[member]).alpha_2
    earlier = number // (PER_MEMBER * len(_members())) * PER_MEMBER
    return f"{letters}{earlier + number % PER_MEMBER + 1:04}"


def address_of(number: int) -> str:
    """The page's address."""
    return f"{SITE}/members/{member_of(number).lower()}/commitments/{code_of(number)}/"


def commitment_page(number: int, *, edition: int = 0) -> bytes:
    """The page of commitment `number`. Another `edition` has another completion and one more sentence."""
    chance = random.Random(number)
    member, code = member_of(number), code_of(number)
    bodies = [_body(chance) for _ in range(4)]
    area = chance.sample(AREAS, 2)
    title = f"{chance.choice(MATTERS).title()} Opens Its {chance.choice(('Books', 'Files', 'Doors', 'Data'))}"
    prose = [_paragraph(chance, bodies, member) for _ in range(chance.randint(12, 40))]
    if edition:
        prose[-1] += f" Edition {edition} of this page says more."
    completion = ("Limited", "Substantial", "Complete")[(number + edition) % 3]
    facts = [
        ("Action Plan", f'<a href="/documents/{member.lower()}-plan/">{member} Action Plan 2023-2025</a>'),
        ("Action Plan Cycle", "2023"),
        ("Status", "Active"),
    ]
    institutions = [("Lead Institution", bodies[0]), ("Support Institution(s)", ", ".join(bodies[1:]))]
    review = [("Verifiable", "Yes"), ("Potential Impact", "Moderate"), ("Completion", completion)]
    notes = _notes(chance, bodies) if number % 3 == 0 else ""
    parts = [
        '<!doctype html><html lang="en-US"><head><meta charset="utf-8">',
        f"<title>{escape(title)} ({code}) | Open Government Partnership</title>",
        f'<link rel="canonical" href="{address_of(number)}"></head><body>{_menus()}<main>',
        f'<p><a href="/members/{member.lower()}/">{member}</a></p><h1>{escape(title)} ({code})</h1>',
        f"<h2>Overview</h2><h3>At-a-Glance</h3>{_pairs(facts)}",
        f"<h3>Institutions</h3>{_pairs(institutions)}",
        "<h3>Policy Areas</h3><p>",
        ", ".join(f'<a href="/policy-area/{escape(a.lower().replace(" ", "-"))}/">{escape(a)}</a>' for a in area),
        f"</p><h3>IRM Review</h3>{_pairs(review)}<h2>Description</h2>",
        "<h3>What problem does the commitment aim to address?</h3>",
        *(f"<p>{escape(p)}</p>" for p in prose[:6]),
        "<h3>What is the commitment?</h3>",
        *(f"<p>{escape(p)}</p>" for p in prose[6:]),
        notes,
        f"<h2>Commitments</h2>{_listing(number)}</main>",
        "<footer><p>Open Government Partnership</p></footer></body></html>",
    ]  # fmt: skip
    return "\n".join(parts).encode()


def write_pages(folder: Path, count: int) -> list[Path]:
    """Writes the pages 0 to count - 1 as files; each names its address by its canonical link."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:06}.html" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(commitment_page(number))
    return paths


def _body(chance: random.Random) -> str:
    return chance.choice(BODIES).format(chance.choice(MATTERS))


def _paragraph(chance: random.Random, bodies: list[str], member: str) -> str:
    person = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    sentences = [
        f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)} {chance.choice(TAILS)}."
        for _ in range(chance.randint(4, 7))
    ]
    sentences.insert(2, f"In {member}, the {chance.choice(bodies)} answers for this, said {person}.")
    return " ".join(sentences)


def _pairs(pairs: list[tuple[str, str]]) -> str:
    rows = (
        f'<div class="pair field-row"><div class="name"><span class="hint">{label}</span>:</div>'
        f'<div class="says">{value}</div></div>'
        for label, value in pairs
    )
    return "".join(rows)


def _notes(chance: random.Random, bodies: list[str]) -> str:
    count = chance.randint(5, 12)
    text = " ".join(
        f"The {chance.choice(bodies)} {chance.choice(VERBS)} {chance.choice(OBJECTS)} [{n}]."
        for n in range(1, count + 1)
    )
    notes = "".join(
        f"<p>[{n}] {chance.choice(bodies)}, report {n}, https://records.example/{chance.randrange(10**6)}/report-{n}.pdf</p>"
        for n in range(1, count + 1)
    )
    return f"<h2>IRM End of Term Status Summary</h2><p>{escape(text)}</p><div>{notes}</div>"


def _listing(number: int) -> str:
    first = number - number % PER_MEMBER
    rows = (
        f'<div class="entry teaser card" data-node="{n}"><p class="entry-title"><a href="{address_of(n)}">'
        f"{escape(random.Random(n).choice(MATTERS).title())} Commitment {n % PER_MEMBER + 1}</a></p>"
        f"<p>{code_of(n)}, 2023, {escape(AREAS[n % len(AREAS)])}</p></div>"
        for n in range(first, first + PER_MEMBER)
    )
    return "".join(rows)


@cache
def _menus() -> str:
    """The site's own markup, on every page: menus of members, a drawing, scripts."""
    menu = "".join(
        f'<li class="menu-item menu-item-type-post"><a class="menu-link" href="/members/{m.lower()}/">{m}</a></li>'
        for m in _members()
    )
    script = "".join(f"window.dataLayer.push({{'event':'view','slot':{n}}});" for n in range(450))
    drawing = '<svg viewBox="0 0 99 99">' + '<path d="M12 34 L56 78 Z"/>' * 400 + "</svg>"
    return f"<header><nav><ul>{menu}</ul></nav>{drawing}</header><script>{script}</script>"


if __name__ == "__main__":
    write_pages(Path(sys.argv[2]), int(sys.argv[1]))
