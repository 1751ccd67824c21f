"""Options that several commands share, and what a shell offers for them."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.settings import Profile, TaskRunner


def _releases(context: typer.Context, incomplete: str) -> list[str]:
    from osint_ingest.release.folder import Releases

    try:
        names = [r.name for r in Releases(context.params.get("curated") or "curated").all()]
    except OSError:
        names = []
    return [name for name in ("latest", "previous", *names) if name.startswith(incomplete)]


def _tables(context: typer.Context, incomplete: str) -> list[str]:
    import osint_ingest

    params = context.params
    try:
        names = osint_ingest.tables(params.get("release") or "latest", params.get("curated") or "curated")
    except OSError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def source_names(incomplete: str) -> list[str]:
    from osint_ingest.sources import all_sources

    return [s.config.name for s in all_sources() if s.config.name.startswith(incomplete)]


Raw = Annotated[
    str,
    typer.Option(
        envvar="OSINT_INGEST_RAW", help="Folder of the captures, or an fsspec URL such as s3://bucket/raw."
    ),
]
Curated = Annotated[
    str,
    typer.Option(
        envvar="OSINT_INGEST_CURATED",
        help="Folder of the releases, or an fsspec URL such as s3://bucket/curated.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
ReleaseName = Annotated[
    str,
    typer.Option(
        "--release",
        help="Which release: `latest`, `previous`, or the start of a name.",
        autocompletion=_releases,
    ),
]
ReleaseArgument = Annotated[
    str,
    typer.Argument(
        help="Which release: `latest`, `previous`, or the start of a name.", autocompletion=_releases
    ),
]
TableName = Annotated[
    str,
    typer.Argument(help="The name of a table (`osint-ingest tables` lists them).", autocompletion=_tables),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="NAME", help="Read only this source. Repeatable.", autocompletion=source_names
    ),
]
# what stands in the environment must win over the defaults of the options, so each option that is a setting names it
ProfileName = Annotated[
    Profile,
    typer.Option(
        "--profile",
        envvar="OSINT_INGEST_PROFILE",
        help="live: the real sources; sample: the embedded sample site; sample-faults: the same with broken documents.",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        min=1, envvar="OSINT_INGEST_LIMIT", help="Fetch at most this many documents from each source."
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", envvar="OSINT_INGEST_FORCE", help="Read every document again, changed or not."),
]
AcceptShrink = Annotated[
    str | None,
    typer.Option(
        envvar="OSINT_INGEST_ACCEPT_SHRINK",
        help="Publish even though tables shrank, for this reason (kept in run.json).",
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        min=0,
        envvar="OSINT_INGEST_WORKERS",
        help="How many processes read documents. 0: only the main process.",
    ),
]
TaskRunnerName = Annotated[
    TaskRunner,
    typer.Option(
        "--task-runner",
        envvar="OSINT_INGEST_TASK_RUNNER",
        help="Where documents are read: processes of this machine, or a Dask cluster.",
    ),
]
DaskAddress = Annotated[
    str | None,
    typer.Option(
        envvar="OSINT_INGEST_DASK_ADDRESS",
        help="Address of the Dask scheduler, such as tcp://host:8786. Default: a cluster on this machine.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors and the result.")]
