"""The command line: one verb a function.

Exit codes: 0 all went well; 1 bad input or nothing to do with it; 2 a command or option that there is not; 3
published, but some documents failed; 4 held back.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from osint_ingest import __version__
from osint_ingest.memory import keep_little

keep_little()  # before a verb loads Arrow

# isort: split
from osint_ingest.cli.exporting import export
from osint_ingest.cli.installation import doctor, models
from osint_ingest.cli.keeping import prune, verify
from osint_ingest.cli.looking import query, report, show, tables, trace
from osint_ingest.cli.releasing import diff, releases, rollback, status
from osint_ingest.cli.running import ingest, refresh

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

VERBS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "New data": (refresh, ingest),
    "Look": (tables, show, query, trace, report),
    "Releases": (status, releases, diff, rollback, export),
    "Upkeep": (verify, prune, models, doctor),
}
for _panel, _verbs in VERBS.items():
    for _verb in _verbs:
        app.command(rich_help_panel=_panel)(_verb)

TRACEBACK = "OSINT_INGEST_TRACEBACK"
"""With this in the environment, an error shows where it arose."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"osint-ingest {__version__}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Country intelligence reports and open government pages as tables, each row with its place in the bytes.

    Example: osint-ingest refresh --profile sample
    """


def main() -> None:
    """Runs the command line; what goes wrong ends as one line on standard error and exit code 1."""
    try:
        app(prog_name="osint-ingest")
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        Console(stderr=True).print(
            f"osint-ingest: {_in_words(error)}", style="red", highlight=False, markup=False, soft_wrap=True
        )
        sys.exit(1)


REMEDIES = {
    errno.ENOSPC: "free some room on that disk and run it again: the last release stays as it was",
    errno.EDQUOT: "free some of your quota on that disk and run it again: the last release stays as it was",
    errno.EROFS: "choose folders that can be written",
    errno.EACCES: "choose folders that you may read and write, or ask their owner",
}
"""What to do where a disk or a folder does not take what is written."""


def _in_words(error: Exception) -> str:
    """One line on what went wrong. RefusedRun, OSError and ValueError of this project speak to people already."""
    if isinstance(error, ValidationError):
        return "; ".join(f"setting {e['loc'][0]}: {e['msg']}, not {e['input']!r}" for e in error.errors())
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    line = " ".join(said.split())
    if isinstance(error, OSError) and error.errno in REMEDIES:
        return f"{line}; {REMEDIES[error.errno]}"
    if " " in line:
        return line
    return f"{type(error).__name__} {line}".rstrip() + f" (to see where: {TRACEBACK}=1)"
