"""Batches that were read are kept until their release is published: a run that is killed loses the batch in hand. A
staged batch is one ZIP file under `<curated>/.work/`, written whole or not at all, also in an object store: a head in
JSON and an Arrow stream for each table. Workers hand over its name and what became of each address; the rows are read
from it table by table. It is good for the same readers (fingerprint) and the very same captures alone."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pyarrow as pa

from osint_ingest.read.documents import Batch, Outcome, Work, process_batch
from osint_ingest.read.fingerprint import fingerprint
from osint_ingest.settings import Settings
from osint_ingest.store.folder import Folder, is_remote, local_root, open_folder

ENDING = ".batch"
OBSERVATIONS = "observations"
_HEAD = "head.json"
_WORK = ".work"
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A batch that was read, by the name of its file. `works` are the keys of what was read (see `key_of`)."""

    name: str
    works: frozenset[str]
    outcomes: tuple[Outcome, ...]
    tables: frozenset[str]  # the tables that it has rows of, and OBSERVATIONS


def read_batch(work: Sequence[Work], settings: Settings) -> StagedBatch:
    """`process_batch`, and the batch is kept until `clear`. Raises OSError if it cannot be kept."""
    return keep(work, process_batch(work, settings), settings)


def keep(work: Sequence[Work], batch: Batch, settings: Settings) -> StagedBatch:
    """Keeps what was read of these addresses until `clear`. Raises OSError if it cannot be kept."""
    keys = sorted(key_of(item) for item in work)
    name = f"{fingerprint(settings)}-{hashlib.sha256(''.join(keys).encode()).hexdigest()[:16]}{ENDING}"
    tables = {OBSERVATIONS: batch.observations, **batch.tables}
    head = {"works": keys, "outcomes": [astuple(o) for o in batch.outcomes], "tables": list(tables)}
    data = io.BytesIO()
    with ZipFile(data, "w") as packed:
        packed.writestr(_HEAD, json.dumps(head))
        for table, rows in tables.items():
            with (
                packed.open(table, "w") as out,
                pa.ipc.new_stream(out, rows.schema, options=_COMPRESSED) as stream,
            ):
                stream.write_table(rows)
    _folder(settings).write({name: data.getvalue()})
    return StagedBatch(name, frozenset(keys), batch.outcomes, frozenset(tables))


def staged(settings: Settings) -> Iterator[StagedBatch]:
    """What earlier runs read with the same readers and did not publish. A damaged file is passed over."""
    folder = _folder(settings)
    mark = fingerprint(settings)
    for name in sorted(path for path, _ in folder.walk()):
        if name.startswith(f"{mark}-") and name.endswith(ENDING):
            try:
                yield _headed(name, folder.read(name))
            except (ValueError, KeyError, TypeError, BadZipFile):
                continue


class OpenedBatch:
    """A staged batch whose tables are read one at a time, from its file on this machine."""

    def __init__(self, batch: StagedBatch, path: Path) -> None:
        self.batch = batch
        self._path = path

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table | None:
        """Return the rows of a table, or some of its columns; None if the batch has none."""
        if name not in self.batch.tables:
            return None
        with ZipFile(self._path) as packed:
            rows = pa.ipc.open_stream(packed.read(name)).read_all()
        return rows.select(columns) if columns is not None else rows


def opened(batches: Sequence[StagedBatch], settings: Settings, scratch: Path) -> list[OpenedBatch]:
    """Staged batches for reading. Out of an object store they are brought to `scratch`, once for all their tables."""
    place = scratch
    if not is_remote(settings.curated):
        place = local_root(settings.curated) / _WORK
    elif batches:
        _folder(settings).bring([batch.name for batch in batches], scratch)
    return [OpenedBatch(batch, place / batch.name) for batch in batches]


def clear(settings: Settings) -> None:
    """Forgets all staged batches: they are published, or no longer wanted."""
    folder = _folder(settings)
    folder.remove(*[name for name, _ in folder.walk()])


def key_of(work: Work) -> str:
    """Return a key for the captures of an address: the same key means the same rows."""
    told = [(c.url, c.captured_at.isoformat(), c.content_sha256) for c in work.captures]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _folder(settings: Settings) -> Folder:
    return open_folder(f"{settings.curated.rstrip('/')}/{_WORK}")


def _headed(name: str, data: bytes) -> StagedBatch:
    """Return the batch that a file holds. Raises ValueError, KeyError, TypeError or BadZipFile for a damaged file."""
    with ZipFile(io.BytesIO(data)) as packed:
        if packed.testzip() is not None:
            raise ValueError(f"{name} is damaged")
        head = json.loads(packed.read(_HEAD))
    outcomes = tuple(Outcome(*outcome) for outcome in head["outcomes"])
    return StagedBatch(name, frozenset(head["works"]), outcomes, frozenset(head["tables"]))
