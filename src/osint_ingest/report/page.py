"""The page itself: the template with its own style and script, then the chunks, written one after the other; and what
the next page can take over from an earlier one. Nothing that comes from a document is ever markup: what the template
shows is escaped, what the script shows is made of text nodes, and the page's own policy lets no other script, style,
address or frame in."""

import base64
import hashlib
import json
import mmap
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import jinja2
from markupsafe import Markup

from osint_ingest.model.entity_labels import ENTITY_LABELS

CHUNK = '<script type="text/plain" id="{id}" data-key="{key}" data-size="{size}">{data}</script>\n'
"""A chunk in the page: text that no browser runs. Each stands on its own line."""
PLOT = '<div class="plot" data-key="{key}" tabindex="0" role="group" aria-label="{label}">{svg}</div>'

_CHUNK = re.compile(
    rb'<script type="text/plain" id="[a-z]-[\w-]+" data-key="([0-9a-f-]{8,80})" data-size="([0-9. ]*)">'
    rb"([A-Za-z0-9+/=]+)</script>\n"
)
_PLOT = re.compile(rb'<div class="plot" data-key="([0-9a-f]{32})"[^>]*>(<svg [^\n]*</svg>)</div>')


@dataclass(frozen=True, slots=True)
class Kept:
    """A chunk of an earlier page: where its data lies in the file, and its `data-size`."""

    start: int
    end: int
    size: str


@dataclass(frozen=True, slots=True)
class Earlier:
    path: Path | None
    chunks: Mapping[str, Kept]
    plots: Mapping[str, str]

    def data(self, kept: Kept) -> bytes:
        assert self.path is not None
        with self.path.open("rb") as file:
            file.seek(kept.start)
            return file.read(kept.end - kept.start)


NOTHING = Earlier(None, {}, {})


def read_earlier(path: Path) -> Earlier:
    """What a page made by this room holds; nothing of a file that is empty or was made otherwise."""
    if path.stat().st_size == 0:
        return NOTHING
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as page:
        chunks = {
            found[1].decode(): Kept(found.start(3), found.end(3), found[2].decode())
            for found in _CHUNK.finditer(page)
        }
        plots = {found[1].decode(): found[2].decode() for found in _PLOT.finditer(page)}
    return Earlier(path, chunks, plots)


STYLES = ("tokens.css", "frame.css", "overview.css", "tables.css", "reading.css", "print.css")
SCRIPTS = (
    "elements.js", "chunks.js", "table.js", "text.js", "source.js", "reading.js", "entity.js", "search.js", "views.js",
)  # fmt: skip
_BREAK = "<!-- chunks -->"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Data of the page that is unpacked when it is asked for. `id` is its element's, `key` tells what it holds."""

    id: str
    key: str
    data: bytes
    size: str = ""


def write_page(out: BinaryIO, context: dict[str, Any], chunks: Iterable[Chunk]) -> int:
    """Writes the page and returns how many bytes. `context` is what the template names."""
    tints = _environment().get_template("labels.css.j2").render(labels=ENTITY_LABELS).rstrip()
    style, script = f"\n{tints}" + _joined("css", STYLES), _joined("js", SCRIPTS)
    # only this page's own script and style run, known by their hashes; nothing is fetched from anywhere
    policy = (
        f"default-src 'none'; script-src '{_hashed(script)}'; style-src '{_hashed(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page = {"style": Markup(style), "script": Markup(script), "policy": policy}
    head, _, tail = _environment().get_template("report.html.j2").render(**context, **page).partition(_BREAK)
    written = out.write(head.encode())
    for chunk in chunks:
        before, after = CHUNK.format(id=chunk.id, key=chunk.key, size=chunk.size, data="\n").split("\n", 1)
        written += sum(map(out.write, (before.encode(), chunk.data, after.encode())))
    return written + out.write(tail.encode())


def plot_markup(key: str, label: str, svg: str) -> Markup:
    escaped = str(Markup.escape(label))
    return Markup(PLOT.format(key=key, label=escaped, svg=svg))


def _hashed(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _joined(folder: str, names: tuple[str, ...]) -> str:
    here = files(__package__).joinpath("page")
    text = "\n".join(here.joinpath(folder, name).read_text(encoding="utf-8") for name in names)
    if folder == "js":
        titles = json.dumps({label: declared.title for label, declared in ENTITY_LABELS.items()})
        text = f'"use strict";\n(() => {{\nconst LABELS = {titles};\n{text}\n}})();'
    return f"\n{text}\n"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("osint_ingest.report", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["index_entry"] = lambda table: {
        **{name: getattr(table.listed, name) for name in ("name", "title", "about", "columns", "group")},
        **{name: getattr(table, name) for name in ("shown", "total")},
    }
    return environment
