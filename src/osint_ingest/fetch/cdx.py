"""Web archives: those that are known, the CDX index of one, read page by page, and the exact bytes of a capture,
fetched as a replay or as a WARC record and checked to be whole."""

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files
from ipaddress import ip_address
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from osint_ingest.fetch.archives import STAMP, at_endpoint, moment_of_stamp
from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.fetch.follow import Follower
from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address
from osint_ingest.fetch.visit import accept, captured
from osint_ingest.model import Capture, RefusedRun
from osint_ingest.settings import Settings
from osint_ingest.sources.base import SourceConfig
from osint_ingest.store import CaptureDetails
from osint_ingest.store.layout import Headers
from osint_ingest.store.warc import WarcDamaged, read_record

Paging = Literal["resume_key", "number"]
Read = TypeVar("Read")
Match = Literal["prefix", "exact"]

PAGE_ROWS = 5000  # rows that are asked for at a time, where the index takes a limit
TRIES = 3  # times that an answer is asked for again which came whole but cannot be right
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_STAMP = re.compile(r"\d{14}")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Archive:
    """A web archive; `archives.toml` says what each field means."""

    name: str
    captures: str
    index: str = ""
    paging: Paging = "resume_key"
    collections: str = ""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A capture that an index names. `key` is the address in the index's own normal form; `filename`, `offset` and
    `length` lead to its WARC record."""

    key: str
    url: str
    timestamp: str
    media_type: str | None
    status: str | None
    digest: str | None
    filename: str | None
    offset: str | None
    length: str | None
    truncated: bool


def archive_for(config: SourceConfig, settings: Settings, name: str | None = None) -> Archive | None:
    """The archive of that name, else the one of the settings, else the source's first; None if there is none. Raises
    RefusedRun for an unknown name, or where half of the settings is missing."""
    text = files(__package__).joinpath("archives.toml").read_text(encoding="utf-8")
    known = {key: Archive(key, **told) for key, told in tomllib.loads(text).items()}
    if bool(settings.archive_index) != bool(settings.archive_captures):
        raise RefusedRun("Set OSINT_INGEST_ARCHIVE_INDEX and OSINT_INGEST_ARCHIVE_CAPTURES together.")
    if name is None and settings.archive_index and settings.archive_captures:
        host = urlsplit(settings.archive_index).netloc
        return Archive(host, settings.archive_captures, settings.archive_index, settings.archive_paging)
    name = name or next(iter(config.archives), None)
    if name is not None and name not in known:
        raise RefusedRun(f"No archive is called {name!r}. Available: {', '.join(known)}.")
    return known[name] if name else None


def on_this_machine(settings: Settings) -> set[tuple[str, int]]:
    """Host and port of the archive that the settings name, if it is on loopback."""
    found = set()
    for parts in (urlsplit(url) for url in (settings.archive_index, settings.archive_captures) if url):
        try:
            if ip_address(parts.hostname or "").is_loopback:
                found.add((str(parts.hostname), parts.port or {"http": 80}.get(parts.scheme, 443)))
        except ValueError:
            continue
    return found


class Index:
    """The index of an archive, asked by `ask`. `since`: the first year that is wanted."""

    def __init__(self, archive: Archive, ask: Callable[[str], Answer], since: int | None = None) -> None:
        self._archive, self._ask, self._since = archive, ask, since
        self._named = [archive.index] if archive.index else []

    def questions(self, under: str, match: Match) -> list[str]:
        """The addresses that are asked for all captures of an address, or of those that begin with it."""
        parameters = {
            "url": under,
            "matchType": match,
            "output": "json",
            "filter": "statuscode:200",
            "collapse": "digest",
        }
        if self._since:
            parameters["from"] = str(self._since)
        if self._archive.paging == "resume_key":
            parameters |= {"fl": ",".join(_FIELDS), "limit": str(PAGE_ROWS), "showResumeKey": "true"}
        if not self._named:
            listed = self._archive.collections
            self._named = self._read(listed, lambda body: [str(one["cdx-api"]) for one in json.loads(body)])
        return [f"{index}{'&' if '?' in index else '?'}{urlencode(parameters)}" for index in self._named]

    def pages(self, question: str, start: str | None = None) -> Iterator[tuple[list[IndexRow], str | None]]:
        """Yield the rows of each page of an answer, and where the next page begins; `start` is such a place. Rows
        before the first year are left out: not every index does so. FetchFailed if the index cannot be asked or read;
        otherwise as `PoliteClient.ask`."""
        by_key = self._archive.paging == "resume_key"
        found = self._by_key(question, start) if by_key else self._by_number(question, int(start or 0))
        for rows, following in found:
            yield [row for row in rows if row.timestamp >= str(self._since or "")], following

    def _by_key(self, question: str, key: str | None) -> Iterator[tuple[list[IndexRow], str | None]]:
        while True:
            # the Wayback Machine hands its keys out percent-encoded, others as they are
            put = key if key is None or _ENCODED.search(key) else quote(key, safe="")
            rows, following = self._read(question if put is None else f"{question}&resumeKey={put}", _parsed)
            if following is None and len(rows) == PAGE_ROWS:
                message = (
                    f"{self._archive.name}: its index ends after {PAGE_ROWS:,} rows without a resume key"
                )
                raise FetchFailed("bad_index", message, "Set OSINT_INGEST_ARCHIVE_PAGING=number.")
            following = None if following == key else following
            yield rows, following
            if following is None:
                return
            key = following

    def _by_number(self, question: str, page: int) -> Iterator[tuple[list[IndexRow], str | None]]:
        count = self._read(f"{question}&showNumPages=true", _number_of_pages)
        for number in range(page, count):
            rows, _ = self._read(f"{question}&page={number}", _parsed)
            yield rows, str(number + 1) if number + 1 < count else None

    def _read(self, url: str, parse: Callable[[bytes], Read]) -> Read:
        error: Exception | None = None
        for _ in range(TRIES):
            answer = self._ask(url)
            try:
                return parse(b"" if answer.status == 404 else answer.body)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as failed:
                error = failed
        message = f"{url}: expected rows of a CDX index as JSON, found something else ({error})"
        raise FetchFailed("bad_index", message, LATER) from error


def _number_of_pages(body: bytes) -> int:
    """An index that does not know the question answers it with rows: it has one page."""
    text = body.strip()
    if text.isdigit():
        return int(text)
    known = json.loads(text.splitlines()[0]) if text else {"pages": 0}
    return int(known["pages"]) if isinstance(known, dict) and "pages" in known else 1


def _parsed(body: bytes) -> tuple[list[IndexRow], str | None]:
    """Rows, and the resume key behind them: one JSON list with a header (Wayback), or an object a line (pywb)."""
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith("["):
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [row for line in lines if (row := _row(line))], None
    listed = json.loads(text)
    key = None
    if len(listed) > 1 and listed[-2] == []:
        key, listed = str(listed[-1][0]), listed[:-2]
    header = _FIELDS
    if listed and "timestamp" in listed[0]:
        header, listed = listed[0], listed[1:]
    return [row for line in listed if line and (row := _row(dict(zip(header, line, strict=False))))], key


def _row(fields: dict[str, Any]) -> IndexRow | None:
    url, timestamp = fields.get("original") or fields.get("url"), str(fields.get("timestamp", ""))
    if not isinstance(url, str) or not _STAMP.fullmatch(timestamp):
        return None
    named = {name: fields.get(name) for name in ("digest", "filename", "offset", "length")}
    named |= {
        "status": fields.get("statuscode", fields.get("status")),
        "media_type": fields.get("mimetype") or fields.get("mime"),
    }
    texts = {name: None if value is None else str(value) for name, value in named.items()}
    return IndexRow(
        str(fields.get("urlkey") or url), url, timestamp, truncated=bool(fields.get("truncated")), **texts
    )


_ORIGINAL = "x-archive-orig-"  # what archives put before the names of the headers that a site once sent


class Copies:
    """Fetches copies of a source's pages from an archive. `is_page`: is an address one of these pages?"""

    def __init__(
        self, archive: Archive, config: SourceConfig, follower: Follower, is_page: Callable[[str], bool]
    ) -> None:
        self._archive, self._config, self._follower, self._is_page = archive, config, follower, is_page

    def fetch(self, row: IndexRow, address: CheckedAddress) -> tuple[Capture, bytes, CaptureDetails]:
        """A capture with its bytes. FetchFailed says why it cannot be had; otherwise as `PoliteClient.ask`."""
        place = at_endpoint(self._archive.captures, row.url, row.timestamp)
        captured_at = moment_of_stamp(row.timestamp)
        if row.filename and "{filename}" in place:
            place = place.replace("{filename}", row.filename)
            try:
                start = int(row.offset or "")
                part = f"bytes={start}-{start + int(row.length or '') - 1}"
            except ValueError:
                message = f"{row.filename}: the index gives no place in the file"
                raise FetchFailed("bad_index", message, "") from None
            answer = self.ask(place, headers=(("Range", part),), statuses=(206,))
            try:
                record = read_record(answer.body)
            except WarcDamaged as damaged:
                message = f"{place}: the record {damaged}"
                raise FetchFailed("truncated", message, LATER, again=True) from damaged
            if record is None:
                raise FetchFailed("unexpected_type", f"{place}: the record holds no page and no PDF", "")
            data, sent = record[1], record[2].response_headers
            place = f"{answer.address.url}#bytes={row.offset}-{row.length}"
        else:
            answer = self.ask(place, statuses=(200,))
            address, captured_at = self._answered_for(row, address, place, answer)
            data, sent, place = answer.body, _as_sent(answer), answer.address.url
        same = captured_at == moment_of_stamp(row.timestamp)
        _check_whole(place, row.digest if same else None, sent, data)
        judged = replace(answer, address=address, headers=sent, body=data)
        media_type = accept(judged, self._config.must_contain)
        capture = captured(judged, media_type, self._config, captured_at, archived_url=place)
        return capture, data, answer.details("archive")

    def _answered_for(
        self, row: IndexRow, address: CheckedAddress, asked: str, answer: Answer
    ) -> tuple[CheckedAddress, datetime]:
        """The address and the time that an archive answered for: it leads to another capture where it lacks one."""
        stamp = row.timestamp
        if answer.address.url != checked_address(asked, None).url:
            found = STAMP.search(answer.address.url)
            original = answer.address.url[found.end(1) :].partition("/")[2] if found else ""
            try:
                address = checked_address(original, self._config.hosts)
            except Refused:
                found = None
            if found is None or not self._is_page(address.url):
                message = (
                    f"{asked}: the archive leads to {answer.address.url}, which is no capture of the page"
                )
                raise FetchFailed("redirected_away", message, "")
            stamp = found[1]
        try:
            moment = parsedate_to_datetime(answer.header("memento-datetime") or "").astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return address, moment_of_stamp(stamp)
        return address, moment

    def ask(self, url: str, *, headers: Headers = (), statuses: Collection[int] = (200, 404)) -> Answer:
        """`Follower.usable`; an address that may not be asked is a failure like others."""
        try:
            return self._follower.usable(url, headers=headers, statuses=statuses)
        except Refused as refused:
            raise FetchFailed(refused.code, f"{url}: leads to {refused}", "") from refused


def _as_sent(answer: Answer) -> Headers:
    """The headers of the site, which archives repeat under other names; what the body is, else by the archive's own."""
    of_site = [(n[len(_ORIGINAL) :], v) for n, v in answer.headers if n.lower().startswith(_ORIGINAL)]
    known = {name.lower() for name, _ in of_site}
    own = {"content-type", "content-encoding"} - known
    return (*of_site, *((n, v) for n, v in answer.headers if n.lower() in own))


def _check_whole(place: str, digest: str | None, sent: Headers, data: bytes) -> None:
    """FetchFailed if the bytes are fewer than the site sent, or are not those that the index tells of. Both are headers
    of the bytes as they were sent: of compressed or chunked ones nothing can be said."""
    headers = {name.lower(): value.strip() for name, value in sent}
    if headers.keys() & {"content-encoding", "transfer-encoding"}:
        return
    length = headers.get("content-length", "")
    if length.isdecimal() and len(data) < int(length):
        message = f"{place}: the copy has {len(data):,} of {int(length):,} bytes"
        raise FetchFailed("truncated", message, LATER, again=True)
    sha1 = hashlib.sha1(data, usedforsecurity=False).digest()
    named = (digest or "").rpartition(":")[2].lower()
    if len(named) in (32, 40) and named not in (base64.b32encode(sha1).decode().lower(), sha1.hex()):
        message = f"{place}: the copy is not the one that the index names (its digest differs)"
        raise FetchFailed("digest_mismatch", message, LATER, again=True)
