"""Documents are read again when, and only when, something on the way from bytes to rows has changed."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path

import grimp
import pytest

import osint_ingest
from osint_ingest.read import fingerprint
from osint_ingest.read.fingerprint import LIBRARIES, READING, hash_of
from osint_ingest.settings import Settings

PACKAGE = Path(osint_ingest.__file__).parent
SITE = Path(str(files("osint_ingest.sample").joinpath("site")))
IN_AND_OUT = {"filelock", "fsspec", "psutil", "pydantic-settings", "duckdb", "warcio"}
"""Distributions that move bytes and rows, and do not tell what rows say."""
DOCUMENTS = (
    SITE / "ogp/members/corvalia/commitments/CV0012/index.html",
    SITE / "osor/sites/default/files/inline-files/OSS Country Intelligence Report Corvalia 2025.pdf",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("package") / PACKAGE.name
    shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "sample"))
    return place


def modules() -> set[str]:
    """The modules that count, by name."""
    paths = (path.relative_to(PACKAGE) for path in fingerprint.files_of(READING, PACKAGE))
    return {_module(path.as_posix()) for path in paths if path.suffix == ".py"}


def test_touching_anything_on_the_reading_path_changes_it_and_no_other_room_does(copy: Path) -> None:
    hash_now = hash_of.__wrapped__
    before = hash_now(READING, copy)
    files_of = fingerprint.files_of(READING, copy)
    inside = {path.relative_to(copy).as_posix() for path in files_of}
    assert {
        "read/documents.py",
        "model/__init__.py",
        "pdf/reader.py",
        "html/page.py",
        "tables/flatten.py",
    } <= inside
    assert {"text/countries.toml", "entities/data/en/heads.txt", "sources/ogp/labels.toml"} <= inside
    for path in random.Random(7).sample(sorted(files_of), 25):  # each alone
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n# touched\n")
        assert hash_now(READING, copy) != before, path
        path.write_bytes(kept)
    others = [p for p in copy.rglob("*") if p.is_file() and p not in files_of]
    assert len(others) > 50
    for other in others:
        other.write_bytes(other.read_bytes() + b"\n# touched\n")
    assert hash_now(READING, copy) == before


def test_the_rooms_hold_all_that_an_import_graph_finds() -> None:
    graph = grimp.build_graph(PACKAGE.name, include_external_packages=True)
    inside = {m for m in graph.modules if m.startswith(f"{PACKAGE.name}.")}
    starts = {
        f"{PACKAGE.name}.read.documents",
        *(m for m in inside if m.startswith(f"{PACKAGE.name}.sources.")),
    }
    wanted = starts.union(*(graph.find_upstream_modules(m) for m in starts)) - {PACKAGE.name}
    assert wanted & inside <= modules()
    imported = {m.partition(".")[0] for m in wanted - inside} - sys.stdlib_module_names
    distributions = packages_distributions()
    known = {name.lower() for m in imported for name in distributions[m]}
    assert known - IN_AND_OUT <= set(LIBRARIES) and {"rapidfuzz", "pycountry", "lxml", "spacy"} <= known


def test_whatever_a_worker_loads_for_documents_is_in_it() -> None:
    script = """
import json, sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from osint_ingest.read import documents as process
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore, capture_of
settings = Settings(raw="memory://reading", curated="memory://rows")
process.prepare(settings, nullcontext)
store = RawStore(settings.raw)
for path in sys.argv[1:]:
    data = Path(path).read_bytes()
    capture = store.put(capture_of("https://example.org/", datetime.now(UTC), data), data)
    batch = process.process_batch([process.Work((capture,))], settings)
    assert batch.outcomes[0].document_id, batch
print(json.dumps(sorted(name for name in sys.modules if name.startswith("osint_ingest."))))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, DOCUMENTS)], capture_output=True, text=True, check=True
    )
    # the package's own `__init__` loads the (empty) room whose name a function of it has
    loaded = set(json.loads(done.stdout)) - {f"{PACKAGE.name}.release"}
    assert len(loaded) > 100
    assert loaded <= modules()


def _module(path: str) -> str:
    return f"{PACKAGE.name}." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_changes_it(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    version: Callable[[str], str] = fingerprint._version
    before = fingerprint.fingerprint(Settings())
    assert version(library) != "absent"
    monkeypatch.setattr(fingerprint, "_version", lambda name: "other" if name == library else version(name))
    assert fingerprint.fingerprint(Settings()) != before
