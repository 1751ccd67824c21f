"""One short string that changes when the same bytes could be read differently."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from osint_ingest.entities.models import listed_models
from osint_ingest.settings import Settings

HERE = Path(__file__).parent
CHECKS = ("check.py", "places.py", "fresh.py", "document_rows.py")
COMPARING = ("rapidfuzz", "pycountry")
RESOLVING = ("resolving.py", "entities.py", "kept_entities.py", "names_apart.py")
ROOMS = ("pdf", "html", "text", "entities", "sources", "tables")
LIBRARIES = (
    "pdfplumber",
    "pdfminer.six",
    "beautifulsoup4",
    "lxml",
    "spacy",
    "py3langid",
    "w3lib",
    "publicsuffixlist",
)


def fingerprint(settings: Settings) -> str:
    """Hash of the readers' code and data files, the libraries, the models and the settings that they read."""
    parts = [_code(), *(f"{name}={_version(name)}" for name in LIBRARIES)]
    if settings.use_models:
        parts += [f"{m.installed}={m.installed_version}" for m in listed_models()]
    parts += [str(settings.keep_personal_data), str(settings.max_pages), str(settings.use_models)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def checks_fingerprint() -> str:
    """Hash of what a release is checked by."""
    return _hash_of([HERE / "release" / name for name in CHECKS])[:16]


@cache
def resolving_fingerprint() -> str:
    """Hash of what entities of a release come from beside its documents and what is in `fingerprint`: the code that
    takes them from its files, the libraries that names are compared with."""
    code = _hash_of([HERE / "release" / name for name in RESOLVING])
    return hashlib.sha256("\n".join([code, *map(_version, COMPARING)]).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    kinds = (".py", ".toml", ".txt", ".csv", ".tsv", ".json", ".jsonl")
    return _hash_of(
        path for room in ROOMS for path in sorted((HERE / room).rglob("*")) if path.suffix in kinds
    )


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(HERE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
