"""The sidecar of a capture: how its bytes came, as JSON beside them."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from osint_ingest.model import Capture
from osint_ingest.store.folder import Folder

_encode = json.JSONEncoder(ensure_ascii=False).encode

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class CaptureDetails:
    """How bytes were fetched, beyond what the table `captures` has. `seconds`: the whole request."""

    way: str = "file"
    """`http`, `file` (a file at hand), `warc` (taken over from a web archive file) or `archive` (asked of one)."""
    method: str | None = None
    request_headers: Headers = ()
    response_headers: Headers = ()
    redirects: tuple[Redirect, ...] = ()
    requested_at: datetime | None = None
    seconds: float | None = None
    server_address: str | None = None
    tls: str | None = None  # protocol version of the checked TLS connection; None over plain HTTP
    proxy: str | None = None
    """The proxy that was asked, without credentials; `server_address` is then its address."""
    clock_said: datetime | None = None
    """What the clock said when the bytes came, where that was no later than the capture before: it had gone back,
    and `captured_at` is moved to just after that capture."""


_DETAILS, _FIELDS = TypeAdapter(CaptureDetails), [field.name for field in fields(CaptureDetails)]


def write_sidecar(capture: Capture, details: CaptureDetails) -> bytes:
    """Capture and details -> JSON bytes: UTF-8, one key a line, in a fixed order."""
    known = capture_told(capture) | {name: getattr(details, name) for name in _FIELDS}
    known |= {"requested_at": _written(details.requested_at), "clock_said": _written(details.clock_said)}
    known["redirects"] = [asdict(hop) for hop in details.redirects]
    # one key a line, as `indent` would have it, at a tenth of the cost
    lines = (f'"{key}": {_encode(value)}' for key, value in known.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_sidecar(data: bytes, raw_path: str) -> tuple[Capture, CaptureDetails]:
    """Return the capture data of a sidecar. Raises ValueError that says what a damaged sidecar lacks."""
    capture, known = read_capture(data, raw_path)
    try:
        details = {name: known[name] for name in _FIELDS if known.get(name)}
        return capture, _DETAILS.validate_python(details)
    except ValidationError as error:
        raise _damaged(raw_path, error) from error


def read_capture(data: bytes, raw_path: str) -> tuple[Capture, dict[str, Any]]:
    """Return the capture that a sidecar describes, with its details. Raises ValueError as `read_sidecar` does."""
    try:
        known: dict[str, Any] = json.loads(data)
        return capture_from(known, raw_path), known
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _damaged(raw_path, error) from error


def _damaged(raw_path: str, error: Exception) -> ValueError:
    return ValueError(
        f"{raw_path}: its sidecar is damaged ({type(error).__name__}: {' '.join(str(error).split())})"
    )


_OTHERWISE = {"http_status": "status", "content_sha256": "sha256", "size_bytes": "bytes"}
_NAMES = {
    field: _OTHERWISE.get(field, field)
    for field in (
        "url", "final_url", "http_status", "captured_at", "content_sha256", "size_bytes", "source", "licence",
        "file_name", "archived_url", "media_type", "charset", "etag", "last_modified",
    )
}  # fmt: skip
"""Fields of a capture, and what sidecars call them, in their order."""
_NEEDED = frozenset({"url", "captured_at", "sha256", "bytes"})


def capture_told(capture: Capture) -> dict[str, Any]:
    """Return the fields of a capture as a sidecar has them, for JSON; without its path."""
    told = {name: getattr(capture, field) for field, name in _NAMES.items()}
    return told | {"captured_at": _written(capture.captured_at)}


def capture_from(known: Mapping[str, Any], raw_path: str) -> Capture:
    """Return the capture that `capture_told` described. Raises KeyError or TypeError if a required field is missing."""
    told: dict[str, Any] = {
        field: known[name] if name in _NEEDED else known.get(name) for field, name in _NAMES.items()
    }
    return Capture(**told | {"captured_at": moment_of(known["captured_at"]), "raw_path": raw_path})


def moment_of(text: str) -> datetime:
    """An ISO 8601 moment in UTC; one without a zone is taken as UTC. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


CATALOGUE = ".catalogue.jsonl.gz"
"""A list of the captures in an object store, so that a run need not ask for each sidecar. It only saves requests: the
sidecars remain what counts, one that is not listed is read, and a list that is damaged or gone is made anew."""


def read_catalogue(folder: Folder) -> dict[str, Capture]:
    """Captures by `raw_path`; nothing if there is no list that can be read."""
    try:
        lines = gzip.decompress(folder.read(CATALOGUE)).splitlines()
        told = ((line["raw_path"], line) for line in map(json.loads, lines))
        return {path: capture_from(line, path) for path, line in told}
    except (FileNotFoundError, EOFError, ValueError, KeyError, TypeError, gzip.BadGzipFile):
        return {}


def write_catalogue(folder: Folder, captures: Iterable[Capture]) -> None:
    """Lists captures, in place of the list before."""
    lines = (json.dumps({"raw_path": c.raw_path, **capture_told(c)}, ensure_ascii=False) for c in captures)
    folder.write({CATALOGUE: gzip.compress("\n".join(lines).encode(), 6, mtime=0)})
