"""The command line: each command is a function.

Exit codes: 0 all went well; 1 bad input or nothing to do with it; 2 an unknown command or option; 3
published, but some documents failed or are partial; 4 the release was held back.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from osint_ingest import __version__
from osint_ingest.read.limits import use_light_arrow

use_light_arrow()  # before a verb loads Arrow
gc.set_threshold(50_000, 20, 20)  # the usual 700 take 5 % of a run in which little changed

# isort: split
from osint_ingest.cli.keeping import doctor, forget, judge, prune, verify
from osint_ingest.cli.looking import cite, query, report, search, serve, show, tables, trace
from osint_ingest.cli.output import TRACEBACK, in_words
from osint_ingest.cli.releasing import diff, entities, export, releases, rollback, status
from osint_ingest.cli.running import archive_links, backfill, check_links, ingest, refresh
from osint_ingest.run.progress import plain_console

_VALUES = {
    **dict.fromkeys(("raw", "curated"), "FOLDER"), **dict.fromkeys(("to", "dump", "cross_check"), "FILE"),
    **dict.fromkeys(("limit", "keep", "save", "workers"), "NUMBER"), "form": "FORMAT", "again_after": "DAYS",
    "since": "YEAR", "archive": "NAME", "most_bytes": "BYTES", "accept_shrink": "REASON", "dask_address": "ADDRESS",
    "a": "OLDER", "b": "NEWER",
}  # fmt: skip
"""What the help calls the value of an option or argument, where its own name in capitals would not do."""


class _PlainlyNamed:
    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters of a command, their values named for people in the help: FILE, not `<path>`. A flag takes
        none."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            param.min = param.max = None  # of the help alone: a value out of range is refused all the same
            if getattr(param, "is_flag", False):
                param.metavar = ""
                continue
            if param.param_type_name == "argument":
                param.display_type_rich = lambda ctx: None  # its name says it already
            elif param.type_descriptor.is_choice:
                continue
            param.metavar = param.metavar or _VALUES.get(param.name, param.name.upper())
        return params


class Verb(_PlainlyNamed, TyperCommand):
    """A command as its help shows it."""


class Commands(_PlainlyNamed, TyperGroup):
    """The commands, their own options named as those of each."""


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)

VERBS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "New data": (refresh, ingest, backfill),
    "Look": (tables, show, query, search, cite, trace, report, serve),
    "Releases": (status, releases, diff, rollback, export, entities),
    "Upkeep": (judge, check_links, archive_links, verify, prune, forget, doctor),
}
for _panel, _verbs in VERBS.items():
    for _verb in _verbs:
        _paragraphs = [" ".join(p.split()) for p in (_verb.__doc__ or "").split("\n\n")]
        app.command(cls=Verb, rich_help_panel=_panel, help="\n\n".join(_paragraphs))(_verb)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"osint-ingest {__version__}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turns OSOR country reports (PDF) and Open Government Partnership pages into Parquet tables.

    Every cited claim keeps its footnote, URL, page and exact position.

    Example: osint-ingest refresh --profile sample
    """


def main() -> None:
    """Runs the command line. An error is explained on standard error; the exit code is then 1."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: temporary files go
    try:
        app(prog_name="osint-ingest")
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        plain_console(stderr=True).print(f"osint-ingest: {in_words(error)}", style="red", soft_wrap=True)
        sys.exit(1)
