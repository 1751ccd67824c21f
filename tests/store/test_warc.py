"""Captures leave as standard WARC and come back the same; archives made elsewhere are read."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from osint_ingest.store import AtHand, CaptureDetails, NotTaken, RawStore, capture_of, files_at_hand
from osint_ingest.store.warc import write_warc

NOON = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)
PAGE = b"<!doctype html><title>One</title>"
PDF = b"%PDF-1.7\n%%EOF\n"
URL = "https://www.gazette.example/one/?a=1"


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    store = RawStore(str(tmp_path / "raw"))
    fetched = replace(capture_of(URL, NOON, PAGE), http_status=200, final_url=URL, etag='"e"')
    details = CaptureDetails(
        way="http",
        method="GET",
        request_headers=(("Host", "www.gazette.example"),),
        response_headers=(
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "44"),
            ("ETag", '"e"'),
        ),
        server_address="192.0.2.1",
    )
    store.put(fetched, PAGE, details=details)
    store.put(capture_of("file:0123456789ab", NOON, PDF), PDF)
    return store


def test_captures_go_out_as_warc_and_come_back(store: RawStore, tmp_path: Path) -> None:
    path = tmp_path / "captures.warc.gz"
    with path.open("wb") as out:
        assert write_warc(store, store.captures(), out, software="test") == 2

    back = [found for found in files_at_hand([path]) if isinstance(found, AtHand)]
    assert [(f.capture.url, f.data, f.capture.captured_at) for f in back] == [
        ("file:0123456789ab", PDF, NOON),
        (URL, PAGE, NOON),
    ]
    assert back[1].capture.etag == '"e"'
    assert back[1].details.way == "warc"
    assert back[1].details.server_address == "192.0.2.1"


def test_the_warc_is_one_that_other_tools_read(store: RawStore, tmp_path: Path) -> None:
    out = io.BytesIO()
    write_warc(store, store.captures(), out, software="test")
    out.seek(0)
    records = ArchiveIterator(out, check_digests="raise")
    read = [
        (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read()) for r in records
    ]
    assert [kind for kind, _, _ in read] == ["warcinfo", "resource", "response", "request"]
    assert read[2][2] == PAGE
    out.seek(0)
    response = next(r for r in ArchiveIterator(out) if r.rec_type == "response")
    # the bytes are no longer gzipped, so the header that said so must not be believed
    assert response.http_headers.get_header("Content-Encoding") is None
    assert response.http_headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert response.http_headers.get_header("Content-Length") == str(len(PAGE))


def elsewhere(path: Path) -> Path:
    """A WARC as crawlers make it: gzipped and chunked answers, errors, pictures, redirects."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=path.suffix == ".gz")
        zipped = gzip.compress(PAGE)
        for url, status, headers, body in (
            (
                URL,
                "200 OK",
                [("Content-Type", "text/html; charset=latin-1"), ("Content-Encoding", "gzip")],
                zipped,
            ),
            (
                "https://x.example/chunked",
                "200 OK",
                [("Transfer-Encoding", "chunked")],
                b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
            ),
            ("https://x.example/gone", "404 Not Found", [("Content-Type", "text/html")], PAGE),
            ("https://x.example/picture", "200 OK", [("Content-Type", "image/png")], b"\x89PNG\x00"),
        ):
            answer = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=answer)
            writer.write_record(record)
    return path


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "crawl-without-ending"])
def test_archives_made_elsewhere_are_read(tmp_path: Path, name: str) -> None:
    found = [f for f in files_at_hand([elsewhere(tmp_path / name)]) if isinstance(f, AtHand)]
    assert [(f.capture.url, f.data) for f in found] == [(URL, PAGE), ("https://x.example/chunked", PAGE)]
    assert found[0].capture.charset == "latin-1"
    # in a folder it is found by its bytes
    assert len([f for f in files_at_hand([tmp_path]) if isinstance(f, AtHand)]) == 2


@pytest.mark.parametrize("ending", [".warc", ".warc.gz"])
@pytest.mark.parametrize(("share", "whole"), [(0.1, 0), (0.5, 1), (0.8, 2)])
def test_an_archive_that_breaks_off_gives_what_is_whole_and_says_so(
    tmp_path: Path, ending: str, share: float, whole: int
) -> None:
    data = elsewhere(tmp_path / f"crawl{ending}").read_bytes()
    cut = tmp_path / f"cut{ending}"
    cut.write_bytes(data[: int(len(data) * share)])
    found = list(files_at_hand([cut]))
    assert [f.data for f in found if isinstance(f, AtHand)] == [PAGE] * whole
    said = [f.code for f in found if isinstance(f, NotTaken)]
    assert said and set(said) <= {"corrupt", "nothing_readable"}
