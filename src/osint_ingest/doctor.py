"""What is installed, which models load, what is missing and how to get it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from osint_ingest import __version__
from osint_ingest.entities.models import listed_models
from osint_ingest.release.folder import Releases
from osint_ingest.settings import Settings

INSTALL_MODELS = (
    "python -m osint_ingest.entities.models > models.lock && "
    "pip install --no-deps --require-hashes -r models.lock"
)
PARTS = ("pdfplumber", "beautifulsoup4", "lxml", "spacy", "pandas", "pyarrow", "duckdb", "httpcore")
OPTIONAL = {"prefect": "scheduled flow runs: pip install 'osint-ingest[flows]'"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: Literal["ok", "missing", "warning"]
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Looks at the installation and at the folders, without network."""
    yield Check("osint-ingest", "ok", f"{__version__} on Python {platform.python_version()}")
    for name in PARTS:
        found = _version(name)
        yield Check(
            name,
            "ok" if found else "missing",
            found or "not installed",
            "" if found else f"pip install {name}",
        )
    for name, remedy in OPTIONAL.items():
        found = _version(name)
        yield Check(name, "ok" if found else "warning", found or "not installed", "" if found else remedy)
    for model in listed_models():
        name = f"model {model.name} ({model.language}, {model.licence})"
        if model.installed:
            yield Check(name, "ok", f"{model.installed} {model.installed_version or ''}".rstrip())
        else:
            yield Check(name, "warning", "not installed: rules alone read this language", INSTALL_MODELS)
    for label, folder in (("raw", settings.raw), ("curated", settings.curated)):
        if "://" in folder:
            yield Check(label, "ok", folder)
            continue
        path = Path(folder)
        near = next(p for p in (path, *path.absolute().parents) if p.exists())
        free = shutil.disk_usage(near).free
        yield Check(label, "ok" if free > 1e9 else "warning", f"{path.absolute()}, {free / 1e9:.1f} GB free")
    latest = Releases(settings.curated).latest()
    yield Check(
        "latest release",
        "ok" if latest else "warning",
        latest.name if latest else "none yet",
        "" if latest else "make demo",
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
