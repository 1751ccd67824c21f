"""The list of models: lines that pip accepts with hashes, and what is said of what is installed."""

from __future__ import annotations

import re
import subprocess
import sys

from osint_ingest.entities.models import listed_models, model_for, requirements, status


def test_requirement_lines_carry_one_pinned_version_and_one_hash_each() -> None:
    lines = requirements().splitlines()
    assert len(lines) == len(listed_models()) >= 3
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==\d+\.\d+\.\d+ --hash=sha256:[0-9a-f]{64}", line), line
        assert "999" not in line.split(" ")[0], "a look-alike"


def test_the_module_prints_them() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "osint_ingest.entities.models"], capture_output=True, text=True, check=True
    )
    assert run.stdout == requirements()


def test_status_has_a_line_a_model() -> None:
    assert len(status().splitlines()) == len(listed_models())
    for model in listed_models():
        assert f"{model.name} {model.version}" in status()
        assert ("not installed" in status()) == any(m.installed is None for m in listed_models())


def test_a_language_without_a_listed_model_has_none() -> None:
    assert model_for("tlh") is None
    assert model_for(None) is None


def test_a_look_at_the_models_does_not_load_spacy() -> None:
    code = "import sys, osint_ingest.entities.models; print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
