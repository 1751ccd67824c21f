"""Short strings that change when the same bytes could be read or checked differently: the same in every process."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path

from osint_ingest.settings import Settings
from osint_ingest.sources import ENTRY_POINTS

HERE = Path(__file__).parent.parent
READING = ("entities", "html", "model", "pdf", "read", "settings.py", "sources", "store", "tables", "text")
"""The rooms, code and data, that make rows of bytes."""
CHECKS = ("model", "read/breach.py", "release/check.py", "tables")  # what a release is checked by
LIBRARIES = (
    "beautifulsoup4", "lxml", "numpy", "pdfminer.six", "publicsuffixlist", "py3langid", "pyarrow", "pycountry",
    "pydantic", "pypdfium2", "rapidfuzz", "spacy", "thinc", "w3lib",
)  # fmt: skip
"""Distributions that tell what rows say."""


def fingerprint(settings: Settings) -> str:
    """Return a hash of all that decides how a document is read: code, data files, libraries, models, settings."""
    parts = [hash_of(READING), *(f"{name}={_version(name)}" for name in LIBRARIES), *_installed_sources()]
    parts += [f"{code}={name}={_version(name)}" for code, name in sorted(settings.spacy_models.items())]
    parts += [str(settings.keep_personal_data), str(settings.max_pages), str(settings.use_models)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def checks_fingerprint() -> str:
    return hashlib.sha256(f"{hash_of(CHECKS)} {_version('duckdb')}".encode()).hexdigest()[:16]


@cache
def hash_of(rooms: tuple[str, ...], package: Path = HERE) -> str:
    """Hash of files and of all that is in folders, by their paths in the package."""
    digest = hashlib.sha256()
    for path in files_of(rooms, package):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def files_of(rooms: Iterable[str], package: Path = HERE) -> list[Path]:
    """The files of rooms, sorted, without caches and what an editor left."""
    places = (package / room for room in rooms)
    within = (path for place in places for path in (place.rglob("*") if place.is_dir() else (place,)))
    kept = (p for p in within if not p.name.startswith(".") and not p.name.endswith((".pyc", "~")))
    return sorted(path for path in kept if path.is_file())


@cache
def _installed_sources() -> tuple[str, ...]:
    """Packages that bring a source of their own: name and hash of their files."""
    found = []
    for point in entry_points(group=ENTRY_POINTS):
        spec = find_spec(point.module)
        folder = Path(spec.origin if spec and spec.origin else point.module).parent
        found.append(f"{point.value}={hash_of(('.',), folder)}")
    return tuple(sorted(found))


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
