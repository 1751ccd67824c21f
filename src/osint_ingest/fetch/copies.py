"""What an archive's answer says of the copy in it: the headers of the site, and whether the bytes are whole."""

from __future__ import annotations

import base64
import hashlib

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.store.sidecar import Headers

_ORIGINAL = "x-archive-orig-"
"""What archives put before the names of the headers that a site once sent."""


def as_sent(answer: Answer) -> Headers:
    """The headers of the site, which archives repeat under other names; what the body is, else by the archive's own."""
    of_site = [(n[len(_ORIGINAL) :], v) for n, v in answer.headers if n.lower().startswith(_ORIGINAL)]
    known = {name.lower() for name, _ in of_site}
    own = {"content-type", "content-encoding"} - known
    return (*of_site, *((n, v) for n, v in answer.headers if n.lower() in own))


def check_whole(place: str, digest: str | None, sent: Headers, data: bytes) -> None:
    """FetchFailed if the bytes are fewer than the site sent, or are not those that the index tells of.

    Both are told of the bytes as they were sent: of compressed or chunked ones nothing can be said.
    """
    told = {name.lower(): value.strip() for name, value in sent}
    if told.keys() & {"content-encoding", "transfer-encoding"}:
        return
    length = told.get("content-length", "")
    if length.isdecimal() and len(data) < int(length):
        said = f"{place}: the copy has {len(data):,} of {int(length):,} bytes"
        raise FetchFailed("truncated", said, LATER, again=True)
    sha1 = hashlib.sha1(data, usedforsecurity=False).digest()
    named = (digest or "").rpartition(":")[2].lower()
    if len(named) in (32, 40) and named not in (base64.b32encode(sha1).decode().lower(), sha1.hex()):
        said = f"{place}: the copy is not the one that the index names (its digest differs)"
        raise FetchFailed("digest_mismatch", said, LATER, again=True)
