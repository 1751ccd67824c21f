"""Fixtures of the whole suite."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from osint_ingest.settings import Settings

os.environ.setdefault("OSINT_INGEST_REPORT", "false")
"""A report costs more than most tests' releases: those of the report ask for it."""
os.environ.setdefault("OSINT_INGEST_USE_MODELS", "false")
"""Models take seconds to load in each process: the tests of what they add ask for them."""
CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


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

    from osint_ingest.pipeline import refresh
    from osint_ingest.recap import print_recap

    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(profile="sample", raw=str(folder / "raw"), curated=str(folder / "curated"), workers=1)
    recap = refresh(settings)
    assert recap.release is not None, recap.findings
    with (folder / "recap.txt").open("w", encoding="utf-8") as file:
        print_recap(recap, settings, Console(file=file))
    return folder


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A bucket of an S3 on loopback, as a URL; the environment leads this process and its children to it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "nobody")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        from fsspec.core import url_to_fs

        files, bucket = url_to_fs("s3://tides")
        files.mkdir(bucket)
        yield "s3://tides"
        server.stop()


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new place for `raw` and `curated`: a folder, an object store in this process, or, where a test asks for it,
    an S3 (whose requests take long on loopback)."""
    if request.param == "folder":
        return str(tmp_path / "place")
    if request.param == "memory":
        return f"memory://{uuid4().hex}"
    return f"{request.getfixturevalue('s3')}/{uuid4().hex}"
