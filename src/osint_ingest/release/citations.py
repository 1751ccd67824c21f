"""The table of citations: each URL that a document cites, the phrase that it supports, and what that is about.

A citation comes from a note (marker, note, the URLs in the note, or in the note that its `ibid.` means) or from words
that carry a link. It is made over the whole release, after the entities. What a reference is about is found in the same
way where its note has no URL, and stands in `footnote_refs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from osint_ingest.entities.said_again import SUBJECT
from osint_ingest.release.changes import slices
from osint_ingest.release.draft import Draft
from osint_ingest.release.files import TableFiles
from osint_ingest.release.second_mentions import refer
from osint_ingest.release.sql import open_tables, query_batches
from osint_ingest.sources import all_sources
from osint_ingest.tables import declared_tables

CITATIONS, REFS = "citations", "footnote_refs"
FROM = ("documents", "passages", "footnotes", "footnote_refs", "links", "mentions", "entity_links",
        "entity_sites", "link_checks", "archived_copies")  # fmt: skip
CITED_ON = "coalesce(published, if(year < year(captured_at), make_date(year, 12, 31), captured_at::date))"
"""The date of a document, in SQL: the day that what it cites was to be seen."""
GROUPS = 4
"""Row groups of passages whose documents are taken together."""
MOST_IBIDS = 20
"""Notes that are followed from one `ibid.` to the next."""
FURNITURE_SHARE = 0.5
FURNITURE_DOCUMENTS = 4
"""A link of the same words to the same address, alone in its passage, in at least this share of the documents of a
kind, of which there are at least this many, belongs to their layout."""
_FILES = r"\.(?:pdf|docx?|odt|rtf|xlsx?|ods|csv|pptx?|odp|zip|json|xml)$"
_SHARING = r"^https?://(?:[a-z0-9-]+\.)*(?:facebook\.com/sharer|(?:twitter|x)\.com/(?:intent|share)|linkedin\.com/(?:shareArticle|sharing)|t\.me/share|wa\.me/\?|api\.whatsapp\.com/send|reddit\.com/submit|pinterest\.[a-z.]+/pin/create)|^mailto:"
_NOTES = f"""
    with recursive followed(first_id, footnote_id, steps) as (
        select footnote_id, footnote_id, 0 from footnotes
        union all
        select f.first_id, n.refers_to, f.steps + 1
        from followed f join footnotes n using (footnote_id)
        where n.refers_to is not null and f.steps < {MOST_IBIDS}
    ),
    -- the URLs of a note are its own; those of the note that it refers to where it has none
    with_urls as (
        select f.first_id, f.footnote_id, l.link_id, f.steps,
            min(f.steps) over (partition by f.first_id) as nearest
        from followed f join links l using (footnote_id)
    ),
    cited as (
        select first_id, footnote_id, link_id from with_urls where steps = nearest
        union all
        select first_id, arg_max(footnote_id, steps), null from followed
        where first_id not in (select first_id from with_urls) group by first_id
    )
    select r.document_id, r.passage_id, 'note' as kind, r.anchor_text as phrase, r.anchor_start as phrase_start,
        r.anchor_end as phrase_end, r.context_start, r.context_end, r.page, r.marker, c.footnote_id,
        n.text as note_text, l.link_id, l.url as checked_url, coalesce(l.url_unwrapped, l.url) as url,
        l.url_raw as url_printed, l.host, 'evidence' as role, r.ref_id, r.char_offset as at,
        round(r.confidence * coalesce(l.confidence, 1), 3) as confidence
    from footnote_refs r
    join cited c on c.first_id = r.footnote_id
    join footnotes n on n.footnote_id = c.footnote_id
    left join links l on l.link_id = c.link_id
"""
_CODE = r"[{}<>=\\^|]|\"\s*:\s|\b[a-z]+:[A-Za-z]\w+"
"""Signs of code, among them the prefixed names of RDF and XML."""
_COMMAND = r"(?:^|\s)(?:curl|wget|git clone)\s[^.]{0,80}$"
LETTERS_A_SIGN = 40
"""A passage with two signs of code, and one for so many characters beside its addresses, is a sample of code: of 2,366
links in 65 documents it takes 155 (November 2026); of some 110 of them that were read none is evidence."""
_PLACED = r"""
    select l.*, p.kind as passage_kind, p.text, d.kind as document_kind, d.url as document_url,
        trim(l.anchor_text) = trim(p.text) as alone,
        if(regexp_full_match(l.anchor_text, '(https?://|www\.)\S+'),
            ltrim(p.text[l.context_start + 1 : l.char_start], ' ,;:.)]'), '') as before
    from links l join documents d using (document_id) left join passages p using (passage_id)
    where l.footnote_id is null
"""
_ALONE = f"""
    select document_kind, url, anchor_text, count(distinct document_id) as documents
    from ({_PLACED}) where alone group by document_kind, url, anchor_text
"""
_FURNITURE = f"""
    select document_kind, url, anchor_text from alone group by document_kind, url, anchor_text
    having sum(documents) >= any_value((
        select greatest({FURNITURE_DOCUMENTS}, {FURNITURE_SHARE} * count(*)) from documents where kind = document_kind
    ))
"""
_LINKS = f"""
    select p.document_id, p.passage_id, 'link' as kind, if(said = '', p.anchor_text, said) as phrase,
        if(said = '', p.char_start, high - length(said)) as phrase_start,
        if(said = '', p.char_end, high) as phrase_end,
        p.context_start, p.context_end, p.page, null as marker, null as footnote_id, null as note_text, p.link_id,
        p.url as checked_url, coalesce(p.url_unwrapped, p.url) as url, p.url_raw as url_printed, p.host,
        case
            when p.passage_id is null or p.passage_kind in ('header', 'footer') then 'navigation'
            when regexp_matches(p.url, '{_SHARING}') then 'navigation'
            when split_part(p.url, '#', 1) = split_part(p.document_url, '#', 1) then 'navigation'
            when coalesce(p.host, '') = regexp_extract(p.document_url, '^https?://([^/:]+)', 1)
                and not regexp_matches(lower(split_part(p.url, '?', 1)), '{_FILES}')
                and not (p.passage_kind = 'paragraph' and not p.alone and not contains(p.url, '#'))
                and not (p.passage_kind = 'field' and regexp_matches(p.url, $publications))
                then 'navigation'
            when f.url is not null or code or regexp_matches(text[: p.char_start], '{_COMMAND}') then 'navigation'
            else 'evidence'
        end as role,
        null as ref_id, p.char_start as at, coalesce(p.confidence, 1) as confidence
    from (
        select *, char_start - length(before) as low,
            -- of several addresses each has what stands before the first; in a bracket, what stands in it
            regexp_replace(before, '[ (<\\[“":,–—-]*((?:https?://|www\\.).*)?$', '', 's') as whole,
            coalesce(nullif(regexp_extract(whole, '\\(([^()]*)$', 1), ''), whole) as words,
            if(regexp_matches(words, '\\p{{L}}{{2}}'), words, '') as said, low + length(whole) as high,
            regexp_replace(text, 'https?://\\S+', '', 'g') as bare,
            length(regexp_extract_all(bare, '{_CODE}')) as signs,
            signs > 1 and signs * {LETTERS_A_SIGN} >= length(bare) as code
        from ({_PLACED})
    ) p left join furniture f
        on f.document_kind = p.document_kind and f.url = p.url and f.anchor_text = p.anchor_text and p.alone
"""
_ABOUT = f"""
    with evidence as (  -- what the URL belongs to, as the reference or the link tells
        select c.rowid as row, b.entity_id from cited c
        join entity_links b on b.ref_id = c.ref_id and b.link_id = c.link_id
        union all
        select c.rowid, s.entity_id from cited c join entity_sites s using (link_id) where c.ref_id is null
    ),
    inside as (
        select c.rowid as row, m.entity_id, (m.char_start - m.char_end, m.char_start, m.mention_id) as longest,
            m.char_start < c.phrase_end and m.char_end > c.phrase_start as within,
            m.char_start = c.phrase_start and m.char_end <= c.phrase_end as begins,
            m.char_start <= c.context_start + {SUBJECT} and m.char_end <= c.phrase_start
                and m.label not in ('GPE', 'LOC')
                and not exists (  -- what another citation is about
                    from cited o where o.passage_id = m.passage_id and o.phrase_end <= c.phrase_start
                        and o.phrase_start <= m.char_start and o.phrase_end >= m.char_end
                ) as opens,
            (m.char_start, m.char_end, m.mention_id) as first
        from cited c join mentions m on m.passage_id = c.passage_id
            and m.char_start < greatest(c.phrase_end, c.context_end)
            and m.char_end > least(c.phrase_start, c.context_start)
        where m.entity_id is not null
    ),
    told as (
        select e.row, min(i.entity_id) as named_too, min(e.entity_id) as entity_id
        from evidence e left join inside i on i.row = e.row and i.entity_id = e.entity_id and i.within
        group by e.row
    ),
    named as (
        select row, arg_min(entity_id, longest) filter (begins) as begins_with,
            arg_min(entity_id, longest) filter (within) as entity_id,
            arg_min(entity_id, first) filter (opens) as subject
        from inside group by row
    )
    select c.*, coalesce(
            if(n.begins_with is null or c.kind = 'note', r.entity_id, null), t.named_too, n.begins_with,
            t.entity_id, n.entity_id, n.subject, r.headed
        ) as entity_id,
        cast(split_part(passage_id, '#p', -1) as bigint) as passage,
        cast(split_part(ref_id, '#r', -1) as bigint) as ref_number,
        cast(split_part(link_id, '#l', -1) as bigint) as link_number
    from cited c left join told t on t.row = c.rowid left join named n on n.row = c.rowid
        left join referred r on r.row = c.rowid
"""
_RESOLVED = """
    select r.* replace (a.footnote_id as cited_footnote_id, a.entity_id as entity_id)
    from footnote_refs r left join (
        select ref_id, any_value(footnote_id) as footnote_id, arg_min(entity_id, link_number) as entity_id
        from (select * replace (coalesce(link_number, 0) as link_number) from about) group by ref_id
    ) a using (ref_id)
    order by r.document_id, cast(split_part(r.ref_id, '#r', -1) as bigint)
"""
_ARCHIVED = f"""
    select c.document_id, c.url, arg_min(
            a.archived_url, (a.found_by = 'kept', abs(date_diff('day', {CITED_ON}, a.archived_at::date)), a.archived_at)
        ) as archived_url
    from (select distinct document_id, url from about) c
    join documents using (document_id) join archived_copies a on a.url = c.url
    group by c.document_id, c.url
"""
_CHECKED = """
    select url, arg_max(archived_url, checked_at) as archived_url
    from link_checks where archived_url is not null group by url
"""
_CITATIONS = f"""
    select c.document_id || '#c' || row_number() over (
            partition by c.document_id
            order by passage nulls last, c.at nulls last, ref_number nulls last, link_number
        ) as citation_id,
        c.document_id, c.passage_id, c.kind, c.phrase, c.phrase_start, c.phrase_end, c.context_start, c.context_end,
        c.page, c.marker, c.ref_id, c.footnote_id, c.note_text, c.link_id, c.url, c.url_printed,
        if(c.url = c.checked_url, c.host, regexp_extract(c.url, '^https?://([^/:?#]+)', 1)) as host, c.role,
        c.entity_id, coalesce(a.archived_url, k.archived_url) as archived_url, c.confidence
    from about c
    left join ({_ARCHIVED}) a on a.document_id = c.document_id and a.url = c.url
    left join ({_CHECKED}) k on k.url = c.checked_url
    where c.link_id is not null
    order by c.document_id, passage nulls last, c.at nulls last, ref_number nulls last, link_number
"""


def write_citations(draft: Draft) -> None:
    """Writes the table `citations` from those of documents, entities and link checks, which are in the draft, and what
    each reference is about into `footnote_refs`."""
    resolved = TableFiles(draft.scratch / "resolved")
    resolved.folder.mkdir(exist_ok=True)
    schema = declared_tables()[REFS].schema
    with pq.ParquetWriter(resolved.path(REFS), schema, compression="lz4") as writer:
        draft.write(CITATIONS, _citations(draft, writer))
    draft.write(REFS, resolved.parts(REFS))


def _furniture(draft: Draft, parts: Sequence[str]) -> pa.Table:
    """The links that belong to a layout (see FURNITURE_SHARE), by kind of document. `parts`: conditions that part the
    documents."""
    if draft.tables.rows("documents") < FURNITURE_DOCUMENTS:
        return pa.table({name: pa.array([], pa.string()) for name in ("document_kind", "url", "anchor_text")})
    alone = []
    for documents in parts:
        with open_tables(
            draft.tables, draft.scratch, ("documents", "passages", "links"), documents=documents
        ) as db:
            alone.append(db.sql(_ALONE).to_arrow_table())
    with open_tables(draft.tables, draft.scratch, ("documents",)) as db:
        db.register("alone", pa.concat_tables(alone))
        return db.sql(_FURNITURE).to_arrow_table()


def _citations(draft: Draft, refs: pq.ParquetWriter) -> Iterator[pa.Table]:
    """Yield the citations, a slice of the documents at a time: notes, texts and links of all documents together exceed
    the memory of a query."""
    tables, schema = draft.tables, declared_tables()[CITATIONS].schema
    if not tables.rows("links") and not tables.rows(REFS):
        return
    published = [pattern.pattern for source in all_sources() for pattern in source.config.publications]
    publications = "(?i)" + ("|".join(published) or "$^")
    parts = list(slices(tables, tables, declared_tables()["passages"], GROUPS))
    furniture = _furniture(draft, parts)
    for documents in parts:
        with open_tables(tables, draft.scratch, FROM, documents=documents) as db:
            db.register("furniture", furniture)
            db.execute(f"create temp table cited as {_NOTES}")  # one after the other: together they take more
            db.execute(f"insert into cited by name {_LINKS}", {"publications": publications})
            refer(db)
            db.execute(f"create temp table about as {_ABOUT}; drop table cited")
            yield from query_batches(db, _CITATIONS, schema)
            for part in query_batches(db, _RESOLVED, refs.schema):
                refs.write_table(part)
