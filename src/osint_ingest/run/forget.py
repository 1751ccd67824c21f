"""What `forget` removes: found by any of its names, then taken out of raw/ and of every release that is kept. The
intention is written down first (see `store.forgotten`); every step can be done twice. So whoever writes next completes
what a killed process began."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from string import hexdigits
from tempfile import TemporaryDirectory

import pyarrow as pa

from osint_ingest import report
from osint_ingest.entities.resolve.identity import FROM_NOTHING
from osint_ingest.model import Finding, RefusedRun
from osint_ingest.read import staging
from osint_ingest.release.folder import Release, Releases
from osint_ingest.release.publish import rows_of, texts_of
from osint_ingest.release.shelf import POINTER
from osint_ingest.release.views import views_of
from osint_ingest.release.without import Without, of_the_same_time, outcomes_left, replaced_name
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources
from osint_ingest.store import RawStore
from osint_ingest.store.archived import keep_lookups, read_judgements
from osint_ingest.store.folder import open_folder
from osint_ingest.store.forgotten import ForgottenLine, ForgottenList, Targets, plain_address
from osint_ingest.store.layout import sidecar_path
from osint_ingest.text.masking import mask_captures

MIN_HASH_DIGITS = 6  # of a SHA-256, to name a capture


class ForgottenAlready(RefusedRun):
    """The document was forgotten before; the message says when."""


@dataclass(frozen=True, slots=True)
class Forgettable:
    """What `forget` would remove for a name, and how much that is."""

    targets: Targets
    captures: int
    size_bytes: int
    releases: tuple[str, ...]  # published releases that have something of it, and are made again without
    held: tuple[str, ...]  # releases that were held back and have something of it: they go
    strangers: tuple[str, ...]  # files in curated/ that no run made: they may hold it and are left alone


def forgettable(name: str, settings: Settings) -> Forgettable:
    """What a document id, an address, a path in raw/ or the start of a SHA-256 leads to: the document with all its
    addresses and captures, and captures of other addresses that have the very same bytes. Raises `RefusedRun`, with
    the nearest names, where nothing has that name, and `ForgottenAlready` where that is why."""
    known = _Known(settings)
    targets = known.targets(name)
    there = known.store.captures()
    sizes = [c.size_bytes for c in there if c.url in targets.urls or c.content_sha256 in targets.sha256]
    concerned = [r for r in known.releases if _concerns(r, targets)]
    held = tuple(r.name for r in concerned if r.is_held)
    published = tuple(r.name for r in concerned if not r.is_held)
    return Forgettable(targets, len(sizes), sum(sizes), published, held, _strangers(settings))


def forget(targets: Targets, reason: str | None, settings: Settings) -> list[Finding]:
    """Removes documents and captures and everything made from them, and writes down that it did. For the one writer.
    Returns what went wrong with reports that were made again."""
    return _remove(ForgottenList(settings.raw).begin(targets, reason), settings)


def complete(settings: Settings) -> list[ForgottenLine]:
    """Completes what a killed process began to remove; returns what that was. For the one writer."""
    begun = ForgottenList(settings.raw).begun()
    for line in begun:
        _remove(line, settings)
    return begun


def _remove(line: ForgottenLine, settings: Settings) -> list[Finding]:
    assert line.targets is not None
    targets = line.targets
    RawStore(settings.raw).forget(targets.urls, targets.sha256)
    staging.clear(settings)
    releases = Releases(settings.curated)
    releases.sweep()
    findings: list[Finding] = []
    for release in releases.all():
        with _reading(release):
            if _concerns(release, targets):
                findings += _replace(release, targets, line, releases, settings)
    for release in releases.held():
        with _reading(release):
            if _concerns(release, targets):
                releases.remove(release)
    linked: set[str] = set()
    for release in releases.all():
        with views_of(release) as db:
            rows = db.sql("select url from links union select url_unwrapped from links").fetchall()
        linked.update(url for (url,) in rows if url)
    keep_lookups(settings.raw, linked)
    ForgottenList(settings.raw).complete(line)
    return findings


@contextmanager
def _reading(release: Release) -> Iterator[None]:
    """Raise RefusedRun if a release cannot be read in this block: it may hold what is to be forgotten."""
    try:
        yield
    except (FileNotFoundError, KeyError, json.JSONDecodeError, pa.ArrowInvalid) as error:
        why = "may hold what is to be forgotten: remove that release, then run this again"
        raise RefusedRun(f"{release.location} is damaged ({error}), and {why}") from error


def _concerns(release: Release, targets: Targets) -> bool:
    """Does a release hold anything of the targets?"""
    all_sources()  # declares their tables
    outcomes = release.run().get("outcomes", [])
    if outcomes_left(outcomes, targets) != outcomes:
        return True
    with TemporaryDirectory(prefix="osint-ingest-") as scratch:
        return Without(targets, release.files(Path(scratch)), None).concerned


def _replace(
    release: Release, targets: Targets, line: ForgottenLine, releases: Releases, settings: Settings
) -> list[Finding]:
    run = release.run()
    earlier = of_the_same_time(releases, run.get("previous"))
    findings: list[Finding] = []
    with releases.building() as draft:
        without = Without(
            targets,
            release.files(draft.scratch),
            earlier.files(draft.scratch) if earlier else None,
            read_judgements(settings),
            datetime.fromisoformat(run["made_at"]) if "made_at" in run else FROM_NOTHING,
        )
        without.write(draft)
        digest = draft.digest()
        name = replaced_name(release, digest)
        rows = rows_of(draft)
        new_run = {
            **run,
            "digest": digest,
            "previous": earlier.name if earlier else run.get("previous"),
            "rows": rows,
            "outcomes": outcomes_left(run.get("outcomes", []), targets),
            "forgotten": [*run.get("forgotten", ()), line.at.isoformat(timespec="seconds")],
        }
        made = next((r for r in releases.all() if r.name == name), None)
        if made is None:  # else a process was killed right after this
            made = releases.write(draft, new_run, texts_of(name, draft, rows), name=name, held=False)
    if release.has_file(report.REPORT) and not made.has_file(report.REPORT):
        findings = report.write(made, release, settings.model_copy(update={"report": True}))
    latest = releases.latest()
    if latest is not None and latest.name == release.name:
        releases.switch(made)
    releases.remove(release)
    return findings


class _Known:
    """Everything that can be named: captures, and the documents of the releases that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.store = RawStore(settings.raw)
        releases = Releases(settings.curated)
        self.releases = [*releases.all(), *releases.held()]
        captures = list(self.store.captures())
        self._masked = {c.url: m.url for c, m in zip(captures, mask_captures(captures), strict=True)}
        """Addresses in raw/, and as releases have them."""
        self._captures = {(c.url, c.content_sha256, c.final_url, c.raw_path) for c in self.store.captures()}
        self._empty = {c.content_sha256 for c in self.store.captures() if not c.size_bytes}
        self._made: set[tuple[str, str | None, str]] = set()
        """Address, SHA-256 of what was read there, and the document that it made."""
        self._listed: set[tuple[str, str]] = set()
        """Address, and the document that a list says is there."""
        for release in self.releases:
            with _reading(release):
                self._add(release)
        read = {url for url, *_ in self._made}
        self._made |= {(url, None, document) for url, document in self._listed if url not in read}

    def targets(self, name: str) -> Targets:
        """What a name leads to; `RefusedRun` where it leads nowhere."""
        urls, documents = self._named(name)
        urls |= {self._masked[url] for url in urls if url in self._masked}
        if not urls and len(its := {url for url, _, document in self._made if document in documents}) == 1:
            urls = its  # what else was read there are its other versions
        documents |= {document for url, _, document in self._made if url in urls}
        reached = {url for url, _, document in self._made if document in documents}
        # another address, which had the same bytes once, can have had others before or after: these stay
        staying = {(url, sha256) for url, sha256, document in self._made if document not in documents}
        urls |= reached - {url for url, _ in staying}
        urls |= {url for url, masked in self._masked.items() if masked in urls}
        captured = {(url, sha256) for url, sha256, *_ in self._captures if url in urls or url in reached}
        bytes_of = {sha256 for url, sha256 in captured - staying}
        bytes_of |= {sha256 for _, sha256, document in self._made if sha256 and document in documents}
        sha256 = bytes_of - self._empty
        sharing = {url for url, other, *_ in self._captures if other in sha256} - urls
        others = {document for url, _, document in self._made if url in sharing} - documents
        return Targets(*(tuple(sorted(found)) for found in (documents, urls, sha256, others)))

    def _add(self, release: Release) -> None:
        for row in release.table("documents", ["document_id", "url", "content_sha256"]).to_pylist():
            sha256 = row["content_sha256"]
            self._made.add((row["url"] or f"file:{sha256[:12]}", sha256, row["document_id"]))
        for url, _, _, document, read, *_ in release.run().get("outcomes", []):
            if document:
                self._made.add((url, read, document))
        listed = release.table("addresses", ["url", "document_id"]).to_pylist()
        self._listed |= {(row["url"], row["document_id"]) for row in listed if row["document_id"]}
        for row in release.table("captures").to_pylist():
            self._captures.add((row["url"], row["content_sha256"], row["final_url"], row["raw_path"]))
            if not row["size_bytes"]:
                self._empty.add(row["content_sha256"])

    def _named(self, name: str) -> tuple[set[str], set[str]]:
        """The addresses and documents of that name."""
        documents = {document for *_, document in self._made}
        if name in documents:
            return set(), {name}
        address = plain_address(name)
        urls = {capture[0] for capture in self._captures} | {url for url, *_ in self._made}
        found = {url for url in urls if url == name or plain_address(url) == address}
        found |= {url for url, _, final, _ in self._captures if final and plain_address(final) == address}
        if not found:
            raw = self._settings.raw.removeprefix("file://").removeprefix("./").rstrip("/")
            path = name.removeprefix("file://").removeprefix("./").removeprefix(f"{raw}/")
            found = {url for url, *_, at in self._captures if at and path in (at, sidecar_path(at))}
        if found:
            return found, set()
        if sha256 := self._of_bytes(name):
            made = {document for _, read, document in self._made if read == sha256}
            return set() if made else {url for url, other, *_ in self._captures if other == sha256}, made
        if line := ForgottenList(self._settings.raw).line_called(name):
            raise ForgottenAlready(f"{name} was forgotten already, on {line.at:%Y-%m-%d}")
        near = get_close_matches(name, sorted(documents | urls), n=3, cutoff=0.5)
        listed = "`osint-ingest show documents` lists what there is."
        hint = f"Did you mean {' or '.join(near)}?" if near else listed
        raise RefusedRun(f"Nothing matches {name!r} in raw/ or in a release. {hint}")

    def _of_bytes(self, name: str) -> str | None:
        """The SHA-256 of captures that begins so; `RefusedRun` where several do."""
        start = name.lower().removeprefix("sha256:")
        if len(start) < MIN_HASH_DIGITS or not set(start) <= set(hexdigits):
            return None
        found = {sha256 for _, sha256, *_ in self._captures if sha256.startswith(start)}
        if len(found) > 1:
            raise RefusedRun(f"{len(found)} captures begin with {start}: give more characters of the SHA-256")
        return next(iter(found), None)


def _strangers(settings: Settings) -> tuple[str, ...]:
    releases = Releases(settings.curated)
    whole = {release.name for release in (*releases.all(), *releases.held())}

    def is_ours(path: str) -> bool:
        top, _, rest = path.partition("/")
        if top == "releases":
            return rest.startswith(".") or rest.partition("/")[0] in whole
        return top.startswith(".") or path == POINTER

    return tuple(sorted(path for path, _ in open_folder(settings.curated).walk() if not is_ours(path)))
