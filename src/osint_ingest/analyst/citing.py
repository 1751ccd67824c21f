"""Citations by phrase or by entity: what `cite`, `citations()` and the SQL macro `sources_of` share."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from osint_ingest.release.folder import Release

NEEDED = frozenset({"citations", "entities", "entity_names", "mentions", "passages"})
"""Tables of a release that the macros read."""
# A query is planned anew each time. Each `comparable` in it costs a third of a millisecond then; where the pattern has
# \p{L}, which is a large class, it costs five.
MACROS = (
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
    """
    create macro sources_of(words) as table
        with called as materialized (from entities_called(words)),
        named as (  -- citations whose phrase has one of the entity's names
            select x.citation_id from mentions m join citations x
                on m.passage_id = x.passage_id and m.char_start < x.phrase_end and m.char_end > x.phrase_start
            where m.entity_id in (from called)
        )
        select c.citation_id, c.document_id, c.phrase, c.kind, c.marker, c.note_text as note, c.url,
            e.name as entity, e.homepage, c.page, c.role, c.confidence, c.entity_id, c.passage_id, c.link_id
        from citations c left join entities e using (entity_id) left join passages p using (passage_id)
        where length(comparable(words)) > 2 and (
            c.entity_id in (from called) or c.citation_id in (from named)
            -- the words may begin before the phrase or end after it: the text as far around it as they can reach
            or contains(comparable(
                p.text[greatest(c.phrase_start - length(words) + 2, 1) : c.phrase_end + length(words) - 1]
            ), comparable(words))
        )
        order by c.document_id, cast(split_part(c.citation_id, '#c', -1) as bigint)
    """,
)
CITED = "from sources_of($words) where $role is null or role = $role"


def check(release: Release) -> None:
    """Raise FileNotFoundError if the release was made before the table `citations` existed."""
    if any(not release.has(table) for table in NEEDED):
        raise FileNotFoundError(
            f"Release {release.name} has no table of citations. "
            "A run with this version makes one: osint-ingest refresh, or ingest with your files"
        )


def define_macros(db: duckdb.DuckDBPyConnection) -> None:
    """Defines `sources_of`, `entities_called` and `comparable` on a connection that has the tables `NEEDED`."""
    for macro in MACROS:
        db.execute(macro)


def cited(db: duckdb.DuckDBPyConnection, words: str, role: str | None = "evidence") -> pa.Table:
    """Return the citations, in reading order, whose phrase (with the text around it) has these words, or that are about
    or name the entity with that name.

    Whole words are compared, without regard to case, accents and punctuation. An entity is found by any of its names,
    its acronym or its id. `role`: `evidence`, `navigation`, or None for both.
    """
    return db.sql(CITED, params={"words": words, "role": role}).to_arrow_table()
