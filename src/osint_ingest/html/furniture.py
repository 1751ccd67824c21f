"""Removes the lines of a page that are not its content: menus, skip links, the site's name at the end. Found by their
place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from osint_ingest.html.lines import PageLine

MENU = 3
"""So many lines of nothing but links in one element make a menu."""

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
    menus = _menus(lines[i] for i in links)
    end = _end(lines, links, menus, site_name, wanted)

    def is_content(i: int, line: PageLine) -> bool:
        only_links = i in links
        if only_links and (_skip_link(line) or _shares(line)):
            return False
        if title is None:
            return not (only_links and line.container in menus) or _wanted(line, wanted)
        return i >= title or _belongs_before_title(line, only_links, i == title - 1, menus)

    return [line for i, line in enumerate(lines[:end]) if is_content(i, line)]


def _menus(links: Iterable[PageLine]) -> set[int]:
    """Numbers of the elements that hold several of these lines of nothing but links."""
    counts = Counter(line.container for line in links)
    return {container for container, count in counts.items() if count >= MENU}


def _belongs_before_title(line: PageLine, only_links: bool, right_before: bool, menus: set[int]) -> bool:
    """Above its title a page has a line or two of its own; the rest is the site's."""
    if line.container in menus or (only_links and len({r.href for r in line.runs}) >= MENU):
        return False
    return line.inside == "main" or right_before


def _skip_link(line: PageLine) -> bool:
    """A link to another place of the same page, and no note."""
    return not line.text.startswith("[") and all(r.href.startswith("#") for r in line.runs if r.href)


def _shares(line: PageLine) -> bool:
    """Nothing but links that share the page."""
    return all(_SHARES.search(r.href) for r in line.runs if r.href)


def _end(
    lines: Sequence[PageLine],
    links: set[int],
    menus: set[int],
    site_name: str | None,
    wanted: Callable[[str], bool] | None,
) -> int:
    """Where the content ends: after it come only menus, the site's name and its rights."""
    end = len(lines)
    while end > 0:
        line = lines[end - 1]
        menu = (
            end - 1 in links
            and (line.container in menus or line.kind == "list_item")
            and not _wanted(line, wanted)
        )
        if line.inside == "main" or not (menu or line.text == site_name or _RIGHTS.match(line.text)):
            break
        end -= 1
    return end


def _wanted(line: PageLine, wanted: Callable[[str], bool] | None) -> bool:
    return wanted is not None and any(r.href and wanted(r.href) for r in line.runs)
