"""Addresses that stand before another one, undone: safe links of mail filters, `google.com/url`, `l.facebook.com`."""

import re
import tomllib
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from osint_ingest.text.urls import normalise_url

_DEEPEST = 5
_SIGNS = re.compile(r"[\w-]*")
_STAND_IN = re.compile(r"\*(?:\*(.))?", re.S)
_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""`**A` stands for two signs, `**B` for three, ..."""
_ONE_SLASH = re.compile(r"(?i)^(https?:/)(?!/)")


def unwrapped(url: str) -> str | None:
    """Return the target that a redirect's own address names, normalised; None for an address that is no redirect."""
    found = url
    for _ in range(_DEEPEST):
        inner = _inner(found)
        if inner is None:
            break
        found = inner
    return None if found == url else normalise_url(found)


def _inner(url: str) -> str | None:
    parts = _parts(url)
    if parts is None:
        return None
    labels = (parts.hostname or "").removeprefix("www.").split(".")
    names = [f"{labels[0]}.*", *(".".join(labels[i:]) for i in range(len(labels) - 1))]
    known = (r for name in names for r in _redirects().get(name, ()) if parts.path.startswith(r["path"]))
    for target in (target for redirect in known for target in _targets(redirect, parts)):
        there = _parts(target)
        if there and there.scheme.lower() in ("http", "https") and "." in (there.hostname or ""):
            return target
    return None


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _targets(redirect: Mapping[str, Any], parts: SplitResult) -> Iterator[str]:
    """What stands where a redirect keeps the other address, in plain writing."""
    after, code = parts._replace(scheme="", netloc="").geturl(), redirect.get("code")
    names = redirect.get("parameters", ())
    if code == "proofpoint 3":
        yield _proofpoint_3(after)
    elif code == "path":
        yield from (unquote(after[m.start() :]) for m in re.finditer(r"(?i)https?(?::|%3a)", after))
    elif code == "query":
        yield unquote(parts.query)
    values = dict(parse_qsl(parts.query)) if names else {}
    for value in (values[name] for name in names if name in values):
        if code == "proofpoint 2":
            yield unquote(value.replace("-", "%").replace("_", "/"))
        else:
            yield _from_base64(value) if code == "base64" else value


def _proofpoint_3(wrapped: str) -> str:
    """`/v3/__https://host/a*b__;Iw!!...`: each `*` stands for a sign of those after the semicolon, in base64."""
    url, _, code = wrapped.partition("/v3/__")[2].rpartition("__;")
    signs = iter(_from_base64(_SIGNS.match(code)[0]))  # type: ignore[index]  # it can be empty

    def put_back(stand_in: re.Match[str]) -> str:
        run = stand_in[1]
        count = _RUN.find(run) + 2 if run else 1
        return "".join(next(signs, "") for _ in range(count))

    return _ONE_SLASH.sub(r"\1/", _STAND_IN.sub(put_back, unquote(url)))


def _from_base64(value: str) -> str:
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8")
    except ValueError:
        return ""


@cache
def _redirects() -> Mapping[str, list[dict[str, Any]]]:
    """The rows of `redirects.toml` by their host."""
    text = files("osint_ingest.text").joinpath("redirects.toml").read_text(encoding="utf-8")
    by_host = defaultdict(list)
    for row in tomllib.loads(text)["redirect"]:
        by_host[row["host"].removeprefix("www.")].append(row)
    return by_host
