"""Batches that were read are kept until their release is published: a run that is killed loses the batch in hand.

A spooled batch is one file of Arrow streams under `<curated>/.work/`, written whole or not at all, also in an
object store. It is good for the same readers (fingerprint) and the very same captures, and for nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import pyarrow as pa

from osint_ingest.fingerprint import fingerprint
from osint_ingest.process import Batch, Outcome, Work, process_batch
from osint_ingest.settings import Settings
from osint_ingest.store.folder import Folder, open_folder

ENDING = ".arrows"
OBSERVATIONS = "observations"
_SQUEEZED = pa.ipc.IpcWriteOptions(compression="zstd")


@dataclass(frozen=True, slots=True)
class Spooled:
    """A batch that an earlier run read. `works` are the keys of what it read (see `key_of`)."""

    works: frozenset[str]
    batch: Batch


def read_batch(work: Sequence[Work], settings: Settings) -> Batch:
    """`process_batch`, and the batch is kept until `clear`. Raises OSError where it cannot be kept."""
    batch = process_batch(work, settings)
    keys = sorted(key_of(item) for item in work)
    name = f"{fingerprint(settings)}-{hashlib.sha256(''.join(keys).encode()).hexdigest()[:16]}{ENDING}"
    _folder(settings).write({name: _packed(keys, batch)})
    return batch


def spooled(settings: Settings) -> Iterator[Spooled]:
    """What earlier runs read with the same readers and did not publish. A damaged file is passed over."""
    folder = _folder(settings)
    mark = fingerprint(settings)
    for name in sorted(path for path, _ in folder.walk()):
        if name.startswith(f"{mark}-") and name.endswith(ENDING):
            try:
                yield _unpacked(folder.read(name))
            except (pa.ArrowException, ValueError, KeyError, TypeError):
                continue


def clear(settings: Settings) -> None:
    """Forgets all spooled batches: they are published, or no longer wanted."""
    folder = _folder(settings)
    for name, _ in list(folder.walk()):
        folder.remove(name)


def key_of(work: Work) -> str:
    """Names the captures of an address: the same key, the same rows."""
    told = [(c.url, c.captured_at.isoformat(), c.content_sha256) for c in work.captures]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _folder(settings: Settings) -> Folder:
    return open_folder(f"{settings.curated.rstrip('/')}/.work")


def _packed(keys: Sequence[str], batch: Batch) -> bytes:
    streams = {OBSERVATIONS: batch.observations, **batch.tables}
    head = {"works": list(keys), "outcomes": [astuple(o) for o in batch.outcomes], "streams": list(streams)}
    out = io.BytesIO()
    with pa.ipc.new_stream(out, pa.schema([], metadata={"head": json.dumps(head)})):
        pass
    for table in streams.values():
        with pa.ipc.new_stream(out, table.schema, options=_SQUEEZED) as stream:
            stream.write_table(table)
    return out.getvalue()


def _unpacked(data: bytes) -> Spooled:
    source = pa.BufferReader(data)
    with pa.ipc.open_stream(source) as stream:
        head = json.loads((stream.read_all().schema.metadata or {})[b"head"])
    tables = {}
    for name in head["streams"]:
        with pa.ipc.open_stream(source) as stream:
            tables[name] = stream.read_all()
    observations = tables.pop(OBSERVATIONS)
    outcomes = tuple(Outcome(*outcome) for outcome in head["outcomes"])
    return Spooled(frozenset(head["works"]), Batch(tables, outcomes, observations))
