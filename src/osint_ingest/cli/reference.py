"""The page `docs/command-line.md`: every command, argument and option, from their help.

python -m osint_ingest.cli.reference > docs/command-line.md
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from osint_ingest.cli import VERBS, app

EXAMPLE = "Example: "
HEAD = """# The command line

This page is made from the help of each command (`make tables`); `osint-ingest COMMAND --help` shows the same.

On a terminal, commands that show something draw tables: as many columns as fit, long cells cut. Messages and hints are
never cut: where they do not fit beside the rest, each row is shown upright. In a pipe commands
write tab-separated lines with a header, never cut, and with `--json` JSON. `NO_COLOR` and `COLUMNS` are respected.

Every command takes `--raw` and `--curated` where it needs them: a folder, or an fsspec URL such as
`s3://bucket/curated`. `OSINT_INGEST_RAW` and `OSINT_INGEST_CURATED` set them for a whole session, and every other
setting of a run is an environment variable too ([Settings](settings.md)).

| exit code | meaning |
|---|---|
| 0 | all went well |
| 1 | bad input, or nothing to do with it; standard error says what is wrong and what to do |
| 2 | an unknown command or option; the nearest ones are suggested |
| 3 | published, but some documents failed; the table `issues` names them |
| 4 | the release was held back; the last good one stays |

`OSINT_INGEST_TRACEBACK=1` shows where an unexpected error arose.

## Completion

```sh
osint-ingest --install-completion
```

This installs completion for the shell it is called from (bash, zsh, fish, PowerShell); `--show-completion` prints it
instead. It completes commands, options, and the names of tables, releases and sources.
"""


def examples_of(command: Any) -> list[str]:
    """The example lines of a command's help, joined where they run over several lines."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return [" ".join(p.removeprefix(EXAMPLE).split()) for p in paragraphs if p.startswith(EXAMPLE)]


def page() -> str:
    """The whole page, in Markdown."""
    commands: Any = get_command(app).commands  # type: ignore[attr-defined]
    parts = [HEAD]
    for panel, verbs in VERBS.items():
        parts.append(f"## {panel}\n")
        parts += [_section(verb.__name__, commands[verb.__name__]) for verb in verbs]
    return "\n".join(parts)


def _section(name: str, command: Any) -> str:
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    said = "\n\n".join(p for p in paragraphs if not p.startswith(EXAMPLE))
    examples = "\n".join(examples_of(command))
    rows = "\n".join(_rows(command))
    return f"### {name}\n\n{said}\n\n```sh\n{examples}\n```\n\n| argument or option | meaning |\n|---|---|\n{rows}\n"


def _rows(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name == "help":
            continue
        words = ", ".join(f"`{o}`" for o in (*parameter.opts, *parameter.secondary_opts))
        if parameter.param_type_name == "argument":
            words = f"`{(parameter.metavar or parameter.name).upper()}`"
        meaning = parameter.help.replace("|", "\\|")
        default = parameter.default
        if isinstance(default, str | int) and not isinstance(default, bool):
            meaning += f" Default: `{default}`."
        yield f"| {words} | {meaning} |"


if __name__ == "__main__":
    sys.stdout.write(page())
