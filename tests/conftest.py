"""Fixtures of the whole suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings as property_settings

from osint_ingest.settings import Settings
from tests.object_store import s3_bucket

os.environ.setdefault("OSINT_INGEST_REPORT", "false")
"""A report costs more than most tests' releases: those of the report ask for it."""
os.environ.setdefault("OSINT_INGEST_USE_MODELS", "false")
"""Models take seconds to load in each process: the tests of what they add ask for them."""
os.fsync = lambda handle: None
"""A release waits for the disk some fifty times. What tests start as a process of its own waits all the same."""
CHECKOUT = Path(__file__).resolve().parents[1]
property_settings.register_profile("suite", max_examples=100, deadline=None, derandomize=True)
property_settings.register_profile("soak", max_examples=20_000, deadline=None)
property_settings.load_profile("soak" if os.environ.get("OSINT_INGEST_SOAK") else "suite")
"""The suite tries the same examples each time, so that it says the same of the same code; `make soak` new ones."""
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Else each of the many processes that tests start compiles the whole package anew: half a second."""
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
"""jsonschema loads it where it is installed, and then builds a grammar for each form of an address: seven seconds for
what no test asks."""
CORPUS = CHECKOUT.parent / "shared" / "corpus"

SHARED = {
    "flows": ("flows/",),
    "sample_run": (
        "cli/", "docs/", "notebooks/", "report/", "pipeline/test_refresh.py", "release/test_bibliography.py",
        "release/test_citations.py", "release/test_describe.py", "release/test_exports.py", "release/test_resolving.py",
        "release/test_server.py", "entities/test_trace.py", "test_provenance.py",
    ),
}  # fmt: skip
"""Files whose tests share what takes long to make: a server's database, the sample run."""
LONGEST = (
    "flows", "sample_run", "pipeline/test_limits.py", "pipeline/test_cluster.py", "release/test_kills.py",
    "pipeline/test_ingest.py", "pipeline/test_incremental.py", "packaging/test_wheel.py",
    "eval/test_floors.py", "fetch/test_faults.py",
)  # fmt: skip
"""Groups of tests that begin first, so that the processes that share the suite end together."""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What is made once for several tests is made by one process: they are a group, which stays together."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return _group_of(nodeid)

    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest groups begin."""
    rank = {group: number for number, group in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(_group_of(item.nodeid), len(rank)))


def _group_of(nodeid: str) -> str:
    """As SHARED says, else by file."""
    file = nodeid.partition("::")[0].removeprefix("tests/")
    return next((group for group, files in SHARED.items() if file.startswith(files)), file)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of documents with truth that stands beside the checkout; without it the test is skipped."""
    if not CORPUS.is_dir():
        pytest.skip("needs the documents with truth, which stand beside the checkout and are not part of it")
    return CORPUS


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `raw` and `curated`, made once by a refresh of the embedded sample site, and what it said
    (`recap.txt`). Not to be written to."""
    from rich.console import Console

    from osint_ingest.run.refresh import refresh
    from osint_ingest.run.summary import print_recap

    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(profile="sample", raw=str(folder / "raw"), curated=str(folder / "curated"), workers=0)
    recap = refresh(settings)
    assert recap.release is not None and recap.exit_code == 0, recap.findings
    with (folder / "recap.txt").open("w", encoding="utf-8") as file:
        print_recap(recap, settings, Console(file=file))
    return folder


@pytest.fixture(scope="session")
def corpus_run(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `raw` and `curated`, made once from documents with truth. Not to be written to."""
    from osint_ingest.run.refresh import ingest

    folder = tmp_path_factory.mktemp("corpus")
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"), workers=0, use_models=False)
    pages = {
        path.name.partition(".")[0]: path for path in sorted((corpus / "ogp").glob("*.html"), reverse=True)
    }
    ingest([corpus / "osor", corpus / "us_nap", *pages.values()], settings)
    return folder


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A bucket of an S3 on loopback, as a URL."""
    with s3_bucket() as bucket:
        yield bucket


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new place for `raw` and `curated`: a folder, an object store in this process, or, where a test asks for it,
    an S3 (whose requests take long on loopback)."""
    if request.param == "folder":
        return str(tmp_path / "place")
    if request.param == "memory":
        return f"memory://{uuid4().hex}"
    return f"{request.getfixturevalue('s3')}/{uuid4().hex}"
