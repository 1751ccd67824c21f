"""HTML bytes -> a page: its lines without menus, what its head says. `read_page` reads one of no known source."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from osint_ingest.html.content import ContentBuilder
from osint_ingest.html.lines import PageLine
from osint_ingest.html.linked_notes import linked_notes
from osint_ingest.html.markup import MESSAGES, parse
from osint_ingest.html.visible import visible_lines
from osint_ingest.model import Content, ReadOptions, UnreadableDocument
from osint_ingest.text.language_files import words
from osint_ingest.text.masking import mask_text
from osint_ingest.text.normalise import clean

MENU = 3  # so many lines of nothing but links in one element make a menu

# where links lead that share a page: to a form of a network that is handed the page or a text, to a mail without an
# address. A file that somebody shares (`//files.example/share/plan.pdf`) is handed nothing
_SHARES = re.compile(
    r"mailto:\?|//wa\.me/\?|//[^/?#]+/(?:share|sharer|sharing|intent|shareArticle|send)\b[^?#]{0,200}"
    r"\?(?:[^#]{0,500}&)?(?:u|url|text|title|body|status|link)=",
    re.I,
)
_RIGHTS = re.compile(r"\A\s*+(?:©|\(c\)|copyright\b|all rights reserved)", re.I)


def content_lines(
    lines: Sequence[PageLine], *, site_name: str | None = None, wanted: Callable[[str], bool] | None = None
) -> list[PageLine]:
    """The lines that are content. `wanted` tells which link targets are content wherever they stand."""
    title = next((i for i, line in enumerate(lines) if line.level == 1), None)
    # a heading can link to itself
    links = {i for i, line in enumerate(lines) if line.kind != "heading" and line.only_links}
    counts = Counter(lines[i].container for i in links)
    menus = {container for container, count in counts.items() if count >= MENU}

    def is_wanted(line: PageLine) -> bool:
        return wanted is not None and any(r.href and wanted(r.href) for r in line.runs)

    end = len(lines)
    while end > 0:  # after the content come only menus, the site's name and its rights
        line = lines[end - 1]
        menu = end - 1 in links and (line.container in menus or line.kind == "list_item")
        other = (menu and not is_wanted(line)) or line.text == site_name or _RIGHTS.match(line.text)
        if line.inside == "main" or not other:
            break
        end -= 1

    def is_content(i: int, line: PageLine) -> bool:
        if i in links and (_leads_in_page(line) or all(_SHARES.search(r.href) for r in line.runs if r.href)):
            return False
        if title is None:
            return not (i in links and line.container in menus) or is_wanted(line)
        if i >= title:
            return True
        # above its title a page has a line or two of its own; the rest is the site's
        menu = line.container in menus or (i in links and len({r.href for r in line.runs}) >= MENU)
        return not menu and (line.inside == "main" or i == title - 1)

    return [line for i, line in enumerate(lines[:end]) if is_content(i, line)]


def _leads_in_page(line: PageLine) -> bool:
    """A link to another place of the same page, and no note."""
    return not line.text.startswith("[") and all(r.href.startswith("#") for r in line.runs if r.href)


_MOST_LINKS = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. `head_title` is its title tag, `title` its first heading of level 1."""

    lines: tuple[PageLine, ...]
    notes: Mapping[str, str]
    """Names of the places that markers lead to where they are links, with the marker of each."""
    url: str | None
    head_title: str | None
    canonical: str | None
    language: str | None
    masked: int
    bare_links: tuple[str, ...]
    scripts: int
    asks_password: bool
    keeps_personal_data: bool

    @property
    def title(self) -> str | None:
        return next((line.text for line in self.lines if line.level == 1), None)

    @property
    def site_name(self) -> str | None:
        """The last part of the title tag: `... | Site`."""
        parts = re.split(r"\s[|–—]\s", self.head_title or "")
        return parts[-1].strip() if len(parts) > 1 else None

    def content(self, wanted: Callable[[str], bool] | None = None) -> list[PageLine]:
        """Its lines without menus and the like; `wanted` tells which link targets are content anywhere."""
        return content_lines(self.lines, site_name=self.site_name, wanted=wanted)


def parse_page(data: bytes, url: str | None, options: ReadOptions) -> Page:
    """Bytes of a page -> the page. One parse and one walk; personal data is masked here, once. `url` is the address
    that relative links are seen from. Raises UnreadableDocument (`empty`, `not_html`)."""
    tree = parse(data)
    seen = visible_lines(tree, keep_personal_data=options.keep_personal_data)
    head_title, canonical = _head(tree)
    language = _LANGUAGE.match(tree.get("lang") or tree.get("xml:lang") or "")
    if not options.keep_personal_data:
        head_title, canonical = mask_text(head_title), canonical and mask_text(canonical)
    return Page(
        lines=tuple(seen.lines),
        notes=linked_notes(seen.lines),
        url=url,
        head_title=head_title or None,
        canonical=canonical,
        language=language.group().lower()[:2] if language else None,
        masked=seen.masked,
        bare_links=tuple(seen.bare_links),
        scripts=seen.scripts,
        asks_password=seen.asks_password,
        keeps_personal_data=options.keep_personal_data,
    )


def read_page(data: bytes, url: str | None, options: ReadOptions) -> Content:
    """Return the content of a page of no known source: its blocks, notes and links. Raises as `parse_page` does."""
    page = parse_page(data, url, options)
    url, keep = page.url or page.canonical, options.keep_personal_data
    builder = ContentBuilder(url, page.language, notes=page.notes, keep_personal_data=keep)
    lines = page.content()
    title = next((line for line in lines if line.level == 1), None)
    for line in lines:
        if line is title:
            builder.add_title(line)
        else:
            builder.add_line(line)
    builder.bare += page.bare_links
    return builder.finish(
        title=page.title or page.head_title, masked=page.masked, visible=sum(len(x.text) for x in lines)
    )


def _head(root: etree._Element) -> tuple[str, str | None]:
    """(text of the title tag, target of the canonical link)."""
    title = next((clean("".join(e.itertext())) for e in root.iter("title")), "")
    for link in islice(root.iter("link"), _MOST_LINKS):
        if "canonical" in (link.get("rel") or "").lower() and link.get("href"):
            return title, str(link.get("href")).strip()
    return title, None


FIRST_LINES = 6
SHORT_PAGE = 1500  # a page that says more than this is a page, whatever words it has, in code points

REFUSALS = {
    code: tuple(phrase.casefold() for phrase in words(f"refusals.{code}"))
    for code in ("challenge_page", "login_page", "error_page")
}
"""What such pages say."""


def refusal(page: Page) -> UnreadableDocument | None:
    """Return an error if this is not the page that was asked for, else None. Call it only if nothing of the page's own
    was found: a page about logins is no login page."""
    if sum(len(line.text) for line in page.lines) > SHORT_PAGE:
        return None
    said = " \n ".join([page.head_title or "", *(line.text for line in page.lines[:FIRST_LINES])]).casefold()
    for code, phrases in REFUSALS.items():
        if found := next((p for p in phrases if p in said), None):
            return MESSAGES.unreadable(code, found=found)
    return MESSAGES.unreadable("login_page", found="a password field") if page.asks_password else None
