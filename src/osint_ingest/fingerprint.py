"""One short string that changes when the same bytes could be read differently."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from osint_ingest.entities.models import listed_models
from osint_ingest.settings import Settings

ROOMS = ("pdf", "html", "text", "entities", "sources", "tables")
LIBRARIES = (
    "pdfplumber",
    "pdfminer.six",
    "beautifulsoup4",
    "lxml",
    "spacy",
    "py3langid",
    "w3lib",
    "tldextract",
)


def fingerprint(settings: Settings) -> str:
    """Hash of the readers' code and data files, the libraries, the models and the settings that they read."""
    parts = [_code(), *(f"{name}={_version(name)}" for name in LIBRARIES)]
    if settings.use_models:
        parts += [f"{m.installed}={m.installed_version}" for m in listed_models()]
    parts += [str(settings.keep_personal_data), str(settings.max_pages), str(settings.use_models)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for room in ROOMS:
        for path in sorted((here / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".txt", ".csv", ".tsv", ".json", ".jsonl"):
                digest.update(str(path.relative_to(here)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
