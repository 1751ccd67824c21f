"""Files at hand become captures with an address, a moment and a media type that their bytes bear out."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from osint_ingest.store import AtHand, NotTaken, RawStore, canonical_link, files_at_hand, media_type_of

PAGE = b"<!doctype html><html><head><title>One</title></head><body>text</body></html>"
PDF = b"%PDF-1.7\n%%EOF\n"
OWN = "https://www.gazette.example/pages/one/"


def only(*paths: Path, url: str | None = None) -> AtHand | NotTaken:
    (found,) = files_at_hand(paths, url=url)
    return found


def taken(path: Path, url: str | None = None) -> AtHand:
    found = only(path, url=url)
    assert isinstance(found, AtHand), found
    return found


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        (PDF, None, "application/pdf"),
        (b"\n\n" + PDF, None, "application/pdf"),
        (PAGE, "application/pdf", "text/html"),
        (b"\xef\xbb\xbf  <HTML>", None, "text/html"),
        ("<html><head>".encode("utf-16"), None, "text/html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html>', None, "text/html"),
        (b'<?xml version="1.0"?><urlset>', None, "application/xml"),
        (gzip.compress(b"x", mtime=0), None, "application/gzip"),
        (b"WARC/1.1\r\n", None, "application/warc"),
        (b"PK\x03\x04rest", None, "application/zip"),
        (b"<div>a piece of a page</div>", "text/html", "text/html"),
        (b"plain words", None, "text/plain"),
        (b"plain words", "application/pdf", "text/plain"),
        (b"\x00\x01\x02", "text/html", "application/octet-stream"),
        (b"", None, "application/octet-stream"),
    ],
)
def test_the_media_type_is_what_the_bytes_are(data: bytes, declared: str | None, expected: str) -> None:
    assert media_type_of(data, declared) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'<link rel="canonical" href="https://a.example/x/">', "https://a.example/x/"),
        (
            b"<link href='https://a.example/x?a=1&amp;b=2' rel='shortlink canonical'/>",
            "https://a.example/x?a=1&b=2",
        ),
        (b"<LINK REL=canonical HREF=https://a.example/x>", "https://a.example/x"),
        # unescaped once: `&copy` and `&region` are parameters here, not signs
        (
            b'<link rel=canonical href="https://a.example/?a=1&amp;copy=2&amp;region=3">',
            "https://a.example/?a=1&copy=2&region=3",
        ),
        ('<link rel=canonical href="https://a.example/ñandú">'.encode(), "https://a.example/ñandú"),
        (
            b'<meta property="og:url" content="https://a.example/og"><link rel=stylesheet href=x>',
            "https://a.example/og",
        ),
        (b"<!-- saved from url=(0024)https://a.example/saved -->", "https://a.example/saved"),
        (b'<!-- <link rel="canonical" href="https://a.example/commented"> -->', None),
        (b'<script>var x = \'<link rel="canonical" href="https://a.example/js">\'</script>', None),
        (b'<link rel="canonical" href="/relative/">', None),
        (b'<link rel="canonical" href="javascript:alert(1)">', None),
        (b'<link rel="canonical" href="https://[broken">', None),
    ],
)
def test_a_page_tells_its_own_address(head: bytes, expected: str | None) -> None:
    assert canonical_link(b"<html><head>" + head + b"</head></html>") == expected


def test_the_address_comes_from_the_caller_the_json_beside_or_the_page(tmp_path: Path) -> None:
    path = tmp_path / "one.html"
    path.write_bytes(PAGE.replace(b"<title>", f'<link rel="canonical" href="{OWN}"><title>'.encode()))
    assert taken(path).capture.url == OWN
    for name in ("one.html.json", "one.json"):
        (tmp_path / name).write_text(json.dumps({"url": f"https://x.example/{name}"}))
        assert taken(path).capture.url == f"https://x.example/{name}"
    assert taken(path, url="https://y.example/").capture.url == "https://y.example/"


def test_a_file_without_an_address_is_named_by_its_bytes_and_dated_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    capture = taken(path).capture
    assert capture.url == f"file:{capture.content_sha256[:12]}"
    assert capture.captured_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert capture.media_type == "application/pdf"
    assert capture.http_status is None


@pytest.mark.parametrize(
    "beside", ["[]", "{", '{"url": 3}', '{"url": "javascript:x"}', '{"url": "https://["}', '{"title": "x"}']
)
def test_a_json_beside_that_is_something_else_is_left_alone(tmp_path: Path, beside: str) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "a.json").write_text(beside)
    assert taken(tmp_path / "a.pdf").capture.url.startswith("file:")


def test_a_raw_folder_given_as_files_keeps_its_story(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(PAGE)
    (tmp_path / "one.json").write_text(json.dumps({"url": OWN, "captured_at": "2026-03-01T12:00:00+01:00"}))
    first, second = RawStore(str(tmp_path / "first")), RawStore(str(tmp_path / "second"))
    found = taken(tmp_path / "one.html")
    first.put(found.capture, found.data, details=found.details)
    for again in files_at_hand([tmp_path / "first"]):
        assert isinstance(again, AtHand)
        second.put(again.capture, again.data, details=again.details)
    assert list(second.captures()) == list(first.captures())
    assert next(second.captures()).captured_at == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_a_folder_gives_its_documents_sorted_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name, data in {
        "b/two.html": PAGE,
        "a.pdf": PDF,
        "b/no-ending": PDF,
        "notes.txt": b"words",
        "picture.png": b"\x89PNG\x00",
        ".hidden.pdf": PDF,
        ".git/page.html": PAGE,
        "b/broken.pdf": b"",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    names = [str(found.path.relative_to(tmp_path)) for found in files_at_hand([tmp_path])]
    assert names == ["a.pdf", "b/broken.pdf", "b/no-ending", "b/two.html"]


def test_what_gives_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("words")
    missing, nothing = only(tmp_path / "nowhere.pdf"), only(tmp_path / "empty")
    assert (
        isinstance(missing, NotTaken) and missing.code == "missing_file" and "nowhere.pdf" in missing.message
    )
    assert isinstance(nothing, NotTaken) and nothing.code == "nothing_readable" and nothing.hint


def test_an_html_page_saved_as_pdf_is_kept_as_the_pdf_that_it_calls_itself(tmp_path: Path) -> None:
    """Reading it as one fails, and says so: as a page it would be a document that nobody meant."""
    (tmp_path / "report.pdf").write_bytes(PAGE)
    assert taken(tmp_path / "report.pdf").capture.media_type == "application/pdf"


MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://www.gazette.example/pages/one/
Subject: One
Date: Sun, 1 Mar 2026 13:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----Boundary"

------Boundary
Content-Type: text/html; charset=utf-8
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://www.gazette.example/pages/one/

<!DOCTYPE html><html lang=3D"es"><title>Informaci=C3=B3n</title>

------Boundary
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://www.gazette.example/picture.png

iVBORw0KGgo=
------Boundary--
"""


@pytest.mark.parametrize("name", ["one.mhtml", "one.mht", "one"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_page_saved_as_a_single_file_is_taken_out_of_it(tmp_path: Path, name: str, line_end: bytes) -> None:
    (tmp_path / name).write_bytes(MHTML.replace(b"\n", line_end))
    for given in (tmp_path / name, tmp_path):
        found = taken(given)
        assert found.data.decode().strip() == '<!DOCTYPE html><html lang="es"><title>Información</title>'
        assert found.capture.url == OWN
        assert found.capture.captured_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert (found.capture.media_type, found.capture.charset) == ("text/html", "utf-8")


def test_a_single_file_without_a_page_is_said(tmp_path: Path) -> None:
    (tmp_path / "one.mhtml").write_bytes(MHTML.replace(b"text/html", b"text/xml"))
    found = only(tmp_path / "one.mhtml")
    assert isinstance(found, NotTaken) and found.code == "nothing_readable"
