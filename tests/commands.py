"""Several commands one after the other in a process of their own: a process for each spends a second on its start."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence

_END = "\x1e"
_SCRIPT = f"""
import json, sys
from osint_ingest.cli import main
for words in json.loads(sys.argv.pop()):
    sys.argv[:] = ["osint-ingest", *words]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    sys.stderr.flush()
    print({_END!r}, code, {_END!r}, sep="", end="", flush=True)
"""


def one_process(commands: Sequence[Sequence[str]]) -> list[str]:
    """The command line of a process that runs `osint-ingest WORDS` for each of these in turn."""
    return [sys.executable, "-c", _SCRIPT, json.dumps(commands)]


def ended(said: str) -> Iterator[tuple[int, str]]:
    """The exit code of each command and what it said, from what the process wrote to standard output."""
    *parts, rest = said.split(_END)
    assert rest == "", rest
    for out, code in zip(parts[::2], parts[1::2], strict=True):
        yield int(code), out
