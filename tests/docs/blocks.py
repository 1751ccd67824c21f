"""The code blocks of a Markdown page, each run or checked by a rule that is written here.

| block | what happens |
|---|---|
| `python` | runs, in one namespace a page |
| `pycon` | runs, in the same namespace; what it prints has to be what stands there; `...` is any text |
| `console` | each `$ ...` line (a quotation may go on) runs as in `sh` and says what stands below; `...` is any text |
| `sh` | `osint-ingest ...` runs here; `make TARGET` is looked up in the Makefile; for other programs see CHECKED |
| any with a title `folder/file` | is an example's file; see `files_of` |
| `toml`, `yaml`, `text`, `html`, none | are shown, not run |

A command that would ask the real sources, install something or open a window is parsed and not run. What takes long
runs once: `refresh --profile sample` is the run that made the sample release, and of the `ingest` lines the first one
runs, into folders of its own; of the others the files are looked up.
"""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from doctest import ELLIPSIS, DocTestParser, DocTestRunner
from io import StringIO
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser

from osint_ingest.cli import main
from osint_ingest.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
FAILED_DOCUMENTS = 3
_TITLED = re.compile(r'^```\w+ title="(?P<path>[\w/.-]+\.\w+)"\n(?P<text>.*?)^```$', re.M | re.S)
_SETTING = re.compile(r"OSINT_INGEST_(\w+)=")
_OWN_VARIABLES = {"CONTACT", "TRACEBACK", "SOAK"}


def _installs(words: list[str]) -> None:
    """pip, pipx, uv: every extra that is asked for exists."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        extras = set(tomllib.load(file)["project"]["optional-dependencies"])
    asked = {
        e
        for word in words
        for group in re.findall(r"(?:osint-ingest|^\.)\[([\w,]+)\]", word)
        for e in group.split(",")
    }
    assert asked <= extras, f"no such extra: {asked - extras}"


def _runs_file(words: list[str]) -> None:
    """python FILE, python -m MODULE, jupyter lab FILE: the file or the module is there."""
    if "-m" in words:
        module = words[words.index("-m") + 1]
        if module.split(".")[0] in ("osint_ingest", "tests"):
            base = PROJECT / ("src" if module.startswith("osint_ingest") else "") / Path(*module.split("."))
            assert base.with_suffix(".py").exists() or (base / "__main__.py").exists(), module
        return
    named = [word for word in words[1:] if word.endswith((".py", ".ipynb"))]
    assert all((PROJECT / name).exists() for name in named), named


def _known(words: list[str]) -> None:
    """Programs of the system, whose lines say how to use them and need no check."""


CHECKED: Mapping[str, Callable[[list[str]], None]] = {
    "pip": _installs,
    "pipx": _installs,
    "uv": _installs,
    "python": _runs_file,
    "python3": _runs_file,
    "jupyter": _runs_file,
    **dict.fromkeys(
        (
            ".", "source", "cd", "export", "git", "crontab", "systemctl", "docker", "dask", "prefect",
            "datasette",
        ),
        _known,
    ),
    **dict.fromkeys(
        ("aws", "cp", "rsync", "rclone", "dask-scheduler", "dask-worker", "mkdir", "cat", "curl"), _known
    ),
}  # fmt: skip


@dataclass(slots=True)
class Page:
    """A page whose blocks run in the current folder. `namespace` is shared by its Python blocks."""

    path: Path
    namespace: dict[str, Any] = field(default_factory=dict)

    def document(self) -> Document:
        """The page as Sybil sees it, with its blocks in order."""
        rules = {
            "python": self._python,
            "pycon": self._pycon,
            "sh": self._sh,
            "console": self._console,
        }
        return Sybil([CodeBlockParser(language, rule) for language, rule in rules.items()]).parse(self.path)

    def _python(self, example: Example) -> None:
        # line numbers of an error are those of the page
        source = "\n" * (example.line + example.parsed.line_offset) + example.parsed
        exec(compile(source, str(self.path), "exec"), self.namespace)

    def _pycon(self, example: Example) -> None:
        test = DocTestParser().get_doctest(
            example.parsed, self.namespace, self.path.name, str(self.path), example.line
        )
        said = StringIO()
        failed, _ = DocTestRunner(optionflags=ELLIPSIS).run(test, out=said.write, clear_globs=False)
        assert not failed, said.getvalue()

    def _sh(self, example: Example) -> None:
        for line in commands_of(example.parsed):
            _shell(line, example)

    def _console(self, example: Example) -> None:
        for piece in re.split(r"^\$ ", example.parsed, flags=re.M)[1:]:
            command, expected = _command_and_output(piece)
            said = _shell(command, example)
            wanted = re.escape(expected.strip()).replace(r"\.\.\.", ".*?")
            if not re.fullmatch(wanted, said.strip(), re.S):
                raise AssertionError(
                    f"{self.path.name}, line {example.line}: `{command}` says\n{said}\nnot\n{expected}"
                )


def _command_and_output(piece: str) -> tuple[str, str]:
    lines = piece.splitlines(keepends=True)
    ends = next((n for n in range(1, len(lines)) if "".join(lines[:n]).count('"') % 2 == 0), len(lines))
    return " ".join("".join(lines[:ends]).split("\n")).strip(), "".join(lines[ends:])


def commands_of(block: str) -> list[str]:
    """The command lines of a shell block: comments gone, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", block)
    lines = (re.sub(r"\s+#\s.*$", "", line).strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def files_of(page: Path) -> dict[str, str]:
    """The files that a page shows, by the path in the title of their block."""
    return {m["path"]: m["text"] for m in _TITLED.finditer(page.read_text(encoding="utf-8"))}


def _shell(line: str, example: Example) -> str:
    for name in _SETTING.findall(line):
        assert name.lower() in Settings.model_fields or name in _OWN_VARIABLES, f"no setting {name}: {line}"
    words = list(takewhile(lambda word: word not in (">", "|"), shlex.split(line)))
    while words and re.match(r"^\w+=", words[0]):
        words.pop(0)
    if not words:
        return ""
    program = Path(words[0]).name if words[0] != "." else "."
    if program == "make":
        makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
        for target in (w for w in words[1:] if "=" not in w):
            assert re.search(rf"^{re.escape(target)}:", makefile, re.M), f"no target {target} in the Makefile"
        return ""
    if program == "osint-ingest":
        return _osint_ingest(words[1:])
    assert program in CHECKED, f"line {example.line}: say in tests/docs/blocks.py how `{line}` is checked"
    CHECKED[program](words)
    return ""


def _osint_ingest(words: list[str]) -> str:
    if words[0] == "refresh" and words[1:3] == ["--profile", "sample"]:
        return Path("recap.txt").read_text(encoding="utf-8")
    if _not_here(words):
        return said_by_program([*words, "--help"])  # what stands before it is parsed, nothing is done
    if words[0] != "ingest":
        return said_by_program(words)
    if not _ingested:
        with pytest.MonkeyPatch.context() as environment, TemporaryDirectory() as own:
            environment.setenv("OSINT_INGEST_RAW", f"{own}/raw")
            environment.setenv("OSINT_INGEST_CURATED", f"{own}/curated")
            environment.setenv("OSINT_INGEST_USE_MODELS", "false")
            said_by_program(words)
    _ingested.append(words)
    files = [word for word in words[1:] if not word.startswith("--") and "://" not in word]
    assert files and all(Path(file).exists() for file in files), files
    return said_by_program([*words, "--help"])


_ingested: list[list[str]] = []


def _not_here(words: list[str]) -> bool:
    addresses = [w for n, w in enumerate(words) if "://" in w and words[max(n - 1, 0)] != "--url"]
    return (
        words[0] in ("refresh", "check-links", "archive-links", "backfill", "serve")
        or words[0].startswith("--install")
        or bool({"--online", "--open"} & set(words))
        or bool(addresses)
    )


def said_by_program(words: list[str]) -> str:
    """What `osint-ingest WORDS` writes to standard output, run in this process."""
    out, err = StringIO(), StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        patch.setattr(sys, "argv", ["osint-ingest", *words])
        main()
    allowed = (None, 0, FAILED_DOCUMENTS) if words[0] == "ingest" else (None, 0)
    assert end.value.code in allowed, f"{words}: {end.value.code}\n{err.getvalue()}"
    assert words[0] not in ("search", "cite") or out.getvalue().count("\n") > 1, f"{words} finds nothing"
    return out.getvalue()
