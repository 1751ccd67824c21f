"""Personal data in many forms, in PDF and HTML, through every source and one that does nothing about it."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image
from tests.commands import ended, one_process
from tests.pdf.pages import RawPage, pdf_of, text_at

from osint_ingest.release.folder import Releases
from osint_ingest.report.drawing import draw
from osint_ingest.tables import declared_tables

PROJECT = Path(__file__).parents[2]
SITE = Path(str(files("osint_ingest.sample").joinpath("site")))

SECRETS = (
    "zoraida", "quintal", "z0raida", "5551234", "555 1234", "555-1234", "555.1234", "555/1234", "555\n1234",
)  # fmt: skip
"""Whatever of these is left is a leak; spaces and signs between digits are also looked at without them."""
NAME = "zoraida.quintal"
# each as printed lines; `|` ends a line
PRINTED = (
    f"write to {NAME}@gov.example now",
    f"write to {NAME}@|gov.example now",
    f"write to {NAME}|@gov.example now",
    f"write to {NAME}@planning.|gov.example now",
    f"write to {NAME}@planning|.gov.example now",
    "write to zoraida.|quintal@gov.example now",
    "write to zoraida|.quintal@gov.example now",
    "write to zoraida-|quintal@gov.example now",
    f"write to {NAME}@plan-|ning.gov.example now",
    f"write to {NAME} @ gov.example now",
    f"write to {NAME}@ gov.example now",
    f"mailto:{NAME}%40gov.example?subject=Hello&cc=z0raida%40gov.example",
    f"see https://{NAME}:quintal1@host.example/page for more",
    f"see https://host.example/page?email={NAME}%40gov.example for more",
    f"see report-{NAME}@gov.example.pdf for more",
    f"{NAME} (at) gov (dot) example",
    f"{NAME} [at] gov.example",
    f"{NAME}{{at}}gov{{dot}}example",
    f"{NAME} AT gov DOT example",
    f"{NAME} at gov dot example",
    f"{NAME} arroba gov punto example",
    f"{NAME} (arroba) gov (ponto) example",
    f"{NAME} [chez] gov [point] example",
    f"{NAME} chiocciola gov punto example",
    f"{NAME} (Klammeraffe) gov (Punkt) example",
    f"{{{NAME}, z0raida}}@gov.example",
    '"zoraida quintal"@gov.example',
    "zoraida.quintál@góv.example",
    f"{NAME}&#64;gov.example",
    "call +999 21 555 1234 now",
    "call +999 21 555|1234 now",
    "call 00999 21 555-1234 now",
    "call (021) 5555-1234 or (0215) 555 1234",
    "Tel. 21 555 1234",
    "Tel.: 21 555|1234",
    "Tel./Fax: 021/555-1234",
    "Teléfono: 21.555.1234 int. 15",
    "Téléphone : 21 555 1234, 21 555 1234 et 21 555 1234",
    "Telefon: 021/5551234",
    "Telefono 21 5551234",
    "tel:+99921-555-1234",
    "see https://wa.me/99921555|1234 now".replace("|", ""),
)
MARKED_UP = (
    f'<a href="mailto:{NAME}%40gov.example?cc=z0raida@gov.example">write</a>',
    f'<a href="https://{NAME}:quintal@host.example/">login</a>',
    f'<a href="https://host.example/?email={NAME}%40gov.example">form</a>',
    f'<a href="mailto:{NAME}@gov.example">{NAME}@<wbr>gov.example</a>',
    '<a href="tel:+999215551234">call</a>',
    f'<img src="a.png" alt="{NAME}@gov.example">',
    f'<p title="{NAME}@gov.example">tip</p>',
    f"<p>{NAME}<span>@</span>gov.example</p>",
    "<p>zoraida\u200b.quintal\u200b@gov.example and zo\u00adraida@gov.example</p>",
    f"<p>{NAME}\uff20gov.example</p>",
    f"<p>{''.join(f'&#{ord(c)};' for c in NAME + '@gov.example')}</p>",
    '<p><span style="unicode-bidi:bidi-override;direction:rtl">elpmaxe.vog@latniuq.adiaroz</span></p>',
    "<dl><dt>Phone</dt><dd>21 555 1234</dd></dl>",
    f"<table><tr><th>Mail</th><td>{NAME}@gov.example</td></tr><caption>{NAME}@gov.example</caption></table>",
    f"<h2>{NAME}@gov.example</h2><p>below</p><h3>{NAME}@gov.example</h3><p>below</p>",
    '<p>See the note.<sup><a href="#n1" id="r1">1</a></sup></p>'
    f'<p id="n1"><a href="#r1">1</a> ask {NAME}@gov.example</p>',
)


def pdf(name: str = "Title") -> bytes:
    """Each form in a paragraph of its own; a title in the metadata, an annotation with an address."""
    pages = []
    for start in range(0, len(PRINTED), 12):
        drawn, y = text_at(72, 780, 20, f"{name} {start}"), 730.0
        for form in PRINTED[start : start + 12]:
            for number, line in enumerate(form.split("|")):
                filled = "Whoever wants to know more of this and of other matters may turn to us and " * (
                    number == 0
                )
                drawn += text_at(
                    72, y, 9, (filled[: 78 - len(line)] + " " if "|" in form and filled else "") + line
                )
                y -= 11
            y -= 18
        pages.append(
            RawPage(drawn, _annotation(f"mailto:{NAME}%40gov.example?subject=a") if not start else b"")
        )
    info = f"/Info << /Title (Letter of {NAME}@gov.example) /Author ({NAME}@gov.example) >>".encode()
    return pdf_of(*pages).replace(b"/Root 1 0 R", b"/Root 1 0 R " + info)


def _annotation(uri: str) -> bytes:
    return f"<< /Type /Annot /Subtype /Link /Rect [72 725 300 740] /A << /S /URI /URI ({uri}) >> >>".encode()


def page(url: str, *, around: str = "") -> bytes:
    body = "".join(
        f"<p>{html.escape(form, quote=False).replace('&amp;#', '&#').replace('|', '<br>')}</p>"
        for form in PRINTED
    )
    return (
        f'<!doctype html><html lang="en"><head><title>Letter of {NAME}@gov.example | Office</title>'
        f'<meta name="author" content="{NAME}@gov.example"><link rel="canonical" href="{html.escape(url)}"></head>'
        f"<body><header>{NAME}@gov.example</header><main><h1>About {NAME}@gov.example</h1>"
        f"{around}{body}{''.join(MARKED_UP)}"
        f"</main><footer>Tel. 21 555 1234</footer></body></html>"
    ).encode()


def saved(folder: Path) -> None:
    """Files for every source, under names and addresses that say as much."""
    folder.mkdir()
    told = f"?email={NAME}%40gov.example"
    (folder / f"plain-{NAME}@gov.example.pdf").write_bytes(pdf())
    (folder / "plain.html").write_bytes(page(f"https://host.example/{NAME}@gov.example/a"))
    (folder / "other.html").write_bytes(
        page(f"https://host.example/{NAME[::-1]}@gov.example/a").replace(b"write to", b"ask")
    )
    (folder / "report.pdf").write_bytes(pdf("Open Source Software Country Intelligence Report Corvalia 2025"))
    folder_of_reports = "https://joinup.ec.europa.eu/sites/default/files/inline-files"
    report = f"{folder_of_reports}/OSS Country Intelligence Report Kenya 2025.pdf"
    (folder / "report.json").write_text(json.dumps({"url": report + told}), "utf-8")
    commitment = (SITE / "ogp/members/corvalia/commitments/CV0007/index.html").read_text("utf-8")
    at = commitment.index("</p>", commitment.index("Description"))
    listed = "".join(f"<p>{form.replace('|', '<br>')}</p>" for form in PRINTED) + "".join(MARKED_UP)
    (folder / "ogp.html").write_text(commitment[: at + 4] + listed + commitment[at + 4 :], "utf-8")
    (folder / "leaky.pdf").write_bytes(pdf())
    (folder / "leaky.json").write_text(
        json.dumps({"url": f"https://leaky.example/{NAME}@gov.example.pdf"}), "utf-8"
    )
    (folder / "leaky-page.html").write_bytes(page(f"https://leaky.example/page{told}"))
    alone = "<html>by itself\n" + "\n".join(form.replace("|", " ") for form in PRINTED)
    (folder / "leaky-alone.html").write_text(alone, "utf-8")
    (folder / "leaky-alone.json").write_text(
        json.dumps({"url": f"https://leaky.example/alone{told}"}), "utf-8"
    )
    (folder / f"broken-{NAME}@gov.example.html").write_text(f"<html>BROKEN {NAME}@gov.example", "utf-8")
    (folder / f"broken-{NAME}@gov.example.json").write_text(
        json.dumps({"url": f"https://leaky.example/{told}"}), "utf-8"
    )


def leaks(text: str) -> list[str]:
    """What of the secrets a text shows, with what stands around it."""
    low = text.lower().replace("\\n", "\n")
    bare = re.sub(r"(?<=\d)[\s().\-/]{1,2}(?=\d)", "", low)
    shown = [
        low[max(0, at.start() - 60) : at.end() + 30] for s in SECRETS for at in re.finditer(re.escape(s), low)
    ]
    return shown + [bare[max(0, at.start() - 40) : at.end() + 20] for at in re.finditer("5551234", bare)]


def texts_of_report(path: Path) -> Iterator[str]:
    page = path.read_bytes()
    yield page.decode("utf-8")
    for data in re.findall(rb">([A-Za-z0-9+/=]{40,})</script>", page):
        unpacked = base64.b64decode(data)
        if unpacked[:2] == b"\x1f\x8b":
            yield gzip.decompress(unpacked).decode("utf-8")


@pytest.fixture(scope="module")
def leaky_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over all those files, by a copy of the package that has the made source; its output is in `said.txt`."""
    folder = tmp_path_factory.mktemp("leaky")
    package = folder / "src" / "osint_ingest"
    # with what is compiled of it, which keeps for files of the same age
    shutil.copytree(PROJECT / "src" / "osint_ingest", package, ignore=shutil.ignore_patterns("site"))
    shutil.copytree(PROJECT / "tests" / "fixtures" / "leaky", package / "sources" / "leaky")
    saved(folder / "saved")
    (folder / "out").mkdir()
    commands = (
        "ingest saved", "export csv out/csv", "export jsonl out/jsonl", "export sqlite out/release.db",
        "export ftm out/release.ftm", "status", "show issues --json",
    )  # fmt: skip
    done = subprocess.run(
        one_process([words.split() for words in commands]),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder / "src"),
            "OSINT_INGEST_USE_MODELS": "false",
            "OSINT_INGEST_WORKERS": "1",
            "OSINT_INGEST_REPORT": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    for words, (code, out) in zip(commands, ended(done.stdout), strict=True):
        # one page is broken, and a release goes out all the same
        assert code == (3 if words.startswith("ingest") else 0), words + done.stderr + out
    (folder / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    return folder


def test_no_table_has_any(leaky_run: Path) -> None:
    release = Releases(str(leaky_run / "curated")).latest()
    assert release is not None
    sources = set(release.table("documents")["source"].to_pylist())
    assert sources == {"file", "osor", "ogp", "leaky"} and len(release.table("documents")) == 8
    found = [
        (path.stem, column, leak)
        for path in sorted((leaky_run / "curated" / "latest").glob("*.parquet"))
        for column, values in _read(path).items()
        for value in values
        if isinstance(value, str)
        for leak in leaks(value)
    ]
    assert found == []
    assert "leaky_rows" in {p.stem for p in (leaky_run / "curated" / "latest").glob("*.parquet")}


def _read(path: Path) -> dict[str, list[object]]:
    found: dict[str, list[object]] = pq.read_table(path).to_pydict()
    return found


def test_no_report_no_description_and_no_output_has_any(leaky_run: Path) -> None:
    release = leaky_run / "curated" / "latest"
    texts = [(leaky_run / "said.txt").read_text("utf-8"), *texts_of_report(release / "report.html")]
    texts += [(release / name).read_text("utf-8") for name in ("run.json", "README.md", "datapackage.json")]
    assert len(texts) > 6, "the report's data are looked at too"
    assert [leak for text in texts for leak in leaks(text)] == []


def test_no_export_has_any(leaky_run: Path) -> None:
    exported = [path for path in (leaky_run / "out").rglob("*") if path.is_file()]
    assert len(exported) > 2 * len(declared_tables()) - 10
    with sqlite3.connect(leaky_run / "out" / "release.db") as db:
        dumped = "\n".join(db.iterdump())
    texts = [dumped, *(p.read_text("utf-8") for p in exported if p.suffix != ".db")]
    assert [leak for text in texts for leak in leaks(text)] == []


def test_addresses_that_differ_in_what_is_masked_are_two_documents(leaky_run: Path) -> None:
    urls = _read(leaky_run / "curated" / "latest" / "documents.parquet")["url"]
    assert len({url for url in urls if str(url).startswith("https://host.example/x")}) == 2


def test_captures_lead_to_their_bytes_under_names_that_say_nothing(leaky_run: Path) -> None:
    paths = _read(leaky_run / "curated" / "latest" / "captures.parquet")["raw_path"]
    assert all((leaky_run / "raw" / str(path)).is_file() for path in paths)
    assert [leak for path in (leaky_run / "raw").rglob("*") for leak in leaks(path.name)] == []


def test_pictures_of_pages_cover_what_the_tables_mask(tmp_path: Path) -> None:
    drawn = text_at(72, 700, 30, f"{NAME}@gov.example") + text_at(72, 500, 30, "Tel. 21 555 1234")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(RawPage(drawn + text_at(72, 300, 30, "nothing to hide"))))

    def dark(*, hide: bool) -> list[int]:
        """How many black dots three stretches of the page have: the name, the number, what hides nothing."""
        asked = {"pdf": str(path), "pages": [1], "dpi": 72, "hide": hide}
        ((_, _, _, data),) = draw(asked, 30)["pictures"]
        picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
        places = ((72, 110, 280, 150), (132, 310, 330, 350), (72, 510, 330, 550))
        return [sum(picture.crop(place).histogram()[:40]) for place in places]

    covered, clear = dark(hide=True), dark(hide=False)
    assert covered[0] < clear[0] / 10 and covered[1] < clear[1] / 10 and covered[2] == clear[2] > 0
