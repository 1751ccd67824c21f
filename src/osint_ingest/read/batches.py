"""Which documents are read together: batches of about equal cost, expensive documents first, smaller ones last.

Pages of one member stand together: what they all say is then read once, by one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from osint_ingest.model import Capture
from osint_ingest.read.documents import Work

BASE_COST = 2_000
"""What any document costs before its first byte, in bytes of HTML."""
PDF_BYTE = 2
"""A byte of a PDF costs as much as so many of HTML. Measured: reports of 10 to 26 pages 7 to 12 s a MB, commitment
pages of 75 KB 5 s a MB, most of it for names. Only the order and the size of batches rest on it."""
MAX_BATCH = 256
"""Documents of a batch: the most that a crash can lose."""
MIN_PARALLEL_BYTES = 1_000_000
"""Less than this, in bytes of HTML, is read sooner than another process starts."""
SHARES = 2
"""A batch is at most this part of what is left for each process, so that all end together."""
MIN_BATCH_FRACTION = 8
"""The smallest batch is this part of the largest: handing a batch over costs time. A document that costs more than
that goes first, so that no process has it left at the end."""


def cost(work: Work) -> int:
    """Estimate the work of reading an address, as the size in bytes of an HTML page that takes as long."""
    return sum(BASE_COST + c.size_bytes * (PDF_BYTE if _is_pdf(c) else 1) for c in work.captures)


def batched(work: Iterable[Work], workers: int, batch_bytes: int) -> Iterator[tuple[Work, ...]]:
    """Expensive documents first, then the others by address. A batch costs at most `batch_bytes`, unless it is
    one expensive document; later batches are smaller, so that no process waits long for the last.

    The same work gives the same batches. What becomes of a document does not depend on its batch.
    """
    dear_from = batch_bytes // MIN_BATCH_FRACTION

    def place(costly: tuple[int, Work]) -> tuple[int, str]:
        return (-costly[0] if costly[0] > dear_from else 0), costly[1].newest.url

    waiting = sorted(((cost(w), w) for w in work), key=place)
    left = sum(dear for dear, _ in waiting)
    processes = max(1, min(workers, left // MIN_PARALLEL_BYTES))
    batch: list[Work] = []
    room = filled = 0
    for dear, item in waiting:
        if batch and (filled + dear > room or len(batch) == MAX_BATCH):
            yield tuple(batch)
            batch = []
        if not batch:
            filled, room = 0, batch_bytes
            if processes > 1:
                room = min(room, max(left // (SHARES * processes), room // MIN_BATCH_FRACTION))
        batch.append(item)
        filled += dear
        left -= dear
    if batch:
        yield tuple(batch)


def _is_pdf(capture: Capture) -> bool:
    return (capture.raw_path or "").endswith(".pdf") or capture.media_type == "application/pdf"
