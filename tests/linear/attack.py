"""Run patterns on adversarial text and say which are slow: `python -m tests.linear.attack [--all] < patterns.json`.

Prints one line of JSON a slow pattern. Each is tried in a process of its own with a limit of processor time, so that
one which never ends is named too. With `--all` every form is tried at the largest length, else the slowest ones.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import sys
from collections import deque
from collections.abc import Callable, Iterator
from time import thread_time
from typing import Any

from tests.linear.forms import TAILS, forms_of, text_of

SMALL, MIDDLE, LARGE = 2_000, 20_000, 200_000
MOST_SECONDS = 0.2
"""What a text of the largest length may take."""
GROWTH = 1.3
"""Time grows at most this many times as fast as the length."""
FLOOR = 0.75 * MOST_SECONDS
"""Growth is judged in times over this share of what is allowed at a length: under it, noise is."""
TRIES = 5
CONFIRMED = 3
"""So many times a slow one is timed anew, right after the shorter text: the speed of a machine varies by the second."""
RETRIED = 6
"""So many of the slowest forms at the smallest length are tried at the next."""
HOPELESS = 20
"""So many times what a try may take, and no other work on the machine is the reason."""
LIMIT = 30
"""Seconds of processor time for all forms of one pattern."""

Operation = Callable[[re.Pattern[Any], Any], object]
OPERATIONS: dict[str, Operation] = {
    "search": lambda pattern, text: pattern.search(text),
    "finditer": lambda pattern, text: deque(pattern.finditer(text), 0),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}
"""`finditer` does what `findall`, `sub` and `split` do: it looks on where a match ends. So it does all that `search`
does, which begins with what `match` does."""


def seconds(operation: Operation, pattern: re.Pattern[Any], text: Any, enough: float) -> float:
    """Processor time of the fastest of some tries; of the first that takes no longer than `enough`, or is HOPELESS.
    Other work on the machine only adds to a try."""
    best = float("inf")
    for _ in range(TRIES):
        start = thread_time()
        operation(pattern, text)
        best = min(best, thread_time() - start)
        if not enough < best < HOPELESS * enough:
            break
    return best


def timed(
    operation: Operation,
    pattern: re.Pattern[Any],
    form: tuple[Any, str],
    length: int,
    earlier: float,
    before: int,
) -> tuple[float, float, float]:
    """The seconds taken at a length; those that growth with the length allows, from the seconds at the length before
    it; and the most that are allowed there."""
    share = length / LARGE
    grown = earlier * GROWTH * length / before if before else 10 * MOST_SECONDS * share
    most = min(max(FLOOR * share, grown), MOST_SECONDS * share if before else grown)
    return seconds(operation, pattern, _as(pattern, text_of(*form, length)), most), grown, most


def slow_forms(pattern: re.Pattern[Any], again: bool, everything: bool) -> Iterator[str]:
    """What a pattern is slow on, in words: all forms at the smallest length; the slowest of them at the next; at the
    largest the slowest one, and each that has grown more than the length. A form that would keep within what is allowed
    at the next length if its time grew as the square of the length is not tried there. With `everything` all are."""
    tries = [
        (0.0, form, tail, name)
        for form in forms_of(pattern.pattern, pattern.flags)
        for tail in TAILS
        for name in ("finditer" if again else "search", "fullmatch")
    ]
    before = 0
    for length in (SMALL, MIDDLE, LARGE):
        share = length / LARGE
        times, grew = [], {}
        for earlier, form, tail, name in tries:
            operation, before_it = OPERATIONS[name], earlier
            taken, grown, most = timed(operation, pattern, (form, tail), length, before_it, before)
            for _ in range(CONFIRMED):
                if not most < taken < HOPELESS * most:
                    break
                if before:
                    before_it = seconds(operation, pattern, _as(pattern, text_of(form, tail, before)), 0)
                taken, grown, most = timed(operation, pattern, (form, tail), length, before_it, before)
            if taken > most:
                yield (
                    f"{name} on {form[0]!r} + n * {form[1]!r} + {tail!r}: {taken:.4f} s at {length}, "
                    f"{before_it:.4f} s at {before}"
                )
                return
            times.append((taken, form, tail, name))
            grew[form, tail, name] = taken > grown
        times.sort(key=lambda t: t[0], reverse=True)
        if not everything:
            times = [t for n, t in enumerate(times[:RETRIED]) if not n or not before or grew[t[1:]]]
            times = [t for t in times if t[0] > MOST_SECONDS * share * SMALL / MIDDLE]
        tries, before = times, length


def _as(pattern: re.Pattern[Any], text: str) -> str | bytes:
    return text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text


def attack(pattern: str | bytes, flags: int, again: bool, everything: bool) -> str | None:
    """What a pattern is slow on, tried in a process of its own; None for one that is fast on everything."""
    end, start = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            limit = LIMIT * (20 if everything else 1)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            gc.disable()
            said = "; ".join(slow_forms(re.compile(pattern, flags), again, everything))
            os.write(start, said.encode("utf-8", "backslashreplace")[:4000])
            code = 0
        finally:
            os._exit(code)
    os.close(start)
    with os.fdopen(end, "rb") as pipe:
        said = pipe.read().decode("utf-8")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"no end within {LIMIT} s"
    return said or (None if os.WEXITSTATUS(status) == 0 else "could not be tried")


def main() -> None:
    everything = "--all" in sys.argv
    for name, text, flags, is_bytes, again in json.load(sys.stdin)["patterns"]:
        slow = attack(text.encode("latin-1") if is_bytes else text, flags, again, everything)
        if slow:
            print(json.dumps([name, text, slow]), flush=True)


if __name__ == "__main__":
    main()
