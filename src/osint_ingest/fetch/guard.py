"""The only way to a socket: names are resolved here, what they resolve to is checked, and exactly the checked address
is connected to, so that a name cannot mean one host to the check and another to the connection. Every read and write
is held to the end of its whole request.

Through an HTTP proxy, where one is set, the connection to a page's host is the proxy's: what it resolves a name to
cannot be pinned here. So what can be told beforehand is refused (addresses and names of private networks, odd
spellings, names that resolve here to such an address), and the rest is the proxy's own duty.
"""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # noqa: TID251 - only to read the environment
    getproxies_environment,
    proxy_bypass_environment,
)

import httpcore

from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address, is_public
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port -> IP addresses, the best first. OSError where the name does not resolve."""


def resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class CannotResolve(httpcore.ConnectError):
    """A host whose name leads to no address."""


@dataclass
class Exchange:
    """One request and its answer, while it runs. `deadline`: of `time.monotonic`, set when it is sent."""

    seconds: float
    before_send: Callable[[], None] = lambda: None
    deadline: float | None = None
    received: int = 0  # bytes off the wire, headers and all
    head: bytearray = field(default_factory=bytearray)
    head_length: int | None = None  # bytes until the body begins, a proxy's answer to CONNECT included
    before_head: int = 0

    def sending(self) -> None:
        if self.deadline is None:
            self.before_send()
            self.deadline = time.monotonic() + self.seconds

    def got(self, data: bytes) -> None:
        """Count received bytes, and find where the headers end."""
        self.received += len(data)
        if self.head_length is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end >= 0:
                self.head_length = self.before_head + end + 4
                self.head.clear()

    def tunnelled(self) -> None:
        """What was read so far was a proxy's: the answer begins after it."""
        self.before_head, self.head_length = self.received, None
        self.head.clear()

    def left(self, timeout: float | None) -> float:
        """Seconds that an operation may take. httpcore.ReadTimeout when the time is over."""
        if self.deadline is None:
            return timeout if timeout is not None else self.seconds
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"the whole request took more than {self.seconds:g} s")
        return min(left, timeout) if timeout is not None else left


running = threading.local()
"""What a thread reads and writes belongs to its `exchange`."""


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only, and to the loopback `exceptions` (host, port) that were named."""

    def __init__(
        self,
        exceptions: Iterable[tuple[str, int]] = (),
        resolver: Resolver = resolve,
        resolve_seconds: float = 10,
    ) -> None:
        self._exceptions, self._sockets = frozenset(exceptions), httpcore.SyncBackend()
        self._resolver, self._resolve_seconds = resolver, resolve_seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first checked address that answers."""
        allowed: Sequence[str] = [host]
        if (host, port) not in self._exceptions:
            allowed = public_addresses(host, port, self._resolver, self._resolve_seconds)
        error: Exception | None = None
        for address in allowed[:4]:
            try:
                stream = self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
                return _TimedStream(stream, (address, port))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = error or failed
        raise error or CannotResolve(f"{host} has no address")


def public_addresses(host: str, port: int, resolver: Resolver, seconds: float) -> Sequence[str]:
    """What a name resolves to. Raises Refused if one of them is no public address. Raises CannotResolve if there is
    none."""
    try:
        found = _in_time(lambda: resolver(host, port), seconds)
    except TimeoutError:
        raise CannotResolve(f"resolving the name {host} took more than {seconds:g} s") from None
    except (OSError, UnicodeError) as error:
        raise CannotResolve(f"the name {host} does not resolve ({error})") from error
    # one private address among public ones is what a rebinding attack looks like
    private = [address for address in found if not is_public(address)]
    if private:
        raise Refused("private_address", host, f"it resolves to {private[0]}, which is not a public address")
    return found


def _in_time(resolving: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """A resolver takes no timeout: a slow one is left behind in a thread that keeps nothing alive."""
    answered: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            answered.set_result(resolving())
        except Exception as error:
            answered.set_exception(error)

    threading.Thread(target=run, name="resolve", daemon=True).start()
    return answered.result(timeout=seconds)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, peer: tuple[str, int]) -> None:
        self._stream, self._peer = stream, peer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange: Exchange = running.exchange
        data = self._stream.read(max_bytes, exchange.left(timeout))
        exchange.got(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        exchange: Exchange = running.exchange
        if buffer:
            exchange.sending()
        self._stream.write(buffer, exchange.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        exchange: Exchange = running.exchange
        exchange.tunnelled()
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._peer)

    def get_extra_info(self, info: str) -> Any:
        # the socket itself no longer knows once the server has hung up
        return self._peer if info == "server_addr" else self._stream.get_extra_info(info)


NO_PROXY = "none"  # as the setting `proxy`: ask directly, whatever the environment says
_PRIVATE_NAMES = re.compile(r"^[^.]+$|(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$")
"""Names that only a private network knows (RFC 6761, 6762, 8375, and in wide use)."""
_NUMBER = re.compile(r"^(?:\d+|0x[0-9a-f]*)$")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. `user` and `password` go to the proxy only, never into a log or sidecar."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str = ""

    @property
    def url(self) -> str:
        """Its address without credentials."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def credentials(self) -> tuple[bytes, bytes] | None:
        return (self.user.encode(), self.password.encode()) if self.user is not None else None


class Proxies:
    """Which proxy an address is asked through: the one of the settings, else that of the environment."""

    def __init__(self, own: str | None = NO_PROXY, environment: Mapping[str, str] | None = None) -> None:
        """`own`: a proxy's URL, `none`, or None for the environment's (`http`, `https`, `no` as keys)."""
        told = environment or {}
        self._no = {"no": told.get("no", "")}
        self._by_scheme = (
            {s: _proxy(told[s]) for s in ("http", "https") if told.get(s)} if own is None else {}
        )
        self._own = _proxy(own) if own and own.strip().lower() != NO_PROXY else None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the proxies that the settings, else HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, name. Raises
        RefusedRun for a value that is no proxy's URL."""
        own = settings.proxy.get_secret_value() if settings.proxy else None
        told = getproxies_environment()
        if all_of_them := told.get("all"):
            told = {"http": all_of_them, "https": all_of_them, **told}
        return cls(own or None, told)

    def for_address(self, address: CheckedAddress) -> Proxy | None:
        if self._own:
            return self._own
        found = self._by_scheme.get(address.scheme)
        host = f"{address.host}:{address.port}"
        return None if found is None or proxy_bypass_environment(host, self._no) else found


def check_behind_proxy(address: CheckedAddress, resolver: Resolver, seconds: float) -> None:
    """Raises Refused if an address is, or resolves here to, one of a private network. A name that does not resolve
    here is left to the proxy: many networks let only the proxy resolve."""
    host = address.host.strip("[]").rstrip(".")
    try:
        literal = str(ip_address(host))
    except ValueError:
        literal = None
    if literal is None and (_PRIVATE_NAMES.search(host) or _NUMBER.match(host.rpartition(".")[2])):
        raise Refused("private_address", address.url, f"{host} is not a public host")
    if literal is not None:
        if not is_public(literal):
            raise Refused("private_address", address.url, f"{literal} is not a public address")
        return
    try:
        public_addresses(address.host, address.port, resolver, seconds)
    except CannotResolve:
        return


def _proxy(url: str) -> Proxy:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedRun(
            f"the proxy {parts.scheme}://{host or ''} cannot be used: expected http://host:port "
            f"(OSINT_INGEST_PROXY, HTTP_PROXY or HTTPS_PROXY), or OSINT_INGEST_PROXY={NO_PROXY} to connect directly"
        )
    user = unquote(parts.username) if parts.username else None
    default = 443 if parts.scheme == "https" else 80
    return Proxy(parts.scheme, host, port or default, user, unquote(parts.password or ""))


SECONDS = 10.0  # for each part of a request: connect, send, answer
TRIES = 3
PAUSE = 1.0  # seconds before the second try; before the third twice as many


class NotDelivered(Exception):
    """The message was not delivered. Only the host of the address is named: the rest may be secret."""


def post_json(url: str, message: Mapping[str, object], proxies: Proxies) -> None:
    """Post a message as JSON; any status from 200 to 299 is success. Raises `NotDelivered` after TRIES attempts, or at
    once if the server refuses it. Redirects are not followed. Private addresses are allowed, unlike in a crawl."""
    try:
        address = checked_address(url, None)
    except Refused:
        raise NotDelivered("the webhook is not an http(s) URL") from None
    proxy = proxies.for_address(address)
    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    headers = [("Content-Type", "application/json; charset=utf-8"), ("User-Agent", "osint-ingest")]
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    trouble = ""
    with (
        httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.credentials)
        if proxy
        else httpcore.ConnectionPool() as pool
    ):
        for number in range(TRIES):
            if number:
                time.sleep(PAUSE * number)
            try:
                answer = pool.request(
                    "POST", url, headers=headers, content=body, extensions={"timeout": timeouts}
                )
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                trouble = f"{type(error).__name__} {error}".strip()
                continue
            if 200 <= answer.status < 300:
                return
            trouble = f"status {answer.status}"
            if answer.status < 500 and answer.status != 429:
                break
    raise NotDelivered(f"the webhook at {address.host} did not accept the message: {trouble}")
