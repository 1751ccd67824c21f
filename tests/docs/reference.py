"""The pages of the documentation that are made from the code: commands, settings, tables.

python -m tests.docs.reference commands > docs/command-line.md
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from osint_ingest.cli import VERBS, app
from osint_ingest.release.describe import dictionary_page
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources
from osint_ingest.tables import declared_tables

EXAMPLE = "Example: "
COMMANDS = """# The command line

This page is made from the help of each command (`make tables`); `osint-ingest COMMAND --help` shows the same.

On a terminal, commands draw tables: as many columns as fit, with long cells cut. Messages and hints are never cut:
where they do not fit, each row is shown with one line for each column. In a pipe, commands write tab-separated lines
with a header and cut nothing. `--json` prints JSON. `NO_COLOR` and `COLUMNS` are respected.

Every command takes `--raw` and `--curated` where it needs them: a folder, or an fsspec URL such as
`s3://bucket/curated`. `OSINT_INGEST_RAW` and `OSINT_INGEST_CURATED` set them for a whole session, and every other
setting of a run is an environment variable too ([Settings](settings.md)).

| exit code | meaning |
|---|---|
| 0 | all went well |
| 1 | bad input, or nothing to do with it; standard error says what is wrong and what to do |
| 2 | an unknown command or option; the nearest ones are suggested |
| 3 | published, but some documents failed or are partial; the table `issues` names them |
| 4 | the release was held back; the last good one stays |

With `OSINT_INGEST_TRACEBACK=1`, an unexpected error shows its traceback.

## Completion

```sh
osint-ingest --install-completion
```

This installs completion for the shell it is called from (bash, zsh, fish, PowerShell); `--show-completion` prints it
instead. It completes commands, options, and the names of tables, releases and sources.
"""

SETTINGS = """# Settings

This page is made from the code (`make tables`). Each setting of a run is an environment variable. An option of a
command wins over the environment, and the environment over the default. In Python: `Settings(raw="...", ...)`.

| environment variable | default | meaning |
|---|---|---|
"""
TABLES = """# The tables

This page is made from the dictionary in the code (`make tables`). Every release has these tables as Parquet files,
with the same descriptions in their schema and in `datapackage.json`.

Text is as printed, in Unicode NFC; a `*_code` column beside it holds the canonical English value, a `*_date` column
the date. Times are UTC. Character offsets count code points and are half-open; boxes are PDF points from the top left
of the page. An arrow leads to the table whose key a column holds.

| table | key | what a row is |
|---|---|---|
"""


def examples_of(command: Any) -> list[str]:
    """The example lines of a command's help, joined where they run over several lines."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return [" ".join(p.removeprefix(EXAMPLE).split()) for p in paragraphs if p.startswith(EXAMPLE)]


def commands_page() -> str:
    """Every command, argument and option, from their help, in Markdown."""
    commands: Any = get_command(app).commands  # type: ignore[attr-defined]
    parts = [COMMANDS]
    for panel, verbs in VERBS.items():
        parts.append(f"## {panel}\n")
        names = [verb.__name__.replace("_", "-") for verb in verbs]
        parts += [_section(name, commands[name]) for name in names]
    return "\n".join(parts)


def _section(name: str, command: Any) -> str:
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    said = "\n\n".join(p for p in paragraphs if not p.startswith(EXAMPLE))
    examples = "\n".join(examples_of(command))
    rows = "\n".join(_rows(command))
    return f"### {name}\n\n{said}\n\n```sh\n{examples}\n```\n\n| argument or option | meaning |\n|---|---|\n{rows}\n"


def _rows(command: Any) -> Iterator[str]:
    context: Any = command.context_class(command)
    for parameter in command.get_params(context):
        if parameter.name == "help":
            continue
        value = parameter.display_type_rich(context)
        words = ", ".join(f"`{o} {value}`" if value else f"`{o}`" for o in parameter.opts)
        if parameter.param_type_name == "argument":
            words = f"`{parameter.metavar}{'...' if parameter.nargs == -1 else ''}`"
        meaning = parameter.help.replace("|", "\\|")
        default = parameter.default
        if default != "" and isinstance(default, str | int) and not isinstance(default, bool):
            meaning += f" Default: `{default}`."
        yield f"| {words.replace('|', chr(92) + '|')} | {meaning} |"


def settings_page() -> str:
    """Every setting, its environment variable, default and meaning, in Markdown."""
    prefix = Settings.model_config["env_prefix"]
    rows = (
        f"| `{prefix}{name.upper()}` | {_default(field.default)} | {' '.join((field.description or '').split())} |\n"
        for name, field in Settings.model_fields.items()
    )
    return SETTINGS + "".join(rows)


def _default(value: object) -> str:
    return "" if value is None or value == () else f"`{value}`"


def tables_page() -> str:
    """Every table and column, from the dictionary, in Markdown."""
    all_sources()  # declares their tables
    tables = list(declared_tables().values())
    listed = "".join(f"| [{t.name}](#{t.name}) | {', '.join(t.key)} | {t.description} |\n" for t in tables)
    return f"{TABLES}{listed}\n{dictionary_page(tables)}"


PAGES = {"commands": commands_page, "settings": settings_page, "tables": tables_page}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
