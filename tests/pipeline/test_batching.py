"""Which documents are read together: nothing is lost, dear ones come first, and the last batches are small."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osint_ingest.model import Capture
from osint_ingest.read.documents import Work
from osint_ingest.read.plan import MAX_BATCH, MIN_BATCH_FRACTION, batched, cost

MOMENT = datetime(2025, 3, 1, tzinfo=UTC)
MEGABYTE = 1_000_000


def page(number: int, size: int, media_type: str = "text/html") -> Work:
    return Work((Capture(f"file:{number}", MOMENT, f"{number:064}", size, media_type=media_type),))


@given(
    sizes=st.lists(st.integers(0, 3 * MEGABYTE), max_size=300), workers=st.integers(0, 9), chance=st.randoms()
)
def test_each_address_is_in_one_batch_whatever_order_they_come_in(sizes, workers, chance) -> None:  # type: ignore[no-untyped-def]
    work = [page(n, size) for n, size in enumerate(sizes)]
    batches = list(batched(work, workers, MEGABYTE))
    assert sorted((w for b in batches for w in b), key=lambda w: w.newest.url) == sorted(
        work, key=lambda w: w.newest.url
    )
    assert all(len(b) == 1 or sum(map(cost, b)) <= MEGABYTE for b in batches)
    assert all(len(b) <= MAX_BATCH for b in batches)
    costs = [cost(w) for b in batches for w in b]
    dear = [c for c in costs if c > MEGABYTE / MIN_BATCH_FRACTION]
    assert costs[: len(dear)] == sorted(dear, reverse=True)
    chance.shuffle(work)
    assert list(batched(work, workers, MEGABYTE)) == batches


@pytest.mark.parametrize("workers", [2, 8])
def test_the_last_batches_are_small_so_that_all_end_together(workers: int) -> None:
    batches = [
        sum(map(cost, b)) for b in batched([page(n, 80_000) for n in range(1000)], workers, 4 * MEGABYTE)
    ]
    assert batches[0] > 3.5 * MEGABYTE and batches[-1] <= MEGABYTE / 2
    # handed out as workers fall free: the first to end waits for no more than the smallest batch
    free = [0] * workers
    for batch in batches:
        free[free.index(min(free))] += batch
    assert max(free) - min(free) <= MEGABYTE / 2
    assert len(batches) < 90


def test_little_work_is_one_batch_because_a_process_takes_longer_to_start() -> None:
    assert len(list(batched([page(n, 5_000) for n in range(20)], 2, 4 * MEGABYTE))) == 1


def test_a_report_counts_for_more_than_a_page_of_its_size() -> None:
    assert cost(page(1, 100_000, "application/pdf")) > 1.5 * cost(page(2, 100_000))


def test_pages_of_one_member_are_read_together_whatever_their_sizes() -> None:
    pages = [
        Work(
            (
                Capture(
                    f"https://site.example/members/{m}/{n}/", MOMENT, f"{n:064}", 60_000 + 977 * n % 40_000
                ),
            )
        )
        for n in range(30)
        for m in "abcdef"
    ]
    for batch in batched(pages, 2, 4 * MEGABYTE):
        members = {w.newest.url.split("/")[4] for w in batch}
        assert len(members) <= 2 + len(batch) // 30
