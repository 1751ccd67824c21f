"""A capture on disk: what its bytes are by their first characters (a name or a header can be wrong, bytes cannot), its
names in raw/, and its sidecar, which tells as JSON how the bytes came.

It lies at `<source>/<slug of the URL's path>/<captured_at>-<sha256[:12]>.<ext>`. No name made here can leave raw/: a
slug holds letters, digits, dots, dashes and underscores alone and starts with a letter or digit.
"""

import gzip
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from osint_ingest.model import Capture
from osint_ingest.store.folder import Folder
from osint_ingest.text.masking import mask_text

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta)[\s>]", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_:.-]{2,40})", re.I)
_MAGIC = {b"\x1f\x8b": "application/gzip", b"WARC/": "application/warc", b"PK\x03\x04": "application/zip"}
_XML = (b"<?xml", b"<urlset", b"<sitemapindex", b"<feed", b"<rss")
_HEAD = 4096


def media_type_of(data: bytes, declared: str | None = None) -> str:
    """Media type of `data`; `declared` (from a header or a name) counts where the bytes do not tell. PDF readers take
    a `%PDF-` that stands anywhere in the first 1024 bytes, so that is the rule here."""
    head = data[:_HEAD]
    recognised = next((kind for start, kind in _MAGIC.items() if head.startswith(start)), None)
    if b"%PDF-" in head[:1024]:
        recognised = "application/pdf"
    # UTF-16 has a NUL beside each letter of a tag
    elif recognised is None and (_HTML.search(head) or _HTML.search(head.replace(b"\x00", b""))):
        recognised = "text/html"
    elif recognised is None and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML):
        recognised = "application/xml"
    if recognised or (declared and declared not in ("application/pdf", "text/html")):
        return recognised or declared or ""
    if not _is_text(head):
        return "application/octet-stream"
    return declared if declared == "text/html" else "text/plain"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that cannot be read: what people call it, and a hint what to do."""

    name: str
    hint: str


def kind_of(data: bytes) -> FileKind:
    """Return the kind of a file that is neither a PDF nor an HTML page (see `kinds.toml`)."""
    if not data:
        return FileKind("an empty file", "Save or download it again.")
    listed = tomllib.loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))["kind"]
    for kind in listed:
        if data.startswith(bytes.fromhex(kind["starts"])) and kind.get("holds", "").encode() in data:
            return FileKind(kind["name"], kind["hint"])
    if _is_text(data[:_HEAD]):
        return FileKind("plain text", "Give the report as PDF or the page as HTML.")
    message = f"something else: it starts with {data[:8].hex(' ')}"
    return FileKind(message, "Give a PDF report or a saved HTML page.")


def charset_of(data: bytes) -> str | None:
    """Character set that an HTML page declares in its first bytes, lower case; a byte order mark wins."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = _CHARSET.search(data[:_HEAD])
    return found.group(1).decode("ascii").lower() if found else None


def declared_charset(content_type: str | None) -> str | None:
    """Character set that a Content-Type names, lower case."""
    _, _, rest = (content_type or "").lower().partition("charset=")
    return rest.partition(";")[0].strip(" \"'") or None


def _is_text(head: bytes) -> bool:
    try:
        # a character may be cut at the end of the head
        text = head.decode("utf-8", errors="strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(text) and "\x00" not in text


WITHOUT_SOURCE = "other"  # the folder of captures that no source claims

MAX_SLUG = 120

_TIME = "%Y%m%dT%H%M%S%fZ"
_UNSAFE = re.compile(r"[^A-Za-z0-9._]+")
_DOTS = re.compile(r"\.{2,}")
_STEM = re.compile(r"^\d{8}T\d{12}Z-[0-9a-f]{12}$")

_EXTENSIONS = {
    "application/pdf": "pdf",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "txt",
    "application/gzip": "gz",
    "application/warc": "warc",
    # not .json: that is the sidecar's name
    "application/json": "data",
}

EXTENSIONS = (*dict.fromkeys(_EXTENSIONS.values()), "bin")
"""Every ending that the bytes of a capture can have."""


def stamp(moment: datetime) -> str:
    """`20261122T101500123456Z`. ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"captured_at needs a time zone, {moment!r} has none")
    return moment.astimezone(UTC).strftime(_TIME)


def slug(url: str) -> str:
    """A folder name for the path of a URL: readable, safe on every file system, never empty. Personal data in the URL
    is masked. A name that had to be cut ends in eight characters of the URL's hash."""
    path = urlsplit(mask_text(url)).path
    for _ in range(3):
        path = unquote(path, errors="replace")
    name = _DOTS.sub(".", _UNSAFE.sub("-", path)).strip("-._")
    if not name:
        return "index" if not path.strip("/") else _short_hash(url)
    if len(name) > MAX_SLUG:
        return f"{name[: MAX_SLUG - 9].rstrip('-._')}-{_short_hash(url)}"
    return name


def raw_path(capture: Capture) -> str:
    extension = _EXTENSIONS.get(capture.media_type or "", "bin")
    source = slug(f"//x/{capture.source}") if capture.source else WITHOUT_SOURCE
    return f"{source}/{slug(capture.url)}/{stem(capture)}.{extension}"


def stem(capture: Capture) -> str:
    return f"{stamp(capture.captured_at)}-{capture.content_sha256[:12]}"


def sidecar_path(path: str) -> str:
    return path.rpartition(".")[0] + ".json"


def is_capture_name(name: str) -> bool:
    """Is this file name, without its folder, one that `raw_path` gives?"""
    return bool(_STEM.match(name.partition(".")[0]))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


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

    way: str = "file"  # `http`, `file` (at hand), `warc` (out of such a file) or `archive` (asked of one)
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
    known = capture_fields(capture) | {name: getattr(details, name) for name in _FIELDS}
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


_RENAMED = {"http_status": "status", "content_sha256": "sha256", "size_bytes": "bytes"}
_NAMES = {
    field: _RENAMED.get(field, field)
    for field in (
        "url", "final_url", "http_status", "captured_at", "content_sha256", "size_bytes", "source", "licence",
        "file_name", "archived_url", "media_type", "charset", "etag", "last_modified",
    )
}  # fmt: skip
"""Fields of a capture, and what sidecars call them, in their order."""
_NEEDED = frozenset({"url", "captured_at", "sha256", "bytes"})


def capture_fields(capture: Capture) -> dict[str, Any]:
    """Return the fields of a capture as a sidecar has them, for JSON; without its path."""
    told = {name: getattr(capture, field) for field, name in _NAMES.items()}
    return told | {"captured_at": _written(capture.captured_at)}


def capture_from(known: Mapping[str, Any], raw_path: str) -> Capture:
    """Return the capture that has these `capture_fields`. Raises KeyError or TypeError if a required one is missing."""
    fields: dict[str, Any] = {
        field: known[name] if name in _NEEDED else known.get(name) for field, name in _NAMES.items()
    }
    return Capture(**fields | {"captured_at": moment_of(known["captured_at"]), "raw_path": raw_path})


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
    lines = (json.dumps({"raw_path": c.raw_path, **capture_fields(c)}, ensure_ascii=False) for c in captures)
    folder.write({CATALOGUE: gzip.compress("\n".join(lines).encode(), 6, mtime=0)})
