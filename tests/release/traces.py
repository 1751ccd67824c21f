"""A document that is to be forgotten, and all that raw/, curated/ and exports say, unpacked, for looking into it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from osint_ingest.analyst.export import export_csv, export_jsonl, export_sqlite
from osint_ingest.analyst.ftm import export_ftm
from osint_ingest.release.folder import Releases
from osint_ingest.store import RawStore
from osint_ingest.store.folder import open_folder
from osint_ingest.store.forgotten import FORGOTTEN
from osint_ingest.store.warc import write_warc

COMMITMENTS = Path(
    str(files("osint_ingest.sample").joinpath("site", "ogp", "members", "corvalia", "commitments"))
)
DOCUMENT = "ogp:CV0099"
URL = "https://www.opengovpartnership.org/members/corvalia/commitments/CV0099/"
WORDS = re.compile(r"zanzarrol|CV0099", re.I)
"""What is of that document alone."""
_SQUEEZED = re.compile(rb'data-size="[^"]*">(H4sI[A-Za-z0-9+/=]+)</script>')


def page(folder: Path, *, edition: int = 0) -> Path:
    """A commitment's page with names, notes, links, an unknown value and a status that none but it has."""
    text = (COMMITMENTS / "CV0007" / "index.html").read_text(encoding="utf-8")
    head, commitments, tail = text.partition("<h2>Commitments</h2>")
    for before, after in (
        ("CV0007", "CV0099"),
        ("Citizens Review the Forest Rules", "The Zanzarrolo Rules are Reviewed"),
        ("Inactive", ("Inactive", "Active")[edition]),
        ("Moderate", "Zanzarrolan"),
        ("Ministry of the Environment", "Ministry of Zanzarrolo Affairs"),
        ("bosques.gob", "zanzarrolo.gob"),
        ("bosques comunales", "bosques de Zanzarrolo"),
    ):
        assert before in head, before
        head = head.replace(before, after)
    path = folder / f"zanzarrolo-{edition}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + commitments + tail, encoding="utf-8")
    os.utime(path, (1_900_000_000 + edition, 1_900_000_000 + edition))
    return path


def said(place: Path | str, scratch: Path) -> Iterator[tuple[str, str]]:
    """Every file of raw/ and curated/ and what it says, its name too, and the exports of each release; not the line
    that says what was forgotten."""
    for part in ("raw", "curated"):
        folder = open_folder(f"{place}/{part}")
        for path, _ in folder.walk():
            if path != FORGOTTEN:
                yield f"{part}/{path}", path
                yield f"{part}/{path}", _unpacked(path, folder.read(path))
    for release in Releases(f"{place}/curated").all():
        to = scratch / release.name
        to.mkdir(parents=True)
        export_csv(release, to / "csv")
        export_jsonl(release, to / "jsonl")
        export_sqlite(release, to / "all.db")
        export_ftm(release, to / "ftm.json")
    raw = RawStore(f"{place}/raw")
    with (scratch / "all.warc").open("wb") as file:
        write_warc(raw, raw.captures(), file, software="tests")
    for exported in sorted(scratch.rglob("*")):
        if exported.is_file():
            yield str(exported), _unpacked(exported.name, exported.read_bytes())


def traces(place: Path | str, scratch: Path, words: re.Pattern[str] = WORDS) -> list[str]:
    """Where any of the words stands."""
    scratch.mkdir(parents=True)
    return sorted({where for where, text in said(place, scratch) if words.search(text)})


def _unpacked(path: str, data: bytes) -> str:
    if path.endswith(".parquet"):
        rows = pq.read_table(pa.BufferReader(data)).to_pylist()
        return json.dumps(rows, default=str, ensure_ascii=False)
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    chunks = b"\n".join(gzip.decompress(base64.b64decode(chunk)) for chunk in _SQUEEZED.findall(data))
    return (data + chunks).decode("utf-8", "replace")
