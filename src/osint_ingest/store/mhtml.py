"""MHTML, what a browser saves as "webpage, single file": the page inside it, with its address and moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime

from osint_ingest.model import Capture
from osint_ingest.store.raw import capture_of

_HEAD = 4096


def is_mhtml(data: bytes) -> bool:
    """Do these bytes begin as a multipart/related message does?"""
    head = data[:_HEAD].lower()
    return b"multipart/related" in head and b"mime-version:" in head and not head.lstrip().startswith(b"<")


def read_mhtml(data: bytes, saved: datetime) -> tuple[Capture, bytes] | None:
    """The page of an MHTML file, its transfer encoding undone; None if it holds none.

    `saved`: the moment that counts where the file does not tell one.
    """
    message = message_from_bytes(data, policy=policy.default)
    part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    page = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(page, bytes) or not page.strip():
        return None
    told = message.get("Snapshot-Content-Location") or part.get("Content-Location") or ""
    address = str(told).strip()
    capture = capture_of(address, _moment(message.get("Date")) or saved, page)
    if not address.startswith(("http://", "https://")):
        capture = replace(capture, url=f"file:{capture.content_sha256[:12]}")
    return replace(
        capture, media_type="text/html", charset=part.get_content_charset() or capture.charset
    ), page


def _moment(date: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(date)) if date else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
