"""Commands that make releases do without pandas, and whoever wants a frame afterwards gets one."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from osint_ingest.read.without_pandas import without_pandas
import pyarrow as pa
with without_pandas():
    table = pa.table({"n": pa.array([1, None])})
    assert "pandas" not in sys.modules
print(len(table.to_pandas()))
"""


def test_arrays_are_made_without_pandas_and_frames_with_it() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
