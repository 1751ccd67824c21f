"""WARC, the format of web archives (ISO 28500): captures out, and archives made elsewhere in."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC
from http import HTTPStatus
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from osint_ingest.model import Capture
from osint_ingest.store.layout import CaptureDetails, charset_of, declared_charset, media_type_of, moment_of
from osint_ingest.store.raw import RawStore, capture_of

_READABLE = frozenset({"application/pdf", "text/html"})
# the kept bytes are the decoded ones, so these headers no longer tell of them
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_KEPT_AS = "X-Archive-Orig-"
MAX_RECORD = 200_000_000


class WarcDamaged(Exception):
    """A WARC file that cannot be read further."""


def is_warc(path: Path) -> bool:
    """Does this file start as a WARC file, plain or gzipped?"""
    try:
        with path.open("rb") as file:
            head = file.read(2)
            file.seek(0)
            if head == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=file) as unzipped:
                    return unzipped.read(5) == b"WARC/"
            return file.read(5) == b"WARC/"
    except (OSError, EOFError, zlib.error):
        return False


def read_warc(path: Path) -> Iterator[tuple[Capture, bytes, CaptureDetails]]:
    """PDFs and HTML pages of a WARC file's 200-answers and resources, content encodings undone. An answer larger than
    `MAX_RECORD` is passed over. Raises WarcDamaged if the file breaks off."""
    with path.open("rb") as file:
        yield from filter(None, _records(file))


def read_record(data: bytes) -> tuple[Capture, bytes, CaptureDetails] | None:
    """The capture of one WARC record; None if it holds no PDF or page. Raises WarcDamaged if it breaks off."""
    return next(_records(io.BytesIO(data)), None)


def _records(file: BufferedReader | io.BytesIO) -> Iterator[tuple[Capture, bytes, CaptureDetails] | None]:
    try:
        yield from map(_from_record, ArchiveIterator(_Unzipped(file)))
    except (ArchiveLoadFailed, EOFError, zlib.error, OSError, ValueError, AttributeError) as error:
        # AttributeError: warcio's own answer to a record whose headers are cut
        raise WarcDamaged(f"breaks off ({error})") from error


class _Unzipped:
    """A WARC file as plain bytes. warcio's own gzip reader takes a file that is cut for one that ends."""

    def __init__(self, file: BufferedReader | io.BytesIO) -> None:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._file: gzip.GzipFile | BufferedReader | io.BytesIO = (
            gzip.GzipFile(fileobj=file) if zipped else file
        )

    def read(self, size: int = 65_536) -> bytes:
        try:
            return self._file.read1(size)  # what is whole, before the break is met
        except EOFError as error:
            raise WarcDamaged("breaks off in the middle of compressed data") from error

    def tell(self) -> int:
        return self._file.tell()


def _from_record(record: Any) -> tuple[Capture, bytes, CaptureDetails] | None:
    url = record.rec_headers.get_header("WARC-Target-URI")
    date = record.rec_headers.get_header("WARC-Date")
    answer = record.http_headers if record.rec_type == "response" else None
    if record.rec_type not in ("response", "resource") or not url or not date:
        return None
    url = url.strip("<>")
    failed = answer is not None and answer.get_statuscode() != "200"
    if failed or not url.startswith(("http://", "https://", "file:")):
        return None
    data = bytes(record.content_stream().read(MAX_RECORD + 1))
    if len(data) > MAX_RECORD:
        return None
    if record.raw_stream.limit > 0:
        # warcio ends quietly at a record that is shorter than it says
        raise WarcDamaged(f"breaks off in the middle of {url}")
    if media_type_of(data) not in _READABLE:
        return None
    headers = tuple((str(name), str(value)) for name, value in answer.headers) if answer else ()
    named = {name.lower(): value for name, value in headers}
    capture = replace(
        capture_of(url, moment_of(date), data),
        final_url=url,
        http_status=200 if answer else None,
        etag=named.get("etag"),
        last_modified=named.get("last-modified"),
        charset=declared_charset(named.get("content-type")) or charset_of(data),
    )
    address = record.rec_headers.get_header("WARC-IP-Address")
    return capture, data, CaptureDetails(way="warc", response_headers=headers, server_address=address)


def write_warc(store: RawStore, captures: Iterable[Capture], out: BinaryIO, *, software: str) -> int:
    """Writes captures as gzipped WARC 1.1: a response (and its request) each, or a resource for a file
    at hand. Returns how many. Headers of the wire that no longer fit the bytes are kept with a prefix."""
    writer = warc_writer(out, software, "raw captures")
    count = 0
    for capture in captures:
        write_capture(writer, capture, store.read(capture), store.details(capture))
        count += 1
    return count


def warc_writer(out: BinaryIO, software: str, part_of: str) -> WARCWriter:
    """Return a writer of gzipped WARC 1.1 that has written its first record, which names the software."""
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    info = {"software": software, "format": "WARC File Format 1.1", "isPartOf": part_of}
    writer.write_record(writer.create_warcinfo_record(None, info))
    return writer


def write_capture(writer: WARCWriter, capture: Capture, data: bytes, details: CaptureDetails) -> None:
    """Writes a response and its request, or a resource where no headers are known."""
    moment = capture.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    warc_headers = {"WARC-Date": moment}
    if details.server_address:
        warc_headers["WARC-IP-Address"] = details.server_address
    options: dict[str, Any] = {"payload": io.BytesIO(data), "warc_headers_dict": warc_headers}
    if not details.response_headers:
        options |= {
            "length": len(data),
            "warc_content_type": capture.media_type or "application/octet-stream",
        }
        writer.write_record(writer.create_warc_record(capture.url, "resource", **options))
        return
    status = capture.http_status or 200
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    headers = [
        (f"{_KEPT_AS}{name}" if name.lower() in _OF_THE_WIRE else name, value)
        for name, value in details.response_headers
    ]
    headers.append(("Content-Length", str(len(data))))
    options["http_headers"] = StatusAndHeaders(f"{status} {phrase}", headers, protocol="HTTP/1.1")
    response = writer.create_warc_record(capture.url, "response", **options)
    if not details.request_headers:
        writer.write_record(response)
        return
    target = capture.url.split("://", 1)[-1].partition("/")[2]
    line = f"{details.method or 'GET'} /{target} HTTP/1.1"
    asked = StatusAndHeaders(line, list(details.request_headers), is_http_request=True)
    options = {"http_headers": asked, "warc_headers_dict": {"WARC-Date": moment}}
    writer.write_request_response_pair(writer.create_warc_record(capture.url, "request", **options), response)
