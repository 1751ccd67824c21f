"""Stages of reading that may fail: the document is then published without them, as partial."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar

from osint_ingest.model import Finding

Stage = Literal["names", "links", "language"]
OnStage = Callable[[Stage | None], None]
Made = TypeVar("Made")

NONE_SKIPPED: Mapping[Stage, str] = MappingProxyType({})
_SAID: Mapping[Stage, str] = {
    "names": "its names were not read",
    "links": "its links were not read",
    "language": "the languages of its passages were not determined",
}


@dataclass(slots=True)
class _Watched:
    tell: OnStage
    skipped: Mapping[Stage, str]
    findings: dict[Stage, Finding] = field(default_factory=dict)


_watched: ContextVar[_Watched | None] = ContextVar("watched", default=None)


@contextmanager
def stages_of_document(
    tell: OnStage, skipped: Mapping[Stage, str] = NONE_SKIPPED
) -> Iterator[Mapping[Stage, Finding]]:
    """Within this context a stage that fails becomes a finding instead of an error. Yields the findings so far, by
    stage. `tell` is called with each stage that begins, and with None when it ends. Stages in `skipped` are not tried:
    they failed before, for the reason given there."""
    watched = _Watched(tell, skipped)
    before = _watched.set(watched)
    try:
        yield watched.findings
    finally:
        _watched.reset(before)


def attempt(stage: Stage, make: Callable[[], Made], otherwise: Made) -> Made:
    """Return what `make` returns; `otherwise` if it fails within `stages_of_document`."""
    watched = _watched.get()
    if watched is None:
        return make()
    if stage in watched.skipped:
        watched.findings[stage] = _partial(stage, watched.skipped[stage])
        return otherwise
    watched.tell(stage)
    try:
        return make()
    except Exception as error:  # a defect of one stage must not take the others with it
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        watched.findings[stage] = _partial(stage, why)
        return otherwise
    finally:
        watched.tell(None)


def _partial(stage: Stage, why: str) -> Finding:
    hint = "The rest of the document is published. Please report it with the file."
    return Finding("error", "read", "partial", f"Stage {stage}: {_SAID[stage]}: {why}", hint)
