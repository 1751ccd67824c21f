"""Upkeep: check the captures, remove old ones, forget a document, check the installation, decide about names."""

import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from osint_ingest.cli.options import AsJson, Curated, Raw
from osint_ingest.cli.output import Row, check_captures, on_terminal, print_rows, say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings

if TYPE_CHECKING:
    from osint_ingest.run.forget import Forgettable

ALTERED = (
    "was changed or removed after the release was written: rebuild it with `osint-ingest refresh --force`"
)
SHOWN = 5  # names of a kind that are shown before something is removed


def verify(raw: Raw = "raw", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Checks the SHA-256 of every capture and of every table of the releases, and lists those that do not match.

    Example: osint-ingest verify
    """
    from osint_ingest.release.folder import Releases
    from osint_ingest.store import RawStore

    store, releases = RawStore(raw), Releases(curated).all()
    problems: list[Row] = [asdict(problem) for problem in store.verify()]
    for release in releases:
        with TemporaryDirectory(prefix="osint-ingest-verify-") as scratch:
            problems += [
                {
                    "path": f"{release.location}/{name}.parquet",
                    "code": "altered",
                    "message": ALTERED,
                    "url": None,
                }
                for name in release.altered(release.files(Path(scratch)))
            ]
    if problems or as_json:
        print_rows(problems, as_json, whole=("path", "message", "url"))
    else:
        if not releases:
            check_captures(store.captures(), raw)
        captures = sum(1 for _ in store.captures())
        counted = f"{len(releases):,} release{'' if len(releases) == 1 else 's'}"
        say(f"All {captures:,} captures and the tables of {counted} are intact.")
    if problems:
        raise typer.Exit(1)


def prune(
    days: Annotated[
        int | None, typer.Option(min=0, help="Remove captures older than this many days.")
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Keep at most this many captures of each address, the newest ones."),
    ] = None,
    most_bytes: Annotated[
        int | None,
        typer.Option(min=0, help="Remove the oldest captures until the rest fits into this many bytes."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Removes old captures, except those that a kept release is made from.

    Example: osint-ingest prune --days 365 --dry-run
    """
    from osint_ingest.run.maintenance import prune as run
    from osint_ingest.store import RawStore

    if days is None and keep is None and most_bytes is None:
        raise RefusedRun("Specify at least one of --days, --keep, --most-bytes.")
    settings = Settings(raw=raw, curated=curated)
    check_captures(RawStore(raw).captures(), raw)
    going, freed = run(settings, days=days, keep_per_url=keep, most_bytes=most_bytes, dry_run=dry_run)
    say(f"{len(going)} captures, {freed:,} bytes{' would be removed' if dry_run else ' removed'}")


def forget(
    name: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT_OR_URL",
            help="A document's id or address, a path in raw/, or the start of a SHA-256.",
        ),
    ],
    reason: Annotated[
        str | None, typer.Option(help="Why. The reason and the date are kept; the content is not.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Do not ask for confirmation. Without a terminal, it never asks."),
    ] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Removes a document, its captures and everything made from them, in raw/ and in every release.

    Later runs leave the document out and say so, until `osint-ingest ingest --again` lifts that.

    Example: osint-ingest forget ogp:CV0007 --reason "asked by its author" --dry-run
    """
    from osint_ingest.run.forget import ForgottenAlready, forgettable
    from osint_ingest.run.maintenance import forget as run
    from osint_ingest.store.forgotten import FORGOTTEN

    settings = Settings(raw=raw, curated=curated)
    asked = not yes and on_terminal() and sys.stdin.isatty()
    try:
        if dry_run or asked:
            _print_forgettable(forgettable(name, settings))
        if dry_run:
            say("Nothing was removed (--dry-run).")
            return
        if asked and not typer.confirm("Remove all of this for good?"):
            say("Nothing was removed.")
            raise typer.Exit(1)
        found, findings = run(name, settings, reason=reason)
    except ForgottenAlready as already:
        say(str(already))
        return
    if not asked:
        _print_forgettable(found)
    for finding in findings:
        say(f"{finding.code}: {finding.message}", "yellow")
    say(f"Removed. The date and the reason are in {raw.rstrip('/')}/{FORGOTTEN}")


def _print_forgettable(found: "Forgettable") -> None:
    for kind, names in (("document", found.targets.documents), ("address", found.targets.urls)):
        for name in names[:SHOWN]:
            say(f"{kind:10} {name}")
        if len(names) > SHOWN:
            say(f"{kind:10} ... and {len(names) - SHOWN} more")
    say(f"{'captures':10} {found.captures}, {found.size_bytes:,} bytes")
    say(f"{'releases':10} {len(found.releases)}, rebuilt without it")
    if found.held:
        say(f"{'held back':10} {len(found.held)}, removed entirely")
    if found.targets.sharing:
        say(
            f"{'also':10} {len(found.targets.sharing)} other documents have the same bytes: their captures go too"
        )
    for path in found.strangers[:SHOWN]:
        say(f"{'other file':10} {path} in curated/ may contain it too: if so, remove it yourself", "yellow")


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also check whether the sources answer.")] = False,
    cross_check: Annotated[
        Path | None,
        typer.Option(
            help="Compare the latest release with OGP's CSV file of commitments up to 2017 instead."
        ),
    ] = None,
    raw: Raw = "raw",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Checks the installation: what is installed, what is missing and how to get it.

    With --cross-check it lists the codes, titles and assessments that differ between the file and the release.

    Example: osint-ingest doctor
    """
    from osint_ingest.run.doctor import cross_check as compare
    from osint_ingest.run.doctor import examine, reach

    settings = Settings(raw=raw, curated=curated)
    if cross_check:
        found = compare(cross_check, settings)
        listed = [{"code": d.key, "field": d.field, "file": d.there, "release": d.here} for d in found]
        print_rows(listed, as_json, whole=("file", "release"))
        say(f"{len(listed):,} differences between {cross_check} and the latest release")
        return
    checks = [asdict(check) for check in (*examine(settings), *(reach(settings) if online else ()))]
    print_rows(checks, as_json, whole=("found", "remedy"))
    if any(check["state"] == "missing" for check in checks):
        raise typer.Exit(1)


def judge(
    judgement: Annotated[
        str, typer.Argument(help="Your decision: same, different, not_a_name, label or homepage.")
    ],
    label: Annotated[str, typer.Argument(help="The label of the name in the tables: ORG, LAW, ...")],
    name: Annotated[str, typer.Argument(help="The name, as in the tables.")],
    value: Annotated[
        str,
        typer.Argument(
            help="The other name (for same and different), the right label, or the address of the homepage."
        ),
    ] = "",
    country: Annotated[
        str,
        typer.Option(help="Only in this country, such as ARG (ISO 3166-1 alpha-3). For same and homepage."),
    ] = "",
    note: Annotated[str, typer.Option(help="Your reason; kept beside the decision.")] = "",
    raw: Raw = "raw",
) -> None:
    """Records your decision about a name in `judgements.csv`, beside the captures. The next release follows it.

    Example: osint-ingest judge same ORG ONTI "National Office of Information Technologies" --country ARG
    """
    from osint_ingest.entities.resolve.judgements import Judgement, fault_of, written
    from osint_ingest.store.archived import add_judgement

    line = Judgement(0, judgement, label, name.strip(), value.strip(), country, note)
    if fault := fault_of(line):
        raise RefusedRun(f"Nothing was written: {fault}. See osint-ingest judge --help.")
    place = add_judgement(Settings(raw=raw), written(line))
    say(f"1 line added to {place}. The next refresh or ingest follows it.")
