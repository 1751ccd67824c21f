"""One writer at a time, named by the lock, which a crash frees; and what makes room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from osint_ingest.store import LockedByAnother, RawStore, capture_of, one_writer
from osint_ingest.store.journal import Journal, Look
from osint_ingest.store.raw import prunable

HOLD = """
import sys, time
from osint_ingest.store import one_writer
with one_writer(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def writer(root: str) -> Iterator[int]:
    """Another process that holds the lock of a root, by its pid; killed in the end."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, root], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()


@pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)
def test_a_second_writer_is_told_who_holds_the_lock_and_a_crash_frees_it(place: str) -> None:
    raw = f"{place}/raw"
    with writer(raw) as pid:
        started = time.monotonic()
        with (
            pytest.raises(
                LockedByAnother, match=f"{raw} is being written by process {pid} on .* since ....-..-..T"
            ),
            one_writer(raw, wait=0.2),
        ):
            pytest.fail("two writers")
        assert time.monotonic() - started < 20
    with one_writer(raw, wait=5):
        pass


def test_the_lock_is_free_again_after_an_error_and_is_no_stranger_in_raw(place: str) -> None:
    with pytest.raises(RuntimeError), one_writer(place):
        raise RuntimeError
    for _ in range(2):
        with one_writer(place):
            assert list(RawStore(place).verify()) == []


def filled(root: str) -> RawStore:
    """Three captures of /a over three days, one of /b, the oldest of all."""
    store = RawStore(root)
    for url, day in (("a", 1), ("a", 2), ("a", 3), ("b", 0)):
        data = f"<html>{url}{day}".encode()
        store.put(capture_of(f"https://x.example/{url}", NOON + timedelta(days=day), data), data)
    return store


@pytest.mark.parametrize(
    ("rule", "going"),
    [
        ({}, ""),
        ({"older_than": timedelta(days=1, hours=12)}, "12"),
        ({"keep_per_url": 2}, "1"),
        ({"keep_per_url": 1}, "12"),
        ({"most_bytes": 3 * len("<html>a1")}, "1"),
        ({"most_bytes": 0}, "12"),
    ],
)
def test_prune_takes_what_is_old_many_or_too_much_but_never_the_newest(
    place: str, rule: dict[str, object], going: str
) -> None:
    store = filled(place)
    now = NOON + timedelta(days=4)
    chosen = prunable(store, rested_on=(), now=now, **rule)  # type: ignore[arg-type]
    assert [store.read(c).decode()[-1] for c in chosen] == list(going)
    rested = {c.content_sha256 for c in chosen[:1]}
    spared = prunable(store, rested_on=rested, now=now, **rule)  # type: ignore[arg-type]
    assert not rested & {c.content_sha256 for c in spared}

    before = store.size_bytes()
    store.remove_all(chosen)
    assert sum(c.size_bytes for c in chosen) == before - store.size_bytes()
    again = RawStore(place)
    assert list(again.captures()) == list(store.captures())
    assert len(again.latest()) == 2
    assert list(again.verify()) == []


def test_a_journal_is_taken_up_after_a_crash_and_not_when_it_is_old(place: str) -> None:
    root = place
    look = Look("https://x.example/a", "alias", "https://x.example/b")
    journal = Journal(root, "gazette", now=NOON)
    journal.note(look)
    journal.close(finished=False)
    if "://" not in place:
        with (Path(place) / ".crawl-gazette.000002.jsonl").open("a") as file:
            file.write('{"url": "https://x.example/torn", "sta')

    second = Journal(root, "gazette", now=NOON + timedelta(hours=1))
    assert (second.began, list(second.looks.values())) == (NOON, [look])
    second.note(Look("https://x.example/c", "new"))
    second.close(finished=False)
    third = Journal(root, "gazette", now=NOON + timedelta(hours=2))
    assert sorted(third.looks) == ["https://x.example/a", "https://x.example/c"]
    third.close(finished=True)

    fourth = Journal(root, "gazette", now=NOON + timedelta(hours=3))
    assert (fourth.began, fourth.looks) == (NOON + timedelta(hours=3), {})
    fourth.note(look)
    fourth.close(finished=False)
    fifth = Journal(root, "gazette", now=NOON + timedelta(days=3))
    assert fifth.looks == {}
    fifth.close(finished=True)
