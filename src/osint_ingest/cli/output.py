"""What a command shows: a table on a terminal, tab-separated lines in a pipe, JSON where asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table as RichTable

out = Console()


def print_rows(rows: Sequence[dict[str, Any]], as_json: bool, columns: Iterable[str] = ()) -> None:
    """A table on a terminal, tab-separated lines in a pipe, JSON where asked."""
    names = list(rows[0]) if rows else list(columns)
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
    elif out.is_terminal:
        table = RichTable(*names)
        for row in rows:
            table.add_row(*("" if row[n] is None else str(row[n]) for n in names))
        out.print(table)
    else:
        typer.echo("\t".join(names))
        for row in rows:
            typer.echo("\t".join("" if row[n] is None else " ".join(str(row[n]).split()) for n in names))
