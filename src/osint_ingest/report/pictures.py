"""Pictures of PDF pages that have references or links, drawn from the captured bytes and kept small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from osint_ingest.model import Capture
from osint_ingest.report.drawing import CannotDraw, draw
from osint_ingest.report.page import Earlier
from osint_ingest.store import RawStore
from osint_ingest.store.raw import digest

DPI = 84
SECONDS = 10.0  # for each page
MOST_PAGES = 60  # pages of one document that are shown; the first ones with references or links
LAYOUTS = {False: f"1-{DPI}", True: f"2-{DPI}"}
"""How pictures are drawn, by whether personal data is hidden in them: part of their keys."""


@dataclass(frozen=True, slots=True)
class Pictured:
    n: int
    content_sha256: str
    raw_path: str | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: PNG in base64, with its width and height in PDF points."""

    n: int
    page: int
    key: str
    size: str
    data: bytes


class Pictures:
    """Takes pictures from an earlier page or draws them. `lost` are the documents that could not be drawn, and why.
    `hide`: e-mail addresses and telephone numbers are covered."""

    def __init__(self, earlier: Earlier, raw: RawStore | None, *, hide: bool) -> None:
        self._earlier, self._raw, self._hide = earlier, raw, hide
        self.lost: dict[int, str] = {}

    def of(self, document: Pictured) -> Iterator[Picture]:
        keys = {
            page: f"{document.content_sha256[:32]}-{page}-{LAYOUTS[self._hide]}" for page in document.pages
        }
        missing = [page for page, key in keys.items() if key not in self._earlier.chunks]
        for page, key in keys.items():
            if kept := self._earlier.chunks.get(key):
                yield Picture(document.n, page, key, kept.size, self._earlier.data(kept))
        if missing:
            yield from self._drawn(document, missing, keys)

    def _drawn(self, document: Pictured, pages: Sequence[int], keys: dict[int, str]) -> Iterator[Picture]:
        data = b""
        if self._raw is not None and document.raw_path is not None:
            # all that the store looks at is where the bytes lie
            capture = Capture("", datetime.now(UTC), document.content_sha256, 0, raw_path=document.raw_path)
            with suppress(OSError, ValueError):
                data = self._raw.read(capture)
        if digest(data) != document.content_sha256:  # they are gone, or are no longer those that were read
            self.lost[document.n] = "its bytes are not in raw/"
            return
        with TemporaryDirectory(prefix="osint-ingest-pictures-") as folder:
            path = Path(folder) / "document.pdf"
            path.write_bytes(data)
            wanted = {"pdf": str(path), "pages": pages, "dpi": DPI, "hide": self._hide}
            try:
                answer = draw(wanted, SECONDS * len(pages))
            except CannotDraw as error:
                self.lost[document.n] = str(error)
                return
        for page, width, height, picture in answer["pictures"]:
            yield Picture(document.n, page, keys[page], f"{width} {height}", picture.encode())


def pictured(db: duckdb.DuckDBPyConnection) -> dict[int, Pictured]:
    rows = db.execute(
        f"""
        with cited as (
            select document_id, page from footnote_refs union select document_id, page from footnotes
            union select document_id, page from links
        )
        select doc.n, doc.content_sha256, any_value(captures.raw_path),
            list(distinct cited.page order by cited.page)[:{MOST_PAGES}]
        from doc join cited using (document_id) left join captures using (content_sha256)
        where doc.page_count is not null and cited.page between 1 and doc.page_count
        group by doc.n, doc.content_sha256
        """
    ).fetchall()
    return {n: Pictured(n, sha256, path, tuple(pages)) for n, sha256, path, pages in rows}
