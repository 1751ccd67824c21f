"""What can go wrong at a site, and what must become of it. One entry a kind of fault."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.fetch.unruly_site import Page, UnrulySite, _Handler, page, pdf

GOOD = page("good", "x" * 800).body
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
Answer = Callable[[UnrulySite, _Handler], None]


@dataclass(frozen=True)
class Fault:
    """`expected`: a state of the address, or else the code of its finding."""

    name: str
    expected: str
    answer: Answer | Page
    path: str = "page"


def says(status: int, body: bytes = GOOD, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda site, h: h.say(status, body, {"Content-Type": "text/html", **named})


def once(first: Answer, times: int = 1) -> Answer:
    """Misbehaves the first `times`, then serves the page."""

    def answer(site: UnrulySite, h: _Handler) -> None:
        first(site, h) if site.count(h.path) <= times else h.say(200, GOOD)

    return answer


def raw(data: bytes, *, reset: bool = False) -> Answer:
    def answer(site: UnrulySite, h: _Handler) -> None:
        h.raw(data)
        h.hang_up(reset=reset)

    return answer


def drip(site: UnrulySite, h: _Handler) -> None:
    """A byte now and then, for ever."""
    h.close_connection = True
    with contextlib.suppress(OSError):
        h.raw(HEAD + b"Content-Length: 100000\r\n\r\n")
        for _ in range(600):
            h.raw(b"x")
            time.sleep(0.05)


def drip_headers(site: UnrulySite, h: _Handler) -> None:
    h.close_connection = True
    with contextlib.suppress(OSError):
        h.raw(HEAD)
        for n in range(600):
            h.raw(f"X-{n}: {n}\r\n".encode())
            time.sleep(0.05)


def silence(site: UnrulySite, h: _Handler) -> None:
    h.close_connection = True
    time.sleep(10)


def endless(site: UnrulySite, h: _Handler) -> None:
    """A body that does not end and does not say how long it is."""
    h.close_connection = True
    chunk = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
    with contextlib.suppress(OSError):
        h.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(163_840):  # ten gigabytes
            h.raw(chunk)


@cache
def bomb() -> bytes:
    """A megabyte or so that unzips to more than a body may have."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = b"\x00" * 1_000_000
    return b"".join([squeeze.compress(block) for _ in range(250)] + [squeeze.flush()])


ZIPPED = gzip.compress(GOOD)
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Unruly Gazette</body></html>"

FAULTS = (
    Fault("429 with Retry-After", "new", once(says(429, Retry_After="0"))),
    Fault("503 burst", "new", once(says(503), 2)),
    Fault("503 for ever", "server_error", says(503)),
    Fault("429 for ever", "rate_limited", says(429, Retry_After="0")),
    Fault("500 then well", "new", once(says(500))),
    Fault("501", "unexpected_status", says(501)),
    Fault(
        "reset in mid-body, once", "new", once(raw(HEAD + b"Content-Length: 9000\r\n\r\n" + GOOD, reset=True))
    ),
    Fault(
        "reset in mid-body", "connection_lost", raw(HEAD + b"Content-Length: 9000\r\n\r\n" + GOOD, reset=True)
    ),
    Fault("hung up before an answer", "connection_lost", raw(b"")),
    Fault("Content-Length too long", "truncated", raw(HEAD + b"Content-Length: 9000\r\n\r\n" + GOOD)),
    Fault("Content-Length too short", "wrong_length", raw(HEAD + b"Content-Length: 90\r\n\r\n" + GOOD)),
    Fault("chunks that break off", "truncated", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n20\r\nabc")),
    Fault(
        "chunks that are none", "bad_answer", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")
    ),
    Fault("challenge with 200", "challenge", says(200, CHALLENGE)),
    Fault("challenge by header", "challenge", says(200, GOOD, cf_mitigated="challenge")),
    Fault("challenge with 403", "challenge", says(403, CHALLENGE)),
    Fault("refusal", "refused_by_site", says(403, b"no")),
    Fault("HTML as .pdf", "not_pdf", says(200), "report.pdf"),
    Fault("HTML declared as PDF", "not_pdf", says(200, Content_Type="application/pdf")),
    Fault("a real PDF", "new", pdf(), "real.pdf"),
    Fault(
        "a page of another site",
        "missing_required",
        says(200, b"<html><title>Hosting</title>for sale</html>"),
    ),
    Fault("empty", "empty", says(200, b"")),
    Fault("no content", "unexpected_status", says(204, b"")),
    Fault("gone", "gone", says(410)),
    Fault("redirect to itself", "redirect_loop", lambda site, h: h.say(302, b"", {"Location": h.path})),
    Fault(
        "redirects without end",
        "too_many_redirects",
        lambda site, h: h.say(302, b"", {"Location": f"{h.path.partition('?')[0]}?{site.count('hops')}"}),
    ),
    Fault("redirect without a place", "unexpected_status", says(302, b"")),
    Fault("redirect to loopback", "host_refused", says(302, b"", Location="http://127.0.0.1:1/")),
    Fault(
        "redirect to mapped loopback", "host_refused", says(302, b"", Location="http://[::ffff:127.0.0.1]/")
    ),
    Fault("redirect to private", "host_refused", says(301, b"", Location="http://10.0.0.1/")),
    Fault("redirect to metadata", "host_refused", says(307, b"", Location="http://169.254.169.254/latest/")),
    Fault("redirect to a file", "scheme_refused", says(302, b"", Location="file:///etc/passwd")),
    Fault(
        "redirect with credentials",
        "credentials_refused",
        says(302, b"", Location="https://a:b@www.unruly.example/"),
    ),
    Fault(
        "redirect that climbs", "path_refused", says(302, b"", Location="https://www.unruly.example/%2e%2e/x")
    ),
    Fault(
        "redirect down to http", "redirect_downgrade", says(302, b"", Location="http://www.unruly.example/x")
    ),
    Fault("redirect to another site", "host_refused", says(302, b"", Location="https://evil.example/")),
    Fault("gzip", "new", says(200, ZIPPED, Content_Encoding="gzip")),
    Fault("gzip of two members", "new", says(200, ZIPPED + ZIPPED, Content_Encoding="gzip")),
    Fault("gzip bomb", "too_large", lambda site, h: h.say(200, bomb(), {"Content-Encoding": "gzip"})),
    Fault("gzip that breaks off", "truncated", says(200, ZIPPED[:-20], Content_Encoding="gzip")),
    Fault("gzip that is none", "truncated", says(200, GOOD, Content_Encoding="gzip")),
    Fault("unknown encoding", "unknown_encoding", says(200, GOOD, Content_Encoding="br")),
    Fault("10 GB announced", "too_large", raw(HEAD + b"Content-Length: 10737418240\r\n\r\n" + GOOD)),
    Fault("10 GB unannounced", "too_large", endless),
    Fault("1 MB headers", "headers_too_large", raw(HEAD + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n")),
    Fault("another protocol", "bad_answer", raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
)

SLOW = (
    Fault("slow drip", "timeout", drip),
    Fault("slow headers", "timeout", drip_headers),
    Fault("silence", "timeout", silence),
)
"""These take all the time that they are given."""
