"""Arrow on the command line: the system's allocator, for Parquet too, and no pandas where nobody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import osint_ingest.cli, pyarrow, sys
table = pyarrow.table({"a": pyarrow.array([1, 2])})
print(pyarrow.default_memory_pool().backend_name, "pandas" in sys.modules, table.to_pandas()["a"].sum())
"""


@pytest.mark.parametrize(
    ("chosen", "expected"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")]
)
def test_the_allocator_is_chosen_before_arrow_is_loaded_and_pandas_waits_for_a_data_frame(
    chosen: dict[str, str], expected: str
) -> None:
    env = {n: v for n, v in os.environ.items() if n != "ARROW_DEFAULT_MEMORY_POOL"} | chosen
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == f"{expected} False 3\n"
