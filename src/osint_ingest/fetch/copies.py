"""The exact bytes of a capture, asked of a web archive: as a replay or as a WARC record, with its time, and whole."""

import base64
import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from osint_ingest.fetch.acceptance import accept
from osint_ingest.fetch.archives import STAMP, at_endpoint, moment_of_stamp
from osint_ingest.fetch.cdx import Archive, IndexRow
from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.fetch.follow import Follower
from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address
from osint_ingest.model import Capture
from osint_ingest.sources import SourceConfig
from osint_ingest.store import CaptureDetails, capture_of
from osint_ingest.store.media import charset_of, charset_told
from osint_ingest.store.sidecar import Headers
from osint_ingest.store.warc import WarcDamaged, read_record

_ORIGINAL = "x-archive-orig-"  # what archives put before the names of the headers that a site once sent


class Copies:
    """Fetches copies of a source's pages from an archive. `is_page`: is an address one of these pages?"""

    def __init__(
        self, archive: Archive, config: SourceConfig, follower: Follower, is_page: Callable[[str], bool]
    ) -> None:
        self._archive, self._config = archive, config
        self._follower = follower
        self._is_page = is_page

    def fetch(self, row: IndexRow, address: CheckedAddress) -> tuple[Capture, bytes, CaptureDetails]:
        """A capture with its bytes. FetchFailed says why it cannot be had; otherwise as `PoliteClient.ask`."""
        place = at_endpoint(self._archive.captures, row.url, row.timestamp)
        captured_at, data = moment_of_stamp(row.timestamp), b""
        if row.filename and "{filename}" in place:
            place, headers = place.replace("{filename}", row.filename), _range(row)
            answer = self.ask(place, headers=headers, statuses=(206,))
            data, sent = self._from_record(place, answer)
            place = f"{answer.address.url}#bytes={row.offset}-{row.length}"
        else:
            answer = self.ask(place, statuses=(200,))
            address, captured_at = self._answered_for(row, address, place, answer)
            data, sent, place = answer.body, _as_sent(answer), answer.address.url
        same = captured_at == moment_of_stamp(row.timestamp)
        _check_whole(place, row.digest if same else None, sent, data)
        judged = replace(answer, address=address, headers=sent, body=data)
        media_type = accept(judged, self._config.must_contain)
        charset = charset_told(judged.header("content-type"))
        capture = replace(
            capture_of(address.url, captured_at, data),
            source=self._config.name,
            final_url=address.url,
            http_status=200,
            media_type=media_type,
            charset=charset or (charset_of(data) if media_type == "text/html" else None),
            licence=self._config.licence or None,
            archived_url=place,
        )
        return capture, data, answer.details("archive")

    def _from_record(self, place: str, answer: Answer) -> tuple[bytes, Headers]:
        try:
            record = read_record(answer.body)
        except WarcDamaged as damaged:
            raise FetchFailed("truncated", f"{place}: the record {damaged}", LATER, again=True) from damaged
        if record is None:
            raise FetchFailed("unexpected_type", f"{place}: the record holds no page and no PDF", "")
        return record[1], record[2].response_headers

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
                said = f"{asked}: the archive leads to {answer.address.url}, which is no capture of the page"
                raise FetchFailed("redirected_away", said, "")
            stamp = found[1]
        try:
            told = parsedate_to_datetime(answer.header("memento-datetime") or "").astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return address, moment_of_stamp(stamp)
        return address, told

    def ask(self, url: str, *, headers: Headers = (), statuses: Collection[int] = (200, 404)) -> Answer:
        """`Follower.usable`; an address that may not be asked is a failure like others."""
        try:
            return self._follower.usable(url, headers=headers, statuses=statuses)
        except Refused as refused:
            raise FetchFailed(refused.code, f"{url}: leads to {refused}", "") from refused


def _range(row: IndexRow) -> Headers:
    try:
        start = int(row.offset or "")
        return (("Range", f"bytes={start}-{start + int(row.length or '') - 1}"),)
    except ValueError:
        raise FetchFailed("bad_index", f"{row.filename}: the index gives no place in the file", "") from None


def _as_sent(answer: Answer) -> Headers:
    """The headers of the site, which archives repeat under other names; what the body is, else by the archive's own."""
    of_site = [(n[len(_ORIGINAL) :], v) for n, v in answer.headers if n.lower().startswith(_ORIGINAL)]
    known = {name.lower() for name, _ in of_site}
    own = {"content-type", "content-encoding"} - known
    return (*of_site, *((n, v) for n, v in answer.headers if n.lower() in own))


def _check_whole(place: str, digest: str | None, sent: Headers, data: bytes) -> None:
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
