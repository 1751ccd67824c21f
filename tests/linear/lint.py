"""Say which patterns of the package regexploit believes to backtrack: `python -m tests.linear.lint`, in `make lint`.

Exit code 1 when there is one that `REASONS` does not excuse, or an excuse that nothing needs any more.
"""

from __future__ import annotations

import sys
from typing import Any

from regexploit.ast.sre import SreOpParser  # type: ignore[import-untyped]
from regexploit.redos import find  # type: ignore[import-untyped]

from tests.linear.patterns import collect

REASONS: dict[str, str] = {}
"""Name of a pattern -> why a finding about it is a false alarm."""


class _Parser(SreOpParser):  # type: ignore[misc]
    """Knows what Python 3.11 added: what is possessive or atomic gives nothing back, so it is as long as it is."""

    def from_POSSESSIVE_REPEAT(self, argument: Any) -> Any:  # noqa: N802 - named after the operation
        least, _, body = argument
        return self.from_MAX_REPEAT((max(1, least), max(1, least), body))

    def from_ATOMIC_GROUP(self, argument: Any) -> Any:  # noqa: N802 - named after the operation
        return self.sequence_or_singleton(argument)


def main() -> int:
    """Print the findings and return the exit code."""
    found: dict[str, str] = {}
    for name, text, flags, is_bytes, _ in collect()["patterns"]:
        parser = _Parser()
        parsed = parser.parse_sre(text.encode("latin-1") if is_bytes else text, flags)
        for finding in find(parsed):
            if finding.starriness > 2:
                found[name] = f"{finding.starriness} stars, {finding.example()!r:.80}"
    for name in sorted(found.keys() - REASONS.keys()):
        print(
            f"{name} may backtrack: {found[name]}. Mend it, or say in tests/linear/lint.py why it does not."
        )
    for name in sorted(REASONS.keys() - found.keys()):
        print(f"{name} needs no excuse in tests/linear/lint.py any more: take it out.")
    return int(found.keys() != REASONS.keys())


if __name__ == "__main__":
    sys.exit(main())
