"""How much time and memory reading a document may take, and the findings for one that takes more."""

import os
import sys

from osint_ingest.model import Finding
from osint_ingest.settings import Settings

CLOCK_FACTOR = 5.0  # elapsed time that a document may take, as a multiple of its processor time
MEMORY_PER_BYTE = 5  # bytes of memory that a document may take for each of its own, besides the fixed limit
KEPT = "the file is kept; everything else was read"


def seconds_for(pages: int, size: int, settings: Settings) -> float:
    """Seconds of processor time that a document of so many pages (HTML: 0) and bytes may take."""
    by_pages = settings.page_seconds * min(pages, settings.max_pages)
    return settings.document_seconds + by_pages + settings.megabyte_seconds * size / 1e6


def memory_for(size: int, settings: Settings) -> int:
    return settings.document_bytes + MEMORY_PER_BYTE * size


_HINTS = {
    "timed_out": "Check the file. To allow more time, set OSINT_INGEST_DOCUMENT_SECONDS.",
    "too_much_memory": "Check the file. To allow more memory, set OSINT_INGEST_DOCUMENT_BYTES.",
    "crashed": "Signal 9 often means that the machine ran out of memory. Otherwise please report it with the file.",
}


def stopped(code: str, said: str) -> Finding:
    """Why a document could not be read within its limits."""
    return Finding("error", "read", code, f"{said}; {KEPT}", _HINTS[code])


def reason(finding: Finding) -> str:
    """Return why a stage was stopped: the message of one of these findings, without its last part."""
    return finding.message.removesuffix(f"; {KEPT}")


ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's other allocators do not return memory to the system: 100 MB more at the peak of a large release."""


def use_system_allocator() -> None:
    """Make Arrow use the system's memory allocator, unless the environment names another. Call it before Arrow is
    loaded. Processes that are started later do the same."""
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
    if "pyarrow" in sys.modules and ALLOCATOR.items() <= os.environ.items():
        arrow = sys.modules["pyarrow"]
        arrow.set_memory_pool(arrow.system_memory_pool())


class _NoPandas:
    """Finds no pandas, whether it is installed or not."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ImportError(name)


def use_light_arrow() -> None:
    """Make Arrow use the system's memory allocator and do without pandas, for a process that is the project's own.
    Arrow looks for pandas once, with its first array: 42 MB and a quarter of a second. Who asks for a data frame later
    still gets one."""
    use_system_allocator()
    import pyarrow

    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        pyarrow.array([])
        sys.meta_path.remove(_NoPandas)


def return_memory() -> None:
    """Return freed memory to the system, where that is possible."""
    import psutil

    if hasattr(psutil, "heap_trim"):
        psutil.heap_trim()
