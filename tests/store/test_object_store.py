"""What only an object store has: leases that lapse, a list of captures that saves requests, a missing extra."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import fsspec
import pytest

from osint_ingest.model import RefusedRun
from osint_ingest.store import LockedByAnother, RawStore, capture_of, lock, one_writer
from osint_ingest.store.folder import open_folder
from osint_ingest.store.journal import Journal, Look
from osint_ingest.store.layout import CATALOGUE, read_catalogue
from osint_ingest.store.lock import this_process

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
both = pytest.mark.parametrize("place", ["memory", "s3"], indirect=True)


def held_elsewhere(root: str) -> None:
    """The lease of a process on another machine."""
    told = replace(this_process(), pid=77, host="elsewhere", machine="another").as_json()
    open_folder(root).write({".writer.00000004.json": told})


@both
def test_a_lease_of_another_machine_holds_until_it_shows_no_sign_of_life(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_elsewhere(place)
    with pytest.raises(LockedByAnother, match="process 77 on elsewhere since"), one_writer(place):
        pytest.fail("two writers")
    monkeypatch.setattr(lock, "STALE_AFTER", 1.0)
    with one_writer(place, wait=5):
        assert [name for name, _ in open_folder(place).walk()] == [".writer.00000005.json"]


def test_a_holder_that_shows_signs_of_life_keeps_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT", 0.1)
    monkeypatch.setattr(lock, "STALE_AFTER", 1.0)
    root = f"memory://{uuid4().hex}"
    with one_writer(root):
        time.sleep(1.2)
        with pytest.raises(LockedByAnother), one_writer(root):
            pytest.fail("two writers")
        lock.confirm(root)


def test_of_many_that_want_it_at_once_one_gets_it() -> None:
    root = f"memory://{uuid4().hex}/raw"
    got: list[str] = []
    barrier = threading.Barrier(8)

    def want() -> None:
        barrier.wait()
        if lock._Lease(root).take() is None:
            got.append("it")

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["it"]


@both
def test_a_writer_that_stood_still_for_too_long_is_told_before_readers_see_its_work(place: str) -> None:
    with one_writer(place):
        lock.confirm(place)
        open_folder(place).write(
            {".writer.00000009.json": replace(this_process(), pid=78, machine="another").as_json()}
        )
        with pytest.raises(LockedByAnother, match="taken over by process 78"):
            lock.confirm(place)
    assert b"78" in open_folder(place).read(".writer.00000009.json")


class Requests:
    """Counts what an S3 is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        s3fs = pytest.importorskip("s3fs")
        self.made: Counter[str] = Counter()
        ask = s3fs.S3FileSystem._call_s3

        async def counted(files: object, method: str, *args: object, **kwargs: object) -> object:
            self.made[method] += 1
            return await ask(files, method, *args, **kwargs)

        monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", counted)

    def since(self) -> dict[str, int]:
        """The requests since the last call, by method."""
        made, self.made = dict(self.made), Counter()
        return made


def test_captures_are_listed_with_a_handful_of_requests(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = f"{s3}/{uuid4().hex}/raw"
    requests = Requests(monkeypatch)
    store = RawStore(root)
    pages = [f"<html>{number}".encode() for number in range(40)]
    taken = [capture_of(f"https://x.example/{n}", NOON, page) for n, page in enumerate(pages)]
    for capture, page in zip(taken, pages, strict=True):
        store.put(capture, page)
    store.settle()
    assert requests.since()["put_object"] == 2 * len(pages) + 1
    again = RawStore(root)
    assert len(list(again.captures())) == len(pages)
    assert requests.since() == {"list_objects_v2": 1, "get_object": 1}
    known = list(again.captures())
    again.bring(known[:3])
    assert [again.read(capture) for capture in known[:3]] == [
        pages[int(c.url.rpartition("/")[2])] for c in known[:3]
    ]
    assert requests.since() == {"get_object": 3}
    again.remove_all(known[:2])
    assert requests.since() == {"delete_objects": 2}
    open_folder(root).write({CATALOGUE: b"torn"})
    assert list(RawStore(root).captures()) == known[2:]


def test_a_journal_in_an_object_store_loses_a_few_looks_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    root = f"memory://{uuid4().hex}/raw"
    journal = Journal(root, "gazette", now=NOON)
    for number in range(120):
        journal.note(Look(f"https://x.example/{number}", "new"))
    killed = Journal(root, "gazette", now=NOON)  # while the first was never closed
    assert len(killed.looks) >= 99
    killed.note(Look("https://x.example/last", "new"))
    killed.close(finished=False)
    third = Journal(root, "gazette", now=NOON)
    assert third.looks.keys() >= {"https://x.example/0", "https://x.example/last"}
    third.close(finished=True)
    assert list(open_folder(root).walk()) == []


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(url: str, **_: object) -> object:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(RefusedRun, match=r'pip install "osint-ingest\[s3\]"'):
        RawStore("s3://tides/raw")


def test_a_bucket_that_is_not_there_is_named(s3: str) -> None:
    with pytest.raises(OSError, match="s3://no-such-bucket"), one_writer("s3://no-such-bucket/raw"):
        pytest.fail("no such bucket")


def test_without_credentials_it_says_so(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    s3fs = pytest.importorskip("s3fs")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(OSError, match=r"s3://tides/raw cannot be reached: .*credentials"):
        list(RawStore("s3://tides/raw").captures())
    s3fs.S3FileSystem.clear_instance_cache()


@both
def test_the_list_of_captures_does_not_tell_of_one_that_was_forgotten(place: str) -> None:
    pages = [f"<html>{number}".encode() for number in range(20)]
    taken = [capture_of(f"https://x.example/{n}", NOON, page) for n, page in enumerate(pages)]
    store = RawStore(place)
    for capture, page in zip(taken, pages, strict=True):
        store.put(capture, page)
    store.settle()
    folder = open_folder(place)
    before = folder.read(CATALOGUE)
    assert [c.url for c in RawStore(place).forget({taken[3].url}, ())] == [taken[3].url]
    assert taken[3].url not in {c.url for c in read_catalogue(folder).values()}
    folder.write({CATALOGUE: before})  # as a process that was killed in between had left it
    assert RawStore(place).forget({taken[3].url}, ()) == []
    assert len(read_catalogue(folder)) == len(pages) - 1
