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
    """Read these addresses. `given_up` are captures that an earlier reader did not survive, and what to say of them;
    `skipped` are stages of captures that one did not survive, and why."""

    work: tuple[Work, ...]
    settings: Settings
    given_up: Mapping[Capture, Finding]
    skipped: Mapping[Capture, Mapping[Stage, str]]


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """The reader is at this capture, which may take `seconds` of processor time; None: something else has no limit.

    `anew`: what it took so far does not count.
    """

    capture: Capture
    seconds: float | None
    anew: bool = True


@dataclass(frozen=True, slots=True)
class StageProgress:
    """The reader is in a stage of its capture that can be left out; None: no longer."""

    stage: Stage | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """All of a job is read and kept."""

    staged: StagedBatch


@dataclass(frozen=True, slots=True)
class JobError:
    """The job could not be read or kept, for no document's sake: a full disk, a folder out of reach."""

    error: Exception


ReaderMessage = ReadingProgress | StageProgress | JobResult | JobError


def send(message: Job | ReaderMessage, to: BinaryIO) -> None:
    """Writes one message. OSError where nobody listens any more."""
    to.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    to.flush()
