"""What a command shows: a table on a terminal, tab-separated lines in a pipe, JSON where asked."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import typer
from rich.text import Text
from rich.tree import Tree

from osint_ingest.analyst.trace import TraceStep
from osint_ingest.cli.fitting import fitted, single_row
from osint_ingest.run.progress import plain_console

out = plain_console()
Row = dict[str, Any]

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
"""Control characters and marks that reorder a line: text from the web must not drive the terminal."""


def on_terminal() -> bool:
    """Is standard output a terminal? A pipe gets data, whatever FORCE_COLOR says."""
    return sys.stdout.isatty()


def say(line: str, style: str | None = None) -> None:
    """Print one line as it is: never wrapped, no markup."""
    out.print(line, style=style, soft_wrap=True)


def note(line: str) -> None:
    """Print one line about the data: on a terminal beside it, in a pipe to standard error."""
    (out if on_terminal() else plain_console(stderr=True)).print(line, soft_wrap=True)


def print_rows(
    rows: Sequence[Row],
    as_json: bool,
    columns: Iterable[str] = (),
    *,
    first: Sequence[str] = (),
    whole: Collection[str] = (),
    of: int | None = None,
) -> None:
    """Print rows that have the same columns: as a table on a terminal, tab-separated in a pipe, or as JSON.

    `columns` names the columns in case there are no rows. `of` is the total number of rows, if these are only the
    first. On a terminal the columns in `first` come first, and those in `whole` are wrapped instead of cut; if one of
    them has no room, each row is printed upright, one line for each column.
    """
    names = list(columns) or list(rows[0] if rows else ())
    if as_json:
        print_json(rows)
    elif on_terminal():
        ordered = [n for n in first if n in names]
        _print_table([*ordered, *(n for n in names if n not in ordered)], rows, whole, of)
    else:
        typer.echo("\t".join(names))
        for row in rows:
            typer.echo("\t".join(" ".join(_text(row[n]).split()) for n in names))


def print_json(found: Any) -> None:
    """Any data as JSON; times as ISO 8601."""
    typer.echo(json.dumps(found, default=_jsonable, ensure_ascii=False, indent=1))


def print_trace(steps: Sequence[TraceStep], as_json: bool) -> None:
    """The way back from a row: a tree on a terminal, else a row for each step."""
    rows = [{"depth": s.depth, "table": s.table, "row": s.row_id, "what it says": s.text} for s in steps]
    if as_json or not on_terminal():
        print_rows(rows, as_json)
    else:
        out.print(drawn([(s.depth, s.table, _seen(s.row_id), _seen(s.text)) for s in steps]))


def _print_table(names: Sequence[str], rows: Sequence[Row], whole: Collection[str], of: int | None) -> None:
    cells = [[_seen(_text(row[n])) for n in names] for row in rows]
    table, left_out, cramped = fitted(names, cells, out.width, whole)
    if cells and (cramped or (left_out and len(rows) == 1)):
        for n, row in enumerate(cells):
            if n:
                out.print()
            out.print(single_row(names, row, only_filled=len(cells) > 1))
        left_out = []
    else:
        out.print(table)
    if left_out:
        out.print(f"{len(left_out)} more columns: {', '.join(left_out)}", style="dim")
    if of is not None and of > len(rows):
        out.print(f"{len(rows)} of {of:,} rows. Use --limit to see more.", style="dim")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _seen(text: str) -> str:
    return _UNSEEN.sub(" ", text)


def _jsonable(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def drawn(steps: Sequence[tuple[int, str, str, str]]) -> Tree:
    """A tree of (depth, table, row, what it says). The first step is its root."""
    root, *others = steps
    tree = Tree(_label(root), guide_style="dim")
    branches = [(root[0], tree)]
    for step in others:
        while len(branches) > 1 and branches[-1][0] >= step[0]:
            branches.pop()
        branches.append((step[0], branches[-1][1].add(_label(step))))
    return tree


def _label(step: tuple[int, str, str, str]) -> Text:
    _, table, row, text = step
    said = Text.assemble((table, "bold"), "  ", (row, "cyan"), "\n", text)
    said.overflow = "fold"
    return said
