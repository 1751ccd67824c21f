"""Releases in a folder and in an object store: whole or absent, switched by one step, retired by rule."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsspec
import pyarrow as pa
import pytest

from osint_ingest.release.folder import KEPT_HELD, Release, Releases
from tests.release.conftest import document, publish, whole, write

ONE, TWO = "20310504T100000000000Z-aaaaaaaa", "20310505T100000000000Z-bbbbbbbb"

everywhere = pytest.mark.parametrize("place", ["folder", "memory", "s3"], indirect=True)


def files_of(release: Release) -> dict[str, bytes]:
    files, root = fsspec.core.url_to_fs(release.location)
    return {path.rpartition("/")[2]: files.cat_file(path) for path in files.find(root)}


def names_below(curated: str) -> set[str]:
    files, root = fsspec.core.url_to_fs(curated)
    return {path.removeprefix(root).split("/")[2] for path in files.find(f"{root}/releases")}


@everywhere
def test_a_release_reads_back_as_written_and_latest_leads_to_it(
    curated: str, few_tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    made = publish(releases, few_tables, ONE)
    assert releases.latest() == made and releases.all() == [made]
    for name, rows in few_tables.items():
        read = made.table(name)
        assert read.schema.equals(rows.schema, check_metadata=False)
        assert read.to_pylist() == rows.to_pylist()
    assert made.row_counts() == {name: len(rows) for name, rows in few_tables.items()}
    assert made.table("links", ["url"]).column_names == ["url"]


def test_the_same_rows_give_the_same_bytes(curated: str, tables: dict[str, pa.Table]) -> None:
    releases = Releases(curated)
    one, two = (files_of(publish(releases, tables, name)) for name in (ONE, TWO))
    assert {n: b for n, b in one.items() if n != "run.json"} == {
        n: b for n, b in two.items() if n != "run.json"
    }


@everywhere
def test_a_write_that_fails_leaves_nothing_and_the_last_release_stays(
    curated: str, few_tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    first = publish(releases, few_tables, ONE)
    broken = {**few_tables, "links": few_tables["documents"]}
    with pytest.raises((ValueError, pa.ArrowException)):
        write(releases, broken, TWO)
    assert releases.latest() == first
    assert names_below(curated) == {ONE}


@everywhere
def test_what_a_killed_run_left_half_written_is_cleared_away(
    curated: str, few_tables: dict[str, pa.Table]
) -> None:
    files, root = fsspec.core.url_to_fs(curated)
    half = f"{root}/releases/{'.' + ONE + '.tmp' if '://' not in curated else ONE}"
    files.makedirs(half, exist_ok=True)
    files.pipe_file(f"{half}/links.parquet", b"PAR1")
    releases = Releases(curated)
    assert releases.all() == [] and releases.latest() is None
    publish(releases, few_tables, TWO)
    assert names_below(curated) == {TWO}


def test_a_held_release_stays_beside_and_is_no_release(curated: str, tables: dict[str, pa.Table]) -> None:
    releases = Releases(curated)
    first = publish(releases, tables, ONE)
    held = write(releases, tables, TWO, held=True)
    assert held.has("links") and releases.all() == [first] and releases.latest() == first
    assert releases.held() == [held]


def test_retiring_keeps_the_last_ones_and_the_first_of_each_month(
    curated: str, tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    small = {"documents": tables["documents"]}
    names = [f"2031{m:02}{d:02}T000000000000Z-aaaaaaaa" for m in (1, 2, 3) for d in (1, 9, 20)]
    for name in names:
        publish(releases, small, name)
    assert releases.retire(keep=2) == [names[1], names[2], names[4], names[5]]
    assert [r.name for r in releases.all()] == [names[0], names[3], names[6], names[7], names[8]]


def test_retiring_keeps_what_latest_leads_to_and_the_last_held_ones(
    curated: str, tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    small = {"documents": tables["documents"]}
    made = [publish(releases, small, f"203101{d:02}T000000000000Z-aaaaaaaa") for d in range(1, 6)]
    for d in range(1, 6):
        write(releases, small, f"203102{d:02}T000000000000Z-aaaaaaaa", held=True)
    releases.switch(made[2])
    releases.retire(keep=1)
    assert releases.all() == [made[0], made[2], made[4]] and releases.latest() == made[2]
    assert len(releases.held()) == KEPT_HELD


@everywhere
def test_rolling_back_leads_latest_to_the_one_before(curated: str, few_tables: dict[str, pa.Table]) -> None:
    releases = Releases(curated)
    first = publish(releases, few_tables, ONE)
    publish(releases, few_tables, TWO)
    releases.switch(releases.before_latest())
    assert releases.latest() == first
    with pytest.raises(FileNotFoundError, match="no release before"):
        releases.before_latest()


def test_a_name_sorts_after_all_others_even_where_the_clock_went_back(
    curated: str, tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    now = datetime(2031, 5, 4, 10, tzinfo=UTC)
    assert releases.new_name("a" * 64, now) == ONE
    publish(releases, tables, ONE)
    assert releases.new_name("b" * 64, now - timedelta(days=400)) == "20310504T100000000001Z-bbbbbbbb"
    assert releases.new_name("b" * 64, now + timedelta(days=1)) == TWO


def test_an_unknown_table_and_an_unknown_release_name_what_there_is(
    curated: str, tables: dict[str, pa.Table]
) -> None:
    releases = Releases(curated)
    made = publish(releases, tables, ONE)
    with pytest.raises(FileNotFoundError, match=r"Did you mean footnotes"):
        made.table("footnote")
    with pytest.raises(FileNotFoundError, match=r"It has: .*footnotes"):
        made.table("zzz")
    with pytest.raises(FileNotFoundError, match=made.name):
        releases.named("2099")


@everywhere
def test_a_reader_in_a_loop_never_sees_an_error_or_a_mix(curated: str) -> None:
    """Each release has as many documents as its `run.json` says; several are published while someone reads."""
    releases = Releases(curated)
    wrong: list[object] = []
    reads = 0
    stop = threading.Event()

    def read() -> None:
        nonlocal reads
        while not stop.is_set():
            try:
                release = releases.latest()
                assert release is not None
                counts = {len(release.table("documents")), release.run()["documents"]}
                reads += 1
                if len(counts) != 1:
                    wrong.append(counts)
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    most = 5 if curated.startswith("s3:") else 21
    for count in range(1, most + 1):
        rows = {"documents": whole([document(f"d{k}") for k in range(count)])["documents"]}
        name = f"20310504T1000{count:02}000000Z-aaaaaaaa"
        publish(releases, rows, name, run={"documents": count})
        if count == 1:
            reader.start()
    stop.set()
    reader.join()
    assert not wrong and reads
    assert len(Releases(curated).named("latest").table("documents")) == most


def test_a_relative_folder_works_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables: dict[str, pa.Table]
) -> None:
    monkeypatch.chdir(tmp_path)
    made = publish(Releases("here"), tables, ONE)
    assert made.path.resolve() == (Path("here") / "latest").resolve()
