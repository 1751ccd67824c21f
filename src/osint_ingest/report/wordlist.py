"""The words of the texts that the page holds, and the documents that each stands in: by it the page is searched.

A line a word, sorted: the word, a space, and the numbers of its documents as differences in base 36, with commas.
"""

import json
import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Sequence

import duckdb

from osint_ingest.report.reading import TOGETHER, ReadableDocument, squeezed

MOST_LETTERS = 40  # longer words are addresses and the like
_WORD = re.compile(rf"[^\W_]{{1,{MOST_LETTERS}}}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def words_of(db: duckdb.DuckDBPyConnection, documents: Sequence[ReadableDocument]) -> bytes:
    """The list of words of these documents, squeezed."""
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    ordered = sorted(documents, key=lambda document: document.n)
    for start in range(0, len(ordered), TOGETHER):
        some = {document.document_id: document.n for document in ordered[start : start + TOGETHER]}
        texts = db.execute(
            "select document_id, text from passages where kind not in ('header', 'footer')"
            " and document_id in (select unnest(?))",
            [list(some)],
        )
        words: dict[int, set[str]] = defaultdict(set)
        while rows := texts.fetchmany(1000):
            for document_id, text in rows:
                words[some[document_id]].update(_WORD.findall(folded(text)))
        for n in sorted(words):
            for word in words[n]:
                found[word].append(n)
    lines = "".join(f"{word} {_differences(found[word])}\n" for word in sorted(found))
    return squeezed(json.dumps(f"\n{lines}", ensure_ascii=False))


def folded(text: str) -> str:
    """Text in small letters, without accents: what `folded` of the page's script makes of it."""
    text = text.lower()
    if text.isascii():
        return text
    return unicodedata.normalize("NFD", text).translate(_WITHOUT_MARKS)


class _WithoutMarks(dict[int, int | None]):
    """What stands for a character: itself, or nothing for an accent. Each is looked up in Unicode's tables once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] == "M" else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


def _differences(numbers: Sequence[int]) -> str:
    before, told = 0, []
    for number in numbers:
        told.append(_base36(number - before))
        before = number
    return ",".join(told)


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
