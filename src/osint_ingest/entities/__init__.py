"""Named things: found in passages by rules and a model, resolved over a release, each step explained.

`Annotator` reads the passages of one document; `resolve.resolution` works over the tables of a release; `pipeline`
holds the spaCy pipeline, of components that are registered by name.
Names are imported when they are first asked for: spaCy takes seconds, and a look at a table needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osint_ingest.entities.annotate import Annotations, Annotator

__all__ = ["Annotations", "Annotator"]

_HOMES = {
    "Annotations": "annotate",
    "Annotator": "annotate",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
