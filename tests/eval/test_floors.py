"""The evaluation on the documents that ship: no figure may fall under its floor; and the ratchet itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import floors
from .evaluation import figures, folders, run
from .pdf_scores import same_place
from .tally import Tally, compare, flat, url_key


def test_the_shipped_documents_are_read_at_least_as_well_as_pinned() -> None:
    # pages and entities are left to `make eval`, which takes longer
    measured = figures(run(folders(with_corpus=False), only=("pdf", "records")))
    broken = [str(b) for b in floors.breaches(measured, floors.load())]
    assert not broken, "\n".join(["python -m tests.eval --misses 5 tells more", *broken])


@pytest.mark.parametrize(
    ("measured", "why", "pinned"),
    [(0.95, None, 0.95), (0.85, None, 0.9), (0.85, "the truth was wrong", 0.85)],
)
def test_a_floor_rises_by_itself_and_falls_only_with_a_reason(
    tmp_path: Path, measured: float, why: str | None, pinned: float
) -> None:
    path = tmp_path / "floors.json"
    floors.pin({"shipped": {"pdf": {"overall": {"notes": 0.9}}}}, path=path)
    floors.pin({"shipped": {"pdf": {"overall": {"notes": measured}}}}, why, path)
    assert floors.load(path) == {"shipped / pdf / overall / notes": pinned}
    assert ("the truth was wrong" in path.read_text(encoding="utf-8")) is bool(why)


def test_a_figure_that_is_gone_is_a_breach_but_an_absent_corpus_is_none() -> None:
    pinned = {"shipped / pdf / overall / notes": 0.9, "corpus / pdf / overall / notes": 0.9}
    found = floors.breaches({"shipped": {"pdf": {"overall": {"urls": 1.0}}}}, pinned)
    assert [b.where for b in found] == ["shipped / pdf / overall / notes"]


def test_every_floor_can_fail(tmp_path: Path) -> None:
    assert all(0 < floor <= 1 for floor in floors.load().values())
    path = tmp_path / "floors.json"
    floors.pin({"shipped": {"entities": {"overall": {"LAW": 0.0, "ORG": 0.00001, "GPE": 0.5}}}}, path=path)
    assert floors.load(path) == {"shipped / entities / overall / GPE": 0.5}


@pytest.mark.parametrize(
    ("tally", "f1"), [(Tally(), 1.0), (Tally(0, 3, 0), 0.0), (Tally(8, 2, 2), 0.8), (Tally(5, 0, 0), 1.0)]
)
def test_f1(tally: Tally, f1: float) -> None:
    assert tally.f1 == pytest.approx(f1)


def test_what_counts_as_the_same() -> None:
    assert compare(["a", "b", "b"], ["b", "c"])[0] == Tally(1, 1, 2)
    assert url_key("https://www.Example.org/caf%C3%A9/") == url_key("example.org/café")
    assert url_key("https://example.org/a-b") != url_key("https://example.org/ab")
    assert flat("12 km² of\n CO₂") == "12 km2 of CO2"
    assert same_place("theofficeofpatents", "xtheofficeofpatents")
    assert not same_place("theofficeofpatents", "theofficeofpatents1")
