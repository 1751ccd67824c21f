"""The command line: one verb a function. Exit codes: 0 well, 1 bad input, 3 some documents failed, 4 held back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import typer
from rich.console import Console

from osint_ingest.cli.exporting import export
from osint_ingest.cli.installation import doctor
from osint_ingest.cli.keeping import prune, verify
from osint_ingest.cli.looking import query, show, tables, trace
from osint_ingest.cli.releasing import diff, releases, rollback, status
from osint_ingest.cli.running import ingest, refresh
from osint_ingest.model import RefusedRun

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Country intelligence reports and open government pages as tables, each row with its place in the bytes.",
)

VERBS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "New data": (refresh, ingest),
    "Look": (tables, show, query, trace),
    "Releases": (status, releases, diff, rollback, export),
    "Upkeep": (verify, prune, doctor),
}
for _panel, _verbs in VERBS.items():
    for _verb in _verbs:
        app.command(rich_help_panel=_panel)(_verb)


def main() -> None:
    """Runs the command line; bad input ends with one line on standard error and exit code 1."""
    try:
        app()
    except (RefusedRun, OSError, KeyError, ValueError) as error:
        text = error.args[0] if isinstance(error, KeyError) and error.args else error
        Console(stderr=True).print(
            f"osint-ingest: {text}", style="red", highlight=False, markup=False, soft_wrap=True
        )
        sys.exit(1)
