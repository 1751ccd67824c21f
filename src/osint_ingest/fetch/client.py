"""Sends one request and reads one response: no redirects, no retries, everything limited."""

import gzip
import io
import os
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import Any

import httpcore

from osint_ingest.fetch import guard
from osint_ingest.fetch.failure import LATER, FetchFailed, failure_of, refused_by_proxy
from osint_ingest.fetch.limits import Limits
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite
from osint_ingest.store.layout import CaptureDetails, Headers

ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.5"
_LARGE = 8_000_000  # a body beyond this size waits on disk until it is whole

_FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError)
_SMALL = 262_144  # an answer that is no 200 is read only so far: it is looked at, not kept


ENCODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""Content encodings that are understood, with zlib's number for them."""

_PIECE = 1_000_000


class Unzip:
    """Unzips a stream of chunks in one of ENCODINGS. zlib.error where it is damaged."""

    def __init__(self, encoding: str) -> None:
        self._window = ENCODINGS[encoding]
        self._unzip = zlib.decompressobj(self._window)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of a chunk, at most a megabyte at a time."""
        while chunk:
            if self._unzip.eof:
                # gzip may be made of several members one after the other
                self._unzip = zlib.decompressobj(self._window)
            yield self._unzip.decompress(chunk, _PIECE)
            chunk = self._unzip.unconsumed_tail or self._unzip.unused_data

    @property
    def whole(self) -> bool:
        return self._unzip.eof


def unzipped(data: bytes, most: int) -> bytes:
    """The first `most` bytes behind gzip (a `sitemap.xml.gz`); other or damaged data as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(most)
    except (OSError, EOFError, zlib.error):
        return data


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete response: `body` is decompressed, `wire_bytes` is what was transferred, with headers."""

    address: CheckedAddress
    status: int
    headers: Headers
    body: bytes
    wire_bytes: int
    request_headers: Headers
    requested_at: datetime
    received_at: datetime
    seconds: float
    server_address: str | None
    tls: str | None
    proxy: str | None = None  # what it was asked through, without credentials

    def details(self, way: str, **more: Any) -> CaptureDetails:
        return CaptureDetails(
            way,
            "GET",
            self.request_headers,
            self.headers,
            requested_at=self.requested_at,
            seconds=self.seconds,
            server_address=self.server_address,
            tls=self.tls,
            proxy=self.proxy,
            **more,
        )

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name), None)


class Client:
    """Sends requests over guarded connections. Safe to share between threads. `named`: (host, port) of servers on this
    machine that the settings name; they are asked without a proxy."""

    def __init__(
        self,
        user_agent: str,
        limits: Limits | None = None,
        *,
        site: LoopbackSite | None = None,
        named: Collection[tuple[str, int]] = (),
        connections: int = 4,
        resolver: guard.Resolver = guard.resolve,
        proxies: guard.Proxies | None = None,
    ) -> None:
        self._limits, self._site, self._named = limits or Limits(), site, frozenset(named)
        self._headers = (("User-Agent", user_agent), ("Accept", ACCEPT), ("Accept-Encoding", "gzip"))
        self._timeouts = {
            "connect": self._limits.connect_seconds,
            "read": self._limits.silence_seconds,
            "write": self._limits.silence_seconds,
            "pool": self._limits.request_seconds * 2,
        }
        self._connections, self._resolver, self._proxies = connections, resolver, proxies or guard.Proxies()
        self._lock = threading.Lock()
        self._pools: dict[guard.Proxy | None, httpcore.ConnectionPool] = {}

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def ask(
        self,
        address: CheckedAddress,
        *,
        method: str = "GET",
        headers: Iterable[tuple[str, str]] = (),
        skim: bool = False,
        before_send: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Sends a request and reads the answer. FetchFailed or Refused say why there is none. `skim`: only the
        beginning of the body is read, and it may be broken. `before_send` is called when the connection stands, right
        before the request is written."""
        # a site on this machine is never asked through a proxy
        here = self._site or (address.host, address.port) in self._named
        proxy = None if here else self._proxies.for_address(address)
        if proxy:
            guard.check_behind_proxy(address, self._resolver, self._limits.connect_seconds)
        sent = (("Host", address.origin.partition("://")[2]), *self._headers, *headers)
        exchange = guard.running.exchange = guard.Exchange(self._limits.request_seconds, before_send)
        requested_at, started = datetime.now(UTC), time.monotonic()
        scheme, host, port = address.scheme, address.host.strip("[]"), address.port
        if self._site:
            scheme, host, port = "http", self._site.host, self._site.port
        target = address.target.encode("ascii")
        request = httpcore.Request(
            method.encode(),
            httpcore.URL(scheme=scheme.encode(), host=host.encode("ascii"), port=port, target=target),
            headers=[(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent],
            extensions={"timeout": self._timeouts},
        )
        try:
            response = self._pool(proxy).handle_request(request)
            try:
                stream = response.extensions.get("network_stream")
                peer = stream and stream.get_extra_info("server_addr")
                secured = stream and stream.get_extra_info("ssl_object")
                body = self._body(response, method, skim)
            finally:
                response.close()
        except _FAILURES as error:
            raise failure_of(address.host, address.url, error, proxy.url if proxy else None) from error
        if proxy and response.status == 407:
            raise refused_by_proxy(address.url, proxy.url, "407 Proxy Authentication Required")
        received = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in response.headers)
        if method == "GET" and not skim:
            _check_length(address, exchange, received)
        return Answer(
            address=address,
            status=response.status,
            headers=received,
            body=body,
            wire_bytes=exchange.received,
            request_headers=sent,
            requested_at=requested_at,
            received_at=datetime.now(UTC),
            seconds=round(time.monotonic() - started, 6),
            server_address=f"{peer[0]}:{peer[1]}" if peer else None,
            tls=secured.version() if secured else None,
            proxy=proxy.url if proxy else None,
        )

    def _pool(self, proxy: guard.Proxy | None) -> httpcore.ConnectionPool:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: guard.Proxy | None) -> httpcore.ConnectionPool:
        exceptions = [*self._named, *((one.host, one.port) for one in (self._site, proxy) if one)]
        bounds: dict[str, Any] = {
            "ssl_context": _tls(),
            "max_connections": self._connections,
            "max_keepalive_connections": self._connections,
            "keepalive_expiry": 30,
            "network_backend": guard.GuardedBackend(exceptions, self._resolver, self._limits.connect_seconds),
        }
        if proxy is None:
            return httpcore.ConnectionPool(**bounds)
        if proxy.scheme == "https":
            bounds["proxy_ssl_context"] = _tls()
        return httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.credentials, **bounds)

    def _body(self, response: httpcore.Response, method: str, skim: bool) -> bytes:
        named = {name.lower(): value for name, value in response.headers}
        wanted = response.status in (200, 206) and method == "GET" and not skim
        most = self._limits.body_bytes if wanted else _SMALL
        length = named.get(b"content-length", b"").strip()
        if wanted and length.isdigit() and int(length) > most:
            raise _too_large(int(length), most)
        encoding = named.get(b"content-encoding", b"identity").strip().lower().decode("latin-1")
        if wanted and encoding not in ("", "identity", *ENCODINGS):
            message = f"the response has the encoding {encoding!r}, which was not requested"
            raise FetchFailed("unknown_encoding", message, "Save the page in a browser and ingest the file.")
        unzip = Unzip(encoding) if encoding in ENCODINGS and method == "GET" else None
        wire = 0
        # beyond a size on disk: what is refused in the end must not have filled the memory
        with SpooledTemporaryFile(max_size=_LARGE) as body:
            try:
                for chunk in response.iter_stream():
                    wire += len(chunk)
                    for piece in unzip.pieces(chunk) if unzip else (chunk,):
                        body.write(piece)
                        if body.tell() > most:
                            break
                    if max(body.tell(), wire) > most:
                        if wanted:
                            raise _too_large(None, most)
                        break
            except zlib.error as error:
                if wanted:
                    raise _broken(f"the compressed body is damaged ({error})") from error
            if wanted and unzip and wire and not unzip.whole:
                raise _broken("the compressed body is incomplete")
            body.seek(0)
            return body.read()


@cache
def _tls() -> ssl.SSLContext:
    context = httpcore.default_ssl_context()
    own = os.environ.get("SSL_CERT_FILE")
    if own:
        context.load_verify_locations(own)
    return context


def _broken(why: str) -> FetchFailed:
    return FetchFailed("truncated", why, LATER, again=True)


def _too_large(length: int | None, most: int) -> FetchFailed:
    size = f"{length:,} bytes" if length else "more"
    message = f"the body has {size}; the limit is {most:,} bytes"
    return FetchFailed("too_large", message, "to fetch it anyway, raise OSINT_INGEST_MAX_BODY_BYTES")


def _check_length(address: CheckedAddress, exchange: guard.Exchange, headers: Headers) -> None:
    """More bytes than Content-Length promises: the body that was read is only its beginning."""
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    if not length.strip().isdecimal() or exchange.head_length is None:
        return
    surplus = exchange.received - exchange.head_length - int(length)
    if surplus > 0:
        message = (
            f"{address.url}: the body is at least {surplus} bytes longer than its Content-Length of {length}"
        )
        raise FetchFailed("wrong_length", message, f"the server is at fault; {LATER}", again=True)
