"""Documents that hang, eat memory or kill their reader: stopped by their own limits, named, and the rest goes on."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from tests import places
from tests.bench.pages import write_pages
from tests.pipeline.hostile import bomb, endless
from tests.places import tables

from osint_ingest.release.publish import Recap, publish
from osint_ingest.run.ingest import Given, take
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import ingest, plan_run, process_all
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore

linux = pytest.mark.skipif(sys.platform != "linux", reason="sees which libraries a process has loaded")


def settings(folder: Path, **other: object) -> Settings:
    """Of a run whose documents are read in a process beside this one."""
    return places.settings(folder, **{"workers": 1, **other})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six good pages."""
    folder = tmp_path_factory.mktemp("good")
    write_pages(folder, 6)
    return folder


@pytest.fixture(scope="module")
def without(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the good pages alone, read in this process."""
    return tables(ingest([pages], settings(tmp_path_factory.mktemp("without"), workers=0)).release)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    folder.mkdir()
    return folder


def assert_stopped(recap: Recap, code: str, out: Settings, without: dict[str, bytes]) -> None:
    """One document failed with that code and is still in raw/; the tables are those of the others."""
    assert recap.exit_code == 3 and recap.failed == 1
    assert [found for _, found, _ in recap.failures] == [code]
    assert recap.release is not None
    told = [row for row in recap.release.table("issues").to_pylist() if row["code"] == code]
    assert len(told) == 1 and told[0]["hint"] and told[0]["severity"] == "error"
    assert any(c.media_type == "application/pdf" for c in RawStore(out.raw).captures())
    assert list(RawStore(out.raw).verify()) == []
    assert tables(recap.release) == without


def test_a_document_that_takes_too_long_is_stopped_and_the_rest_of_its_batch_read(
    hostile: Path, pages: Path, tmp_path: Path, without: dict[str, bytes]
) -> None:
    (hostile / "report.pdf").write_bytes(endless())
    limits = {"document_seconds": 1.0, "page_seconds": 0.002, "megabyte_seconds": 0.0}
    out = settings(tmp_path, batch_bytes=10_000_000, **limits)
    assert_stopped(ingest([hostile, pages], out), "timed_out", out, without)
    again = ingest([hostile, pages], out)
    assert again.unchanged and again.exit_code == 3 and again.processed == 0


def test_a_document_that_eats_memory_is_stopped_and_the_rest_of_its_batch_read(
    hostile: Path, pages: Path, tmp_path: Path, without: dict[str, bytes]
) -> None:
    (hostile / "report.pdf").write_bytes(bomb(150))
    out = settings(tmp_path, document_bytes=100_000_000, batch_bytes=50_000_000)
    assert_stopped(ingest([hostile, pages], out), "too_much_memory", out, without)


@linux
def test_a_document_whose_reader_dies_twice_is_named_and_the_rest_of_its_batch_read(
    hostile: Path, pages: Path, tmp_path: Path, without: dict[str, bytes], fresh: None
) -> None:
    (hostile / "report.pdf").write_bytes(endless())
    out = settings(tmp_path)
    with when_at_work(psutil.Process.kill, 2):
        recap = ingest([hostile, pages], out)
    assert_stopped(recap, "crashed", out, without)


def test_however_many_read_the_tables_are_the_same(
    pages: Path, tmp_path: Path, without: dict[str, bytes]
) -> None:
    assert tables(ingest([pages], settings(tmp_path, workers=2, batch_bytes=150_000)).release) == without


def test_any_executor_will_do(pages: Path, tmp_path: Path, without: dict[str, bytes]) -> None:
    out = settings(tmp_path, batch_bytes=150_000)
    take(Given.of([pages]), out)
    plan, captures = plan_run(out)
    with ProcessPoolExecutor(1) as executor:
        batches = process_all(plan, out, executor, Reporter(quiet=True))
    assert tables(publish(plan, batches, captures, out).release) == without


@linux
def test_an_interrupt_ends_the_readers_at_once(
    hostile: Path, pages: Path, tmp_path: Path, fresh: None, interruptible: None
) -> None:
    (hostile / "report.pdf").write_bytes(endless())
    with when_at_work(lambda reader: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)):
        with pytest.raises(KeyboardInterrupt):
            ingest([hostile], settings(tmp_path))
        assert not any(map(reads_pdfs, readers()))


def readers() -> Iterator[psutil.Process]:
    """The reading processes of this process."""
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if any("read.worker" in word for word in child.cmdline()):
                yield child


@pytest.fixture
def interruptible() -> Iterator[None]:
    """An interrupt means what it does in a process of its own, whatever servers other tests run in this one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before or signal.default_int_handler)


@pytest.fixture
def fresh() -> None:
    """No reading process is at hand that has turned to a PDF: others stay, for a new one takes seconds to load."""
    for reader in filter(reads_pdfs, readers()):
        reader.kill()
        reader.wait()


def reads_pdfs(reader: psutil.Process) -> bool:
    """Has it turned to a PDF? Then what counts its pages is loaded."""
    return "pdfium" in Path(f"/proc/{reader.pid}/maps").read_text()


@contextmanager
def when_at_work(act: Callable[[psutil.Process], None], times: int = 1) -> Iterator[None]:
    """Acts once on each reader that turns to a PDF. Needs `fresh` ones."""
    seen: set[int] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05) and len(seen) < times:
            for reader in readers():
                with suppress(psutil.Error, OSError):
                    if reader.pid not in seen and reads_pdfs(reader):
                        seen.add(reader.pid)
                        act(reader)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    assert len(seen) == times
