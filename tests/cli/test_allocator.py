"""Arrow takes the system's allocator on the command line, for Parquet too: it is loaded afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = "import osint_ingest.cli, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


@pytest.mark.parametrize(
    ("chosen", "expected"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")]
)
def test_the_command_line_chooses_the_allocator_before_arrow_is_loaded(
    chosen: dict[str, str], expected: str
) -> None:
    env = {n: v for n, v in os.environ.items() if n != "ARROW_DEFAULT_MEMORY_POOL"} | chosen
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == f"{expected}\n"
