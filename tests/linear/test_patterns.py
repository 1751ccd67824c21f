"""No pattern of the package is slow on any text: time grows as the length does, and 200,000 characters are 0.2 s.

`make lint` tries every pattern on every form of text at 2,000 characters, and goes on with those that took longest;
here it is shown to find slow ones, and with OSINT_INGEST_SOAK=1 (`make soak`) every form is tried at every length.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.linear.lint import OF_OUR_OWN

CHECKOUT = Path(__file__).resolve().parents[2]


def run(module: str, *arguments: str, told: str = "") -> str:
    """What a program of this folder prints."""
    command = [sys.executable, "-m", f"tests.linear.{module}", *arguments]
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return done.stdout


@pytest.mark.skipif(not os.environ.get("OSINT_INGEST_SOAK"), reason="long: set OSINT_INGEST_SOAK=1")
@pytest.mark.timeout(3600)
def test_every_pattern_takes_time_as_long_as_the_text() -> None:
    patterns = json.loads(run("patterns"))["patterns"]
    assert len(patterns) > 350
    told = json.dumps({"patterns": [p for p in patterns if p[0] not in OF_OUR_OWN]})
    assert run("attack", "--all", told=told) == ""


def test_slow_patterns_are_found() -> None:
    slow = [r"(?:\w|a)*!", r"\s+$", r"\d+(?:[.,]\d+)*$", r"(?:a|b|ab)*c", r"\w+\s*=\s*\d"]
    found = run("attack", told=json.dumps({"patterns": [["it", text, 0, False, True] for text in slow]}))
    assert [json.loads(line)[1] for line in found.splitlines()] == slow
