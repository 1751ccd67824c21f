"""Tables of what factsheets list: acts, policies, bodies and infrastructure, and the addresses that they cite."""

from osint_ingest.sources.base import column, table

KINDS = ("legal_act", "policy", "body", "infrastructure", "initiative")


@table(
    "factsheet_items",
    "Legal acts, policies, bodies, infrastructure and initiatives, as a country factsheet lists them.",
    records=True,
)
class ItemRow:
    document_id: str = column("The factsheet", references="documents", key=True)
    ordinal: int = column("Place in the factsheet, from 1", key=True)
    kind: str = column("What it is, told by its section", vocabulary=KINDS)
    field: str | None = column("The heading that it stands under, as `eID and Trust Services`")
    name: str = column("Its name, as the factsheet has it")
    native_name: str | None = column("Its name in the language of its country")
    acronym: str | None = column("Its acronym")
    year: int | None = column("The year in its name, else the first that its text tells")
    url: str | None = column(
        "Where its official text stands, or its own page: the link whose words are its name or say so, "
        "else one to a gazette of laws"
    )
    entity_id: str | None = column(
        "The entity that it was resolved to", references="entities", entity_of="name", default=None
    )
    passage_id: str = column("Where it is named", references="passages")


@table(
    "factsheet_urls",
    "The addresses that a factsheet cites where it speaks of an item, with the words that link them.",
    records=True,
)
class ItemUrlRow:
    document_id: str = column("The factsheet", references="documents", key=True)
    item: int = column("The item: `factsheet_items.ordinal`", key=True)
    ordinal: int = column("Place among the item's addresses, from 1", key=True)
    phrase: str | None = column("The words that are linked")
    url: str = column("Where they lead")
    passage_id: str = column("The passage with the words", references="passages")
