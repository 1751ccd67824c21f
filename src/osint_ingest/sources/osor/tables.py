"""Tables of what the reports list: actors, policies and initiatives, one row for each bullet."""

from __future__ import annotations

from typing import Annotated

from osint_ingest.tables import column, table

ROLES = ("policy_maker", "strategic_player")


@table("osor_actors", key=("document_id", "ordinal"), records=True)
class ActorRow:
    """Policy makers and strategic players, as a country report lists them."""

    document_id: Annotated[str, column("The report", references="documents")]
    ordinal: Annotated[int, column("Place in the report's lists of actors, from 1")]
    role: Annotated[str, column("Which list it stands in", vocabulary=ROLES)]
    name: Annotated[str, column("Its name, in English where the report gives that")]
    native_name: Annotated[str | None, column("Its name in the language of its country")]
    acronym: Annotated[str | None, column("Its acronym")]
    entity_id: Annotated[
        str | None, column("The entity that it was resolved to", references="entities", entity_of="name")
    ] = None
    homepage: Annotated[str | None, column("The URL in the note that stands at its name")]
    passage_id: Annotated[str, column("The bullet", references="passages")]


@table("osor_policies", key=("document_id", "ordinal"), records=True)
class PolicyRow:
    """Policies and legal acts, as a country report lists them."""

    document_id: Annotated[str, column("The report", references="documents")]
    ordinal: Annotated[int, column("Place in the report's list, from 1")]
    year: Annotated[int | None, column("The year that it begins with; the first of a range")]
    title: Annotated[str, column("Name or number of the policy or act, else the bullet's first sentence")]
    entity_id: Annotated[
        str | None,
        column(
            "The act or programme that the title is, or begins with", references="entities", entity_of="title"
        ),
    ] = None
    passage_id: Annotated[str, column("The bullet", references="passages")]


@table("osor_initiatives", key=("document_id", "ordinal"), records=True)
class InitiativeRow:
    """Open source software initiatives, as a country report lists them."""

    document_id: Annotated[str, column("The report", references="documents")]
    ordinal: Annotated[int, column("Place in the report's list, from 1")]
    name: Annotated[str, column("Its name, as the bullet begins")]
    translation: Annotated[str | None, column("What stands in parentheses after the name")]
    year: Annotated[int | None, column("The year at its name; the first of a range")]
    homepage: Annotated[str | None, column("The URL in the note that stands at its name")]
    entity_id: Annotated[
        str | None, column("The entity that it was resolved to", references="entities", entity_of="name")
    ] = None
    passage_id: Annotated[str, column("The bullet", references="passages")]
