"""Whom a citation is about that names nobody: the body that `the agency`, `it` or a list under its name means."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from osint_ingest.entities.said_again import SUBJECT, heads_of_bodies, said_again

REACH = 12
"""Passages back to the name whose kind noun is said again."""
ARTICLE = 6
"""A name of so few more letters than its kind noun is that noun with an article."""
HEADING_SHARE = 0.7
"""A name that is at least this much of a heading is what the section is about."""
_OPENINGS = f"""
    select c.rowid as row, p.text[c.context_start + 1 : c.context_start + {2 * SUBJECT}] as opening,
        coalesce(p.language, d.language) as language
    from cited c join passages p using (passage_id) join documents d on d.document_id = c.document_id
    where p.kind not in ('heading', 'title', 'footnote') and c.context_start is not null
"""
_REFERRED = f"""
    create temp table referred as
    with body as (
        select document_id, passage_id, ordinal, kind, text from passages
        where kind not in ('footnote', 'header', 'footer')
    ),
    names as (
        select m.* replace (coalesce(m.entity_id, '') as entity_id), p.ordinal, p.kind, p.text as passage,
            strip_accents(lower(m.text)) as folded,
            length(regexp_extract(p.text[: m.char_start], '[^.!?]*$')) <= {SUBJECT} as opens
        from mentions m join body p using (passage_id)
        where m.label not in ('GPE', 'LOC')
    ),
    seconds as (
        select s.*, c.document_id, c.passage_id, c.context_start, p.ordinal, p.text
        from said_again s join cited c on c.rowid = s.row join body p using (passage_id)
        where not exists (  -- named before it, or it is a part of the name
            from names m where m.passage_id = c.passage_id and m.label = 'ORG' and m.entity_id != ''
                and m.char_end > c.context_start and m.char_start < c.context_start + s.ends
        )
    ),
    same_kind as (
        select row, arg_max(m.entity_id, (m.ordinal, m.char_start)) as entity_id
        from seconds s join names m on m.document_id = s.document_id and m.label = 'ORG' and s.head != ''
            and contains(m.folded, s.head) and length(m.folded) > length(s.head) + {ARTICLE}
            and m.ordinal between s.ordinal - {REACH} and s.ordinal
            and (m.ordinal < s.ordinal or m.char_start < s.context_start)
        group by row
    ),
    subject as (  -- of the sentence before
        select row, arg_max(m.entity_id, m.char_start) as entity_id, arg_max(m.folded, m.char_start) as folded,
            arg_max(m.label, m.char_start) as label
        from seconds s join names m on m.passage_id = s.passage_id and m.opens and m.char_start < s.context_start
            and length(regexp_extract_all(s.text[m.char_end + 1 : s.context_start], '[.!?] ')) <= 1
        group by row
    ),
    leads as (  -- the heading or the paragraph before a list
        select c.rowid as row, max(l.ordinal) as ordinal
        from cited c join body p using (passage_id) join body l on l.document_id = p.document_id
            and l.ordinal between p.ordinal - {REACH} and p.ordinal - 1
            and l.kind in ('heading', 'paragraph')
        where p.kind = 'list_item' group by c.rowid
    ),
    headed as (
        select l.row, arg_min(m.entity_id, m.char_start) as entity_id
        from leads l join cited c on c.rowid = l.row
        join names m on m.document_id = c.document_id and m.ordinal = l.ordinal and m.label = 'ORG'
            and if(m.kind = 'heading', m.char_end - m.char_start >= {HEADING_SHARE} * length(m.passage),
                m.opens and ends_with(rtrim(m.passage), ':'))
        group by l.row
    ),
    meant as (
        select row, coalesce(k.entity_id, if(
            s.head = '' or (u.label = 'ORG' and not regexp_matches(u.folded, getvariable('heads'))), u.entity_id, null
        )) as entity_id
        from seconds s left join same_kind k using (row) left join subject u using (row)
    ),
    sentence_before as (  -- "The agency ... Its ..."
        select s.row, any_value(m.entity_id) as entity_id
        from seconds s join cited c on c.passage_id = s.passage_id
            and c.context_end between s.context_start - 2 and s.context_start
        join meant m on m.row = c.rowid
        where s.head = '' and m.entity_id is not null group by s.row
    )
    select row, nullif(coalesce(m.entity_id, b.entity_id), '') as entity_id, nullif(h.entity_id, '') as headed
    from meant m left join sentence_before b using (row) full join headed h using (row)
"""


def refer(db: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `referred` on a connection with `cited`: by its row whom a citation means (`entity_id`) and what
    its heading or the lead of its list names (`headed`)."""
    rows, openings, languages = db.sql(_OPENINGS).to_arrow_table().to_pydict().values()
    each = zip(rows, openings, languages, strict=True)
    found = [(row, *told) for row, opening, language in each if (told := said_again(opening, language))]
    names = ("row", "head", "ends")
    columns = zip(*found, strict=True) if found else ([], [], [])
    types = (pa.int64(), pa.string(), pa.int64())
    db.register("said_again", pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names))
    db.execute("set variable heads = $heads", {"heads": rf"\b(?:{'|'.join(sorted(heads_of_bodies()))})\b"})
    db.execute(_REFERRED)
