"""The table of citations: what most people want of a release."""

from __future__ import annotations

from typing import Annotated

from osint_ingest.tables.dictionary import column, table

CITATION_KINDS = ("note", "link")
ROLES = ("evidence", "navigation")


@table(
    "citations",
    key=("citation_id",),
    description="Each cited URL, from notes and from words that carry a link: phrase, note, URL, what it is about.",
)
class CitationRow:
    citation_id: Annotated[str, column("`<document_id>#c<ordinal>`, in reading order")]
    document_id: Annotated[str, column("The document that cites", references="documents")]
    passage_id: Annotated[str | None, column("The passage of the phrase", references="passages")]
    kind: Annotated[str, column("From a note, or from words that carry a link", vocabulary=CITATION_KINDS)]
    phrase: Annotated[str | None, column("The words that the URL supports")]
    phrase_start: Annotated[
        int | None, column("First character of the phrase in passages.text", unit="code points")
    ]
    phrase_end: Annotated[int | None, column("One past its last character", unit="code points")]
    page: Annotated[int | None, column("Page of the phrase, from 1; null for HTML")]
    marker: Annotated[str | None, column("The marker after the phrase; null for a link")]
    footnote_id: Annotated[
        str | None, column("The note with the URL, found through `ibid.`", references="footnotes")
    ]
    note_text: Annotated[str | None, column("The text of that note")]
    link_id: Annotated[str, column("The link", references="links")]
    url: Annotated[str, column("Where it leads, redirect wrappers undone, as in links.url")]
    url_printed: Annotated[str | None, column("The URL as printed, its lines rejoined")]
    host: Annotated[str | None, column("Host of the URL")]
    role: Annotated[
        str,
        column(
            "`navigation` leads about the site or the document: menus, lists of its own pages, share buttons",
            vocabulary=ROLES,
        ),
    ]
    entity_id: Annotated[
        str | None,
        column(
            "What the phrase is about: what the URL belongs to, else the longest name in the phrase",
            references="entities",
        ),
    ]
    archived_url: Annotated[str | None, column("A kept copy elsewhere, where one is known")]
    confidence: Annotated[float, column("How sure reference and URL are, multiplied", unit="0 to 1")]
