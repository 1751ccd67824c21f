"""The first reader of a run on the command line is a copy of the run: it reads as others do, and ends with the run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.bench.pages import write_pages
from tests.pipeline.hostile import endless

from osint_ingest.release.folder import Release, Releases
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.store import one_writer
from osint_ingest.tables import declared_tables

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every reader is a new process")

INGEST = """
import sys
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.read import guard

made = []
new, copy = guard._new_process, guard._copy_of_this
guard._new_process = lambda: made.append("new") or new()
guard._copy_of_this = lambda: made.append("copy") or copy()
if __name__ == "__main__":
    folder, pages = sys.argv[1:]
    out = Settings(raw=f"{folder}/raw", curated=f"{folder}/curated", workers=1, use_models=False,
                   document_seconds=2.0, page_seconds=0.002, batch_bytes=10_000_000)
    recap = ingest([pages], out)
    print(*made, recap.documents, recap.failed, *(code for _, code, _ in recap.failures))
"""
IDLE = """
import sys
from osint_ingest.settings import Settings
from osint_ingest.read import pool, reader

reader.IDLE_SECONDS = 0.5
pool.ready_reader(Settings())
(idle,) = pool._idle
print(idle._process.wait(), idle.alive, pool._take())
"""
WAIT = """
import sys, time
from osint_ingest.settings import Settings
from osint_ingest.store import one_writer
from osint_ingest.read import pool

pool.ready_reader(Settings())
with one_writer(sys.argv[1]):
    print(pool._idle[0]._process.pid, flush=True)
    time.sleep(60)
"""


def tables(release: Release | None) -> dict[str, bytes]:
    """The bytes of every table that does not tell of time."""
    assert release is not None
    return {
        t.name: (release.path / f"{t.name}.parquet").read_bytes()
        for t in declared_tables().values()
        if not t.history
    }


def test_a_copy_reads_as_others_do_and_within_the_same_limits(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    write_pages(pages, 3)
    here = ingest(
        [pages],
        Settings(raw=str(tmp_path / "r"), curated=str(tmp_path / "c"), workers=0, use_models=False),
    )
    (pages / "report.pdf").write_bytes(endless())
    told = subprocess.run(
        [sys.executable, "-c", INGEST, str(tmp_path), str(pages)], capture_output=True, text=True, check=False
    )
    assert told.stdout == "copy new 3 1 timed_out\n", told.stderr
    assert tables(Releases(str(tmp_path / "curated")).latest()) == tables(here.release)


def test_a_copy_ends_with_its_run_and_holds_nothing_of_it(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", WAIT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    copy = psutil.Process(int(run.stdout.readline()))
    assert "workers.reader" not in " ".join(copy.cmdline()) and copy.ppid() == run.pid
    run.send_signal(signal.SIGKILL)
    run.communicate()
    with one_writer(str(tmp_path)):
        pass  # the copy was made before the lock was taken
    copy.wait(20)


def test_a_copy_without_orders_ends_by_itself_and_a_new_reader_is_taken() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IDLE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "0 False None\n", done.stderr


@pytest.mark.parametrize(
    ("before", "workers"),
    [("threading.Thread(target=threading.Event().wait, daemon=True).start()", 1), ("", 0)],
)
def test_no_copy_is_made_of_a_run_with_threads_or_without_workers(before: str, workers: int) -> None:
    script = f"""
import _thread, threading
from osint_ingest.settings import Settings
from osint_ingest.read import pool
{before}
pool.ready_reader(Settings(workers={workers}))
print(len(pool._idle))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "0\n", done.stderr
