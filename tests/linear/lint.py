"""Say which patterns of the package backtrack: `python -m tests.linear.lint`, in `make lint`.

Those that regexploit believes to; those that are slow on some text (see `attack`); and calls of `re` of which no
pattern is known. Exit code 1 when there is one that is not excused here, or an excuse that nothing needs any more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from regexploit.ast.sre import SreOpParser  # type: ignore[import-untyped]
from regexploit.redos import find  # type: ignore[import-untyped]

from tests.linear.patterns import collect

REASONS: dict[str, str] = {}
"""Name of a pattern -> why a finding about it is a false alarm."""
OF_OUR_OWN = {
    "report.page._PLOT": "reads the report of the previous release, which the same run wrote",
    "sources.ogp.milestones._TAIL": "is searched in stretches of 200 characters, around a text's last years",
    "sources.ogp.milestones._APART": "is matched at the signs of at most a hundred characters before each last year",
    "sources.ogp.milestones._FIRST": "is matched where a text begins",
    "pdf.interpreter._TOKEN": "is matched where a token begins; one that it does not match is taken whole by pdfminer",
}
"""Patterns that no text from outside can make slow, though a search with them would be, and why."""


class _Parser(SreOpParser):  # type: ignore[misc]
    """Knows what Python 3.11 added: what is possessive or atomic gives nothing back, so it is as long as it is."""

    def from_POSSESSIVE_REPEAT(self, argument: Any) -> Any:  # noqa: N802 - named after the operation
        least, _, body = argument
        return self.from_MAX_REPEAT((max(1, least), max(1, least), body))

    def from_ATOMIC_GROUP(self, argument: Any) -> Any:  # noqa: N802 - named after the operation
        return self.sequence_or_singleton(argument)


def _slow(patterns: list[Any]) -> dict[str, str]:
    """What each slow pattern is slow on, by its name. Asked of a new process: each is tried in a copy of it."""
    command, told = [sys.executable, "-m", "tests.linear.attack"], json.dumps({"patterns": patterns})
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True)
    return {name: said for name, _, said in map(json.loads, done.stdout.splitlines())}


def main() -> int:
    """Print the findings and return the exit code."""
    found: dict[str, str] = {}
    collected = collect()
    for name, text, flags, is_bytes, _ in collected["patterns"]:
        parsed = _Parser().parse_sre(text.encode("latin-1") if is_bytes else text, flags)
        for finding in find(parsed):
            if finding.starriness > 2:
                found[name] = f"{finding.starriness} stars, {finding.example()!r:.80}"
    slow = _slow([pattern for pattern in collected["patterns"] if pattern[0] not in OF_OUR_OWN])
    for place in collected["unseen"]:
        print(f"{place}: no pattern of this call of `re` is known. Let tests/linear/patterns.py see it.")
    for name, said in sorted(slow.items()):
        print(f"{name} is slow: {said}. Mend it, or say in tests/linear/lint.py why no text reaches it.")
    for name in sorted(found.keys() - REASONS.keys()):
        print(
            f"{name} may backtrack: {found[name]}. Mend it, or say in tests/linear/lint.py why it does not."
        )
    for name in sorted(REASONS.keys() - found.keys()):
        print(f"{name} needs no excuse in tests/linear/lint.py any more: take it out.")
    return int(bool(slow or collected["unseen"] or found.keys() != REASONS.keys()))


if __name__ == "__main__":
    sys.exit(main())
