"""Files beside the captures: the copies of cited addresses that web archives have, and people's judgements about names.

`archived-<time>.jsonl`, a line an address: a run writes a file every few lookups, so one that is killed loses little;
the next run joins the files. Copies kept here lie beside them as `cited-<time>-<start of the SHA-256>.warc.gz`, one
address each. `judgements.csv` is read by every run and written only by `osint-ingest judge` and by hand.
"""

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import TypeAdapter

from osint_ingest.model import Capture
from osint_ingest.settings import Settings
from osint_ingest.store.folder import open_folder, read_lines
from osint_ingest.store.layout import CaptureDetails, stamp, stem
from osint_ingest.store.warc import warc_writer, write_capture

LISTS, KEPT = "archived-", "cited-"


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """A kept copy of an address. `found_by`: timemap, availability, saved (an archive was asked to take it), or kept
    (here; `archived_url` is then a path in raw/)."""

    archived_at: datetime
    archived_url: str
    found_by: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found of an address for documents of these dates; no copies: nobody has one."""

    url: str
    looked_up_at: datetime
    dates: tuple[date, ...]
    copies: tuple[ArchivedCopy, ...]


_LOOKUP = TypeAdapter(Lookup)


def read_lookups(raw: str) -> dict[str, Lookup]:
    """Return the latest lookup of each address. Raises ValueError that names a line that cannot be read."""
    folder = open_folder(raw)
    return {found.url: found for found in read_lines(folder, sorted(folder.names(LISTS)), _LOOKUP)}


def add_lookups(raw: str, lookups: Iterable[Lookup]) -> None:
    if lines := [_LOOKUP.dump_json(one) + b"\n" for one in lookups]:
        open_folder(raw).write({f"{LISTS}{stamp(datetime.now(UTC))}.jsonl": b"".join(lines)})


def keep_lookups(raw: str, urls: Collection[str]) -> None:
    """Joins the files into one that holds only these addresses; copies of others that were kept here go too."""
    folder, found = open_folder(raw), read_lookups(raw)
    before = [*folder.names(LISTS), *folder.names(KEPT)]
    left = [lookup for url, lookup in sorted(found.items()) if url in urls]
    add_lookups(raw, left)
    needed = {copy.archived_url for lookup in left for copy in lookup.copies}
    folder.remove(*(name for name in before if name not in needed))


def keep_bytes(raw: str, capture: Capture, data: bytes, details: CaptureDetails, software: str) -> str:
    """Writes bytes as a WARC file of their own and returns its path in raw/."""
    out, name = io.BytesIO(), f"{KEPT}{stem(capture)}.warc.gz"
    write_capture(warc_writer(out, software, "cited addresses"), capture, data, details)
    open_folder(raw).write({name: out.getvalue()})
    return name


JUDGEMENTS = "judgements.csv"
HEADER = "judgement,label,name,value,country,note\n"


def _judgements_at(settings: Settings) -> tuple[str, str]:
    raw = settings.raw.rstrip("/")
    path = settings.judgements or f"{raw.rpartition('/')[0] if '/' in raw else '.'}/{JUDGEMENTS}"
    folder, _, name = path.rpartition("/")
    return folder or ".", name


def read_judgements(settings: Settings) -> str:
    """The text of the file of judgements: that of the setting, else `judgements.csv` beside `raw`; "" without one."""
    folder, name = _judgements_at(settings)
    try:
        return open_folder(folder).read(name).decode("utf-8-sig")
    except FileNotFoundError:
        return ""


def add_judgement(settings: Settings, line: str) -> str:
    """Adds a line, and the header before the first; returns where it is."""
    folder, name = _judgements_at(settings)
    text = read_judgements(settings) or HEADER
    text += "" if text.endswith("\n") else "\n"
    open_folder(folder).write({name: (text + line).encode()})
    return f"{folder}/{name}"
