"""What the reading view of a document needs, as one squeezed chunk a document.

A chunk is gzip of JSON, in base64:

    p  passages     [[ordinal, kind, level, text, language, page], ...]
    r  references   [[ordinal, passage, offset, anchor start, end, marker, note, page, [x0, top, x1, bottom]], ...]
    n  notes        [[ordinal, marker, passage, page, note meant by "ibid."], ...]
    l  links        [[ordinal, passage, start, end, url, origin, note], ...]
    m  mentions     [[ordinal, passage, start, end, label, entity], ...]
    s  lines        [[passage, start, end, page, x0, top, x1, bottom], ...]

Parts are named by their ordinals, offsets count code points, positions are tenths of a PDF point.
"""

from __future__ import annotations

import base64
import gzip
import json
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

TOGETHER = 400  # documents whose rows are asked for at once: cheap to ask for, few enough to hold


def _ordinal(column: str) -> str:
    """The number in an id such as `<document_id>#p12`; null for null."""
    return f"cast(substr(t.{column}, length(t.document_id) + 3) as integer)"


_BOX = ", ".join(f"cast(round(t.{side} * 10) as integer)" for side in ("x0", "top", "x1", "bottom"))
_PARTS = {
    "p": ("passages", "t.ordinal, t.kind, t.level, t.text, t.language, t.page"),
    "r": (
        "footnote_refs",
        f"{_ordinal('ref_id')}, {_ordinal('passage_id')}, t.char_offset, t.anchor_start, t.anchor_end, t.marker,"
        f" {_ordinal('footnote_id')}, t.page, json_array({_BOX})",
    ),
    "n": ("footnotes", f"t.ordinal, t.marker, {_ordinal('passage_id')}, t.page, {_ordinal('refers_to')}"),
    "l": (
        "links",
        f"{_ordinal('link_id')}, {_ordinal('passage_id')}, t.char_start, t.char_end, t.url, t.origin,"
        f" {_ordinal('footnote_id')}",
    ),
    "m": (
        "mentions",
        f"{_ordinal('mention_id')}, {_ordinal('passage_id')}, t.char_start, t.char_end, t.label, t.entity_id",
    ),
    "s": (
        "(select regexp_replace(passage_id, '#p[0-9]+$', '') as document_id, * from spans)",
        f"{_ordinal('passage_id')}, t.char_start, t.char_end, t.page, {_BOX}",
    ),
}
"""Letter -> the table, and a row's values."""

LAYOUT = "1"  # goes up when a chunk's form changes: what an earlier report holds is not used then


@dataclass(frozen=True, slots=True)
class ReadableDocument:
    """A document that can have a reading view: its number, its id, and a key that changes when its view does."""

    n: int
    document_id: str
    key: str


def candidates(db: duckdb.DuckDBPyConnection) -> list[ReadableDocument]:
    """Return every document: the newest first, then those with the most references. Documents with the same key have
    the same reading view: the same bytes, the same readers, the same entities."""
    rows = db.execute(
        """
        with cited as (select document_id, count(*) as refs from footnote_refs group by all),
        resolved as (
            select document_id, bit_xor(hash(mention_id, entity_id)) as mark, count(*) as names
            from mentions group by all
        )
        select doc.n, doc.document_id,
            md5(concat_ws(' ', ?, doc.document_id, content_sha256, fingerprint, address, mark, names))
        from doc left join cited using (document_id) left join resolved using (document_id)
        order by doc.year desc nulls last, coalesce(refs, 0) desc, doc.n
        """,
        [LAYOUT],
    ).fetchall()
    return [ReadableDocument(*row) for row in rows]


def chunks(db: duckdb.DuckDBPyConnection, wanted: Sequence[ReadableDocument]) -> dict[int, bytes]:
    """Return the chunk of each of those documents, in base64, by document number. Ask for at most TOGETHER at a time:
    all are held in memory."""
    if not wanted:
        return {}
    found = {letter: _rows_as_json(db, letter, wanted) for letter in _PARTS}
    chunk_of = {}
    for candidate in wanted:
        parts = (f'"{letter}":[{rows.get(candidate.document_id, "")}]' for letter, rows in found.items())
        chunk_of[candidate.n] = squeezed(f"{{{','.join(parts)}}}")
    return chunk_of


def squeezed(text: str) -> bytes:
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0))


def _rows_as_json(
    db: duckdb.DuckDBPyConnection, letter: str, some: Sequence[ReadableDocument]
) -> dict[str, str]:
    """Document -> its rows as JSON. The range lets DuckDB pass over what lies outside of it in the file."""
    table, values = _PARTS[letter]
    ids = [c.document_id for c in some]
    inside = "t.passage_id between ? and ? || '$'" if letter == "s" else "t.document_id between ? and ?"
    if letter == "p":
        inside += " and t.kind not in ('header', 'footer')"
    found = db.execute(
        f"select t.document_id, string_agg(cast(json_array({values}) as varchar), ',') from {table} t"
        f" where {inside} and t.document_id in (select unnest(?)) group by t.document_id",
        [min(ids), max(ids), ids],
    ).fetchall()
    return dict(found)


MOST_LETTERS = 40  # longer words are addresses and the like: they are cut
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def words_of(db: duckdb.DuckDBPyConnection, documents: Sequence[ReadableDocument]) -> bytes:
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    ordered = sorted(documents, key=lambda document: document.n)
    for start in range(0, len(ordered), TOGETHER):
        some = {document.document_id: document.n for document in ordered[start : start + TOGETHER]}
        texts = db.execute(
            "select document_id, string_agg(text, ' ') from passages where kind not in ('header', 'footer')"
            " and document_id in (select unnest(?)) group by document_id order by document_id",
            [list(some)],
        )
        while row := texts.fetchone():
            for word in words_in(row[1]):
                found[word].append(some[row[0]])
    lines: list[str] = []
    for word in sorted(found):
        steps = (_base36(number - before) for before, number in pairwise((0, *found[word])))
        lines.append(f"{word} {','.join(steps)}\n")
    return squeezed(json.dumps("\n" + "".join(lines), ensure_ascii=False))


def words_in(text: str) -> set[str]:
    """The words of a text in small letters, without accents: what `folded` of the page's script makes of them."""
    text = " ".join({*text.lower().split()})
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
    words = set(text.translate(_LETTERS).split())
    for word in [word for word in words if len(word) > MOST_LETTERS]:
        words.remove(word)
        words.update(word[at : at + MOST_LETTERS] for at in range(0, len(word), MOST_LETTERS))
    return words


class _Letters(dict[int, int | None]):
    """What stands for a character: itself, nothing for an accent, a space for what is in no word. Each is looked up in
    Unicode's tables once."""

    def __missing__(self, code: int) -> int | None:
        mark = unicodedata.category(chr(code))[0] == "M"
        self[code] = None if mark else code if chr(code).isalnum() else ord(" ")
        return self[code]


_LETTERS = _Letters()


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
