"""Documents that mean harm: markup in titles, addresses that run, words without end, marks that turn the text."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from tests.bench.pages import commitment_page
from tests.pdf.pages import RawPage, pdf_of, text_at

RUN = "window.harmed=1"
"""What must never run."""
MARKUP = f"<script>{RUN}</script><img src=x onerror={RUN}><svg onload={RUN}></svg>"
ENDING = f"</script></title></style></textarea>--><script>{RUN}</script>"
TEMPLATE = "{{7*7}} {% raw %} ${7*7} <%= 7*7 %>"
TURNED = "\u202egnp.exe\u202c \u2067\u05d0\u05d1\u05d2\u2069 \u200f\u0645\u0631\u062d\u0628\u0627"
ENDLESS = "pneumono" * 900
BREAKS = "one\u2028two\u2029three\x85four"

ADDRESSES = (
    f"javascript:{RUN}",
    f" jAvA\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f"https://example.org/'\"><script>{RUN}</script>",
    "https://user:secret@example.org/" + "a" * 3000,
    "file:///etc/passwd",
    "https://xn--e1afmkfd.example/\u202egnp.exe",
)


def write_hostile(folder: Path) -> list[Path]:
    """Writes the documents and returns their paths; the names of the files mean harm as well."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        f"\"><img src=x onerror={RUN}> '`${{1}}.html": _page(MARKUP + TEMPLATE),
        "\u202elmth.exe \u05d0.html": _page(TURNED + " " + ENDLESS),
        "<svg onload=harm>.html": _page(ENDING + BREAKS),
        "commitment & <b>.html": _commitment(),
        "javascript:harm.pdf": _pdf(),
    }
    paths = []
    for name, data in files.items():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def _page(title: str) -> bytes:
    links = "".join(f'<p><a href="{escape(a)}">{escape(a)}</a> and {escape(MARKUP)}</p>' for a in ADDRESSES)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
    <script>{RUN}</script><style>body{{background:url(https://example.org/beacon)}}</style></head>
    <body onload="{RUN}"><main><h1>{escape(title)}</h1>
    <p onclick="{RUN}">The Ministry of {escape(MARKUP)} keeps the register [1] in {escape(TURNED)}.</p>
    <p>{escape(TEMPLATE)}</p>
    <p>The <a href="https://tides.example/1">Ministry of</a> <a href="https://tides.example/2">Finance</a> replied.</p>
    <p>{ENDLESS}</p><p>{escape(BREAKS)} {escape(ENDING)}</p>{links}
    <iframe src="javascript:{RUN}"></iframe><object data="https://example.org/x"></object>
    <svg><script>{RUN}</script><a href="javascript:{RUN}"><text>here</text></a></svg>
    <p>[1] {escape(MARKUP)} javascript:{RUN} https://example.org/register</p></main></body></html>""".encode()


def _commitment() -> bytes:
    """A commitment whose title, areas and institutions are markup: they go into charts, tables and names."""
    page = commitment_page(0).decode()
    page = re.sub(r'(<a href="/policy-area/[^"]*">)[^<]*', lambda m: m[1] + escape(MARKUP + ENDING), page)
    page = re.sub(r"<h1>.*?(\([A-Z]{2}\d+\))", lambda m: f"<h1>{escape(MARKUP + TURNED)} {m[1]}", page)
    page = page.replace("Limited", escape(MARKUP)).replace("Substantial", escape(MARKUP))
    return re.sub(
        r"Ministry of \w+", lambda _: f"Ministry of {escape(MARKUP)} {ENDLESS[:300]}", page, count=3
    ).encode()


def _pdf() -> bytes:
    lines = [MARKUP[:80], "The register¹ of <b>tides</b>", "javascript:harmed", "word" * 40]
    drawn = b"".join(text_at(60, 760 - 24 * place, 12, line) for place, line in enumerate(lines))
    note = text_at(60, 60, 8, "1 javascript:window.harmed=1 and https://example.org/<script>")
    links = b"".join(
        b"<< /Type /Annot /Subtype /Link /Rect [60 %d 300 %d] /A << /S /%s >> >> " % (y, y + 14, action)
        for y, action in (
            (756, b"URI /URI (javascript:window.harmed=1)"),
            (732, b"JavaScript /JS (window.harmed=1)"),
            (54, b"URI /URI (https://example.org/<script>harm</script>)"),
        )
    )
    return pdf_of(RawPage(drawn + note, links))
