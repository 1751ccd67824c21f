"""Files given by hand: turns what someone saved or received into captures with an address."""

import html
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from osint_ingest.model import Capture
from osint_ingest.store.layout import CaptureDetails, media_type_of, moment_of, read_sidecar
from osint_ingest.store.raw import capture_of, digest
from osint_ingest.store.warc import WarcDamaged, is_warc, read_warc
from osint_ingest.text.urls import printable_name

_HEAD = 200_000
_MHTML_HEAD = 4096
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)\s*-->", re.I)

_NAMED = {".pdf": "application/pdf", ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"}
_NAMED_OTHERS = 3  # files of a folder without documents that its message names
_READABLE = frozenset({"application/pdf", "text/html"})


@dataclass(frozen=True, slots=True)
class AtHand:
    """A file given by hand, or a record of a WARC file, ready for the store."""

    path: Path
    capture: Capture
    data: bytes
    details: CaptureDetails


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A path that could not be read: `code`, `message` and `hint` as in the `issues` table."""

    path: Path
    code: str
    message: str
    hint: str


def files_at_hand(paths: Iterable[str | Path], *, url: str | None = None) -> Iterator[AtHand | NotTaken]:
    """Captures of files, of folders (all below, sorted; hidden ones left out), of WARC and of MHTML files. The address
    is `url` (for a single file), else the `url` of a `.json` beside the file, else the canonical link of a page, else
    `file:<first 12 of sha256>`. The moment is that of the `.json`, else the file's modification time. A file named on
    its own is always taken; in a folder, files that are neither PDF, HTML, MHTML nor WARC are passed over."""
    for given in paths:
        path = Path(given)
        try:
            found = stat.S_IFMT(path.stat().st_mode)
        except FileNotFoundError:
            yield NotTaken(path, "missing_file", f"{path}: no such file or folder.", "Check the path.")
        except (OSError, ValueError) as error:  # a name that is too long, a folder that may not be searched
            yield _unreadable(path, error)
        else:
            if found == stat.S_IFDIR:
                yield from _from_folder(path)
            elif found == stat.S_IFREG:
                yield from _from_file(path, url)
            else:
                message = f"{path}: expected a file or a folder, found a device, socket or pipe."
                yield NotTaken(path, "unreadable_file", message, "Save it as a file and ingest that.")


def _unreadable(path: Path, error: OSError | ValueError) -> NotTaken:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    why = why[:1].lower() + why[1:]
    return NotTaken(path, "unreadable_file", f"{path}: cannot be read ({why}).", "Check its permissions.")


def canonical_link(data: bytes) -> str | None:
    """The address that an HTML page gives itself: canonical link, `og:url`, or a browser's "saved from"."""
    from lxml import etree  # noqa: PLC0415 - only files without a told address pay for it

    head = data[:_HEAD]
    try:
        root = etree.fromstring(head, etree.HTMLParser(encoding="utf-8"))
    except etree.XMLSyntaxError:
        root = None
    elements = list(root.iter("link", "meta")) if root is not None else []
    canonical = (e.get("href", "") for e in elements if "canonical" in e.get("rel", "").lower().split())
    social = (e.get("content", "") for e in elements if e.get("property", "").lower() == "og:url")
    saved = (html.unescape(found[1].decode("ascii", "replace")) for found in _SAVED_FROM.finditer(head))
    return next(filter(None, map(web_address, (*canonical, *social, *saved))), None)


def web_address(text: str) -> str | None:
    """Return the text if it is an absolute http(s) address with a host, else None."""
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    named = parts.hostname and not re.search(r"\s", parts.netloc)
    return address if parts.scheme in ("http", "https") and named else None


def _from_folder(folder: Path) -> Iterator[AtHand | NotTaken]:
    taken = False
    others: list[str] = []
    try:
        folder.iterdir().close()  # rglob passes over a folder that may not be listed
        paths = sorted(folder.rglob("*"))
    except OSError as error:
        yield _unreadable(folder, error)
        return
    for path in paths:
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        wanted = path.suffix.lower() in _NAMED  # by its name a document, so that a broken one is reported
        with suppress(OSError):
            if not wanted:
                with path.open("rb") as file:
                    head = file.read(4096)
                wanted = media_type_of(head) in _READABLE or _is_mhtml(head) or is_warc(path)
        if wanted:
            taken = True
            yield from _from_file(path, None)
        else:
            others.append(path.name)
    if not taken:
        named = ", ".join(others[:_NAMED_OTHERS]) + (", ..." if len(others) > _NAMED_OTHERS else "")
        found = f"found {len(others)} other file(s): {named}" if others else "the folder is empty"
        message = f"{folder}: expected a PDF, HTML page or WARC file; {found}."
        yield NotTaken(folder, "nothing_readable", message, "Give a folder with saved reports or pages.")


def _from_file(path: Path, url: str | None) -> Iterator[AtHand | NotTaken]:
    try:
        if is_warc(path):
            yield from _from_warc(path)
            return
        data = path.read_bytes()
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        yield _unreadable(path, error)
        return
    if _is_mhtml(data):
        yield _from_mhtml(path, data, modified, url)
        return
    media_type = media_type_of(data, _NAMED.get(path.suffix.lower()))
    if path.suffix.lower() == ".pdf":
        # what it calls itself: a page saved as `.pdf` is no report, and reading it says so
        media_type = "application/pdf"
    capture = capture_of(f"file:{digest(data)[:12]}", modified, data)
    capture = replace(capture, media_type=media_type, file_name=_name_of(path))
    capture, details = _with_sidecar(path, capture)
    if url:
        capture = replace(capture, url=url)
    elif capture.url.startswith("file:") and media_type == "text/html":
        capture = replace(capture, url=canonical_link(data) or capture.url)
    yield AtHand(path, capture, data, details)


def _with_sidecar(path: Path, capture: Capture) -> tuple[Capture, CaptureDetails]:
    """Return the capture with what a `.json` beside its file says: all of our own sidecar, else `url` and moment."""
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
        address = web_address(known["url"])
        if address:
            moment = _moment(known.get("captured_at"), moment_of) or capture.captured_at
            return replace(capture, url=address, captured_at=moment), CaptureDetails()
    return capture, CaptureDetails()


def _name_of(path: Path) -> str:
    """The name of a file; bytes of it that are no UTF-8 become U+FFFD."""
    return printable_name(os.fsencode(path.name).decode("utf-8", "replace"))


def _moment(text: object, read: Callable[[str], datetime]) -> datetime | None:
    """A moment as `read` understands it, in UTC where the text names no zone; None for anything else."""
    try:
        moment = read(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _from_mhtml(path: Path, data: bytes, modified: datetime, url: str | None) -> AtHand | NotTaken:
    """The page of an MHTML file, its transfer encoding undone. `modified` counts where the file tells no moment."""
    message = message_from_bytes(data, policy=policy.default)
    part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    page = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(page, bytes) or not page.strip():
        hint = "Save the page again, or as HTML only."
        return NotTaken(path, "nothing_readable", f"{path}: this saved page holds no HTML.", hint)
    address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
    capture = capture_of(address, _moment(message.get("Date"), parsedate_to_datetime) or modified, page)
    if not address.startswith(("http://", "https://")):
        address = f"file:{capture.content_sha256[:12]}"
    charset = part.get_content_charset() or capture.charset
    capture = replace(capture, url=url or address, file_name=_name_of(path), charset=charset)
    return AtHand(path, replace(capture, media_type="text/html"), page, CaptureDetails())


def _from_warc(path: Path) -> Iterator[AtHand | NotTaken]:
    taken = 0
    try:
        for capture, data, details in read_warc(path):
            taken += 1
            yield AtHand(path, capture, data, details)
    except WarcDamaged as error:
        yield NotTaken(path, "corrupt", f"{path}: {error}.", "The records before the damage were taken.")
    if not taken:
        message = f"{path}: expected a WARC file with PDFs or HTML pages, found none in it."
        yield NotTaken(path, "nothing_readable", message, "Give a WARC file with response records.")


def _is_mhtml(data: bytes) -> bool:
    """Do these bytes begin as MHTML does, what a browser saves as "webpage, single file"?"""
    head = data[:_MHTML_HEAD].lower()
    return b"multipart/related" in head and b"mime-version:" in head and not head.lstrip().startswith(b"<")
