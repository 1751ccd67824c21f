"""The report of a release: one file that loads nothing from a network and runs nothing from a document."""

from pathlib import Path
from tempfile import TemporaryDirectory

from osint_ingest.model import Finding
from osint_ingest.release.folder import Release
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore

REPORT = "report.html"


def write(release: Release, previous: Release | None, settings: Settings) -> list[Finding]:
    """Adds `report.html` to a release, in a folder or in an object store, and returns what went wrong. What is as in
    the report of the `previous` release is taken from there. Raises nothing: a report that cannot be made is the
    finding `report_failed`."""
    if not settings.report:
        return []
    # a run that changes nothing needs none of it
    from osint_ingest.report.build import build  # noqa: PLC0415

    try:
        with TemporaryDirectory(prefix="osint-ingest-report-") as folder:
            page, before = Path(folder) / REPORT, Path(folder) / "before.html"
            known = previous is not None and previous.copy_file(REPORT, before)
            built = build(
                release,
                page,
                raw=RawStore(settings.raw),
                earlier=before if known else None,
                most_bytes=settings.report_max_bytes,
                keep_personal_data=settings.keep_personal_data,
            )
            release.add_file(REPORT, page)
        return list(built.findings)
    # of a database, a template, a store, a disk: the release is good without its report
    except Exception as error:
        message = f"{REPORT} could not be made: {type(error).__name__}: {error}"
        return [Finding("warning", "release", "report_failed", message, "Try again: osint-ingest report")]
