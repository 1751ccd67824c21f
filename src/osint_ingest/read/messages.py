"""Messages between a run and its reading processes: pickled, one after the other, over pipes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from osint_ingest.model import Capture, Finding
from osint_ingest.model.stages import Stage
from osint_ingest.read.documents import Work
from osint_ingest.read.staging import StagedBatch
from osint_ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """Read these addresses. `given_up` are captures on which a reader died before, with the finding for each;
    `skipped` are stages of captures on which one died, with the reason."""

    work: tuple[Work, ...]
    settings: Settings
    given_up: Mapping[Capture, Finding]
    skipped: Mapping[Capture, Mapping[Stage, str]]


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """The reader has begun this capture, which may take `seconds` of processor time; None: it does something without a
    limit. `anew`: the clock starts again."""

    capture: Capture
    seconds: float | None
    anew: bool = True


@dataclass(frozen=True, slots=True)
class StageProgress:
    """The reader has begun an optional stage of its capture; None: the stage has ended."""

    stage: Stage | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """The whole job is read and saved."""

    staged: StagedBatch


@dataclass(frozen=True, slots=True)
class JobError:
    """The job could not be read or saved, and no document is to blame: a full disk, an unreachable folder."""

    error: Exception


ReaderMessage = ReadingProgress | StageProgress | JobResult | JobError


def send(message: Job | ReaderMessage, to: BinaryIO) -> None:
    """Write one message. Raises OSError if the other side has closed."""
    to.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    to.flush()
