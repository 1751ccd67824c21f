"""What is installed, which models load, what is missing and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import spacy

from osint_ingest import __version__
from osint_ingest.entities.models import Model, listed_models
from osint_ingest.fetch import check_links
from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Releases
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources

PARTS = ("pdfminer.six", "beautifulsoup4", "lxml", "spacy", "pandas", "pyarrow", "duckdb", "httpcore")
EXTRAS = {
    "flows": ("prefect", "scheduled flow runs"),
    "dask": ("distributed", "reading on a cluster of machines"),
    "s3": ("s3fs", "captures and releases on S3"),
    "notebook": ("jupyterlab", "notebooks"),
}
"""The package that an extra brings, and what it is for."""
ENOUGH_BYTES = 1e9


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
        yield (
            Check(name, "ok", found)
            if found
            else Check(name, "missing", "not installed", f"pip install {name}")
        )
    for extra, (name, use) in EXTRAS.items():
        found = _version(name)
        remedy = "" if found else f"for {use}: pip install 'osint-ingest[{extra}]'"
        yield Check(name, "ok" if found else "warning", found or "not installed", remedy)
    for model in listed_models():
        yield _model(model)
    folders = [
        _folder(label, place) for label, place in (("raw", settings.raw), ("curated", settings.curated))
    ]
    yield from folders
    if folders[-1].state == "missing":
        return
    latest = Releases(settings.curated).latest()
    yield (
        Check("latest release", "ok", latest.name)
        if latest
        else Check("latest release", "warning", "none yet", "osint-ingest refresh --profile sample")
    )


def reach(settings: Settings) -> Iterator[Check]:
    """Asks the first page of each source whether it answers, politely."""
    for source in all_sources():
        for url in source.config.start[:1]:
            (told,) = check_links([url], settings)
            answered = told.http_status == 200
            found = f"{url} answers {told.http_status or told.error}"
            remedy = "" if answered else "Save its files by hand, then: osint-ingest ingest PATH..."
            yield Check(f"source {source.config.name}", "ok" if answered else "warning", found, remedy)


def install_models(models: Sequence[Model]) -> None:
    """Installs models into this environment with pip, by version and hash; RefusedRun where that fails."""
    if find_spec("pip") is None:
        lines = "osint-ingest models requirements > models.lock"
        raise RefusedRun(
            f"this environment has no pip; with the tool that made it: {lines}, then for example "
            "uv pip install --no-deps --require-hashes -r models.lock"
        )
    with TemporaryDirectory() as folder:
        wanted = Path(folder) / "models.lock"
        wanted.write_text("".join(f"{m.requirement}\n" for m in models), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(wanted)], check=False)
    if done.returncode:
        raise RefusedRun(
            "pip could not install the models (see above). Everything runs without them, by rules alone."
        )


def _model(model: Model) -> Check:
    what = f"model {model.name} ({model.language}, {model.licence})"
    if model.installed is None:
        remedy = f"osint-ingest models install --language {model.language}"
        return Check(
            what, "warning", "not installed: names in this language are found by rules alone", remedy
        )
    try:
        spacy.load(model.installed or model.module)
    except (OSError, ValueError, ImportError) as error:
        remedy = f"osint-ingest models install --language {model.language}"
        return Check(what, "warning", f"does not load: {str(error).partition(chr(10))[0]}", remedy)
    return Check(what, "ok", f"{model.installed} {model.installed_version or ''}".rstrip())


def _folder(label: str, folder: str) -> Check:
    if "://" in folder:
        return Check(label, "ok", folder)
    path = Path(folder)
    if path.exists() and not path.is_dir():
        return Check(label, "missing", f"{path.absolute()} is a file", f"Name a folder with --{label}.")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        return Check(label, "missing", f"{path.absolute()} may not be read and written", "Ask its owner.")
    near = next(p for p in (path, *path.absolute().parents) if p.exists())
    free = shutil.disk_usage(near).free
    found = f"{path.absolute()}, {free / 1e9:.1f} GB free"
    return (
        Check(label, "ok", found)
        if free > ENOUGH_BYTES
        else Check(label, "warning", found, "Free some space on that disk.")
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
