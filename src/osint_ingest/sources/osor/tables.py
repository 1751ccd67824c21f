"""Tables of what the reports list: actors, policies and initiatives, one row for each bullet."""

from osint_ingest.tables import column, table

ROLES = ("policy_maker", "strategic_player")


@table("osor_actors", "Policy makers and strategic players, as a country report lists them.", records=True)
class ActorRow:
    document_id: str = column("The report", references="documents", key=True)
    ordinal: int = column("Place in the report's lists of actors, from 1", key=True)
    role: str = column("Which list it stands in", vocabulary=ROLES)
    name: str = column("Its name, in English where the report gives that")
    native_name: str | None = column("Its name in the language of its country")
    acronym: str | None = column("Its acronym")
    entity_id: str | None = column(
        "The entity that it was resolved to", references="entities", entity_of="name", default=None
    )
    homepage: str | None = column("The URL in the note that stands at its name")
    passage_id: str = column("The bullet", references="passages")


@table("osor_policies", "Policies and legal acts, as a country report lists them.", records=True)
class PolicyRow:
    document_id: str = column("The report", references="documents", key=True)
    ordinal: int = column("Place in the report's list, from 1", key=True)
    year: int | None = column("The year that it begins with; the first of a range")
    title: str = column("Name or number of the policy or act, else the bullet's first sentence")
    entity_id: str | None = column(
        "The act or programme that the title is, or begins with",
        references="entities",
        entity_of="title",
        default=None,
    )
    passage_id: str = column("The bullet", references="passages")


@table("osor_initiatives", "Open source software initiatives, as a country report lists them.", records=True)
class InitiativeRow:
    document_id: str = column("The report", references="documents", key=True)
    ordinal: int = column("Place in the report's list, from 1", key=True)
    name: str = column("Its name, as the bullet begins")
    translation: str | None = column("What stands in parentheses after the name")
    year: int | None = column("The year at its name; the first of a range")
    homepage: str | None = column("The URL in the note that stands at its name")
    entity_id: str | None = column(
        "The entity that it was resolved to", references="entities", entity_of="name", default=None
    )
    passage_id: str = column("The bullet", references="passages")
