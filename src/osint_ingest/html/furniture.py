"""Removes the lines of a page that are not its content: menus, skip links, the site's name at the end. Found by their
place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

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
