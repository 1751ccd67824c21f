"""Ingest files and addresses given by hand: check them before anything is written, put them into raw/, and remove them
again if none can be read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pyarrow.compute as pc

from osint_ingest.model import Finding, RefusedRun
from osint_ingest.read import staging
from osint_ingest.read.documents import unknown_kind
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import StagedBatch
from osint_ingest.release.folder import Releases
from osint_ingest.settings import Settings
from osint_ingest.sources import Source, all_sources, source_for
from osint_ingest.store import RawStore
from osint_ingest.store.at_hand import AtHand, NotTaken, files_at_hand, web_address
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.text.masking import mask_text

PlacedFinding = tuple[Finding, str | None]
"""A finding and the address or path that it is about."""

_DOCUMENTS = ("application/pdf", "text/html")

_ANSWERED = ("new", "changed", "unchanged", "alias")


class NothingReadable(RefusedRun):
    """None of the arguments can be read: no release was made, and nothing of them was kept. The message names each
    with the reason."""

    def __init__(self, findings: Iterable[PlacedFinding]) -> None:
        self.findings = tuple(findings)
        lines = (described(finding, place) for finding, place in self.findings)
        message = "Nothing to read among the arguments, so there is no new release."
        super().__init__("\n  ".join([message, *lines]))


def described(finding: Finding, place: str | None) -> str:
    """A finding in a line: what happened, where, what to do."""
    where = f"{place}: " if place and not finding.message.startswith(place) else ""
    stop = "" if finding.message.endswith((".", "!", "?")) else "."
    return f"{where}{finding.message}{stop} {finding.hint or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of an ingest: local `paths`, `addresses` to fetch, the `url` of a single file. `again`: also read
    documents that were forgotten."""

    paths: tuple[str, ...]
    addresses: tuple[str, ...]
    url: str | None = None
    again: bool = False

    @classmethod
    def of(cls, arguments: Iterable[str | Path], url: str | None = None, *, again: bool = False) -> Self:
        """Sorts the arguments. Raises RefusedRun if `url` is no address, or not that of one file."""
        given = [str(argument) for argument in arguments]
        addresses = tuple(a for a in given if a.lower().startswith(("http://", "https://")))
        paths = tuple(a for a in given if a not in addresses)
        if url is not None:
            _check_url(url, paths, addresses)
        return cls(paths, addresses, url, again)

    def check(self) -> None:
        """Raises NothingReadable if none of them can be a document, before anything is written."""
        findings: list[PlacedFinding] = []
        if self.addresses:
            return
        for found in files_at_hand(self.paths, url=self.url):
            if isinstance(found, NotTaken):
                findings.append(_finding(found))
            elif found.capture.media_type in _DOCUMENTS or _source_of(found) is not None:
                return
            else:
                why = unknown_kind(found.data)
                findings.append((Finding("error", "read", why.code, why.message, why.hint), str(found.path)))
        if findings:
            raise NothingReadable(findings)


def _check_url(url: str, paths: Sequence[str], addresses: Sequence[str]) -> None:
    example = "for example --url https://example.org/report.pdf"
    if web_address(url) is None:
        raise RefusedRun(
            f"--url: expected an http or https address, found {url!r}. "
            f"Give the address that the file was saved from, {example}."
        )
    others = [p for p in paths if not Path(p).is_file()]
    if len(paths) == 1 and not others and not addresses:
        return
    found = f"{len(paths) + len(addresses)} arguments"
    if len(paths) + len(addresses) == 1:
        found = f"an address: {addresses[0]}" if addresses else f"a folder: {others[0]}"
        if not addresses and not Path(others[0]).is_dir():
            return  # a path that is not there says so itself
    raise RefusedRun(
        f"--url: expected one file, found {found}. Ingest each file with its own --url, "
        'or put a .json with {"url": "..."} beside it.'
    )


def _source_of(found: AtHand) -> Source | None:
    try:
        return source_for(all_sources(), found.capture, found.data)
    except Exception:  # it is read all the same: then it is named what is wrong with it
        return None


def _finding(found: NotTaken) -> PlacedFinding:
    return Finding("error", "discover", found.code, found.message, found.hint), str(found.path)


def _same_bytes(path: Path, other: str) -> PlacedFinding:
    message = f"{path} is the same file as {other}: it was read once."
    return Finding("info", "discover", "same_file", message, "Nothing to do."), str(path)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was put into raw/: the path of each file by its address, all addresses, each with the SHA-256 of its bytes
    if they are new, and findings for what could not be used."""

    paths: Mapping[str, str]
    urls: frozenset[str]
    hashes: frozenset[tuple[str, str]]
    findings: tuple[PlacedFinding, ...]


def take(given: Given, settings: Settings, store: RawStore | None = None) -> Taken:
    """Put files into raw/ and fetch addresses. Raises NothingReadable if none could be had."""
    store = store or RawStore(settings.raw)
    keep, forgotten = settings.keep_personal_data, ForgottenList(settings.raw)
    places: dict[str, str] = {}
    hashes: set[tuple[str, str]] = set()
    findings: list[PlacedFinding] = []
    for found in files_at_hand(given.paths, url=given.url):
        if isinstance(found, NotTaken):
            findings.append(_finding(found))
            continue
        if given.again:
            forgotten.lift(found.capture.url, found.capture.content_sha256)
        elif line := forgotten.line_of(found.capture.url, found.capture.content_sha256):
            findings.append((line.finding(str(found.path), "discover"), str(found.path)))
            continue
        source = _source_of(found)
        capture = replace(found.capture, source=source.config.name) if source else found.capture
        store.put(capture, found.data, details=found.details)
        url = capture.url if keep else mask_text(capture.url)  # as a plan has it
        if (url, capture.content_sha256) in hashes and places[url] != str(found.path):
            findings.append(_same_bytes(found.path, places[url]))
            continue
        places[url] = str(found.path)
        hashes.add((url, capture.content_sha256))
    store.settle()
    urls = set(places)
    if given.addresses:
        from osint_ingest.fetch import fetch_given

        for address in given.addresses if given.again else ():
            forgotten.lift(address)
        report = fetch_given(given.addresses, store, settings)
        # as files that cannot be taken: what was asked for by name counts as failed
        findings += [
            (replace(finding, stage="discover") if finding.severity == "error" else finding, url)
            for finding, url in report.findings
        ]
        hashes |= {(c.url if keep else mask_text(c.url), c.content_sha256) for c in report.captures}
        answered = (a.url for a in report.addresses if a.state in _ANSWERED)
        urls |= {url if keep else mask_text(url) for url in answered}
    if findings and not urls:
        raise NothingReadable(findings)
    return Taken(places, frozenset(urls), frozenset(hashes), tuple(findings))


def check_read(
    taken: Taken, plan: Plan, batches: Sequence[StagedBatch], store: RawStore, settings: Settings
) -> None:
    """Raise NothingReadable if none of the files is a document; they are then removed from raw/ again."""
    read = (*plan.finished, *batches)
    outcomes = {o.url: o for o in (*plan.remembered, *(o for batch in read for o in batch.outcomes))}
    for url in taken.urls & outcomes.keys():
        outcome = outcomes[url]
        if outcome.document_id and (not outcome.failed or (url, outcome.read_sha256) in taken.hashes):
            return
    reasons = [*taken.findings]
    for finding, place in reasons_of(taken.urls, read, settings):
        reasons.append((finding, taken.paths.get(place, place) if place else None))
    store.remove_all(store.written)
    store.settle()
    if {o.url for batch in read for o in batch.outcomes} <= taken.urls:
        staging.clear(settings)
    raise NothingReadable(reasons)


def reasons_of(
    urls: Collection[str], read: Sequence[StagedBatch], settings: Settings
) -> Iterable[PlacedFinding]:
    """Why these addresses failed: issues of this run or, of captures that were there before, of the last release."""
    latest = Releases(settings.curated).latest()
    with TemporaryDirectory() as scratch:
        tables = [opened.table("issues") for opened in staging.opened(read, settings, Path(scratch))]
    tables += [latest.table("issues")] if latest else []
    seen = set()
    for table in tables:
        for row in table.filter(pc.field("severity") == "error").to_pylist() if table else ():
            if row["url"] in urls and (row["code"], row["url"]) not in seen:
                seen.add((row["code"], row["url"]))
                yield Finding("error", row["stage"], row["code"], row["message"], row["hint"]), row["url"]
