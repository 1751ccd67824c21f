"""Addresses of OGP pages: the many forms in which one page is linked, and the one that it is known by."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

import pycountry

from osint_ingest.sources.ogp.wording import codes
from osint_ingest.text.normalise import without_accents

HOST = "www.opengovpartnership.org"
_ARCHIVED = re.compile(
    r"https?://[^/\s]{1,255}/(?:[^/\s]{1,60}/){0,3}?\d{4,14}(?:[a-z]{2}_)?/(?=https?://)", re.I
)
"""Before an address, what web archives put there: `https://web.archive.org/web/20170301000000id_/`."""
_CODE = re.compile(r"[A-Z]{2,6}\d{4}")
Kind = Literal["commitment", "member", "plan"]


class Address(NamedTuple):
    """What an address says of its page. `slug` is that of a document under /documents/."""

    kind: Kind
    language: str
    member: str | None = None
    code: str | None = None
    slug: str | None = None

    @property
    def url(self) -> str:
        """The one form of this address: https, www, lower case, the code in capitals, a final slash."""
        prefix = "" if self.language == "en" else f"{self.language}/"
        if self.kind == "plan":
            return f"https://{HOST}/{prefix}documents/{self.slug}/"
        tail = f"commitments/{self.code}/" if self.code else ""
        return f"https://{HOST}/{prefix}members/{self.member}/{tail}"

    @property
    def document_id(self) -> str:
        return document_id(self.kind, self.code or self.slug or self.member or "", self.language)


def document_id(kind: Kind, name: str, language: str) -> str:
    """`ogp:EX0001`, `ogp:EX0001@es`, `ogp:plan/<slug>`, `ogp:member/<slug>`."""
    own = name if kind == "commitment" else f"{kind}/{name}"
    return f"ogp:{own}" if language == "en" else f"ogp:{own}@{language}"


def live(url: str) -> str:
    """An address without the prefix of a web archive."""
    return _ARCHIVED.sub("", url, count=1)


def of_ogp(url: str | None) -> bool:
    try:
        host = urlsplit(live(url or "")).hostname or ""
    except ValueError:
        return False
    return host == "opengovpartnership.org" or host.endswith(".opengovpartnership.org")


def is_pdf_address(url: str | None) -> bool:
    """Is this the address of a PDF on the partnership's site?"""
    return bool(url and of_ogp(url) and unquote(urlsplit(url).path).lower().endswith(".pdf"))


@cache
def _path() -> re.Pattern[str]:
    return re.compile(
        rf"/(?:(?P<language>{'|'.join(codes()[1:])})/)?"  # the first, English, has no part of its own
        r"(?:(?:members|(?:report/)?(?:countries|country))/(?P<member>[^/]+)(?:/(?:commitments?)/(?P<code>[a-z]{2,6}\d{4}))?"
        r"|documents/(?P<slug>[^/]+))/?$",
        re.I,
    )


@lru_cache(maxsize=8192)
def read_address(url: str | None) -> Address | None:
    """Return what an address of the partnership names, in any of its forms; None if it is no commitment, member or
    document."""
    if not url or not of_ogp(url):
        return None
    path = re.sub(r"/{2,}", "/", unquote(urlsplit(live(url)).path))
    match = _path().match(path)
    if not match:
        return None
    language = (match["language"] or "en").lower()
    if match["slug"]:
        return Address("plan", language, slug=match["slug"].lower())
    code = match["code"]
    kind: Kind = "commitment" if code else "member"
    return Address(kind, language, match["member"].lower(), code and code.upper())


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text.strip().upper()) is not None


def slug_of(name: str) -> str:
    """A name as it stands in addresses: `Elgeyo Marakwet, Kenya` -> `elgeyo-marakwet-kenya`."""
    plain = without_accents(name.casefold())
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain)).strip("-")


@cache
def _countries() -> dict[str, str]:
    """Slug of every name of every country -> ISO 3166-1 alpha-3."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for form in ("name", "common_name", "official_name"):
            if name := getattr(country, form, None):
                found.setdefault(slug_of(name), country.alpha_3)
    raw = tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))
    return {**found, **raw["countries"]}


@lru_cache(maxsize=4096)
def country_code(slug: str | None, name: str | None) -> str | None:
    """ISO 3166-1 alpha-3 of a member: `kenya`, `nairobi-kenya`, `Nairobi, Kenya` -> `KEN`."""
    for own in (slug, slug_of(name) if name else None):
        words = (own or "").split("-")
        for start in range(len(words)):
            if code := _countries().get("-".join(words[start:])):
                return code
    return None


def is_local(slug: str | None, name: str | None) -> bool:
    """Is a member local? Its name then has its country after a comma, its address after its own name."""
    in_country = slug and slug not in _countries() and country_code(slug, None)
    return bool(in_country or "," in (name or ""))
