"""`osint-ingest judge`: a line is written, the next release follows it, and `trace` says which line decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run

PAGE = """<!doctype html><html lang="en"><head><title>A plan</title>
<link rel="canonical" href="https://plans.example.org/plan"></head><body><main><h1>A plan</h1>
<p>The Ministry of Digital Affairs runs the portal. The National Office of Printing helps the Ministry of Machines with
its work on records of all kinds, and reports on it to the Parliament once a year.</p></main></body></html>"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """A release of one page, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "0")
    monkeypatch.setenv("OSINT_INGEST_USE_MODELS", "0")
    monkeypatch.setenv("OSINT_INGEST_REPORT", "0")
    (tmp_path / "page.html").write_text(PAGE)
    assert run("ingest", "page.html").code == 0
    return run


def entities(run: Run) -> set[str]:
    _, *rows = run("query", "select distinct entity_id from entities").out.splitlines()
    return set(rows)


def test_the_next_release_follows_what_was_decided(made: Run, tmp_path: Path) -> None:
    office, ministry = "org-national-office-of-printing", "org-ministry-of-machines"
    assert {office, ministry} <= entities(made)
    names = "National Office of Printing", "Ministry of Machines"
    done = made("judge", "same", "ORG", *names, "--note", "one door")
    assert done.code == 0 and "1 line added" in done.out
    assert made("judge", "not_a_name", "ORG", "Ministry of Digital Affairs").code == 0
    assert made("ingest", "page.html").code == 0
    assert not {ministry, "org-ministry-of-digital-affairs"} & entities(made)
    told = " ".join(made("trace", office).out.split())
    assert "line 2 of judgements.csv" in told and "(one door)" in told
    former = " ".join(made("trace", ministry).out.split())
    assert "merged since" in former and office in former
    query = "select mention_id from mentions where text = 'Ministry of Digital Affairs'"
    mention = made("query", query).out.splitlines()[1]
    assert "line 3 of judgements.csv" in made("trace", mention).out
    again = made("ingest", "page.html")
    assert again.code == 0 and "judgements" not in again.err
    assert len((tmp_path / "judgements.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("similar", "ORG", "A", "B"), "expected one of same, different"),
        (("same", "BODY", "A", "B"), "expected a label"),
        (("homepage", "ORG", "A", "a.example"), "begins with https://"),
        (("label", "ORG", "A", "THING"), "expected the right label"),
    ],
)
def test_what_cannot_be_used_is_not_written(
    words: tuple[str, ...], said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("judge", *words)
    assert done.code == 1 and said in done.err and "Nothing was written" in done.err
    assert not (tmp_path / "judgements.csv").exists()


def test_a_line_that_cannot_be_read_is_an_issue_and_the_others_hold(made: Run, tmp_path: Path) -> None:
    lines = ["judgement,label,name", "perhaps,ORG,A", "not_a_name,ORG,Ministry of Machines"]
    (tmp_path / "judgements.csv").write_text("\n".join(lines))
    made("ingest", "page.html")
    assert "org-ministry-of-machines" not in entities(made)
    issues = made("query", "select message from issues where code = 'judgement_unread'").out
    assert "judgements.csv, line 2: expected one of" in issues
