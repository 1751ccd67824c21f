"""From a release to its page: what there is room for, taken from the page before where it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from osint_ingest.entities.naming import is_generic
from osint_ingest.model import Finding
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of
from osint_ingest.report.charts import Plotted, plot
from osint_ingest.report.drawing import CannotDraw
from osint_ingest.report.listed import MOST_ROWS, entity_lists, fill, listed_tables, overview
from osint_ingest.report.page import NOTHING, Chunk, Earlier, plot_markup, read_earlier, write_page
from osint_ingest.report.pictures import Picture, Pictured, Pictures, pictured
from osint_ingest.report.reading import TOGETHER, ReadableDocument, candidates, chunks, squeezed, words_of
from osint_ingest.store import RawStore

PICTURES_SHARE = 0.3  # share of the room that reading views leave to pictures, at most
WORDS_SHARE = 0.15
"""Share that is kept for the words by which the page is searched; beyond it, there is no search."""
TAG = 130  # bytes around a chunk
PICTURE_BYTES = 40_000  # about what a picture takes


@dataclass(slots=True)
class Room:
    left: int

    def takes(self, size: int) -> bool:
        if size + TAG > self.left:
            return False
        self.left -= size + TAG
        return True


Readable = dict[int, tuple[str, bytes | None]]
"""Reading views by document number: the key of each and its data; None: the earlier page has them under that key."""


def readable(
    db: duckdb.DuckDBPyConnection, wanted: Sequence[ReadableDocument], earlier: Earlier, room: Room
) -> Readable:
    """The reading views of the first documents, as many as there is room for: from the earlier page, or made."""
    found: Readable = {}
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        fresh = chunks(db, [c for c in some if c.key not in earlier.chunks])
        for candidate in some:
            kept = earlier.chunks.get(candidate.key)
            data = None if kept else fresh[candidate.n]
            if not room.takes(kept.end - kept.start if kept else len(data or b"")):
                return found
            found[candidate.n] = (candidate.key, data)
    return found


def reserved(room: Room, pictured: Mapping[int, Pictured]) -> int:
    """The bytes that reading views leave to pictures."""
    pages = sum(len(document.pages) for document in pictured.values())
    return max(0, min(int(room.left * PICTURES_SHARE), pages * PICTURE_BYTES))


def shown(
    order: Sequence[ReadableDocument], pictured: Mapping[int, Pictured], pictures: Pictures, room: Room
) -> Iterator[Picture]:
    """Pictures of the documents in their order, until there is no more room."""
    for candidate in order:
        if document := pictured.get(candidate.n):
            for picture in pictures.of(document):
                if not room.takes(len(picture.data)):
                    return
                yield picture


MARKUP = 120_000  # bytes of the page itself: about what its text, style and script take


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a page: its bytes, reading views and pictures, and what it lacks."""

    size_bytes: int
    readable: int
    left_out: int
    pictures: int
    findings: tuple[Finding, ...]


def build(
    release: Release,
    to: Path,
    *,
    raw: RawStore | None = None,
    earlier: Path | None = None,
    most_bytes: int,
    keep_personal_data: bool = False,
) -> Built:
    """Writes the page of a release to a file of this machine, of at most about `most_bytes`. `earlier` is the page of
    a release before: what is the same is taken from there. `raw` has the bytes that pictures are drawn from; without
    it there are none but those of the earlier page."""
    before = read_earlier(earlier) if earlier else NOTHING
    with opened(release) as db:
        tables = [fill(db, table) for table in listed_tables()]
        plots, findings = _plots(db, before)
        order = candidates(db)
        fixed = [_chunk(f"t-{table.listed.name}", table.data) for table in tables]
        fixed.append(_chunk("c-docs", _documents(db)))
        fixed += [_chunk(f"c-{name}", data) for name, data in entity_lists(db)]
        taken = sum(len(c.data) for c in fixed) + sum(len(p.svg or "") for p in plots)
        room = Room(most_bytes - MARKUP - taken)
        pages = pictured(db)
        kept_free = reserved(room, pages) + int(room.left * WORDS_SHARE)
        room.left -= kept_free
        texts = readable(db, order, before, room)
        room.left += kept_free
        words = _chunk("c-words", words_of(db, [c for c in order if c.n in texts]))
        if room.takes(len(words.data)):
            fixed.append(words)
        pictures = Pictures(before, raw, hide=not keep_personal_data)
        drawn = list(shown([c for c in order if c.n in texts], pages, pictures, room))
        context = {
            "overview": overview(db, release),
            "plots": [(p, plot_markup(p.key, p.chart.title, p.svg) if p.svg else None) for p in plots],
            "tables": [t for t in tables if t.shown or t.listed.name in ("documents", "issues")],
            "searched": words in fixed,
            "readable": len(texts),
            "left_out": len(order) - len(texts),
            "pictures": len(drawn),
            "pages": sum(len(p.pages) for p in pages.values()),
            "lost": len(pictures.lost),
        }
        with to.open("wb") as out:
            size = write_page(out, context, _chunks(fixed, order, texts, drawn, before))
    findings += [
        Finding("warning", "release", "picture_failed", f"No picture of document {n} in the report: {why}")
        for n, why in pictures.lost.items()
        if raw is not None
    ]
    return Built(size, len(texts), len(order) - len(texts), len(drawn), tuple(findings))


def _plots(db: duckdb.DuckDBPyConnection, before: Earlier) -> tuple[list[Plotted], list[Finding]]:
    try:
        return plot(db, before.plots), []
    except (CannotDraw, ValueError) as error:
        message, hint = (
            f"The report has no charts: {error}",
            "This is a defect of osint-ingest. Please report it.",
        )
        return [], [Finding("warning", "release", "charts_failed", message, hint)]


def _documents(db: duckdb.DuckDBPyConnection) -> bytes:
    """Return the facts about all documents that every view of the page shows: column by column, in the order of the
    document numbers."""
    (columns,) = db.execute(
        """
        select coalesce(cast(to_json(list([d.document_id, doc.shown, d.kind, doc.place, d.language, d.url,
            strftime(d.captured_at, '%Y-%m-%d'), cast(doc.year as varchar), cast(d.page_count as varchar),
            d.licence, d.status, cast(d.published as varchar)] order by n)) as varchar), '[]')
        from doc join documents d using (document_id)
        """
    ).fetchall()
    return squeezed(columns[0])


def _chunk(name: str, data: bytes) -> Chunk:
    return Chunk(name, hashlib.sha256(data).hexdigest()[:32], data)


def _chunks(
    fixed: Sequence[Chunk],
    order: Sequence[ReadableDocument],
    texts: Readable,
    drawn: Sequence[Picture],
    before: Earlier,
) -> Iterator[Chunk]:
    yield from fixed
    for candidate in order:
        if candidate.n in texts:
            key, data = texts[candidate.n]
            yield Chunk(f"d-{candidate.n}", key, before.data(before.chunks[key]) if data is None else data)
    for picture in drawn:
        yield Chunk(f"x-{picture.n}-{picture.page}", picture.key, picture.data, picture.size)


@contextmanager
def opened(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """The views of a release (see `release.views`) and `doc`: the documents numbered from 0 in the order of their ids
    (`n`), with the year that each is of, the place it is about and a name to show (`shown`); and `weighed`: the
    entities, how often each is `cited`, and the `place` at which it is listed."""
    with views_of(release) as db:
        db.execute(_DOC)
        names = db.execute(_WITHOUT_COUNTRY).fetchall()
        generic = pa.array([entity for entity, name in names if is_generic(name)], pa.string())
        db.register("generic", pa.table({"entity_id": generic}))
        db.execute(_WEIGHED)
        yield db


_WITHOUT_COUNTRY = f"""
    select entity_id, name from entities where country_code is null
    order by document_count desc, mention_count desc, entity_id limit {MOST_ROWS}
"""
_WEIGHED = """
    create temp table weighed as
    select e.*, coalesce(c.cited, 0) as cited, row_number() over (
        order by g.entity_id is not null, document_count desc, coalesce(c.cited, 0) desc, mention_count desc, entity_id
    ) as place
    from entities e left join generic g using (entity_id) left join (
        select entity_id, count(*) as cited from sources where role = 'evidence' group by all
    ) c using (entity_id)
"""


_DOC = """
    create temp table doc as
    select row_number() over (order by document_id) - 1 as n, document_id, source, kind, content_sha256,
        fingerprint, url as address, captured_at, page_count, coalesce(year, year(published)) as year,
        coalesce(jurisdiction, country_code) as place,
        case when length(whole) > 160 then left(whole, 159) || '…' else whole end as shown
    from (
        select *, case when kind = 'osor_country_report' and jurisdiction is not null
            then concat_ws(' ', jurisdiction, year) || ': ' || coalesce(title, 'country report')
            else coalesce(nullif(trim(title), ''), file_name, document_id) end as whole
        from documents
    )
    order by document_id
"""
