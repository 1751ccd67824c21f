"""Divides the size limit of the report between reading views and pictures, newest documents first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from osint_ingest.report.page import Earlier
from osint_ingest.report.pictures import Picture, Pictured, Pictures
from osint_ingest.report.reading import TOGETHER, ReadableDocument, chunks

PICTURES_SHARE = 0.3
"""Share of the room that reading views leave to pictures where there are many pages to show."""
WORDS_SHARE = 0.15
"""Share of the room that is kept for the list of words by which the page is searched; over it, there is no search."""
TAG = 130  # bytes around a chunk
PICTURE_BYTES = 40_000  # about what a picture takes


@dataclass(slots=True)
class Room:
    """What is left of the page's budget, in bytes."""

    left: int

    def takes(self, size: int) -> bool:
        """Takes that much, and the tag around it, if there is so much."""
        if size + TAG > self.left:
            return False
        self.left -= size + TAG
        return True


@dataclass(slots=True)
class Readable:
    """Reading views by document number: the key of each and where its data are."""

    data: dict[int, tuple[str, bytes | None]] = field(default_factory=dict)
    """None: the earlier page has it under that key."""
    left_out: int = 0

    def __contains__(self, n: int) -> bool:
        return n in self.data


def readable(
    db: duckdb.DuckDBPyConnection, wanted: Sequence[ReadableDocument], earlier: Earlier, room: Room
) -> Readable:
    """The reading views of the first documents, as many as there is room for: from the earlier page, or made."""
    found = Readable(left_out=len(wanted))
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        fresh = chunks(db, [c for c in some if c.key not in earlier.chunks])
        for candidate in some:
            kept = earlier.chunks.get(candidate.key)
            data = None if kept else fresh[candidate.n]
            if not room.takes(kept.end - kept.start if kept else len(data or b"")):
                return found
            found.data[candidate.n] = (candidate.key, data)
            found.left_out -= 1
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
