"""The HTTP proxy between this machine and the web, where one is set. Through a proxy the connection to a page's host
is the proxy's, not ours: what the proxy resolves a name to cannot be pinned here. So what can be told beforehand is
refused (addresses and names of private networks, odd spellings, names that resolve here to such an address), and the
rest is the proxy's own duty."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # noqa: TID251 - only to read the environment
    getproxies_environment,
    proxy_bypass_environment,
)

import httpcore

from osint_ingest.fetch.guard import CannotResolve, Resolver, public_addresses
from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address, is_public
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings

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


class NotTold(Exception):
    """The message was not delivered. Only the host of the address is named: the rest may be secret."""


def post_json(url: str, message: Mapping[str, object], proxies: Proxies) -> None:
    """Posts a message; any answer of 200 to 299 will do. Raises `NotTold` after TRIES, or at once where it is refused.
    Redirects are not followed. Private addresses are allowed, unlike for what a crawl finds."""
    try:
        address = checked_address(url, None)
    except Refused:
        raise NotTold("the webhook is not an http(s) URL") from None
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
    raise NotTold(f"the webhook at {address.host} did not accept the message: {trouble}")
