"""One folder for each source, each with a `SOURCE` in its `__init__`; other packages add theirs by an entry point.

An installed package that declares `[project.entry-points."osint_ingest.sources"]` is loaded like a folder of this one:
the entry point leads to its `SOURCE`.
"""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from osint_ingest.sources.base import Difference, Parsed, Source, SourceConfig, source_for

__all__ = ["Difference", "Parsed", "Source", "SourceConfig", "all_sources", "source_for", "source_named"]

ENTRY_POINTS = "osint_ingest.sources"


@cache
def all_sources() -> tuple[Source, ...]:
    """The sources of this folder and of installed packages, the most particular first (see `SourceConfig.order`).
    ValueError where two sources have one name."""
    found: list[Source] = [
        importlib.import_module(f"{__name__}.{info.name}").SOURCE
        for info in pkgutil.iter_modules(__path__)
        if info.ispkg
    ]
    found += [point.load() for point in entry_points(group=ENTRY_POINTS)]
    names = [source.config.name for source in found]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two sources are called {sorted(repeated)}; names of sources must differ")
    return tuple(sorted(found, key=lambda s: (s.config.order, s.config.name)))


def source_named(name: str) -> Source:
    """The source of that name; KeyError names the known ones."""
    named = {source.config.name: source for source in all_sources()}
    if name not in named:
        raise KeyError(f"No source is called {name!r}. Available: {', '.join(named)}.")
    return named[name]
