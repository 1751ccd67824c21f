"""Batches that were read are kept until their release is published: a run that is killed loses the batch in hand.

A spooled batch is one file under `<curated>/.work/`, written whole or not at all, also in an object store: a head
in JSON, then one Arrow stream a table. Workers hand over its name and what became of each address; the rows are
read from it table by table. It is good for the same readers (fingerprint) and the very same captures, and for
nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from osint_ingest.read.documents import Batch, Outcome, Work, process_batch
from osint_ingest.read.fingerprint import fingerprint
from osint_ingest.settings import Settings
from osint_ingest.store.folder import Folder, is_remote, open_folder

ENDING = ".batch"
OBSERVATIONS = "observations"
_SQUEEZED = pa.ipc.IpcWriteOptions(compression="lz4")
_HEAD = 8
"""Bytes in which the length of the head stands, before it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the rows of a table lie in a spooled batch: bytes `start` to `end`. How many, and their bytes in memory."""

    start: int
    end: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Spooled:
    """A batch that was read, by the name of its file. `works` are the keys of what was read (see `key_of`)."""

    name: str
    works: frozenset[str]
    outcomes: tuple[Outcome, ...]
    streams: Mapping[str, Stream]
    """By table name; the observations of `release.history` under OBSERVATIONS."""


def read_batch(work: Sequence[Work], settings: Settings) -> Spooled:
    """`process_batch`, and the batch is kept until `clear`. Raises OSError where it cannot be kept."""
    return keep(work, process_batch(work, settings), settings)


def keep(work: Sequence[Work], batch: Batch, settings: Settings) -> Spooled:
    """Keeps what was read of these addresses until `clear`. Raises OSError where it cannot be kept."""
    keys = sorted(key_of(item) for item in work)
    name = f"{fingerprint(settings)}-{hashlib.sha256(''.join(keys).encode()).hexdigest()[:16]}{ENDING}"
    found, data = _packed(name, keys, batch)
    _folder(settings).write({name: data})
    return found


def spooled(settings: Settings) -> Iterator[Spooled]:
    """What earlier runs read with the same readers and did not publish. A damaged file is passed over."""
    folder = _folder(settings)
    mark = fingerprint(settings)
    for name in sorted(path for path, _ in folder.walk()):
        if name.startswith(f"{mark}-") and name.endswith(ENDING):
            try:
                yield _headed(name, folder.read(name))
            except (ValueError, KeyError, TypeError):
                continue


class Opened:
    """A spooled batch whose tables are read one at a time."""

    def __init__(self, batch: Spooled, folder: Folder) -> None:
        self.batch = batch
        self._folder = folder

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table | None:
        """The rows of a table, or some columns of them; None where the batch has none."""
        stream = self.batch.streams.get(name)
        if stream is None:
            return None
        data = pa.py_buffer(self._folder.read_part(self.batch.name, stream.start, stream.end))
        if columns is None:
            with pa.ipc.open_stream(data) as reader:
                return reader.read_all()
        with pa.ipc.open_stream(data) as reader:
            fields = [reader.schema.get_field_index(column) for column in columns]
        with pa.ipc.open_stream(data, options=pa.ipc.IpcReadOptions(included_fields=fields)) as reader:
            return reader.read_all()


def opened(batches: Sequence[Spooled], settings: Settings, scratch: Path) -> list[Opened]:
    """Spooled batches for reading. Out of an object store they are brought to `scratch`, once for all their tables."""
    folder = _folder(settings)
    if batches and is_remote(settings.curated):
        folder.bring([batch.name for batch in batches], scratch)
        folder = open_folder(scratch)
    return [Opened(batch, folder) for batch in batches]


def clear(settings: Settings) -> None:
    """Forgets all spooled batches: they are published, or no longer wanted."""
    folder = _folder(settings)
    folder.remove(*[name for name, _ in folder.walk()])


def key_of(work: Work) -> str:
    """Names the captures of an address: the same key, the same rows."""
    told = [(c.url, c.captured_at.isoformat(), c.content_sha256) for c in work.captures]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _folder(settings: Settings) -> Folder:
    return open_folder(f"{settings.curated.rstrip('/')}/.work")


def _packed(name: str, keys: Sequence[str], batch: Batch) -> tuple[Spooled, bytes]:
    body = io.BytesIO()
    streams: dict[str, Stream] = {}
    for table_name, table in {OBSERVATIONS: batch.observations, **batch.tables}.items():
        start = body.tell()
        with pa.ipc.new_stream(body, table.schema, options=_SQUEEZED) as stream:
            stream.write_table(table)
        streams[table_name] = Stream(start, body.tell(), len(table), table.nbytes)
    data = body.getvalue()
    told = {
        "works": list(keys),
        "outcomes": [astuple(o) for o in batch.outcomes],
        "streams": {table_name: astuple(stream) for table_name, stream in streams.items()},
        "check": zlib.crc32(data),
    }
    head = json.dumps(told).encode()
    whole = len(head).to_bytes(_HEAD, "big") + head + data
    return _spooled(name, told, _HEAD + len(head)), whole


def _headed(name: str, data: bytes) -> Spooled:
    """ValueError where the file is not what was written."""
    begin = _HEAD + int.from_bytes(data[:_HEAD], "big")
    told = json.loads(data[_HEAD:begin])
    if zlib.crc32(memoryview(data)[begin:]) != told["check"]:
        raise ValueError(f"{name} is damaged")
    return _spooled(name, told, begin)


def _spooled(name: str, told: Mapping[str, Any], begin: int) -> Spooled:
    streams = {
        table_name: Stream(begin + start, begin + end, rows, size)
        for table_name, (start, end, rows, size) in told["streams"].items()
    }
    outcomes = tuple(Outcome(*outcome) for outcome in told["outcomes"])
    return Spooled(name, frozenset(told["works"]), outcomes, streams)
