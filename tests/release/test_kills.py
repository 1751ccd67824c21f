"""Runs that are killed, starved of disk or locked out: the last release stays, the next run completes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from osint_ingest.model import RefusedRun
from osint_ingest.read.staging import read_batch
from osint_ingest.release.folder import Releases
from osint_ingest.run.refresh import ingest, plan_run
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources
from osint_ingest.store import RawStore
from osint_ingest.store.folder import open_folder
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.store.lock import one_writer
from tests import places
from tests.places import copy, latest, sound_bytes, sound_tables
from tests.release.doomed import Ended, run
from tests.release.traces import DOCUMENT, page, traces

SITE = Path(str(files("osint_ingest.sample").joinpath("site", "ogp")))
FIRST = [SITE / "members" / "corvalia" / "commitments"]
ALL = [SITE / name for name in ("documents", "es", "fr", "members")]  # PDFs take their time
SOAKED = bool(os.environ.get("OSINT_INGEST_SOAK"))
KILLS = 60 if SOAKED else 2
FORGOTTEN_KILLS = 20 if SOAKED else 2
SOAK = pytest.mark.skipif(not SOAKED, reason="takes long: make soak")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities of Linux")


def settings(place: Path | str) -> Settings:
    """Small batches, so that there are several; rules alone, which load fast; all in the process that is killed.
    Reports, whose charts cost more than the rest, in the soak alone."""
    remote = "://" in str(place)  # whose requests take long on loopback
    batch_bytes, report = (15_000 if remote else 5000), SOAKED and not remote
    return places.settings(place, batch_bytes=batch_bytes, keep_releases=2, report=report)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ with a first release."""
    all_sources()  # what is declared is asked for before anything is read here
    folder = tmp_path_factory.mktemp("published")
    assert run(FIRST, settings(folder)).code == 0
    return folder


@pytest.fixture(scope="module")
def undisturbed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """The same with all pages, by a run that nothing happened to."""
    folder = copy(published, tmp_path_factory.mktemp("undisturbed") / "run")
    ended = run(ALL, settings(folder))
    assert ended.code == 0 and ended.error is None
    return folder, ended


def moments(touched: int, kills: int) -> list[int]:
    """Places in the run, spread over it by chance."""
    chance = random.Random(7)
    return sorted(chance.sample(range(1, touched + 1), min(kills, touched)))


def left_over(place: Path | str) -> list[str]:
    """What a run that ended well leaves none of: half releases, batches that were read."""
    files = [path for path, _ in open_folder(f"{place}/curated").walk()]
    whole = {release.name for release in Releases(f"{place}/curated").all()}
    return [
        f
        for f in files
        if f.startswith(".work/") or (f.startswith("releases/") and f.split("/")[1] not in whole)
    ]


@pytest.mark.timeout(7200 if SOAKED else 600)
@pytest.mark.parametrize("place", ["folder", pytest.param("s3", marks=SOAK)], indirect=True)
def test_a_run_killed_anywhere_leaves_a_whole_release_and_the_next_one_completes(
    published: Path, undisturbed: tuple[Path, Ended], place: str, tmp_path: Path
) -> None:
    expected, ended, kills = sound_bytes(latest(undisturbed[0]), tmp_path), undisturbed[1], KILLS
    if place.startswith("s3:"):
        whole = copy(published, f"{place}/whole")
        ended, kills = run(ALL, settings(whole)), KILLS // 2
        assert sound_bytes(latest(whole), tmp_path) == expected  # the same bytes as on disk
    assert ended.error is None and ended.touched > 40
    for moment in moments(ended.touched, kills):
        copied = copy(published, f"{place}/{moment}")
        assert run(ALL, settings(copied), die_at=moment).code == -signal.SIGKILL, moment
        sound_tables(latest(copied), tmp_path)
        assert run(ALL, settings(copied)).error is None, moment
        assert sound_bytes(latest(copied), tmp_path) == expected, moment
        assert left_over(copied) == [], moment


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ with two releases that have a document which is to be forgotten, and one that has not."""
    folder = tmp_path_factory.mktemp("known")
    assert run(FIRST, settings(folder)).code == 0
    for edition in (0, 1):
        assert run([page(folder / "pages", edition=edition)], settings(folder)).code == 0
    shutil.rmtree(folder / "pages")
    return folder


@pytest.mark.timeout(7200 if SOAKED else 600)
@pytest.mark.parametrize("place", ["folder", pytest.param("s3", marks=SOAK)], indirect=True)
def test_what_is_forgotten_is_gone_wherever_forgetting_it_is_killed(
    known: Path, place: str, tmp_path: Path
) -> None:
    whole = copy(known, f"{place}/whole")
    ended = run([], settings(whole), forgotten=DOCUMENT)
    assert ended.error is None and ended.touched > 15
    expected = sound_bytes(latest(whole), tmp_path)
    for moment in moments(ended.touched, FORGOTTEN_KILLS):
        copied = copy(known, f"{place}/{moment}")
        assert run([], settings(copied), forgotten=DOCUMENT, die_at=moment).code == -signal.SIGKILL, moment
        sound_tables(latest(copied), tmp_path)
        begun = "begun" in [line.state for line in ForgottenList(f"{copied}/raw").lines]
        # what had been written down is completed by any run; what had not must be asked for again
        again = run(FIRST, settings(copied)) if begun else run([], settings(copied), forgotten=DOCUMENT)
        assert again.error is None, moment
        assert traces(copied, tmp_path / f"traces-{moment}") == [], moment
        assert sound_bytes(latest(copied), tmp_path) == expected, moment
        assert left_over(copied) == [], moment


def test_batches_that_a_killed_run_had_finished_are_not_read_again(published: Path, tmp_path: Path) -> None:
    out = settings(copy(published, tmp_path / "run"))
    assert run(ALL, settings(copy(published, tmp_path / "other"))).error is None
    shutil.copytree(tmp_path / "other" / "raw", out.raw, dirs_exist_ok=True)
    plan, _ = plan_run(out)
    assert len(plan.batches) > 2 and not plan.finished
    read_batch(plan.batches[0], out)
    after, _ = plan_run(out)
    assert after.size == plan.size - len(plan.batches[0]) and len(after.finished) == 1
    damaged = Path(out.curated) / ".work" / f"{plan.fingerprint}-0.batch"
    damaged.write_bytes(b"torn")
    forced, _ = plan_run(out.model_copy(update={"force": True}))
    assert not forced.finished and forced.size > after.size
    ended = run(ALL, out)
    assert ended.error is None and ended.read == plan.size
    assert sound_bytes(latest(tmp_path / "run"), tmp_path) == sound_bytes(
        latest(tmp_path / "other"), tmp_path
    )


@pytest.mark.parametrize("share", [0.05, 0.99])
def test_a_full_disk_is_a_clear_error_and_the_last_release_stays(
    published: Path, undisturbed: tuple[Path, Ended], tmp_path: Path, share: float
) -> None:
    folder = copy(published, tmp_path / "run")
    before = latest(folder)
    largest = max(len(table) for table in sound_bytes(latest(undisturbed[0]), tmp_path).values())
    ended = run(ALL, settings(folder), largest_file=int(largest * share))
    assert ended.error is not None and re.search("File too large|disk full", ended.error)
    assert latest(folder) == before
    sound_tables(before, tmp_path)
    assert run(ALL, settings(folder)).error is None
    assert sound_bytes(latest(folder), tmp_path) == sound_bytes(latest(undisturbed[0]), tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a file system is not permitted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that leaves `left` bytes of a disk."""
    filling = disk / "filling"
    room = os.statvfs(disk)
    filling.write_bytes(b"x" * (room.f_bavail * room.f_frsize - left))
    return filling


@pytest.mark.parametrize("left", [0, 100_000])
def test_a_disk_that_is_full_in_fact_is_named_and_the_last_release_stays(
    published: Path, undisturbed: tuple[Path, Ended], small_disk: Path, tmp_path: Path, left: int
) -> None:
    folder = copy(published, small_disk / "run")
    before = latest(folder)
    filling = fill(small_disk, left)
    ended = run(ALL, settings(folder))
    assert ended.error is not None and "No space left on device" in ended.error
    assert latest(folder) == before
    sound_tables(before, tmp_path)
    assert {p.code for p in RawStore(settings(folder).raw).verify()} <= {"incomplete"}
    filling.unlink()
    assert run(ALL, settings(folder)).error is None
    assert sound_bytes(latest(folder), tmp_path) == sound_bytes(latest(undisturbed[0]), tmp_path)


def test_a_disk_that_may_only_be_read_is_named_and_its_release_can_be_read(
    published: Path, small_disk: Path, tmp_path: Path
) -> None:
    folder = copy(published, small_disk / "run")
    before = latest(folder)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ended = run(ALL, settings(folder))
    assert ended.error is not None and "Read-only file system" in ended.error and str(folder) in ended.error
    assert latest(folder) == before
    sound_tables(before, tmp_path)


@pytest.mark.parametrize("locked", ["curated", "curated/releases"])
def test_a_folder_that_may_not_be_written_is_named_and_the_last_release_stays(
    published: Path, tmp_path: Path, locked: str
) -> None:
    folder = copy(published, tmp_path / "run")
    before = latest(folder)
    (folder / locked).chmod(0o555)
    try:
        ended = run(ALL, settings(folder), without_privileges=True)
    finally:
        (folder / locked).chmod(0o755)
    assert (
        ended.error is not None and "PermissionError" in ended.error and str(folder / locked) in ended.error
    )
    assert latest(folder) == before


def test_a_second_run_at_the_same_time_says_who_holds_the_folder(published: Path, tmp_path: Path) -> None:
    out = settings(copy(published, tmp_path / "run"))
    before = latest(tmp_path / "run")
    with one_writer(out.curated), pytest.raises(RefusedRun, match=f"process {os.getpid()} on .* since"):
        ingest(ALL, out)
    assert latest(tmp_path / "run") == before
