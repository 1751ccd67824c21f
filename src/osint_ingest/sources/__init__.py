"""One folder a source. A new source is a new folder here, with a `SOURCE` in its `__init__`, and nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from osint_ingest.sources.source import Parsed, ReviewingSource, Source, SourceConfig, source_for

__all__ = ["Parsed", "ReviewingSource", "Source", "SourceConfig", "all_sources", "source_for", "source_named"]


@cache
def all_sources() -> tuple[Source, ...]:
    """The sources found in this folder, the most particular first (see `SourceConfig.order`)."""
    found: list[Source] = []
    for info in pkgutil.iter_modules(__path__):
        if info.ispkg:
            found.append(importlib.import_module(f"{__name__}.{info.name}").SOURCE)
    return tuple(sorted(found, key=lambda s: (s.config.order, s.config.name)))


def source_named(name: str) -> Source:
    """The source of that name; KeyError names the known ones."""
    for source in all_sources():
        if source.config.name == name:
            return source
    raise KeyError(
        f"No source is called {name!r}. Available: {', '.join(s.config.name for s in all_sources())}."
    )
