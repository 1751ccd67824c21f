"""`python -m tests.eval [word...]`: the table, the misses, the floors."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import floors
from .evaluation import figures, folders, run, totals
from .tally import Result


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument(
        "words", nargs="*", help="only documents whose name or category contains one of these"
    )
    parser.add_argument(
        "--only", action="append", default=[], help="only this scorer (pdf, records, ...) and its floors"
    )
    parser.add_argument("--shipped", action="store_true", help="leave the corpus beside the checkout out")
    parser.add_argument("--folder", type=Path, help="only the documents with truth in this folder; no floors")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="tell N misses of each document")
    parser.add_argument(
        "--documents", action="store_true", help="a row for each document, not for each category"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--raise-floors", action="store_true", help="pin what is better than its floor")
    parser.add_argument("--lower-floors", metavar="WHY", help="pin everything as measured, and record why")
    return parser.parse_args()


def show(console: Console, name: str, results: list[Result], by_document: bool) -> None:
    """One table: a row a category (or document), the last one for all of them."""
    columns = list(totals(results))
    table = Table(title=f"{name} ({len(results)} documents), F1", title_justify="left")
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    rows: dict[str, list[Result]] = {}
    for result in results:
        case = result.case
        rows.setdefault(case.name if by_document else f"{case.group} · {case.category}", []).append(result)
    for group in dict.fromkeys(r.case.group for r in results):
        rows[f"[bold]{group} · overall"] = [r for r in results if r.case.group == group]
    for label, some in rows.items():
        summed = totals(some)
        cells = []
        for column in columns:
            value = summed[column].f1 if column in summed else None
            shade = "" if value is None or value >= 0.97 else "[yellow]" if value >= 0.9 else "[red]"
            cells.append("" if value is None else f"{shade}{value:.3f}")
        table.add_row(label, *cells)
    console.print(table)


def tell_misses(console: Console, results: list[Result], most: int) -> None:
    """The first misses of each document."""
    for result in results:
        if result.misses and most:
            console.print(f"[bold]{result.case.group} {result.case.name}[/] ({result.case.category})")
            for miss in result.misses[:most]:
                console.print(f"    {miss}", markup=False, highlight=False)


def main() -> int:
    """Exit code 1 when a figure is under its floor."""
    options = arguments()
    console = Console(width=None if sys.stdout.isatty() else 170)
    where = {"given": options.folder} if options.folder else folders(not options.shipped)
    results = run(where, options.words, options.only)
    for name, scored in results.items():
        if scored:
            show(console, name, scored, options.documents)
    for scored in results.values():
        tell_misses(console, scored, options.misses)
    measured = figures(results)
    if options.json:
        options.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    some = bool(options.words or options.folder)
    if options.raise_floors or options.lower_floors:
        if some or options.only:
            console.print(
                "[red]Floors are pinned from a whole run only: leave words, --only and --folder out."
            )
            return 1
        for change in floors.pin(measured, options.lower_floors):
            console.print(f"pinned {change}", markup=False)
    if some:
        return 0
    broken = floors.breaches(measured, floors.load())
    for breach in broken:
        console.print(f"[red]under its floor: {breach}", highlight=False)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
