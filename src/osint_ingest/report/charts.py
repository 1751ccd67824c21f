"""The charts of the page: rows from SQL, a Vega-Lite specification each, drawn to SVG where the rows are new. The
drawing library escapes what comes from documents; `cleaned` lets through nothing but what a chart is made of, so that
no markup, address, style or script can come from its rows whatever the library does."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

import duckdb

from osint_ingest.report.drawing import draw
from osint_ingest.sources import all_sources

LAYOUT = "2"  # goes up when charts are drawn otherwise from the same rows
SECONDS = 120.0
_SAID = "said"

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of `charts.toml` or of a source's `report.toml`.

    `specification` is Vega-Lite over a data set called `rows`; `source` is None for charts of any release."""

    name: str
    title: str
    about: str
    missing: str
    columns: tuple[str, ...]
    sql: str
    specification: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Plotted:
    """A chart with its rows. `svg` is None where there are no rows; `key` tells the rows and the drawing."""

    chart: Chart
    rows: tuple[tuple[Cell, ...], ...]
    key: str
    svg: str | None


@cache
def all_charts() -> tuple[Chart, ...]:
    """The charts of each source, then those of any release; all in the theme of the page."""
    folder = files(__package__).joinpath("charts")
    theme = json.loads(folder.joinpath("theme.json").read_text(encoding="utf-8"))
    own = tomllib.loads(folder.joinpath("charts.toml").read_text(encoding="utf-8"))["charts"]
    of_sources = [
        (chart, config.folder.joinpath("charts"), config.name)
        for config in (source.config for source in all_sources())
        for chart in config.data("report.toml").get("charts", ())
    ]
    found = []
    for declared, place, source in (*of_sources, *((chart, folder, None) for chart in own)):
        drawn = json.loads(place.joinpath(f"{declared['name']}.json").read_text(encoding="utf-8"))
        attributes = {**declared, "columns": tuple(declared["columns"])}
        found.append(Chart(**attributes, specification=json.dumps({**drawn, "config": theme}), source=source))
    return tuple(found)


def plot(db: duckdb.DuckDBPyConnection, drawn: Mapping[str, str]) -> list[Plotted]:
    """Every chart, but for those of sources without a document. `drawn` has the SVGs of an earlier page by their keys;
    only what is not there is drawn. `CannotDraw` or ValueError where drawing fails."""
    present = {None, *(name for (name,) in db.execute("select distinct source from documents").fetchall())}
    asked = [_with_rows(db, chart) for chart in all_charts() if chart.source in present]
    missing = [(chart, rows, key) for chart, rows, key in asked if rows and key not in drawn]
    fresh: dict[str, str] = {}
    if missing:
        charts = []
        for chart, rows, _ in missing:
            data = [dict(zip((*chart.columns, _SAID), row, strict=True)) for row in rows]
            charts.append({**json.loads(chart.specification), "datasets": {"rows": data}})
        svgs = draw({"charts": charts}, SECONDS)["svgs"]
        fresh = {key: svg for (_, _, key), svg in zip(missing, svgs, strict=True)}
    plotted = []
    for chart, rows, key in asked:
        svg = fresh.get(key) or drawn.get(key) if rows else None
        shown = tuple(row[: len(chart.columns)] for row in rows)
        plotted.append(Plotted(chart, shown, key, cleaned(svg, f"chart-{chart.name}-title") if svg else None))
    return plotted


def _with_rows(db: duckdb.DuckDBPyConnection, chart: Chart) -> tuple[Chart, list[tuple[Cell, ...]], str]:
    found = db.execute(chart.sql).fetchall()
    rows = [tuple(plain(cell) if isinstance(cell, str) else cell for cell in row) for row in found]
    hashed = json.dumps([LAYOUT, chart.specification, rows])
    return chart, rows, hashlib.sha256(hashed.encode()).hexdigest()[:32]


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
    rows are in the table below the chart."""
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
    if said := found.get("data-said") or _tooltip(found):
        shape.set("data-said", plain(said))
    if name in _TEXTS:
        shape.text = found.text
    for child in found:
        nothing = child.get("d") in ("", "M0,0h0v0h0Z") and not len(child)
        if str(child.tag).removeprefix(_SVG) in _SHAPES and child.get("display") != "none" and not nothing:
            shape.append(_shape(child))
    return shape


def _tooltip(found: ElementTree.Element) -> str | None:
    """Return the drawing library's description of a mark; None for axes, legends and titles."""
    beside = found.get("aria-roledescription") in ("axis", "legend", "title")
    return None if beside or found.get("role") != "graphics-symbol" else found.get("aria-label")
