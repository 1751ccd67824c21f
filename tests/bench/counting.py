"""CPU by stage. Alone here, so that who is watched loads no library of the floor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def counted(stages: dict[str, float], name: str) -> Iterator[None]:
    """Adds the CPU seconds of a block to a stage."""
    started = time.process_time()
    yield
    stages[name] = stages.get(name, 0.0) + time.process_time() - started
