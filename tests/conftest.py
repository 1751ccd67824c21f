"""Fixtures of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from osint_ingest.settings import Settings

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of documents with truth that stands beside the checkout; without it the test is skipped."""
    if not CORPUS.is_dir():
        pytest.skip("needs the documents with truth, which stand beside the checkout and are not part of it")
    return CORPUS


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `raw` and `curated`, made once by a refresh of the embedded sample site. Not to be written to."""
    from osint_ingest.pipeline import refresh

    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(profile="sample", raw=str(folder / "raw"), curated=str(folder / "curated"), workers=1)
    recap = refresh(settings)
    assert recap.release is not None, recap.findings
    return folder
