"""Memory that our processes do not keep once they need it no more."""

from __future__ import annotations

import os
import sys

ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's other allocators keep what they once had: 100 MB more at the peak of a large release."""


def keep_little() -> None:
    """Arrow takes the system's allocator, unless the environment names another. Best before it is loaded, for what it
    reads and writes files with looks for that once; processes that are started later do as this one."""
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
    if "pyarrow" in sys.modules and ALLOCATOR.items() <= os.environ.items():
        arrow = sys.modules["pyarrow"]
        arrow.set_memory_pool(arrow.system_memory_pool())


def give_back() -> None:
    """Gives freed memory back to the system, where psutil knows how."""
    import psutil

    if hasattr(psutil, "heap_trim"):
        psutil.heap_trim()
