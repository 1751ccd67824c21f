"""Files at hand: what someone saved from a browser or got by mail, as captures with an address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from osint_ingest.model import Capture
from osint_ingest.store.media import media_type_of
from osint_ingest.store.mhtml import is_mhtml, read_mhtml
from osint_ingest.store.raw import capture_of, digest
from osint_ingest.store.sidecar import CaptureDetails, moment_of, read_sidecar
from osint_ingest.store.warc import WarcDamaged, is_warc, read_warc

_HEAD = 200_000
_TAG = re.compile(rb"<(link|meta|base)\b([^>]{0,2000})>", re.I)
_COMMENT_OR_SCRIPT = re.compile(rb"<!--.*?-->|<script\b.*?</script\s*>", re.I | re.S)
_ATTRIBUTE = re.compile(rb"([a-z:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)\s*-->", re.I)

_NAMED = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
_READABLE = frozenset({"application/pdf", "text/html"})


@dataclass(frozen=True, slots=True)
class AtHand:
    """A file, or a record of a WARC file, ready to be put into the store."""

    path: Path
    capture: Capture
    data: bytes
    details: CaptureDetails


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A path that gave nothing: `code` and `hint` as in the `issues` table."""

    path: Path
    code: str
    message: str
    hint: str


def files_at_hand(paths: Iterable[str | Path], *, url: str | None = None) -> Iterator[AtHand | NotTaken]:
    """Captures of files, of folders (all below, sorted; hidden ones left out), of WARC and of MHTML files.

    The address is `url` (for a single file), else the `url` of a `.json` beside the file, else the
    canonical link of a page, else `file:<first 12 of sha256>`. The moment is that of the `.json`, else
    the file's modification time. A file named on its own is always taken, whatever it holds; in a
    folder, files that are neither PDF, HTML, MHTML nor WARC are passed over.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _from_folder(path)
        elif path.is_file():
            yield from _from_file(path, url)
        else:
            yield NotTaken(
                path, "missing_file", f"{path}: there is no such file or folder.", "check the path"
            )


def canonical_link(data: bytes) -> str | None:
    """The address that an HTML page gives itself: canonical link, `og:url`, or a browser's "saved from"."""
    head = data[:_HEAD]
    saved = _SAVED_FROM.search(head)
    social: str | None = None
    for tag, attributes in _TAG.findall(_COMMENT_OR_SCRIPT.sub(b"", head)):
        known = {
            name.lower(): (double or single or bare).decode("utf-8", "replace")
            for name, double, single, bare in _ATTRIBUTE.findall(attributes)
        }
        if tag.lower() == b"link" and "canonical" in known.get(b"rel", "").lower().split():
            address = _web_address(known.get(b"href", ""))
            if address:
                return address
        if tag.lower() == b"meta" and known.get(b"property", "").lower() == "og:url":
            social = social or _web_address(known.get(b"content", ""))
    return social or (_web_address(saved.group(1).decode("ascii", "replace")) if saved else None)


def _web_address(text: str) -> str | None:
    address = html.unescape(text).strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def _from_folder(folder: Path) -> Iterator[AtHand | NotTaken]:
    taken = 0
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        if _is_wanted(path):
            taken += 1
            yield from _from_file(path, None)
    if not taken:
        yield NotTaken(
            folder,
            "nothing_readable",
            f"{folder}: holds no PDF, HTML page or WARC file.",
            "give a folder with saved reports or pages",
        )


def _is_wanted(path: Path) -> bool:
    if path.suffix.lower() in _NAMED:
        return True  # by its name it claims to be a document, so that a broken one is reported
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return media_type_of(head) in _READABLE or is_mhtml(head) or is_warc(path)


def _from_file(path: Path, url: str | None) -> Iterator[AtHand | NotTaken]:
    try:
        if is_warc(path):
            yield from _from_warc(path)
            return
        data = path.read_bytes()
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        yield NotTaken(
            path, "unreadable_file", f"{path}: cannot be read ({error.strerror}).", "check its permissions"
        )
        return
    if is_mhtml(data):
        yield _from_mhtml(path, data, modified, url)
        return
    media_type = media_type_of(data, _NAMED.get(path.suffix.lower()))
    if path.suffix.lower() == ".pdf":
        # what it calls itself: a page saved as `.pdf` is no report, and reading it says so
        media_type = "application/pdf"
    capture = replace(capture_of(f"file:{digest(data)[:12]}", modified, data), media_type=media_type)
    capture, details = _told_beside(path, capture)
    if url:
        capture = replace(capture, url=url)
    elif capture.url.startswith("file:") and media_type == "text/html":
        capture = replace(capture, url=canonical_link(data) or capture.url)
    yield AtHand(path, capture, data, details)


def _told_beside(path: Path, capture: Capture) -> tuple[Capture, CaptureDetails]:
    """What a `.json` beside a file tells: our own sidecar all of it, another one its `url` and moment."""
    for beside in (path.with_suffix(".json"), path.with_name(path.name + ".json")):
        try:
            text = beside.read_bytes()
            known = json.loads(text)
        except (OSError, ValueError):
            continue
        if not isinstance(known, dict) or not isinstance(known.get("url"), str):
            continue
        if known.get("sha256") == capture.content_sha256:
            try:
                told, details = read_sidecar(text, str(path))
                return replace(told, raw_path=None), details
            except ValueError:
                pass  # not whole, but its address may still be told
        address = _web_address(known["url"])
        if address:
            moment = _moment(known.get("captured_at")) or capture.captured_at
            return replace(capture, url=address, captured_at=moment), CaptureDetails()
    return capture, CaptureDetails()


def _moment(text: object) -> datetime | None:
    try:
        return moment_of(str(text)) if text else None
    except ValueError:
        return None


def _from_mhtml(path: Path, data: bytes, modified: datetime, url: str | None) -> AtHand | NotTaken:
    saved = read_mhtml(data, modified)
    if saved is None:
        hint = "save the page again, or as HTML only"
        return NotTaken(path, "nothing_readable", f"{path}: this saved page holds no HTML.", hint)
    capture, page = saved
    return AtHand(path, replace(capture, url=url or capture.url), page, CaptureDetails())


def _from_warc(path: Path) -> Iterator[AtHand | NotTaken]:
    taken = 0
    try:
        for capture, data, details in read_warc(path):
            taken += 1
            yield AtHand(path, capture, data, details)
    except WarcDamaged as error:
        yield NotTaken(path, "corrupt", f"{path}: {error}", "records before the damage were taken")
    if not taken:
        yield NotTaken(
            path,
            "nothing_readable",
            f"{path}: holds no answer with a PDF or an HTML page.",
            "give a WARC file with response records",
        )
