"""Fixtures of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of documents with truth that stands beside the checkout; without it the test is skipped."""
    if not CORPUS.is_dir():
        pytest.skip("needs the documents with truth, which stand beside the checkout and are not part of it")
    return CORPUS
