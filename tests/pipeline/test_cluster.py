"""The same batches on a Dask cluster: the same bytes; and what is said where a cluster cannot do it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.bench.pages import write_pages
from tests.pipeline.hostile import endless
from tests.pipeline.test_limits import settings
from tests.places import tables

from osint_ingest.model import RefusedRun
from osint_ingest.read.cluster import UNWATCHED, check_worker
from osint_ingest.run.refresh import ingest

dask = pytest.importorskip("dask", reason="needs the extra dask")
distributed = pytest.importorskip("distributed", reason="needs the extra dask")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of this machine. Its one worker reads: a flow on two of them is tested at length."""
    unwatched = {f"distributed.nanny.pre-spawn-environ.{UNWATCHED}": "false"}
    with (
        dask.config.set(unwatched),
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            silence_logs=50,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of six pages and one report that takes too long."""
    write_pages(tmp_path / "pages", 6)
    (tmp_path / "pages" / "report.pdf").write_bytes(endless())
    return tmp_path / "pages"


def test_a_cluster_makes_the_same_bytes_and_holds_each_document_to_its_limits(
    address: str, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"document_seconds": 1.0, "page_seconds": 0, "megabyte_seconds": 0, "batch_bytes": 150_000}
    good = ingest(sorted(pages.glob("*.html")), settings(tmp_path / "here", workers=0))
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")  # the workers stand elsewhere: the folders are named in full
    there = settings(Path(), workers=2, task_runner="dask", dask_address=address, **limits)
    recap = ingest([pages], there)
    assert (recap.exit_code, recap.failed, recap.documents) == (3, 1, 6)
    assert [code for _, code, _ in recap.failures] == ["timed_out"]
    assert tables(recap.release) == tables(good.release)
    assert not list((tmp_path / "there" / "curated" / ".work").iterdir())
    assert ingest([pages], there).unchanged  # nothing to read, and no cluster is asked


def test_a_worker_that_cannot_see_the_folders_or_reads_otherwise_says_so(tmp_path: Path) -> None:
    out = settings(tmp_path)
    assert "same" in str(check_worker(out, "probe", "the fingerprint of another release"))
    from osint_ingest.read.fingerprint import fingerprint

    assert "shared folder" in str(check_worker(out, "probe", fingerprint(out)))


def test_an_address_where_nobody_answers_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osint_ingest.read.cluster.ANSWER_WITHIN", 0.5)
    write_pages(tmp_path / "pages", 1)
    out = settings(tmp_path, task_runner="dask", dask_address="tcp://127.0.0.1:9")
    with pytest.raises(RefusedRun, match=r"127\.0\.0\.1:9"):
        ingest([tmp_path / "pages"], out)


def test_without_the_extra_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    write_pages(tmp_path / "pages", 1)
    with pytest.raises(RefusedRun, match=r'pip install "osint-ingest\[dask\]"'):
        ingest([tmp_path / "pages"], settings(tmp_path, task_runner="dask"))
