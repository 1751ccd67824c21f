"""No pattern of the package is slow on any text: time grows as the length does, and 200,000 characters are 0.2 s (more
on slow machines, by a pattern for comparison).

The suite tries every pattern on every form of text at 2,000 characters, and goes on with those that took longest; with
OSINT_INGEST_SOAK=1 (`make soak`) every form is tried at every length.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.linear.forms import ATOMS

CHECKOUT = Path(__file__).resolve().parents[2]
EVERYTHING = ["--all"] if os.environ.get("OSINT_INGEST_SOAK") else []
OF_OUR_OWN = {
    "report.page._PLOT": "reads the report of the previous release, which the same run wrote",
    "sources.ogp.milestones._TAIL": "is searched in stretches of 200 characters, around a text's last years",
    "sources.ogp.milestones._DUE": "is searched in the last 120 characters of a text",
    "pdf.interpreter._TOKEN": "is matched where a token begins; one that it does not match is taken whole by pdfminer",
}
"""Patterns that no text from outside can make slow, though a search with them would be, and why."""


def run(module: str, *arguments: str, told: str = "") -> str:
    """What a program of this folder prints."""
    command = [sys.executable, "-m", f"tests.linear.{module}", *arguments]
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return done.stdout


@pytest.fixture(scope="module")
def patterns() -> dict[str, list[str]]:
    return json.loads(run("patterns"))  # type: ignore[no-any-return]


def test_every_call_of_re_in_the_package_is_seen(patterns: dict[str, list[str]]) -> None:
    assert patterns["unseen"] == []
    assert len(patterns["patterns"]) > 350


@pytest.mark.timeout(3600 if EVERYTHING else 300)
def test_every_pattern_takes_time_as_long_as_the_text(patterns: dict[str, list[str]]) -> None:
    assert len(ATOMS) >= 40
    told = json.dumps({"patterns": [p for p in patterns["patterns"] if p[0] not in OF_OUR_OWN]})
    assert run("attack", *EVERYTHING, told=told) == ""


def test_slow_patterns_are_found() -> None:
    slow = [r"(?:\w|a)*!", r"\s+$", r"\d+(?:[.,]\d+)*$", r"(?:a|b|ab)*c", r"\w+\s*=\s*\d"]
    found = run("attack", told=json.dumps({"patterns": [["it", text, 0, False, True] for text in slow]}))
    assert [json.loads(line)[1] for line in found.splitlines()] == slow
