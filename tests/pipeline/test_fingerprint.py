"""Documents are read again when, and only when, something on the way from bytes to rows has changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path

import grimp
import pytest

import osint_ingest
from osint_ingest.read import fingerprint
from osint_ingest.read.fingerprint import CHECKS, DISTRIBUTIONS, READING, reached

PACKAGE = Path(osint_ingest.__file__).parent
SITE = Path(str(files("osint_ingest.sample").joinpath("site")))
DOCUMENTS = (
    SITE / "ogp/members/corvalia/commitments/CV0012/index.html",
    SITE / "osor/sites/default/files/inline-files/OSS Country Intelligence Report Corvalia 2025.pdf",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("package") / PACKAGE.name
    shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "sample"))
    return place


def modules(starts: tuple[str, ...]) -> set[str]:
    return {path for path in reached(starts).files if path.endswith(".py")}


def test_touching_anything_on_the_reading_path_changes_it_and_nothing_else_does(copy: Path) -> None:
    before = reached(READING, copy)
    assert {
        "read/documents.py",
        "model/__init__.py",
        "pdf/reader.py",
        "html/page.py",
        "tables/flatten.py",
    } <= set(before.files)
    assert {"text/countries.toml", "entities/data/heads.txt", "sources/ogp/labels.toml"} <= set(before.files)
    for path, kept in before.files.items():
        (copy / path).write_bytes(kept + b"\n# touched\n")
    after = reached(READING, copy).files
    assert after.keys() == before.files.keys()
    for path, kept in before.files.items():  # each alone
        assert replace(before, files={**before.files, path: after[path]}).hash != before.hash, path
        (copy / path).write_bytes(kept)
    others = [p for p in copy.rglob("*") if p.is_file() and str(p.relative_to(copy)) not in before.files]
    assert len(others) > 50
    for other in others:
        other.write_bytes(other.read_bytes() + b"\n# touched\n")
    assert reached(READING, copy).hash == before.hash
    for room in ("cli", "report", "fetch", "run"):
        assert not any(path.startswith(f"{room}/") for path in before.files), room


def test_the_modules_are_those_that_an_import_graph_finds() -> None:
    graph = grimp.build_graph(PACKAGE.name)
    sources = [m for m in graph.modules if m.startswith(f"{PACKAGE.name}.sources.") and m.count(".") == 2]
    starts = [
        m
        for m in (f"{PACKAGE.name}.read.documents", *sources)
        if f"{m}.source" in graph.modules or m.endswith(".documents") or graph.find_children(m)
    ]
    wanted = set(starts).union(*(graph.find_upstream_modules(m) for m in starts)) - {PACKAGE.name}
    assert wanted <= {_module(path) for path in modules(READING)}


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
    assert loaded <= {_module(path) for path in modules(READING)}


def _module(path: str) -> str:
    return f"{PACKAGE.name}." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_another_version_of_a_library_that_is_imported_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    distributions = packages_distributions()
    version: Callable[[str], str] = fingerprint._version
    for starts in (READING, CHECKS):
        found = reached(starts)
        before = found.hash
        for library in found.libraries:
            known = DISTRIBUTIONS.get(library, library)
            installed = {name.lower().replace("-", "_") for name in distributions[library]}
            assert known.replace("-", "_") in installed, library
            with monkeypatch.context() as patch:
                patch.setattr(
                    fingerprint, "_version", lambda name, k=known: "other" if name == k else version(name)
                )
                assert found.hash != before, library


def test_rapidfuzz_and_pycountry_are_on_the_reading_path() -> None:
    assert {"rapidfuzz", "pycountry", "pdfminer", "lxml", "spacy"} <= reached(READING).libraries


def test_imports_in_every_form_are_followed(tmp_path: Path) -> None:
    package = tmp_path / PACKAGE.name
    for path, text in {
        "__init__.py": "from osint_ingest import unwanted",
        "unwanted.py": "",
        "read/__init__.py": "",
        "read/documents.py": "from osint_ingest import plain\nfrom osint_ingest.room import (\n several, # x\n other)",
        "plain.py": "def f():\n    import osint_ingest.late\n    import somelib.inner as s",
        "late.py": "import json",
        "room/__init__.py": "",
        "room/several.py": "from .near import x\nfrom ..up import y",
        "room/near.py": "",
        "room/other.py": "",
        "room/words/list.txt": "a word",
        "up.py": "",
        "sources/__init__.py": "",
        "sources/made/__init__.py": "from . import labels",
        "sources/made/labels.py": "",
        "elsewhere/__init__.py": "",
        "elsewhere/data.txt": "",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)
    found = reached(READING, package)
    assert set(found.files) == {
        "read/__init__.py", "read/documents.py", "plain.py", "late.py", "up.py", "room/__init__.py", "room/several.py",
        "room/near.py",
        "room/other.py", "room/words/list.txt", "sources/__init__.py", "sources/made/__init__.py",
        "sources/made/labels.py",
    }  # fmt: skip
    assert found.libraries == {"somelib"}
