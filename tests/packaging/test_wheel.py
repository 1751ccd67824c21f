"""The wheel by itself: built, installed into an environment of its own, run from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from osint_ingest.sample.server import SOURCES

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_every_file_beside_the_code(built: Path) -> None:
    """Whatever stands in the package and is kept by git: models, labels, templates, the sample site."""
    listed = subprocess.run(
        ["git", "ls-files", "src/osint_ingest"], cwd=PROJECT, check=False, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("the files that belong to the package are told by git, and this is no checkout")
    kept = {name.removeprefix("src/") for name in listed.stdout.splitlines() if (PROJECT / name).exists()}
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    unquoted = {name for name in kept if not name.startswith('"')}
    assert unquoted <= packed
    for part in (
        "entities/names_model/weights.npz",
        "sources/ogp/labels.toml",
        *(f"sample/site/{s}/" for s in SOURCES),
    ):
        assert any(name.startswith(f"osint_ingest/{part}") for name in packed), part


def test_the_source_distribution_can_be_built_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert {
        "pyproject.toml", "README.md", "LICENSE", "Makefile", "docs/tables.md", "flows/refresh.py",
    } <= names  # fmt: skip
    assert not any(name.startswith((".venv", "raw/", "curated/", "demo/")) for name in names)


def test_the_wheel_works_without_the_repository(built: Path, tmp_path: Path) -> None:
    """In an environment that has the libraries of this one, and this package from the wheel alone."""
    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    # the editable install of this environment is a .pth too, and those of a folder named here are not read
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    wheel = str(next(built.glob("*.whl")))
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", "--ignore-installed", wheel], check=True, capture_output=True
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(empty),
        "OSINT_INGEST_USE_MODELS": "false",
        "OSINT_INGEST_REPORT": "false",
        "OSINT_INGEST_WORKERS": "1",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=empty, env=environment, capture_output=True, text=True, check=False)

    at = run(str(python), "-c", "import osint_ingest; print(osint_ingest.__file__)")
    assert at.stdout.startswith(str(own)), at.stdout + at.stderr
    program = str(home / "bin" / "osint-ingest")
    done = run(program, "refresh", "--profile", "sample", "--source", "osor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Published" in done.stdout
    shown = run(program, "query", "select count(*) as n from footnote_refs")
    assert int(shown.stdout.splitlines()[1]) > 40
