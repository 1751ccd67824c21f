"""The partnership's own file of commitments beside those of a release: codes, titles and codings that differ."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from osint_ingest.html.labels import plain_words
from osint_ingest.sources.base import Difference
from osint_ingest.sources.ogp.addresses import is_code
from osint_ingest.sources.ogp.vocabulary import vocabularies
from osint_ingest.sources.ogp.wording import terms

if TYPE_CHECKING:
    import duckdb

_OURS = """
    with coded as (
        select document_id, field, string_agg(distinct value_code, ' | ' order by value_code) as codes
        from ogp_commitment_values where value_code is not null group by all
    )
    select upper(c.code), c.title, map_from_entries(list((v.field, v.codes)) filter (v.field is not null))
    from (select distinct on (upper(code)) * from ogp_commitments where code is not null
          order by upper(code), language <> 'en', document_id) c
    left join coded v using (document_id) group by all order by 1
"""


@dataclass(slots=True)
class _Columns:
    """Places of the columns: `plain` by what they hold; `ticks` of those that stand for one value of a field."""

    plain: dict[str, int] = field(default_factory=dict)
    ticks: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    ticked: frozenset[str] = frozenset()
    unticked: frozenset[str] = frozenset()  # what a cell says for yes and for no


def differences(
    header: Sequence[str], rows: Iterable[Sequence[str]], db: duckdb.DuckDBPyConnection
) -> Iterator[Difference]:
    """Yield what the rows of a file say otherwise than the release whose tables are views of `db`, by code. A
    commitment that one side lacks is a difference of its code; of later ones than the file has nothing is said. Raises
    ValueError if no column holds the codes."""
    told = tomllib.loads(files(__package__).joinpath("cross_check.toml").read_text(encoding="utf-8"))
    columns = _columns(header, told)
    if "code" not in columns.plain:
        raise ValueError(
            f"none of the {len(header)} columns is named as one of codes, such as AB0012 "
            f"({', '.join(header[:8])} ...); add its words to sources/ogp/cross_check.toml"
        )
    theirs = {code: row for row in rows if is_code(code := _cell(row, columns.plain["code"]).upper())}
    ours = {code: (title, codes or {}) for code, title, codes in db.sql(_OURS).fetchall()}
    last: dict[str, int] = defaultdict(int)
    for code in theirs:
        last[code[:-4]] = max(last[code[:-4]], int(code[-4:]))
    for code in sorted(theirs.keys() | ours.keys()):
        if code not in ours:
            yield Difference(code, "code", code, None)
        elif code not in theirs:
            if int(code[-4:]) <= last[code[:-4]]:
                yield Difference(code, "code", None, code)
        else:
            yield from _of_commitment(code, theirs[code], columns, *ours[code])


def _of_commitment(
    code: str, row: Sequence[str], columns: _Columns, title: str | None, codes: Mapping[str, str]
) -> Iterator[Difference]:
    if "title" in columns.plain:
        there = _cell(row, columns.plain["title"])
        if there and plain_words(there) != plain_words(title or ""):
            yield Difference(code, "title", there, title)
    for name in sorted(columns.plain.keys() | columns.ticks):
        if name not in ("code", "title") and (coded := _coded(row, name, columns)):
            there = " | ".join(sorted(coded))
            if there != codes.get(name) and (name in codes or coded - terms("values.unknown").keys()):
                yield Difference(code, name, there, codes.get(name))


def _coded(row: Sequence[str], name: str, columns: _Columns) -> set[str]:
    """The canonical values of a field; one that is not known as it is printed."""
    known = vocabularies()[name]
    found = {code for at, code in columns.ticks[name].items() if _cell(row, at).lower() in columns.ticked}
    if name in columns.plain:
        text = _cell(row, columns.plain[name])
        if known.code("Yes") and text.lower() in (*columns.ticked, *columns.unticked):
            return {"Yes" if text.lower() in columns.ticked else "No"}
        whole = known.code(text)
        found |= {whole} if whole else {value.code or value.text for value in known.split(text) if value.text}
    return found


def _columns(header: Sequence[str], told: Mapping[str, Any]) -> _Columns:
    found = _Columns(ticked=frozenset(told["ticked"]), unticked=frozenset(told["unticked"]))
    noise = frozenset(told["noise"].split())
    words = [frozenset(plain_words(name)) - noise for name in header]
    for name, forms in {**told["columns"], **told["coded"]}.items():
        for form in (frozenset(form.split()) - noise for form in forms):
            same = [n for n, own in enumerate(words) if own == form]
            # a header that names a known value beside the words of its field, and nothing else, is ticked
            ticks = {
                n: value.code
                for n, own in enumerate(words)
                if name in told["coded"] and form < own
                for value in reversed(vocabularies()[name].known_in(header[n]))
                if value.code and own - form <= frozenset(plain_words(value.text)) | noise
            }
            if same or ticks:
                found.plain.update((name, n) for n in same[:1])
                found.ticks[name] |= ticks
                break
    return found


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""
