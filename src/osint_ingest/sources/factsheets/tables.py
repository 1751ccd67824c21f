"""Tables of what factsheets list: acts, policies, bodies and infrastructure, and the addresses that they cite."""

from __future__ import annotations

from typing import Annotated

from osint_ingest.sources.base import column, table

KINDS = ("legal_act", "policy", "body", "infrastructure", "initiative")


@table("factsheet_items", key=("document_id", "ordinal"), records=True)
class ItemRow:
    """Legal acts, policies, bodies, infrastructure and initiatives, as a country factsheet lists them."""

    document_id: Annotated[str, column("The factsheet", references="documents")]
    ordinal: Annotated[int, column("Place in the factsheet, from 1")]
    kind: Annotated[str, column("What it is, told by its section", vocabulary=KINDS)]
    field: Annotated[str | None, column("The heading that it stands under, as `eID and Trust Services`")]
    name: Annotated[str, column("Its name, as the factsheet has it")]
    native_name: Annotated[str | None, column("Its name in the language of its country")]
    acronym: Annotated[str | None, column("Its acronym")]
    year: Annotated[int | None, column("The year in its name, else the first that its text tells")]
    url: Annotated[
        str | None,
        column(
            "Where its official text stands, or its own page: the link whose words are its name or say so, "
            "else one to a gazette of laws"
        ),
    ]
    entity_id: Annotated[
        str | None, column("The entity that it was resolved to", references="entities", entity_of="name")
    ] = None
    passage_id: Annotated[str, column("Where it is named", references="passages")]


@table("factsheet_urls", key=("document_id", "item", "ordinal"), records=True)
class ItemUrlRow:
    """The addresses that a factsheet cites where it speaks of an item, with the words that link them."""

    document_id: Annotated[str, column("The factsheet", references="documents")]
    item: Annotated[int, column("The item: `factsheet_items.ordinal`")]
    ordinal: Annotated[int, column("Place among the item's addresses, from 1")]
    phrase: Annotated[str | None, column("The words that are linked")]
    url: Annotated[str, column("Where they lead")]
    passage_id: Annotated[str, column("The passage with the words", references="passages")]
