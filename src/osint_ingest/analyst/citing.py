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
    """
    create macro entities_called(words) as table
        select entity_id from (
            select entity_id, name from entity_names
            union all select entity_id, unnest([name, acronym, native_name]) from entities
        ) where comparable(name) = comparable(words)
        union select entity_id from entities where entity_id = words
    """,
    r"""
    create macro without_addresses(words) as regexp_replace(words, '(?:https?://|www\.)\S+', ' ', 'g')
    """,
    """
    create macro sources_of(words) as table
        with called as materialized (from entities_called(words)),
        asked as materialized (select comparable(words) as asked),
        told as materialized (from sources),
        named as (  -- where the phrase or its context has one of the entity's names
            select x.citation_id, bool_or(m.char_start < x.phrase_end and m.char_end > x.phrase_start) as in_phrase,
                -- half of it or more, so that it is the phrase's own
                bool_or(least(m.char_end, x.phrase_end) - greatest(m.char_start, x.phrase_start)
                    >= 0.5 * length(x.phrase)) as fills
            from mentions m join told x on m.passage_id = x.passage_id
                and m.char_start < greatest(x.phrase_end, x.context_end)
                and m.char_end > least(x.phrase_start, x.context_start)
            where m.entity_id in (from called) group by x.citation_id
        ),
        near as (
            select c.*, p.ordinal, p.text, asked, n.in_phrase is not null as is_named,
                -- the words may begin before the phrase or end after it: the text as far around it as they can reach
                greatest(c.phrase_start - length(words) + 2, 1) as low, c.phrase_end + length(words) - 1 as high,
                coalesce(n.in_phrase, false)
                    or contains(comparable(without_addresses(text[low : high])), asked) as has_words,
                coalesce(n.fills, has_words and length(c.phrase) <= 2 * length(words)) as is_own,
                c.entity_id in (from called) or (contains(words, '://') and starts_with(c.url, words)) as is_about
            from told c cross join asked left join named n using (citation_id) left join passages p using (passage_id)
            where length(asked) > 2
        ),
        found as (
            select *, if(has_words or is_about, 'phrase', 'context') as found_in
            from near where is_named or has_words or is_about or contains(comparable(without_addresses(concat(
                -- between them a sign that `comparable` keeps: no words are found across it
                text[least(low, context_start + 1) : greatest(high, context_end)], ' ' || chr(65532) || ' ', row_text
            ))), asked)
        )
        select citation_id, document_id, phrase, kind, marker, note_text as note, url, e.name as entity, e.homepage,
            page, role, confidence, entity_id, passage_id, link_id, ref_id, found_in
        from found left join entities e using (entity_id)
        where found_in = 'phrase' or not exists (  -- what another citation of the sentence has is its own
            from found o where o.is_own and o.passage_id = found.passage_id
                and (o.phrase_end <= found.phrase_start or o.phrase_start >= found.phrase_end)
                and o.phrase_start < found.context_end and o.phrase_end > found.context_start
        )
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
        "A run with this version makes one: osint-ingest refresh, or ingest with your files"
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
