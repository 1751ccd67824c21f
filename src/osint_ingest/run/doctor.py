"""What is installed, what is missing and how to get it."""

import csv
import io
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from osint_ingest import __version__
from osint_ingest.entities.pipeline.loading import load_spacy_model
from osint_ingest.fetch import check_links
from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Releases
from osint_ingest.release.views import views_of
from osint_ingest.settings import Settings
from osint_ingest.sources import Difference, all_sources

PARTS = ("pdfminer.six", "beautifulsoup4", "lxml", "spacy", "pandas", "pyarrow", "duckdb", "httpcore")
EXTRAS = {
    "flows": ("prefect", "scheduled flow runs"),
    "dask": ("distributed", "reading on a cluster of machines"),
    "s3": ("s3fs", "captures and releases on S3"),
    "serve": ("uvicorn", "a local server: `serve`"),
    "graph": ("networkx", "a graph of names: `export gexf`"),
    "notebook": ("jupyterlab", "notebooks"),
}
"""The package that an extra brings, and what it is for."""
ENOUGH_BYTES = 1e9
State = Literal["ok", "missing", "warning"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: its state, what was found, and what to do."""

    what: str
    state: State
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Check the installation and the folders, without network."""
    yield Check("osint-ingest", "ok", f"{__version__} on Python {platform.python_version()}")
    for name in PARTS:
        yield _package(name, "missing", f"pip install {name}")
    for extra, (name, use) in EXTRAS.items():
        yield _package(name, "warning", f"for {use}: pip install 'osint-ingest[{extra}]'")
    for language, name in sorted(settings.spacy_models.items()):
        what = f"spaCy model {name} ({language})"
        remedy = f"Install it (python -m spacy download {name}) or take it out of OSINT_INGEST_SPACY_MODELS."
        try:
            load_spacy_model(name)
        except (OSError, ValueError, ImportError) as error:
            yield Check(what, "missing", f"does not load: {str(error).partition(chr(10))[0]}", remedy)
        else:
            yield Check(what, "ok", _version(name) or "installed")
    yield _folder("raw", settings.raw)
    yield (curated := _folder("curated", settings.curated))
    if curated.state != "missing":
        if latest := Releases(settings.curated).latest():
            yield Check("latest release", "ok", latest.name)
        else:
            yield Check("latest release", "warning", "none yet", "osint-ingest refresh --profile sample")


def reach(settings: Settings) -> Iterator[Check]:
    for source in all_sources():
        for url in source.config.start[:1]:
            (check,) = check_links([url], settings)
            answered = check.http_status == 200
            found = f"{url} answers {check.http_status or check.error}"
            remedy = "" if answered else "Save its files by hand, then: osint-ingest ingest PATH..."
            yield Check(f"source {source.config.name}", "ok" if answered else "warning", found, remedy)


def cross_check(path: Path, settings: Settings) -> list[Difference]:
    """How a CSV file that someone else keeps differs from the latest release. Raises RefusedRun if there is no
    release, or no source takes the file for a list of its records."""
    latest = Releases(settings.curated).latest()
    if latest is None:
        raise RefusedRun(f"There is no release in {settings.curated} to compare {path} with.")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    header, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) or [[]]
    why = "no source compares its records with a list"
    with views_of(latest) as db:
        for source in all_sources():
            try:
                if (found := source.cross_check(header, rows, db)) is not None:
                    return list(found)
            except ValueError as error:
                why = f"{source.config.name}: {error}"
    raise RefusedRun(f"{path} cannot be compared: {why}.")


def _package(name: str, absent: State, remedy: str) -> Check:
    found = _version(name)
    return Check(name, "ok", found) if found else Check(name, absent, "not installed", remedy)


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
    few = free <= ENOUGH_BYTES
    return Check(label, "warning" if few else "ok", found, "Free some space on that disk." if few else "")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
