"""pyarrow loads pandas for the first array that it makes: 40 MB and a third of a second that reading and releases
need nothing of."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Absent:
    """An importer that finds no pandas."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """ImportError for pandas, nothing for others."""
        if name == "pandas":
            raise ModuleNotFoundError("osint-ingest does without pandas here", name=name)
        return None


@contextmanager
def without_pandas() -> Iterator[None]:
    """Nothing imports pandas while this lasts; what is imported already stays. For a process of our own: pyarrow
    remembers that there was none until somebody asks it for a frame."""
    sys.meta_path.insert(0, _Absent)
    try:
        yield
    finally:
        sys.meta_path.remove(_Absent)
