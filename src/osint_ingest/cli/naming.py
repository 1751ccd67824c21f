"""Decisions about names, and the records of Wikidata or ROR that match the entities."""

from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli.errors import check_target
from osint_ingest.cli.options import Curated, Raw, ReleaseName
from osint_ingest.cli.output import note, say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings

FAULTS_SHOWN = 3


def entities(
    action: Annotated[
        Literal["link"], typer.Argument(help="link: find the entities in a dump of Wikidata or ROR.")
    ],
    dump: Annotated[
        Path,
        typer.Option(
            help="The dump in JSON, as it is or compressed (.zip, .gz, .bz2).", exists=True, dir_okay=False
        ),
    ],
    to: Annotated[Path, typer.Option(help="The Parquet file to write.")] = Path("entity_matches.parquet"),
    release: ReleaseName = "latest",
    curated: Curated = "curated",
) -> None:
    """Matches the entities of a release with Wikidata or ROR, offline, from a downloaded dump.

    The matches go to a file of their own, each with its evidence: host and name, host, or name and country.

    Example: osint-ingest entities link --dump ror-data.json --to matches.parquet
    """
    from osint_ingest.analyst.linking import link_release

    check_target(to)
    found, reader = link_release(osint_ingest.release(release, curated), dump, to)
    for fault in reader.faults[:FAULTS_SHOWN]:
        note(f"{dump}, {fault}: left out.")
    if len(reader.faults) > FAULTS_SHOWN:
        note(f"{dump}: {len(reader.faults) - FAULTS_SHOWN} more records could not be read and were left out.")
    linked = len(set(found["entity_id"].to_pylist()))
    say(f"Matched {linked} entities with {len(found)} of {reader.records} records: {to}")


def judge(
    judgement: Annotated[str, typer.Argument(help="same, different, not_a_name, label or homepage.")],
    label: Annotated[str, typer.Argument(help="The label that the tables give the name: ORG, LAW, ...")],
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
    note: Annotated[str, typer.Option(help="Why. Kept with the line.")] = "",
    raw: Raw = "raw",
) -> None:
    """Records your decision about a name in `judgements.csv`, beside the captures. The next release follows it.

    Example: osint-ingest judge same ORG ONTI "National Office of Information Technologies" --country ARG
    """
    from osint_ingest.entities.resolve.judgements import Judgement, fault_of, written
    from osint_ingest.store.judgements import append

    line = Judgement(0, judgement, label, name.strip(), value.strip(), country, note)
    if fault := fault_of(line):
        raise RefusedRun(f"Nothing was written: {fault}. See osint-ingest judge --help.")
    place = append(Settings(raw=raw), written(line))
    say(f"1 line added to {place}. The next refresh or ingest follows it.")
