"""Names in raw/: `<source>/<slug of the URL's path>/<captured_at>-<sha256[:12]>.<ext>`. No name made here can leave
raw/: a slug holds letters, digits, dots, dashes and underscores alone and starts with a letter or digit."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from osint_ingest.model import Capture
from osint_ingest.text.masking import mask_text

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta)[\s>]", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_:.-]{2,40})", re.I)
_MAGIC = {b"\x1f\x8b": "application/gzip", b"WARC/": "application/warc", b"PK\x03\x04": "application/zip"}
_XML = (b"<?xml", b"<urlset", b"<sitemapindex", b"<feed", b"<rss")
_HEAD = 4096


def media_type_of(data: bytes, declared: str | None = None) -> str:
    """Media type of `data`; `declared` (from a header or a name) counts where the bytes do not tell. PDF readers take
    a `%PDF-` that stands anywhere in the first 1024 bytes, so that is the rule here."""
    told = _told_by_bytes(data[:_HEAD])
    if told:
        return told
    if declared and declared not in ("application/pdf", "text/html"):
        return declared
    if not _is_text(data[:_HEAD]):
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
    said = f"something else: it starts with {data[:8].hex(' ')}"
    return FileKind(said, "Give a PDF report or a saved HTML page.")


def charset_of(data: bytes) -> str | None:
    """Character set that an HTML page declares in its first bytes, lower case; a byte order mark wins."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = _CHARSET.search(data[:_HEAD])
    return found.group(1).decode("ascii").lower() if found else None


def charset_told(content_type: str | None) -> str | None:
    """Character set that a Content-Type names, lower case."""
    _, _, rest = (content_type or "").lower().partition("charset=")
    return rest.partition(";")[0].strip(" \"'") or None


def _told_by_bytes(head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    for start, media_type in _MAGIC.items():
        if head.startswith(start):
            return media_type
    # UTF-16 has a NUL beside each letter of a tag
    if _HTML.search(head) or _HTML.search(head.replace(b"\x00", b"")):
        return "text/html"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return "application/xml" if start.startswith(_XML) else None


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
