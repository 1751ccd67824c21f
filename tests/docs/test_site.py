"""The static site of docs/: builds without a warning and asks no other host for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.blocks import PROJECT

FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(https?:)?//|<link\b[^>]*\brel=["']?(?:stylesheet|preload|preconnect|icon)[^>]*\bhref=["']?(https?:)?//""",
    re.I,
)


def test_the_site_builds_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    if find_spec("zensical") is None:
        pytest.skip("the site is built by zensical, which `make setup` installs")
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    shutil.copy(PROJECT / "mkdocs.yml", tmp_path)
    build = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "No issues found" in done.stdout + done.stderr, done.stdout + done.stderr
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "site").glob("*.html")}
    assert {path.stem for path in (PROJECT / "docs").glob("*.md")} <= set(pages)
    for name, text in pages.items():
        assert not FETCHED.search(text), f"{name}: {FETCHED.search(text)}"
        # every page is in the menu
        assert (
            name == "404"
            or f'href="{name}.html"' in pages["quick-start"]
            or f'href="./{name}.html"' in pages["quick-start"]
        ), name
