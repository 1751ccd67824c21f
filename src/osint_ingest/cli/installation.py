"""The installation: what is there, what is missing and how to get it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from osint_ingest.cli.options import AsJson, Curated, Raw
from osint_ingest.cli.output import print_rows, say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also check whether the sources answer.")] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Checks the installation: what is there, which models load, what is missing and how to get it.

    Example: osint-ingest doctor
    """
    from osint_ingest.run.doctor import examine, reach

    settings = Settings(raw=raw, curated=curated)
    checks = [*examine(settings), *(reach(settings) if online else ())]
    rows = [{"what": c.what, "state": c.state, "found": c.found, "remedy": c.remedy} for c in checks]
    print_rows(rows, as_json, whole=("found", "remedy"))
    if any(c.state == "missing" for c in checks):
        raise typer.Exit(1)


def models(
    do: Annotated[
        Literal["list", "install", "requirements"],
        typer.Argument(
            help="list: show them; install: with pip; requirements: print pip's requirement lines with hashes."
        ),
    ] = "list",
    language: Annotated[
        list[str] | None, typer.Option(help="Only this language (en, es, fr). Repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lists or installs the statistical models that find names.

    The models have licences of their own. Everything runs without them: rules find names too.

    Example: osint-ingest models
    """
    from osint_ingest.entities.models import listed_models
    from osint_ingest.run.doctor import install_models

    chosen = [m for m in listed_models() if not language or m.language in language]
    unknown = set(language or ()) - {m.language for m in listed_models()}
    if unknown:
        known = ", ".join(dict.fromkeys(m.language for m in listed_models()))
        raise RefusedRun(f"No model for {', '.join(sorted(unknown))}. Available: {known}.")
    if do == "requirements":
        for model in chosen:
            say(model.requirement)
    elif do == "install":
        install_models(chosen)
        say(f"installed: {', '.join(m.name for m in chosen)}")
    else:
        rows = [
            {
                "language": m.language,
                "model": m.name,
                "version": m.version,
                "licence": m.licence,
                "installed": f"{m.installed} {m.installed_version or ''}".rstrip() if m.installed else "no",
            }
            for m in chosen
        ]
        print_rows(rows, as_json)
        if not as_json and any(m.installed is None for m in chosen):
            typer.echo("Install the missing ones with: osint-ingest models install", err=True)
