"""Tables of named things (mentions, names, homepages), and of the citations that are about them."""

from datetime import datetime

from osint_ingest.model.entity_labels import ENTITY_LABELS
from osint_ingest.tables.dictionary import column, table
from osint_ingest.tables.documents import CONTEXT, CONTEXT_END

HOW = ("linked", "beside")
LABELS = tuple(ENTITY_LABELS)
NAME_KINDS = ("name", "native", "acronym", "alias")
CITATION_KINDS = ("note", "link")
ROLES = ("evidence", "navigation")

REDIRECT_REASONS = ("renamed", "merged", "split", "gone")
JUDGEMENTS = ("same", "different", "not_a_name", "label", "homepage")
MERGE_REASONS = (
    "spelling", "stated", "same name", "acronym with country", "same words", "nearly the same name",
    "shared page", "short form", "reviewed", "judgement",
)  # fmt: skip


@table("entities", "Named things, resolved over all documents of a release.", records=True)
class EntityRow:
    entity_id: str = column(
        "Readable slug of label, country and name under which it was first published; holds across growth",
        key=True,
    )
    label: str = column("What kind of thing it is", vocabulary=LABELS)
    name: str = column("Its fullest English name, else its fullest name")
    acronym: str | None = column("Its acronym")
    native_name: str | None = column("Its name in the language of its country")
    country_code: str | None = column("Its country, ISO 3166-1 alpha-3, where the documents tell")
    homepage: str | None = column(
        "The site that most references to it agree on, no news or posts; else the root of a cited site that is "
        "called by its name, else the addresses at its name"
    )
    mention_count: int = column("Number of its mentions")
    document_count: int = column("Number of documents that mention it")


@table("entity_names", "All names under which an entity is mentioned.")
class EntityNameRow:
    entity_id: str = column("The entity", references="entities", key=True)
    name: str = column("The name, as printed", key=True)
    kind: str = column("What this name is to the entity", vocabulary=NAME_KINDS, key=True)
    language: str | None = column("Language of the name, ISO 639-1, where it is known")


@table(
    "entity_redirects",
    "Ids that are no entity's: those that a release published, and those that names of today would give "
    "an entity which was published under another. A rebuild with these rows gives the same ids.",
    history=True,
)
class EntityRedirectRow:
    entity_id: str = column("The former id", key=True)
    new_entity_id: str | None = column(
        "The entity that it leads to; null when nothing is left of it", references="entities"
    )
    reason: str = column("What became of it", vocabulary=REDIRECT_REASONS)
    since: datetime = column("When the release was made that redirected it", unit="UTC")


@table(
    "judgements", "What people decided about names (`judgements.csv` beside `raw/`), applied after all rules."
)
class JudgementRow:
    line: int = column("Line of the file, from 1", key=True)
    judgement: str = column("What was decided", vocabulary=JUDGEMENTS)
    label: str = column("The label of the name, as read", vocabulary=LABELS)
    name: str = column("The name")
    value: str | None = column("The other name (same, different), the right label, or the homepage's address")
    country: str | None = column("ISO 3166-1 alpha-3 of the country that it is limited to; null: everywhere")
    note: str | None = column("Why it was decided")
    entity_id: str | None = column(
        "The entity with the name; null when no document names it", references="entities"
    )
    other_entity_id: str | None = column(
        "The entity with the other name, where that is another", references="entities"
    )


@table(
    "name_merges",
    "Why the names of an entity are one: each step by which two names became one, with its evidence.",
)
class NameMergeRow:
    entity_id: str = column("The entity", references="entities", key=True)
    ordinal: int = column("Number of the step, from 1", key=True)
    name: str = column("A name, as it is mostly printed in its document")
    document_id: str = column("The document of the name", references="documents")
    other_name: str = column("The other name, as it is mostly printed in its document")
    other_document_id: str = column("The document of the other name", references="documents")
    reason: str = column("What speaks for their being one", vocabulary=MERGE_REASONS)
    evidence: str = column("In words, what was compared or where it is stated")
    stated_in: str | None = column("The passage that states it, where one does", references="passages")


@table("mentions", "Each place where a named thing is named.")
class MentionRow:
    mention_id: str = column("`<document_id>#m<ordinal>`", key=True)
    entity_id: str | None = column(
        "The entity that it names; none where no mention of the name is sure", references="entities"
    )
    document_id: str = column("The document that it stands in", references="documents")
    passage_id: str = column("The passage that it stands in", references="passages")
    char_start: int = column("First character in passages.text", unit="code points")
    char_end: int = column("One past its last character", unit="code points")
    text: str = column("The name as it stands there")
    label: str = column("What kind of thing it names", vocabulary=LABELS)
    method: str = column("The rule or model that found it")
    score: float = column("How likely its words and its label are right", unit="0 to 1")


@table("name_pairs", "Two mentions that the text itself says are one thing, as in `National Office (ONTI)`.")
class NamePairRow:
    document_id: str = column("The document", references="documents", key=True)
    ordinal: int = column("Place in reading order, from 1", key=True)
    first_mention_id: str = column("The mention with the fuller name", references="mentions")
    second_mention_id: str = column("The mention with its other name", references="mentions")
    kind: str = column("What the second name is to the first", vocabulary=NAME_KINDS[1:])
    rule: str = column("The rule that ties them")


@table("entity_links", "Evidence that a URL belongs to an entity, or tells of it.")
class EntityLinkRow:
    entity_id: str = column("The entity", references="entities", key=True)
    url: str = column("The URL, as in links.url", key=True)
    ref_id: str = column(
        "The reference whose phrase names the entity, or that cites a site called by its name",
        references="footnote_refs",
        key=True,
    )
    link_id: str = column("The link in the note", references="links")


@table(
    "entity_sites", "Evidence without a note: an address that stands at an entity's name in the text itself."
)
class EntitySiteRow:
    entity_id: str = column("The entity", references="entities", key=True)
    link_id: str = column("The link in the text", references="links", key=True)
    url: str = column("The URL, as in links.url")
    how: str = column(
        "The name is the link (linked), or the address is printed after it (beside)", vocabulary=HOW
    )


@table(
    "citations",
    "Each cited URL, from notes and from words that carry a link: phrase, note, URL, what it is about.",
)
class CitationRow:
    citation_id: str = column("`<document_id>#c<ordinal>`, in reading order", key=True)
    document_id: str = column("The document that cites", references="documents")
    passage_id: str | None = column("The passage of the phrase", references="passages")
    kind: str = column("From a note, or from words that carry a link", vocabulary=CITATION_KINDS)
    phrase: str | None = column("The words that the URL supports; of a printed address what stands before it")
    phrase_start: int | None = column("First character of the phrase in passages.text", unit="code points")
    phrase_end: int | None = column("One past its last character", unit="code points")
    context_start: int | None = column(CONTEXT, unit="code points", default=None)
    context_end: int | None = column(CONTEXT_END, unit="code points", default=None)
    page: int | None = column("Page of the phrase, from 1; null for HTML")
    marker: str | None = column("The marker after the phrase; null for a link")
    ref_id: str | None = column("The reference; null for a link", references="footnote_refs", default=None)
    footnote_id: str | None = column("The note with the URL, found through `ibid.`", references="footnotes")
    note_text: str | None = column("The text of that note")
    link_id: str = column("The link", references="links")
    url: str = column("Where it leads, as links.url, or links.url_unwrapped where that is a redirect")
    url_printed: str | None = column("The URL as printed, its lines rejoined")
    host: str | None = column("Host of the URL")
    role: str = column(
        "`navigation` leads about the site or the document (menus, lists of its own pages, share buttons), or stands "
        "in a sample of code",
        vocabulary=ROLES,
    )
    entity_id: str | None = column(
        "What the phrase is about: what the URL belongs to where the phrase names it, else the name that the "
        "phrase begins with, else what the URL belongs to, else the longest name in the phrase, else the name that its "
        "sentence begins with",
        references="entities",
    )
    archived_url: str | None = column(
        "The kept copy nearest to the date of the document, where one is known: see archived_copies"
    )
    confidence: float = column("How sure reference and URL are, multiplied", unit="0 to 1")
