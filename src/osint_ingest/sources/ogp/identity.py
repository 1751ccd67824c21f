"""What a page is about, told by its address, its title and the link to its member."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from osint_ingest.html.lines import PageLine
from osint_ingest.html.page import Page
from osint_ingest.sources.ogp.addresses import HOST, Address, of_ogp, read_address, slug_of
from osint_ingest.sources.ogp.wording import any_word

_CODE_AT_END = re.compile(r"\s{0,9}+[(\[]\s{0,9}(?P<code>[A-Za-z]{2,6}\d{4})\s{0,9}[)\]]\s*$")
_FROM_MEMBER = re.compile(
    rf"(?:{any_word('titles.commitment_from')})(?:\s{{1,9}}|(?<=['’]))(?P<member>[^|]{{1,200}}+)(?:\||$)",
    re.I,
)
_KINDS = rf"(?:(?:{any_word('titles.plan_kinds')})\s++)?"
_OF = rf"(?:(?:{any_word('titles.of')})(?:\s++|(?<=['’])))?"
_PLAN_OF = (
    re.compile(
        rf"\A(?:{any_word('titles.plan')})\s++[–—-]\s++(?P<member>.{{1,200}}?),?\s{{1,9}}(?:19|20)\d\d\b",
        re.I,
    ),
    re.compile(
        rf"\A(?:{any_word('titles.plan')})\s++{_KINDS}{_OF}(?P<member>.{{1,200}}?),?\s{{1,9}}(?:19|20)\d\d\b",
        re.I,
    ),
    re.compile(
        rf"\A(?P<member>.{{1,200}}?)['’]?s?\s{{1,9}}(?:\w{{1,60}}\s{{1,9}})?"
        rf"(?:(?:{any_word('titles.kinds_after_member')})\s)?(?:{any_word('titles.plan_after_member')})\b",
        re.I,
    ),
)
_LINK_SIGN = re.compile(r"\s{1,9}[#¶🔗]\s*$")
_SITE_PARTS = re.compile(r"\s{1,9}[|]\s+")


class Identity(NamedTuple):
    """Code, title and member of a page. `title_at` is the place of the title's line, None for none."""

    code: str | None
    title: str | None
    title_at: int | None
    member: str | None
    member_slug: str | None


def identify(page: Page, lines: Sequence[PageLine], address: Address | None) -> Identity:
    """Reads a page's identity off its lines and its title tag."""
    head = _SITE_PARTS.split(page.head_title or "")[0].strip()
    title_at = _title_line(lines, head)
    printed = lines[title_at].text.replace("\n", " ") if title_at is not None else head
    printed = _LINK_SIGN.sub("", printed)
    match = _CODE_AT_END.search(printed) or _CODE_AT_END.search(head)
    code = address.code if address and address.code else (match["code"].upper() if match else None)
    title = _without_code(printed, code) if code else printed.strip() or None
    member, slug = _member(page, lines, title_at, title, address)
    return Identity(code, title, title_at, member, slug)


def _without_code(printed: str, code: str) -> str | None:
    """A title without its code, and without what stands after that: `Open Wells (ZV0001) i` -> `Open Wells`."""
    own = re.escape(code)
    title = re.sub(
        rf"\s{{0,4}}(?:[(\[]\s{{0,9}}{own}\s{{0,9}}[)\]](?s:.*)|\s[–—|-]\s{{0,9}}{own})$",
        "",
        printed,
        count=1,
        flags=re.I,
    )
    title = re.sub(rf"^[(\[]?{own}[)\]]?\s*[:–—|-]\s+", "", title, count=1, flags=re.I).strip()
    return code if title.upper() == code else title or None


def best_address(*urls: str | None) -> tuple[Address | None, str | None]:
    """What the first address says that is one of a page of the site, and its one form; else the first of the site."""
    for url in urls:
        if address := read_address(url):
            return address, address.url
    return None, next((url for url in urls if of_ogp(url)), None)


def _title_line(lines: Sequence[PageLine], head: str) -> int | None:
    """The place of the first heading of level 1, else of what the title tag says, else of a line with a code."""
    by_level = (i for i, line in enumerate(lines) if line.level == 1)
    same = (i for i, line in enumerate(lines) if head and line.text.replace("\n", " ") == head)
    coded = (i for i, line in enumerate(lines) if len(line.text) < 400 and _CODE_AT_END.search(line.text))
    return next(chain(by_level, same, coded), None)


def _member(
    page: Page, lines: Sequence[PageLine], title_at: int | None, title: str | None, address: Address | None
) -> tuple[str | None, str | None]:
    """(name, slug): from the link to the member's page that stands nearest the title, else from the title tag."""
    slug = address.member if address else None
    own = [x for x in _linked_members(lines) if slug in (None, x[2])]
    if own:
        _, name, linked = min(own, key=lambda x: (abs(x[0] - (title_at or 0)), x[0]))
        return name, linked
    if match := _FROM_MEMBER.search(page.head_title or ""):
        return match["member"].strip(), slug or slug_of(match["member"].strip())
    if address and address.kind == "member":
        return title, slug
    for pattern in _PLAN_OF:
        if title and (match := pattern.match(title)):
            return match["member"].strip(), slug or slug_of(match["member"])
    return None, slug


def _linked_members(lines: Sequence[PageLine]) -> list[tuple[int, str, str]]:
    """(place, name, slug) of the lines that are a link to a member's page and nothing else."""
    found: list[tuple[int, str, str]] = []
    for i, line in enumerate(lines):
        hrefs = {r.href for r in line.runs if r.href} if len(line.text) <= 80 else set()
        if len(hrefs) != 1 or not line.only_links or "/commitment" in (href := hrefs.pop()):
            continue
        target = read_address(href if "://" in href else f"https://{HOST}/{href.lstrip('/.')}")
        if target and target.kind == "member" and target.member:
            found.append((i, line.text.replace("\n", " ").strip(), target.member))
    return found
