"""The only way to a socket: names are resolved here, what they resolve to is checked, and exactly the checked address
is connected to, so that a name cannot mean one host to the check and another to the connection. Every read and write
is held to the end of its whole request."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import httpcore

from osint_ingest.fetch.safety import Refused, is_public

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


_running = threading.local()


def start_exchange(exchange: Exchange) -> None:
    """From here on, what this thread reads and writes belongs to `exchange`."""
    _running.exchange = exchange


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
        exchange: Exchange = _running.exchange
        data = self._stream.read(max_bytes, exchange.left(timeout))
        exchange.got(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        exchange: Exchange = _running.exchange
        if buffer:
            exchange.sending()
        self._stream.write(buffer, exchange.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        exchange: Exchange = _running.exchange
        exchange.tunnelled()
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._peer)

    def get_extra_info(self, info: str) -> Any:
        # the socket itself no longer knows once the server has hung up
        return self._peer if info == "server_addr" else self._stream.get_extra_info(info)
