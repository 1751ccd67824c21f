"""The one exception to "public addresses only": a site on loopback that stands in for a source's hosts."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class LoopbackSite:
    """A loopback server that answers for a source's hosts.

    Addresses keep the source's own host everywhere (tables, sidecars, robots rules); only the connection
    goes to `base_url`, with the source's host in the Host header. `server_address` of a capture tells so.
    """

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
