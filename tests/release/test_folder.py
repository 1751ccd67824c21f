"""Releases on disk: whole or absent, switched by one rename, retired by rule."""

from __future__ import annotations

import threading
from pathlib import Path

import pyarrow as pa
import pytest

from osint_ingest.release.folder import Releases
from tests.release.conftest import document, publish, whole


def test_a_release_reads_back_as_written_and_latest_leads_to_it(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    made = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    assert releases.latest() == made
    for name, rows in tables.items():
        read = made.table(name)
        assert read.schema.equals(rows.schema, check_metadata=False)
        assert read.to_pylist() == rows.to_pylist()


def test_the_same_rows_give_the_same_bytes(releases: Releases, tables: dict[str, pa.Table]) -> None:
    one = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    two = publish(releases, tables, "20310505T100000000000Z-aaaaaaaa")
    for path in one.path.glob("*.parquet"):
        assert path.read_bytes() == (two.path / path.name).read_bytes(), path.name


def test_a_write_that_fails_leaves_nothing_and_the_last_release_stays(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    first = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    broken = {**tables, "links": tables["documents"]}
    with pytest.raises((ValueError, pa.ArrowException)):
        releases.write(broken, {}, {}, name="20310505T100000000000Z-bbbbbbbb", held=False)
    assert releases.latest() == first
    assert [p.name for p in releases.folder.iterdir()] == [first.name]


def test_what_a_killed_run_left_half_written_is_cleared_away(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    half = releases.folder / ".20310101T000000000000Z-cccccccc.tmp"
    half.mkdir(parents=True)
    publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    assert not half.exists()


def test_a_held_release_stays_beside_and_is_no_release(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    first = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    held = releases.write(tables, {}, {}, name="20310505T100000000000Z-bbbbbbbb", held=True)
    assert held.path.exists() and releases.all() == [first] and releases.latest() == first


def test_retiring_keeps_the_last_ones_and_the_first_of_each_month(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    small = {"documents": tables["documents"]}
    names = [f"2031{m:02}{d:02}T000000000000Z-aaaaaaaa" for m in (1, 2, 3) for d in (1, 9, 20)]
    for name in names:
        publish(releases, small, name)
    removed = releases.retire(keep=2)
    assert removed == [names[1], names[2], names[4], names[5]]
    assert [r.name for r in releases.all()] == [names[0], names[3], names[6], names[7], names[8]]


def test_rolling_back_leads_latest_to_the_one_before(releases: Releases, tables: dict[str, pa.Table]) -> None:
    first = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    publish(releases, tables, "20310505T100000000000Z-bbbbbbbb")
    releases.switch(releases.before_latest())
    assert releases.latest() == first
    with pytest.raises(FileNotFoundError, match="no release before"):
        releases.before_latest()


def test_an_unknown_table_and_an_unknown_release_name_what_there_is(
    releases: Releases, tables: dict[str, pa.Table]
) -> None:
    made = publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")
    with pytest.raises(FileNotFoundError, match=r"it has: .*footnotes"):
        made.table("footnote")
    with pytest.raises(FileNotFoundError, match=made.name):
        releases.named("2099")


def test_a_reader_in_a_loop_never_sees_an_error_or_a_mix(releases: Releases) -> None:
    """Each release has as many documents as its number says, in all of two tables."""
    size = {f"20310504T1000{n:02}000000Z-aaaaaaaa": n + 1 for n in range(20)}
    publish(releases, whole([document(f"d{k}") for k in range(1)]), min(size))
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                release = releases.latest()
                assert release is not None
                counts = {len(release.table("documents")), release.run()["documents"]}
                if len(counts) != 1:
                    wrong.append(counts)
            except Exception as error:
                wrong.append(error)

    for name, count in size.items():
        if count == 1:
            (releases.folder / name / "run.json").write_text('{"documents": 1}')
            reader = threading.Thread(target=read)
            reader.start()
            continue
        rows = {"documents": whole([document(f"d{k}") for k in range(count)])["documents"]}
        releases.switch(releases.write(rows, {"documents": count}, {}, name=name, held=False))
    stop.set()
    reader.join()
    assert not wrong
    assert Path(releases.root / "latest").resolve().name == max(size)
