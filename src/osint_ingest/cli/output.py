"""What a command shows: a table that fits the terminal, tab-separated lines in a pipe, JSON where asked, and errors in
words: what happened, where, and what to do."""

import errno
import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from osint_ingest.analyst.trace import TraceStep
from osint_ingest.model import RefusedRun
from osint_ingest.run.progress import plain_console

LEAST, MOST = 12, 60
"""Character cells: a column of text is never narrower than LEAST (if it needs that much) nor wider than MOST."""
ID_LEAST = 26  # ids are there to be copied: they get more before a further column gets any
READABLE = 20  # wrapped narrower than this, a sentence is a column of words
_GAP = 2
_NUMBER = re.compile(r"-?[\d,]*+(?:\.\d*)?")
STYLES = {"ok": "green", "added": "green", "warning": "yellow"} | dict.fromkeys(
    ("missing", "error", "removed"), "red"
)


def fitted(
    names: Sequence[str], cells: Sequence[Sequence[str]], width: int, whole: Collection[str] = ()
) -> tuple[Table, list[str], bool]:
    """Return a table no wider than `width` character cells, the names of the columns left out, and whether it is
    cramped. Columns in `whole` are wrapped, all others are cut with an ellipsis. Cramped: one of `whole` was left out
    or is too narrow to read."""
    wanted = [max([cell_len(name), *(cell_len(row[n]) for row in cells)]) for n, name in enumerate(names)]
    widths = _widths(names, wanted, width, whole)
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold"
    )
    for n, given in enumerate(widths):
        numbers = bool(cells) and all(_NUMBER.fullmatch(row[n]) for row in cells)
        table.add_column(Text(names[n]), width=given, justify="right" if numbers else "left")
        if names[n] in whole:
            table.columns[-1].overflow = "fold"
        else:
            table.columns[-1].no_wrap = True
    for row in cells:
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row[: len(widths)]))
    cramped = any(
        name in whole and (n >= len(widths) or widths[n] < min(wanted[n], READABLE))
        for n, name in enumerate(names)
    )
    return table, list(names[len(widths) :]), cramped


def single_row(names: Sequence[str], row: Sequence[str], *, only_filled: bool = False) -> Table:
    """Return one row as a table with a line for each column, in full. `only_filled` leaves out columns without a
    value."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in zip(names, row, strict=True):
        if cell or not only_filled:
            table.add_row(Text(name), Text(cell, style=STYLES.get(cell, "")))
    return table


def _widths(names: Sequence[str], wanted: Sequence[int], width: int, whole: Collection[str]) -> list[int]:
    """Return the widths of the first columns that fit: each its minimum, then shares of the remaining space."""
    least, most = [], []
    for name, want in zip(names, wanted, strict=True):
        least.append(min(want, max(ID_LEAST if name.endswith("_id") else LEAST, cell_len(name))))
        most.append(want if name in whole else min(want, max(MOST, least[-1])))
    given: list[int] = []
    for n, need in enumerate(least):
        if given and sum(given) + need + _GAP * n > width:
            break
        given.append(min(need, width))
    for _ in range(width - sum(given) - _GAP * (len(given) - 1)):
        if short := [n for n in range(len(given)) if given[n] < most[n]]:
            given[min(short, key=given.__getitem__)] += 1
    return given


out = plain_console()
Row = dict[str, Any]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
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
    """Print rows that have the same columns: as a table on a terminal, tab-separated in a pipe, or as JSON. `columns`
    names the columns in case there are no rows. `of` is the total number of rows, if these are only the first. On a
    terminal the columns in `first` come first, and those in `whole` are wrapped instead of cut; if one of them has no
    room, each row is printed upright, one line for each column."""
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

    def as_text(value: object) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    typer.echo(json.dumps(found, default=as_text, ensure_ascii=False, indent=1))


def print_trace(steps: Sequence[TraceStep], as_json: bool) -> None:
    """The way back from a row: a tree on a terminal, else a row for each step."""
    if as_json or not on_terminal():
        names = ("depth", "table", "row", "what it says")
        print_rows(
            [dict(zip(names, (s.depth, s.table, s.row_id, s.text), strict=True)) for s in steps], as_json
        )
        return
    tree: Tree | None = None
    branches: list[tuple[int, Tree]] = []
    for step in steps:
        said = Text.assemble(
            (step.table, "bold"), "  ", (_printable(step.row_id), "cyan"), "\n", _printable(step.text)
        )
        said.overflow = "fold"
        while len(branches) > 1 and branches[-1][0] >= step.depth:
            branches.pop()
        branches.append((step.depth, branches[-1][1].add(said) if tree else Tree(said, guide_style="dim")))
        tree = tree or branches[0][1]
    out.print(tree)


def _print_table(names: Sequence[str], rows: Sequence[Row], whole: Collection[str], of: int | None) -> None:
    cells = [[_printable(_text(row[n])) for n in names] for row in rows]
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


def _printable(text: str) -> str:
    return _CONTROL.sub(" ", text)


TRACEBACK = "OSINT_INGEST_TRACEBACK"  # with this in the environment, an error shows where it arose

_LAST_STAYS = "and run it again. The last release stays as it was."
REMEDIES = {
    errno.ENOENT: "Check the path.",
    errno.ENOTDIR: "Expected a folder, found a file: check the path.",
    errno.EISDIR: "Expected a file, found a folder: check the path.",
    errno.EEXIST: "Expected a folder or nothing there, found a file: choose another path.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ENOSPC: f"Free some space on that disk {_LAST_STAYS}",
    errno.EDQUOT: f"Free some of your quota on that disk {_LAST_STAYS}",
    errno.EROFS: "That disk is read-only: choose folders that can be written.",
    errno.EACCES: "Choose folders that you may read and write, or ask their owner.",
    errno.EPERM: "Choose folders that you may read and write, or ask their owner.",
    errno.EMFILE: "Too many files are open at once: raise the limit (ulimit -n).",
}
"""What to do where the system refuses a file or folder."""


def in_words(error: Exception) -> str:
    """Return what to print of an error. The messages of RefusedRun, OSError and ValueError are written for people."""
    if isinstance(error, RefusedRun):
        return str(error)
    if isinstance(error, ValidationError):
        return "; ".join(f"setting {e['loc'][0]}: {e['msg']}, not {e['input']!r}" for e in error.errors())
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        where, said = error.filename2 or error.filename, error.strerror
        place = os.fsdecode(where) if where else "reading or writing a file"
        remedy = REMEDIES.get(error.errno, f"To see where it arose: {TRACEBACK}=1.")
        return f"{place}: {said[:1].lower() + said[1:]}. {remedy}"
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    line = " ".join(said.split())
    if " " in line:
        return line
    return f"{type(error).__name__} {line}".rstrip() + f" (to see where: {TRACEBACK}=1)"


def check_target(to: Path, *, folder: bool = False) -> None:
    """Raise RefusedRun if a file (or a folder) cannot be written to that path."""
    parent = to.absolute().parent
    if not parent.is_dir():
        raise RefusedRun(f"Cannot write {to}: there is no folder {parent}. Make it, or choose another path.")
    if folder and to.exists() and not to.is_dir():
        raise RefusedRun(f"Cannot write to {to}: expected a folder, found a file. Choose another path.")
    if not folder and to.is_dir():
        raise RefusedRun(
            f"Cannot write {to}: expected a file name, found a folder. Add the name of a file to it."
        )
    if not os.access(to if to.exists() else parent, os.W_OK):
        raise RefusedRun(f"Cannot write {to}: you have no permission. Choose another path.")


def check_captures(captures: Iterator[object], raw: str) -> None:
    """Raise RefusedRun if raw/ has no capture: a mistyped folder must not look like an intact one."""
    if next(captures, None) is None:
        raise RefusedRun(
            f"There are no captures in {raw}. Fetch some with `osint-ingest refresh`, "
            "or say where they are with --raw."
        )
