"""Prints what a run did and where to look."""

import io
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from osint_ingest.release.publish import Recap
from osint_ingest.settings import Settings
from osint_ingest.store.folder import is_remote

SHOWN_FAILURES = 10


def print_recap(recap: Recap, settings: Settings, console: Console) -> None:
    """Print what a run did: failures first, then the tables, then where to look."""

    def say(line: str, style: str = "") -> None:
        console.print(line, style=style or None, emoji=False, highlight=False, markup=False, soft_wrap=True)

    for place, code, message in recap.failures[:SHOWN_FAILURES]:
        say(f"{code}: {message}" if message.startswith(place) else f"{code}: {place}: {message}", "yellow")
    if len(recap.failures) > SHOWN_FAILURES:
        more = len(recap.failures) - SHOWN_FAILURES
        say(f"... and {more} more: {_command()} show issues", "yellow")
    if recap.held:
        say(f"The release was held back. It stays for inspection in {recap.held.location}", "red")
        for finding in recap.findings:
            if finding.severity == "error":
                say(f"  {finding.code}: {finding.message} ({finding.hint})", "red")
        where = "" if settings.curated == "curated" else f" --curated {settings.curated}"
        say(f"`latest` stays as it was. Compare: {_command()} diff latest {recap.held.name}{where}")
        return
    say(counts_of(recap))
    if recap.unchanged or recap.release is None:
        say("Nothing changed. The latest release stays as it is.")
        return
    filled = [(name, rows) for name, rows in recap.rows.items() if rows]
    if console.is_terminal:
        table = Table("table", "rows")
        for name, rows in filled:
            table.add_row(Text(name), f"{rows:,}")
        console.print(table)
    else:
        for name, rows in filled:
            say(f"{name:24} {rows:>8,}")
    for name, count in sorted(recap.changes.items()):
        say(f"{count:,} {name}")
    say(f"Published {recap.release.name}")
    latest = recap.release.location if is_remote(settings.curated) else Path(settings.curated) / "latest"
    page = "report.html shows it, " if settings.report else ""
    say(f"Look at   {latest}  ({page}README.md describes the tables)")
    where = "" if settings.curated == "curated" else f" --curated {settings.curated}"
    say(f"Try       {_command()} show citations --limit 5{where}")


def counts_of(recap: Recap) -> str:
    """Return `10 documents: 8 read, 2 carried over. 1 failed.` The first number is the sum of the next two."""
    parts = [
        f"{count:,} {what}"
        for count, what in ((recap.processed, "read"), (recap.carried, "carried over"))
        if count or not recap.documents
    ]
    partial = f", {recap.partial:,} partial" if recap.partial else ""
    noun = "document" if recap.documents == 1 else "documents"
    return f"{recap.documents:,} {noun}: {', '.join(parts)}. {recap.failed:,} failed{partial}."


def _command() -> str:
    """How the command line is called from here: by name, or by its path in an environment that is not activated."""
    beside = Path(sys.executable).with_name("osint-ingest")
    if shutil.which("osint-ingest") or not beside.exists():
        return "osint-ingest"
    return str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)


def recap_text(recap: Recap, settings: Settings) -> str:
    printed = io.StringIO()
    print_recap(recap, settings, Console(file=printed, width=200, force_terminal=False))
    return printed.getvalue()
