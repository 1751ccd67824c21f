"""Removes old captures from raw/, but none that a kept release is made from, and never the newest of an address."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from osint_ingest.model import Capture
from osint_ingest.store.raw import RawStore


def prunable(
    store: RawStore,
    *,
    rested_on: Collection[str],
    now: datetime,
    older_than: timedelta | None = None,
    keep_per_url: int | None = None,
    most_bytes: int | None = None,
) -> tuple[Capture, ...]:
    """The captures that may go, the oldest first: older than an age, beyond a count for each url, or the
    oldest of all until the rest fits `most_bytes`.

    `rested_on`: SHA-256 of the bytes behind the documents of every release that is kept.
    """
    if keep_per_url is not None and keep_per_url < 1:
        raise ValueError(f"keep_per_url is {keep_per_url}; an address keeps at least its newest capture")
    going = []
    room = None if most_bytes is None else store.size_bytes() - most_bytes
    for place, capture in sorted(_replaced(store), key=lambda found: found[1].captured_at):
        if capture.content_sha256 in rested_on:
            continue
        old = older_than is not None and now - capture.captured_at > older_than
        many = keep_per_url is not None and place >= keep_per_url
        if old or many or (room is not None and room > 0):
            going.append(capture)
            if room is not None:
                room -= capture.size_bytes
    return tuple(going)


def _replaced(store: RawStore) -> Iterator[tuple[int, Capture]]:
    """Captures that a newer one of the same url replaces, with how many are newer."""
    newer: dict[str, int] = {}
    for capture in reversed(list(store.captures())):
        place = newer.get(capture.url, 0)
        newer[capture.url] = place + 1
        if place:
            yield place, capture
