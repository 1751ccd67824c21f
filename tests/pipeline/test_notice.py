"""A run that failed, was refused or was held back is told to a webhook; one that went well is not."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.listener import Listener, listening

from osint_ingest.entities.annotate import Annotator
from osint_ingest.fetch import guard
from osint_ingest.model import RefusedRun
from osint_ingest.run.alerts import without_secrets
from osint_ingest.run.maintenance import check_links
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.store.lock import one_writer

PAGES = Path(str(files("osint_ingest.sample").joinpath("site", "ogp", "members", "corvalia", "commitments")))


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(guard, "PAUSE", 0.01)
    with listening() as listener:
        yield listener


@pytest.fixture
def out(tmp_path: Path, listener: Listener) -> Settings:
    places = {"raw": str(tmp_path / "raw"), "curated": str(tmp_path / "curated")}
    return Settings(**places, workers=0, use_models=False, report=False, webhook=SecretStr(listener.url))  # type: ignore[arg-type]


def test_a_run_that_went_well_tells_nothing(out: Settings, listener: Listener) -> None:
    assert ingest([PAGES / "CV0007"], out).release is not None
    assert ingest([PAGES / "CV0007"], out).unchanged
    assert listener.told == []


def test_a_release_that_is_held_back_is_told_with_reason_and_counts(
    out: Settings, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from osint_ingest.model import Finding

    broken = Finding("error", "release", "shrunk", "ogp_commitments: 40 % fewer rows", "look")
    publishing = import_module("osint_ingest.release.publish")
    monkeypatch.setattr(publishing, "drift_findings", lambda *_: [broken])
    monkeypatch.setattr(Annotator, "annotate", lambda *_, **__: {}["nothing"])
    recap = ingest([PAGES / "CV0007"], out)
    assert recap.held is not None
    (told,) = listener.told
    assert (told["run"], told["ended"], told["release"]) == ("ingest", "held_back", recap.held.name)
    assert told["reason"] == broken.message and broken.message in told["text"]
    counted = {"documents": recap.documents, "failed": recap.failed, "partial": recap.partial}
    assert counted == {"documents": 1, "failed": 0, "partial": 1}
    assert {name: told["counts"][name] for name in counted} == counted
    assert told["curated"] == out.curated


def test_a_run_that_is_refused_or_breaks_is_told_and_still_raises(out: Settings, listener: Listener) -> None:
    with one_writer(out.raw), pytest.raises(RefusedRun):
        ingest([PAGES], out)
    with pytest.raises(RefusedRun):
        check_links(out)
    Path(out.curated).write_text("a file where a folder is wanted")
    with pytest.raises(OSError):
        ingest([PAGES], out)
    assert [(t["run"], t["ended"]) for t in listener.told] == [
        ("ingest", "refused"), ("check-links", "refused"), ("ingest", "failed"),
    ]  # fmt: skip
    assert "is being written by process" in listener.told[0]["reason"]


@pytest.mark.parametrize(
    ("answers", "asked"), [([500, 503, 200], 3), ([500], 3), ([404], 1), ([302], 1), ([429, 200], 2)]
)
def test_it_tries_again_where_that_can_help_and_never_changes_how_a_run_ends(
    out: Settings, listener: Listener, answers: list[int], asked: int, capfd: pytest.CaptureFixture[str]
) -> None:
    listener.answers = answers
    with pytest.raises(RefusedRun, match="no release"):
        check_links(out)
    assert len(listener.told) == asked
    warned = capfd.readouterr().err
    assert ("did not accept the message" in warned) == (answers[-1] != 200) and "abc" not in warned


def test_a_webhook_that_is_not_there_changes_nothing(out: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0.01)
    for url in ("http://127.0.0.1:9/hook", "no address at all"):
        with pytest.raises(RefusedRun, match="no release"):
            check_links(out.model_copy(update={"webhook": SecretStr(url)}))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("https://ann:pw@store.example/x", "https://...@store.example/x"),
        ("AWS_SECRET_ACCESS_KEY=abc/def is wrong", "AWS_SECRET_ACCESS_KEY=... is wrong"),
        ("https://x.example/?api_key=12&page=2", "https://x.example/?api_key=...&page=2"),
        ("the key of a table", "the key of a table"),
    ],
)
def test_no_secret_is_told(said: str, left: str) -> None:
    assert without_secrets(said) == left
