"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_DESCRIBED = TextColumn("{task.description}", markup=False)
_COLUMNS = (_DESCRIBED, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

QUIET_SECONDS = 30.0  # without a terminal a step speaks at most this often, and at its end


def plain_console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is: `[red]` and `:x:` are no markup and no emoji, numbers get no colour."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


class Reporter:
    """Reports progress on standard error. With `quiet` it prints only warnings."""

    def __init__(self, console: Console | None = None, *, quiet: bool = False) -> None:
        self.console = console or plain_console(stderr=True)
        self.quiet = quiet

    def say(self, line: str) -> None:
        if not self.quiet:
            self.console.print(line, emoji=False, highlight=False, markup=False, soft_wrap=True)

    def warn(self, line: str) -> None:
        """Print one line, even when quiet."""
        self.console.print(line, style="yellow", emoji=False, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """A step of `total` pieces; call what it yields for each piece that is done."""
        finished = 0
        with self.counting(name) as tell:

            def tick(done: int) -> None:
                nonlocal finished
                finished += done
                tell(finished, total)

            yield tick
        if finished and not self.console.is_terminal:
            self.say(f"{name}: {finished} of {total}")

    @contextmanager
    def counting(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """A step whose total grows on the way; call what it yields with (done, total so far)."""
        if self.quiet:
            yield lambda done, total: None
            return
        if self.console.is_terminal:
            with Progress(*_COLUMNS, console=self.console, transient=True) as bar:
                task = bar.add_task(name, total=None)
                yield lambda done, total: bar.update(task, completed=done, total=total)
            return
        spoken = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal spoken
            if time.monotonic() - spoken >= QUIET_SECONDS:
                spoken = time.monotonic()
                self.say(f"{name}: {done} of {total} so far")

        yield tell
