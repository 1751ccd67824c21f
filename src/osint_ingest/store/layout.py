"""Names in raw/: `<source>/<slug of the URL's path>/<captured_at>-<sha256[:12]>.<ext>`.

No name made here can leave raw/: a slug holds letters, digits, dots, dashes and underscores alone and
starts with a letter or digit.
"""

import hashlib
import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from osint_ingest.model import Capture
from osint_ingest.text.masking import mask_text

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
    """A folder name for the path of a URL: readable, safe on every file system, never empty.

    Personal data in the URL is masked. A name that had to be cut ends in eight characters of the URL's hash.
    """
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
    """Where a capture lies, relative to raw/, with `/` between folders."""
    extension = _EXTENSIONS.get(capture.media_type or "", "bin")
    source = slug(f"//x/{capture.source}") if capture.source else WITHOUT_SOURCE
    return f"{source}/{slug(capture.url)}/{stem(capture)}.{extension}"


def stem(capture: Capture) -> str:
    return f"{stamp(capture.captured_at)}-{capture.content_sha256[:12]}"


def sidecar_path(path: str) -> str:
    """The sidecar of a capture: the same name with `.json`."""
    return path.rpartition(".")[0] + ".json"


def is_capture_name(name: str) -> bool:
    """Is this file name, without its folder, one that `raw_path` gives?"""
    return bool(_STEM.match(name.partition(".")[0]))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
