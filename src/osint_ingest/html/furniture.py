"""What of a page's lines is not its content: menus, skip links, the site's name at the end. Told by place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from osint_ingest.html.lines import Line

MENU = 3
"""So many lines of nothing but links in one element make a menu."""

_RIGHTS = re.compile(r"\s*(?:©|\(c\)|copyright\b|all rights reserved)", re.I)


def content_lines(
    lines: Sequence[Line], *, site_name: str | None = None, wanted: Callable[[str], bool] | None = None
) -> list[Line]:
    """The lines that are content. `wanted` tells which link targets are content wherever they stand."""
    title = next((i for i, line in enumerate(lines) if line.level == 1), None)
    menus = _menus(lines)
    end = _end(lines, menus, site_name, wanted)
    return [
        line
        for i, line in enumerate(lines[:end])
        if not _skip_link(line)
        and (title is None or i >= title or _belongs_before_title(line, i, title, menus))
        and (title is not None or line.container not in menus or not line.only_links or _wanted(line, wanted))
    ]


def _menus(lines: Sequence[Line]) -> set[int]:
    counts = Counter(line.container for line in lines if line.only_links)
    return {container for container, count in counts.items() if count >= MENU}


def _belongs_before_title(line: Line, index: int, title: int, menus: set[int]) -> bool:
    """Above its title a page has a line or two of its own; the rest is the site's."""
    if line.container in menus or (line.only_links and len({r.href for r in line.runs}) >= MENU):
        return False
    return line.inside == "main" or index == title - 1


def _skip_link(line: Line) -> bool:
    """A link to another place of the same page, and no note."""
    return (
        line.only_links
        and all((r.href or "").startswith("#") for r in line.runs if r.href)
        and not line.text.startswith("[")
    )


def _end(
    lines: Sequence[Line], menus: set[int], site_name: str | None, wanted: Callable[[str], bool] | None
) -> int:
    """Where the content ends: after it come only menus, the site's name and its rights."""
    end = len(lines)
    while end > 0:
        line = lines[end - 1]
        menu = (
            line.only_links
            and (line.container in menus or line.kind == "list_item")
            and not _wanted(line, wanted)
        )
        if line.inside == "main" or not (menu or line.text == site_name or _RIGHTS.match(line.text)):
            break
        end -= 1
    return end


def _wanted(line: Line, wanted: Callable[[str], bool] | None) -> bool:
    return wanted is not None and any(r.href and wanted(r.href) for r in line.runs)
