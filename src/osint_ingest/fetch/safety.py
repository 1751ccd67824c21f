"""Which addresses may be fetched: checked by their form before the name is resolved, and by their IP address after. An
address that one parser reads as host A and another as host B is how such checks are evaded, so anything unusual in
form (backslashes, control characters, odd IP notations) is refused."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from osint_ingest.model import Finding
from osint_ingest.text.urls import normalise_url

MAX_LENGTH = 4000
DEFAULT_PORTS = {"http": 80, "https": 443}

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(
    r"\A[a-z0-9_][a-z0-9_-]{0,62}+(?:\.[a-z0-9_][a-z0-9_-]{0,62}+)*+\.?\Z|\A\[[0-9a-f:.]++\]\Z"
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = (IPv6Network("::/96"), IPv6Network("64:ff9b:1::/48"))
"""What `is_global` takes for public: the old IPv4-compatible addresses, and NAT64 of private networks."""


@dataclass(eq=False)  # not frozen: Python itself writes an exception's traceback
class Refused(Exception):
    """An address that may not be fetched. `code` as in the `issues` table."""

    code: str
    url: str
    why: str

    def __str__(self) -> str:
        return f"{self.url}, which is refused: {self.why}"

    @property
    def finding(self) -> Finding:
        return Finding("error", "fetch", self.code, f"{self.url}: refused, because {self.why}")


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """An address that may be fetched: normalised, without its fragment. `target`: path and query."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def checked_address(url: str, hosts: Collection[str] | None) -> CheckedAddress:
    """An address in its normal form. `hosts`: the only ones allowed, on default ports; None: any host. Refused names
    what is wrong: the scheme, credentials, the host, the form, or the path."""
    if len(url) > MAX_LENGTH or _UNPRINTABLE.search(url.strip()):
        raise Refused("address_refused", url[:200], "it is too long or has characters that a URL cannot have")
    given = urlsplit_or_none(url)
    if given is None or given.scheme.lower() not in DEFAULT_PORTS:
        raise Refused("scheme_refused", url, "only http and https addresses are fetched")
    if "@" in given.netloc:
        hidden = re.sub(r"//[^/?#]*@", "//***@", url)
        raise Refused("credentials_refused", hidden, "it contains a user name or password")
    if _climbs(given.path):
        raise Refused("path_refused", url, "its path leads above the root of the site")
    parts = urlsplit_or_none(normalise_url(url))
    if parts is None or not given.netloc or not parts.hostname or "@" in parts.netloc:
        raise Refused("address_refused", url, "it has no readable host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if not _HOST.match(host):
        raise Refused("host_refused", url, f"{host!r} is not a host name")
    default = DEFAULT_PORTS[parts.scheme]
    port = parts.port or default
    if hosts is not None and (host not in hosts or port != default):
        why = f"{parts.netloc} is not a host of this source ({', '.join(hosts)})"
        raise Refused("host_refused", url, why)
    parts = parts._replace(netloc=host if port == default else f"{host}:{port}", fragment="")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return CheckedAddress(parts.geturl(), parts.scheme, host, port, target)


def urlsplit_or_none(url: str) -> SplitResult | None:
    """The parts of a URL; None if it cannot be split or its port is no number."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def is_public(address: str) -> bool:
    """Is this IP address one of the public internet, itself and whatever address it stands for? An IPv6 address can
    stand for an IPv4 one: mapped, 6to4, Teredo, NAT64. Zone ids are refused."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is None:
            return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NOT_PUBLIC)
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _climbs(path: str) -> bool:
    """Does a path leave its root, or hide its dots behind escapes? Plain dots below the root are common."""
    depth = 0
    for segment in path.split("/")[1:]:
        depth += {"..": -1, ".": 0, "": 0}.get(segment, 1)
        if depth < 0:
            return True
    plain = path.count("..")
    for _ in range(3):
        path = unquote(path)
        if "\x00" in path or "\\" in path or path.count("..") > plain:
            return True
    return False


@dataclass(frozen=True, slots=True)
class LoopbackSite:
    """A loopback server that answers for a source's hosts. Addresses keep the source's own host everywhere (tables,
    sidecars, robots rules); only the connection goes to `base_url`, with the source's host in the Host header.
    `server_address` of a capture tells so."""

    base_url: str
    public_origin: str
    """Scheme and host that addresses under `base_url` are known by, as `https://www.example.org`."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme != "http" or not parts.port or not ip_address(parts.hostname or "").is_loopback:
            raise ValueError(f"{self.base_url!r} is not an http URL on loopback with a port")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.base_url).port or 80

    def public_url(self, url: str) -> str:
        """The public form of an address that the site itself named by its base URL."""
        base = f"http://{self.host}:{self.port}"
        rest = url.removeprefix(base)
        return self.public_origin + rest if rest != url and rest[:1] in ("", "/", "?") else url
