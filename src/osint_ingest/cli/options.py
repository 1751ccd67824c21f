"""Options that several commands share, and what a shell offers for them."""

from typing import Annotated, Any

import typer

from osint_ingest.settings import Profile, Settings, TaskRunner


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


def _setting(name: str, *flags: str, **more: Any) -> Any:
    """Return an option for a setting. The environment wins over its default."""
    said = " ".join((Settings.model_fields[name].description or "").replace("`", "").split())
    return typer.Option(*flags, envvar=f"OSINT_INGEST_{name.upper()}", help=f"{said}.", **more)


Raw = Annotated[str, _setting("raw")]
Curated = Annotated[str, _setting("curated")]
ProfileName = Annotated[Profile, _setting("profile")]
Limit = Annotated[int | None, _setting("limit", min=1)]
Force = Annotated[bool, _setting("force", "--force")]
AcceptShrink = Annotated[str | None, _setting("accept_shrink")]
Workers = Annotated[int, _setting("workers", min=0)]
TaskRunnerName = Annotated[TaskRunner, _setting("task_runner", "--task-runner")]
DaskAddress = Annotated[str | None, _setting("dask_address")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors and the result.")]
_WHICH = "Which release: `latest`, `previous`, or the start of a name."
ReleaseName = Annotated[str, typer.Option("--release", help=_WHICH, autocompletion=_releases)]
ReleaseArgument = Annotated[str, typer.Argument(help=_WHICH, autocompletion=_releases)]
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
