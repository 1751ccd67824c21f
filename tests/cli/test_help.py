"""What the command line says of itself: help, examples that run, completion."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import uvicorn
from tests.cli.conftest import Run
from tests.docs.reference import examples_of
from tests.fetch.conftest import HURRIED
from tests.fetch.unruly_site import ORIGIN, UnrulySite
from typer.main import get_command
from typer.testing import CliRunner

from osint_ingest.cli import app
from osint_ingest.fetch import check_links, look_up
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.run import maintenance
from osint_ingest.settings import Settings

SHORT_REPORT = Path(__file__).resolve().parents[1] / "fixtures" / "made" / "annotations.docx.pdf"
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_argument_and_option_says_what_it_is(name: str) -> None:
    command = COMMANDS[name]
    shown = CliRunner().invoke(app, [name, "--help"], terminal_width=200)
    assert shown.exit_code == 0 and command.help
    assert not re.search(r"<(?:str|int|path|float|list)\b", shown.output), "values are named for people"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name} has no help"
    assert examples_of(command)


@pytest.fixture
def unheard() -> Iterator[UnrulySite]:
    """Answers 404 in the place of every host."""
    with UnrulySite() as site:
        yield site


def test_the_examples_of_the_help_run(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, unheard: UnrulySite
) -> None:
    """In the order of the commands, in a folder with two releases, a report and some pages saved by hand."""
    for part in ("raw", "curated"):
        shutil.copytree(sample_run / part, tmp_path / part, symlinks=True)
    latest = (tmp_path / "curated" / "latest").resolve()
    (latest / "report.html").touch()  # the suite makes none
    shutil.copytree(latest, latest.with_name("20240101T000000000000Z-00000000"))
    shutil.copy(SHORT_REPORT, tmp_path / "report.pdf")
    with as_file(files("osint_ingest.sample").joinpath("site")) as site:
        saved = site / "ogp" / "members" / "corvalia" / "commitments" / "CV0007"
        shutil.copytree(saved, tmp_path / "saved-pages")
    record = '{"id": "https://ror.org/1", "names": [{"value": "Tarve University", "types": ["ror_display"]}]}'
    (tmp_path / "ror-data.json").write_text(f"[\n{record}\n]\n")
    monkeypatch.chdir(tmp_path)
    for name, function in (("ask", check_links), ("look_up", look_up)):
        there = {"site": LoopbackSite(unheard.base_url, ORIGIN), "politeness": HURRIED}
        monkeypatch.setattr(maintenance, name, partial(function, **there))
    monkeypatch.setattr(uvicorn.Server, "run", lambda server: setattr(server, "started", True))
    for name in COMMANDS:
        for example in examples_of(COMMANDS[name]):
            program, *words = shlex.split(example)
            assert program == "osint-ingest" and words[0] == name
            with pytest.MonkeyPatch.context() as patch:
                if name in ("ingest", "backfill"):  # alone a second's work, beside all of a release many
                    patch.setenv("OSINT_INGEST_RAW", "own/raw")
                    patch.setenv("OSINT_INGEST_CURATED", "own/curated")
                    patch.setenv("OSINT_INGEST_USE_MODELS", "false")
                    patch.setenv("OSINT_INGEST_WORKERS", "0")
                done = run(*words)
            assert done.code == 0, (example, done.err)
            assert done.out.strip(), example


def test_every_option_that_is_a_setting_takes_it_from_the_environment() -> None:
    """Else the option's default would win over the environment, and nobody would know."""
    for name in ("refresh", "ingest"):
        for parameter in COMMANDS[name].params:
            if parameter.name in Settings.model_fields:
                assert parameter.envvar == f"OSINT_INGEST_{parameter.name.upper()}", parameter.name


def test_the_version_is_told(run: Run) -> None:
    import osint_ingest

    assert run("--version").out.split() == ["osint-ingest", osint_ingest.__version__]


def test_completion_is_installed_where_the_shell_looks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "osint_ingest", "--install-completion", "bash"],
        env={**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "installed" in done.stdout
    written = [p.read_text("utf-8") for p in tmp_path.rglob("*") if p.is_file()]
    assert any("_OSINT_INGEST_COMPLETE" in text for text in written)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("osint-ingest sh", {"show"}),
        ("osint-ingest show footnote", {"footnotes", "footnote_refs"}),
        ("osint-ingest diff pre", {"previous"}),
        ("osint-ingest refresh --source o", {"osor", "ogp"}),
        ("osint-ingest export s", {"sqlite"}),
    ],
)
def test_a_shell_is_offered_what_fits(
    line: str, offered: set[str], sample_run: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(sample_run)
    monkeypatch.setenv("_OSINT_INGEST_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    assert set(run().out.split()) == offered
