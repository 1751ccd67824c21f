"""Charts' SVG for the page: only shapes and text, colours from the page's own style sheet, and a name.

The drawing library escapes what comes from documents; this lets through nothing but what a chart is made of, so that
no markup, address, style or script can come from its rows whatever the library does.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan"})
_TEXTS = frozenset({"text", "tspan"})
_ATTRIBUTES = frozenset(
    """
    d x y x1 x2 y1 y2 dx dy cx cy r rx ry width height viewBox transform fill stroke opacity fill-opacity stroke-opacity
    stroke-width stroke-dasharray stroke-miterlimit stroke-linejoin text-anchor font-size font-weight
    """.split()  # noqa: SIM905
)
_VALUE = re.compile(r"[\w\s.,:%#+()-]*")
"""What a value is made of: numbers, paths, names of colours, `var(--ink)`, `translate(1,2)`."""
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def plain(text: str) -> str:
    """Return the text without control characters and without marks that change the direction of text."""
    return " ".join(_STEERING.sub("", text).split())


def cleaned(svg: str, title_id: str) -> str:
    """Return the SVG of a chart on one line, named by the element `title_id`. Raises ValueError if it is no SVG.

    Cleaning it twice changes nothing. The tooltip of a mark is in `data-said`; for readers who cannot point, the same
    rows are in the table below the chart.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"the chart is no SVG: {error}") from error
    if root.tag not in ("svg", f"{_SVG}svg"):
        raise ValueError(f"the chart is no SVG but {root.tag}")
    shape = _shape(root)
    shape.set("role", "img")
    shape.set("aria-labelledby", title_id)
    return " ".join(ElementTree.tostring(shape, encoding="unicode").split("\n"))


def _shape(found: ElementTree.Element) -> ElementTree.Element:
    name = str(found.tag).removeprefix(_SVG)
    shape = ElementTree.Element(name)
    for attribute, value in found.attrib.items():
        if attribute in _ATTRIBUTES and _VALUE.fullmatch(value) and "url" not in value.lower():
            shape.set(attribute, value)
    if said := found.get("data-said") or _said(found):
        shape.set("data-said", plain(said))
    if name in _TEXTS:
        shape.text = found.text
    for child in found:
        if str(child.tag).removeprefix(_SVG) in _SHAPES and not _is_nothing(child):
            shape.append(_shape(child))
    return shape


def _said(found: ElementTree.Element) -> str | None:
    """Return the drawing library's description of a mark; None for axes, legends and titles."""
    if found.get("role") != "graphics-symbol" or found.get("aria-roledescription") in (
        "axis",
        "legend",
        "title",
    ):
        return None
    return found.get("aria-label")


def _is_nothing(found: ElementTree.Element) -> bool:
    return found.get("display") == "none" or (found.get("d") in ("", "M0,0h0v0h0Z") and len(found) == 0)
