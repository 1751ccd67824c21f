"""Short strings that change when the same bytes could be read or checked differently.

They are made of the code that is reached by imports, found in the text of the modules: the same in every process,
whatever it has loaded so far.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path

from osint_ingest.settings import Settings
from osint_ingest.sources import ENTRY_POINTS

HERE = Path(__file__).parent.parent
ROOT = HERE.name
READING = ("read.documents", "sources.*")
"""Where reading a document begins; sources are found by their folders, so no import names them."""
CHECKS = ("tables.contract", "release.check", "release.places", "read.document_rows")
DISTRIBUTIONS = {"bs4": "beautifulsoup4", "pdfminer": "pdfminer.six"}
"""Distributions whose name is not that of what is imported."""

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]++)[ \t]+import[ \t]+(\([^)]*+\)|[^\n#(]++)|import[ \t]+([\w.]++))", re.M
)
_NAME = re.compile(rb"\w++")


def fingerprint(settings: Settings) -> str:
    """Return a hash of all that decides how a document is read: code, data files, libraries, models, settings."""
    parts = [_hash_of(READING), *_installed_sources()]
    parts += [f"{code}={name}={_version(name)}" for code, name in sorted(settings.spacy_models.items())]
    parts += [str(settings.keep_personal_data), str(settings.max_pages), str(settings.use_models)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def checks_fingerprint() -> str:
    """Return a hash of the code that checks a release."""
    return _hash_of(CHECKS)[:16]


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached by imports: files of the package by relative path, and top-level names of other packages."""

    files: Mapping[str, bytes]
    """Modules, and the data files of packages of which a module is reached."""
    libraries: frozenset[str]

    @property
    def hash(self) -> str:
        """Changes with any of the files and with the version of any of the libraries."""
        digest = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            digest.update(f"{path} {len(data)}\n".encode() + data)
        for name in sorted(self.libraries):
            digest.update(f"{name}={_version(DISTRIBUTIONS.get(name, name))}\n".encode())
        return digest.hexdigest()


def reached(starts: Iterable[str], package: Path = HERE) -> Reached:
    """What modules of the package (`sources.*`: each package in that folder) reach by imports, also by those within
    functions. The package's own `__init__` is for analysts and is left out."""
    modules, data_files = _files_of(package)
    waiting = [name for start in starts for name in _matching(start, modules)]
    found: dict[str, bytes] = {}
    libraries: set[str] = set()
    while waiting:
        name = waiting.pop()
        path = modules.get(name)
        if path is None or path in found:
            continue
        found[path] = text = (package / path).read_bytes()
        waiting.append(name.rpartition(".")[0])
        for start, names, plain in _IMPORT.findall(text):
            top, _, inside = _absolute((start or plain).decode(), path).partition(".")
            if top != ROOT:
                libraries.add(top)
                continue
            waiting.append(inside)
            waiting += [f"{inside}.{n.decode()}".lstrip(".") for n in _NAME.findall(names)]
    packages = {path.rpartition("/")[0] for path in found}
    found |= {path: (package / path).read_bytes() for path, owner in data_files.items() if owner in packages}
    return Reached(found, frozenset(libraries - sys.stdlib_module_names - {""}))


def _absolute(imported: str, path: str) -> str:
    """The whole name of what a module imports; `.words` counts from the folder of the module."""
    dots = len(imported) - len(imported.lstrip("."))
    if not dots:
        return imported
    folder = [ROOT, *path.split("/")[:-1]]
    return ".".join([*folder[: len(folder) + 1 - dots], imported[dots:]]).rstrip(".")


def _files_of(package: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The modules by name without the package's, and of each other file the folder of the package that owns it."""
    modules: dict[str, str] = {}
    data_files: dict[str, str] = {}
    owners: dict[str, str] = {}
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(f for f in folders if f != "__pycache__" and not f.startswith("."))
        inside = folder[len(str(package)) + 1 :].replace(os.sep, "/")
        owners[inside] = inside if "__init__.py" in names else owners.get(inside.rpartition("/")[0], "")
        for name in names:
            if name.startswith(".") or name.endswith((".pyc", "~")):
                continue
            path = f"{inside}/{name}".lstrip("/")
            if not name.endswith(".py"):
                data_files[path] = owners[inside]
            elif path != "__init__.py":
                modules[path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")] = path
    return modules, data_files


def _matching(start: str, modules: Mapping[str, str]) -> list[str]:
    if not start.endswith(".*"):
        return [start]
    inside = start.removesuffix("*")
    return [n for n, p in modules.items() if n.startswith(inside) and p.endswith("/__init__.py")]


@cache
def _installed_sources() -> tuple[str, ...]:
    """Packages that bring a source of their own: name and hash of their files."""
    found = []
    for point in entry_points(group=ENTRY_POINTS):
        spec = find_spec(point.module)
        folder = Path(spec.origin if spec and spec.origin else point.module).parent
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
        found.append(f"{point.value}={digest.hexdigest()}")
    return tuple(sorted(found))


@cache
def _hash_of(starts: tuple[str, ...]) -> str:
    return reached(starts).hash


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
