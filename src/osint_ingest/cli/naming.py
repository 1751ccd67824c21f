"""Names and the entities behind them: what people decide."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.cli.options import Raw
from osint_ingest.cli.output import say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings


def judge(
    judgement: Annotated[str, typer.Argument(help="same, different, not_a_name, label or homepage.")],
    label: Annotated[str, typer.Argument(help="The label of the name as it was read: ORG, LAW, ...")],
    name: Annotated[str, typer.Argument(help="The name.")],
    value: Annotated[
        str,
        typer.Argument(help="The other name (same, different), the right label, or the homepage's address."),
    ] = "",
    country: Annotated[
        str, typer.Option(help="Only in this country, as ISO 3166-1 alpha-3 (same, homepage).")
    ] = "",
    note: Annotated[str, typer.Option(help="Why; kept with the line.")] = "",
    raw: Raw = "raw",
) -> None:
    """Adds a line to `judgements.csv` beside the captures. The next release follows it; no run changes that file.

    Example: osint-ingest judge same ORG ONTI "National Office of Information Technologies" --country ARG
    """
    from osint_ingest.entities.resolve.judgements import Judgement, fault_of, written
    from osint_ingest.store.judgements import append

    line = Judgement(0, judgement, label, name.strip(), value.strip(), country, note)
    if fault := fault_of(line):
        raise RefusedRun(f"Nothing was written: {fault}. See osint-ingest judge --help.")
    place = append(Settings(raw=raw), written(line))
    say(f"{place}: 1 line added. To make a release that follows it: osint-ingest refresh, or ingest.")
