"""Sources by phrase or by entity: what `cite`, `citations()` and the SQL macro `sources_of` share."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from osint_ingest.release.folder import Release
from osint_ingest.release.views import SOURCES

NEEDED = frozenset(
    {"citations", "entities", "entity_names", "footnote_refs", "footnotes", "mentions", "passages"}
)
"""Tables of a release that the macros read."""
NEWEST = "passages", "table_row"
"""The table and column that the macros read and that came last: releases of earlier versions lack it."""
# A query is planned anew each time. Each `comparable` in it costs a third of a millisecond then; where the pattern has
# \p{L}, which is a large class, it costs five.
MACROS = (
    SOURCES,
    # a text to compare: without accents, capitals, punctuation and signs, one space between words and one at each end
    r"""
    create macro comparable(words) as ' ' || trim(regexp_replace(strip_accents(lower(words)),
        '[\x00-/:-@\[-`{-¿×÷;·՚-՟։־׳״،؛؟۔।॥\x{2000}-\x{206F}\x{20A0}-\x{20CF}\x{2190}-\x{2BFF}\x{2E00}-\x{303F}'
        '\x{E000}-\x{F8FF}]+', ' ', 'g')) || ' '
    """,
    r"""
    create macro without_addresses(words) as regexp_replace(words, '(?:https?://|www\.)\S+', ' ', 'g')
    """,
    """
    create or replace view names_compared as
        select entity_id, comparable(name) as name from entity_names
        union select entity_id, comparable(unnest([name, acronym, native_name])) from entities
    """,
    """
    create or replace view sources_compared as
        with told as materialized (from sources),
        named as (  -- the entities that the phrase or its context names
            select s.citation_id, list(distinct m.entity_id) as named,
                list(distinct m.entity_id) filter (m.char_start < s.phrase_end and m.char_end > s.phrase_start)
                    as named_in_phrase,
                -- half of it or more, so that it is the phrase's own
                list(distinct m.entity_id) filter (least(m.char_end, s.phrase_end)
                    - greatest(m.char_start, s.phrase_start) >= 0.5 * length(s.phrase)) as filled_by
            from mentions m join told s on m.passage_id = s.passage_id
                and m.char_start < greatest(s.phrase_end, s.context_end)
                and m.char_end > least(s.phrase_start, s.context_start)
            where m.entity_id is not null group by s.citation_id
        )
        select s.*, n.* exclude (citation_id), e.name as entity, e.homepage, p.ordinal, p.text,
            -- between them a sign that `comparable` keeps: no words are found across it
            comparable(without_addresses(concat(p.text, ' ' || chr(65532) || ' ', s.row_text))) as said
        from told s left join named n using (citation_id) left join passages p using (passage_id)
            left join entities e using (entity_id)
    """,
    """
    create macro entities_called(words) as table
        select entity_id from names_compared where name = comparable(words)
        union select entity_id from entities where entity_id = words
    """,
    """
    create macro sources_of(words) as table
        with asked as materialized (
            select comparable(words) as asked, (select list(entity_id) from entities_called(words)) as called
        ),
        near as materialized (
            select c.*, coalesce(list_has_any(named, called), false) as is_named,
                -- the words may begin before the phrase or end after it: the text as far around it as they can reach
                greatest(phrase_start - length(words) + 2, 1) as low, phrase_end + length(words) - 1 as high,
                [contains(comparable(without_addresses(part)), asked) for part in [
                    text[low : high], text[least(low, context_start + 1) : greatest(high, context_end)], row_text
                ]] as has,
                has[1] or coalesce(list_has_any(named_in_phrase, called), false) as has_words,
                if(is_named, coalesce(list_has_any(filled_by, called), false),
                    has_words and length(phrase) <= 2 * length(words)) as is_own,
                coalesce(list_contains(called, entity_id), false)
                    or (contains(words, '://') and starts_with(url, words)) as is_about
            from sources_compared c cross join asked
            where length(asked) > 2 and (contains(said, asked) or is_named or is_about)
        ),
        found as (
            select *, if(has_words or is_about, 'phrase', 'context') as found_in
            from near where is_named or is_about or list_contains(has, true)
        ),
        own as (select passage_id, phrase_start, phrase_end from found where is_own)
        select citation_id, document_id, phrase, kind, marker, note_text as note, url, entity, homepage, page, role,
            confidence, entity_id, passage_id, link_id, ref_id, found_in
        -- what another citation of the sentence has is its own
        from found f anti join own o on f.found_in = 'context' and o.passage_id = f.passage_id
            and (o.phrase_end <= f.phrase_start or o.phrase_start >= f.phrase_end)
            and o.phrase_start < f.context_end and o.phrase_end > f.context_start
        order by found_in desc, document_id, ordinal, phrase_end, cast(regexp_extract(citation_id, '[0-9]+$') as bigint)
    """,
)
CITED = "from sources_of($words) where $role is null or role = $role"


def check(release: Release) -> None:
    """Raise FileNotFoundError if the release was made before it had what the macros read."""
    if set(release.table_names()) >= NEEDED:
        table, column = NEWEST
        path, files = release.file_of(table)
        if column in pq.read_schema(path, filesystem=files).names:
            return
    raise FileNotFoundError(
        f"Release {release.name} has no table of citations, or an earlier form of it. "
        "Make one with this version: osint-ingest refresh, or osint-ingest ingest with your files."
    )


def define_macros(db: duckdb.DuckDBPyConnection) -> None:
    """Defines `sources_of`, `entities_called` and `comparable` on a connection that has the tables `NEEDED`."""
    for macro in MACROS:
        db.execute(macro)


def cited(db: duckdb.DuckDBPyConnection, words: str, role: str | None = "evidence") -> pa.Table:
    """Return the sources of what has these words, or is about or names the entity of that name.

    First those whose phrase has them, then those whose context has (`found_in`), each in reading order. `url` is null
    where a note has no address. Whole words are compared, without regard to case, accents and punctuation; pieces of
    an address are no words. An entity is found by any of its names, its acronym or its id. `role`: `evidence`,
    `navigation`, or None for both.
    """
    return db.sql(CITED, params={"words": words, "role": role}).to_arrow_table()
