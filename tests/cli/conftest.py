"""The command line as a person or a pipe runs it: in this process, or on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.commands import ended, one_process

from osint_ingest.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `osint-ingest WORDS` in this process, its output in a pipe."""

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["osint-ingest", *words])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return run


@pytest.fixture
def run_here(sample_run: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """The same, in the folder of the sample run, so that `raw` and `curated` are found there. Only for looking."""
    monkeypatch.chdir(sample_run)
    return run


def on_a_terminal(*words: str, columns: int = 80, folder: Path, answer: str = "", **environment: str) -> Done:
    """Runs `osint-ingest WORDS` in a process of its own whose input and output are a terminal. `answer` is typed."""
    command = [sys.executable, "-m", "osint_ingest", *words]
    return _on_a_terminal(command, columns, folder, answer, environment)


def all_on_a_terminal(commands: Sequence[Sequence[str]], *, columns: int = 80, folder: Path) -> list[Done]:
    """Runs `osint-ingest WORDS` for each of these, one after the other, in one process on a terminal."""
    done = _on_a_terminal(one_process(commands), columns, folder, "", {})
    return [Done(code, out, "") for code, out in ended(done.out)]


def _on_a_terminal(
    command: list[str], columns: int, folder: Path, answer: str, environment: Mapping[str, str]
) -> Done:
    ours, theirs = pty.openpty()
    unset = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM")
    env = {key: value for key, value in os.environ.items() if key not in unset}
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**env, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "40", **environment},
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    return Done(process.wait(timeout=60), said.decode().replace("\r\n", "\n"), "")
