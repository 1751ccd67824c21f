"""What was forgotten: one line each, without its content, in `forgotten.jsonl` beside the captures. A line is written
before anything is removed (`begun`) and written again when all of it is gone (`done`): a process that is killed in
between leaves what the next one needs to complete it. What a line names is not taken in again until someone lifts it.
Addresses and ids are masked as in documents; an address is recognised by its hash."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from pydantic import TypeAdapter

from osint_ingest.model import Capture, Finding
from osint_ingest.store.folder import open_folder, read_lines
from osint_ingest.text.privacy import mask
from osint_ingest.text.urls import normalise_url

FORGOTTEN = "forgotten.jsonl"
AGAIN = "to take it in again all the same: osint-ingest ingest --again"
State = Literal["begun", "done", "lifted"]


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be removed: documents by id, captures by address or by the SHA-256 of their bytes. `sharing` are
    documents of other addresses that have, or once had, the very same bytes."""

    documents: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()
    sharing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForgottenLine:
    """One line: what was forgotten, when and why. `addresses` are the hashes of its addresses; `targets` name
    everything in clear, and are there only until it is done."""

    at: datetime
    state: State
    documents: tuple[str, ...]
    urls: tuple[str, ...]
    sha256: tuple[str, ...]
    addresses: tuple[str, ...]
    reason: str | None = None
    lifted_at: datetime | None = None
    targets: Targets | None = None

    def finding(self, what: str, stage: str) -> Finding:
        """Return the finding for a run that meets it again. `what`: the address or path that was met."""
        why = f": {self.reason}" if self.reason else ""
        message = f"{mask(what)[0]}: it was forgotten on {self.at:%Y-%m-%d}{why}; it is left out"
        return Finding("info", stage, "forgotten", message, AGAIN)


class ForgottenList:
    """The lines of a `raw` folder or fsspec URL. Reading is for everybody, writing for the one writer."""

    def __init__(self, root: str) -> None:
        self._folder = open_folder(root)
        self.lines = list(read_lines(self._folder, [FORGOTTEN], _LINE))
        self._index()

    def begun(self) -> list[ForgottenLine]:
        """What a process that was killed did not complete."""
        return [line for line in self.lines if line.state == "begun"]

    def line_of(self, url: str, sha256: str | None = None) -> ForgottenLine | None:
        """Return the line that forbids an address or bytes; None if there is none."""
        if not self.lines:  # most runs: no address is hashed
            return None
        return self._by_address.get(address_key(url)) or self._by_bytes.get(sha256 or "")

    def line_called(self, name: str) -> ForgottenLine | None:
        """Return the line that forbids a document's id or an address; None if there is none."""
        valid = (line for line in self.lines if line.state != "lifted")
        return self.line_of(name) or next((line for line in valid if mask(name)[0] in line.documents), None)

    def sift(self, captures: Iterable[Capture]) -> tuple[list[Capture], list[tuple[Finding, str]]]:
        """The captures that may be read, and what `issues` says of the others, with the address of each."""
        kept, findings = [], []
        for capture in captures:
            line = self.line_of(capture.url, capture.content_sha256)
            if line is None:
                kept.append(capture)
            else:
                findings.append((line.finding(capture.url, "discover"), mask(capture.url)[0]))
        return kept, findings

    def begin(self, targets: Targets, reason: str | None) -> ForgottenLine:
        line = ForgottenLine(
            at=datetime.now(UTC).replace(microsecond=0),
            state="begun",
            reason=reason,
            documents=_masked(targets.documents),
            urls=_masked(targets.urls),
            sha256=targets.sha256,
            addresses=tuple(sorted({address_key(url) for url in targets.urls})),
            targets=targets,
        )
        self._write([*self.lines, line])
        return line

    def complete(self, line: ForgottenLine) -> None:
        """Record that all of it is gone; its names in clear are no longer kept."""
        done = replace(line, state="done", targets=None)
        self._write([done if known == line else known for known in self.lines])

    def lift(self, url: str, sha256: str | None = None) -> None:
        """Lets an address or bytes be taken in again, with all that was forgotten together with them."""
        now = datetime.now(UTC)
        while line := self.line_of(url, sha256):
            lifted = replace(line, state="lifted", lifted_at=now)
            self._write([lifted if known == line else known for known in self.lines])

    def _index(self) -> None:
        valid = [line for line in self.lines if line.state != "lifted"]
        self._by_address = {key: line for line in valid for key in line.addresses}
        self._by_bytes = {sha256: line for line in valid for sha256 in line.sha256}

    def _write(self, lines: list[ForgottenLine]) -> None:
        rows = [_LINE.dump_json(line, exclude_none=True) + b"\n" for line in lines]
        self._folder.write({FORGOTTEN: b"".join(rows)})
        self._folder.settle()
        self.lines = lines
        self._index()


def address_key(url: str) -> str:
    """Hash of an address in whatever form it is written: scheme, case of the host, fragment and a last slash aside."""
    return hashlib.sha256(plain_address(url).encode()).hexdigest()


def plain_address(url: str) -> str:
    """An address as it is compared: without scheme, fragment and last slash."""
    known = normalise_url(url).partition("#")[0]
    return known.removeprefix("https://").removeprefix("http://").rstrip("/")


def _masked(texts: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({mask(text)[0] for text in texts}))


_LINE = TypeAdapter(ForgottenLine)
