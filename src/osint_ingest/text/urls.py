"""URLs as text and as addresses. Normalised by w3lib; domains by the public suffix list, offline."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import urljoin, urlsplit

import tldextract
from w3lib.url import canonicalize_url


@cache
def _suffixes() -> tldextract.TLDExtract:
    # no suffix_list_urls: the snapshot inside the package, never the network
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=20_000)
def normalise_url(url: str, base: str | None = None) -> str:
    """An absolute, normalised form of a URL: scheme and host lower case, escapes made even.

    A bare `www.` or domain gets `https://`. The fragment and the order of the query are kept: both can
    matter to the page meant. A string that is no URL comes back stripped.
    """
    stripped = url.strip()
    if base:
        stripped = urljoin(base, stripped)
    scheme, colon, rest = stripped.partition(":")
    if not colon or (not rest.startswith("//") and "." in scheme):
        stripped = f"https://{stripped}"
    if stripped[:7].lower() == "mailto:":
        return "mailto:" + stripped[7:]
    try:
        parts = urlsplit(stripped)
        if not parts.netloc:
            return stripped
        query, canonical = parts.query, urlsplit(canonicalize_url(stripped, keep_fragments=True))
    except ValueError:
        return stripped
    return canonical._replace(query=query).geturl()


@lru_cache(maxsize=20_000)
def host_of(url: str) -> str | None:
    """The host of an absolute URL, lower case; None where there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def registered_domain(url: str) -> str | None:
    """`datos.gob.example.ar` -> `example.ar` by the public suffix list; None for an IP or no host."""
    host = host_of(url)
    if not host:
        return None
    return _suffixes()(host).top_domain_under_public_suffix or None
