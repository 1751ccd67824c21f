"""What the IRM's prose says of a commitment: `Completion: Limited`, `Did it open government? Marginal`.

The words are under `assessments` and `values` in `languages/`. A label and its value stand in one line, in cells of a
table side by side or one above the other, or as a question above its answer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from osint_ingest.html.labels import plain
from osint_ingest.model import Finding, Passage
from osint_ingest.sources.ogp.tables import AssessmentRow, CommitmentRow
from osint_ingest.sources.ogp.vocabulary import vocabularies
from osint_ingest.sources.ogp.wording import MESSAGES, assessment_book, terms
from osint_ingest.tables.flatten import passage_id, row_of

_LINE = re.compile(r"[^\n•|]+")
_WORD = re.compile(r"\w+")
_LEADS_ON = re.compile(r"[^\w\n]{0,8}[:：?][^\w\n]{0,8}|[^\w\n]{1,4}[–—][^\w\n]{1,4}")
_LEAD = re.compile(r"[^.;(\[–—\n]*")
_EDGES = " \t.,;:*•·–—-?¿()[]"
_LABEL_ENDS = " ?:*"
_WITHOUT_COLON = ("table_cell", "paragraph", "list_item")
_LONGEST = 600
"""No passage with a label and its value is longer, in code points: what is longer is the prose of an assessment."""
_MOST_LABELS = 12
_VALUE_WORDS = 6
VOCABULARIES = {
    "early_results": ("early_results", "contribution"),
    "relevance": ("relevant_to_ogp_values", "ogp_value"),
}
"""The vocabularies of a field where it is not one of its own name."""


class Assessed(NamedTuple):
    """A value of `field`, as printed and in its English canonical form, in the passage with that ordinal."""

    field: str
    value: str
    value_code: str | None
    passage: int


def assessed_in(passages: Iterable[Passage]) -> Iterator[Assessed]:
    """Return the assessments in these passages, in reading order; a label without a value gives none."""
    short = [p for p in passages if p.kind != "footnote"]
    at = 0
    while at < len(short):
        labels, under = _leading_labels(short, at)
        below = short[under : under + len(labels)]
        found = [_values(key, p.text, p.ordinal) for key, p in zip(labels, below, strict=False)]
        column = [_values(labels[0], p.text, p.ordinal) for p in short[under : under + 2]] if labels else []
        if len(labels) == 1 and labels[0] != "relevance" and len(column) == 2 and all(column):
            # two values of one field below its label are a column of several things, or what could be ticked
            found, at = [], under + 1
        elif labels and len(below) == len(labels) and all(found):
            at = under + len(labels)
        elif labels and below and (found := [_answered(labels[-1], below[0])]) and found[0]:
            at = under + 1
        else:
            found = [list(_in_lines(short[at]))]
            at += 1
        for values in found:
            yield from values


def _leading_labels(passages: Sequence[Passage], at: int) -> tuple[list[str], int]:
    """The fields of the passages from `at` on that are nothing but labels, and where the next passage is. A label in
    a narrow cell can be two or three passages, the heads of a table without rules one."""
    labels: list[str] = []
    while len(labels) < _MOST_LABELS:
        for count in (1, 2, 3):
            text = " ".join(p.text for p in passages[at : at + count])
            if found := _only_labels(text):
                labels += found
                at += count
                break
        else:
            break
    return labels, at


def _only_labels(text: str) -> list[str]:
    """The fields of a text that is labels, one after the other, and nothing else."""
    labels: list[str] = []
    at = 0
    while at < len(text) <= _LONGEST and (found := assessment_book().prefix(text[at:])):
        label, end, _ = found
        labels.append(label[0].key)
        at += end
        while at < len(text) and text[at] in _LABEL_ENDS:
            at += 1
    return labels if at >= len(text) else []


def _in_lines(passage: Passage) -> Iterator[Assessed]:
    if len(passage.text) > _LONGEST:
        return
    if passage.kind in _WITHOUT_COLON and (found := assessment_book().prefix(passage.text)):
        # the label is the first lines of a cell, or the term of a list of terms; the value is the rest
        label, end, _ = found
        known = _values(label[0].key, passage.text[end:], passage.ordinal)
        if known and (passage.kind == "table_cell" or known[0].value == passage.text[end:].strip(_EDGES)):
            yield from known
            return
    for line in _LINE.findall(passage.text):
        labels = list(_labels(line))
        ends = [*(begin for _, begin, _ in labels[1:]), len(line)]
        for (key, begin, start), end in zip(labels, ends, strict=False):
            known, value = _values(key, line[start:end], passage.ordinal), line[start:end].strip(_EDGES)
            yield from known
            if not known and not line[:begin].strip(_EDGES) and 0 < len(value.split()) <= _VALUE_WORDS:
                yield Assessed(key, value, None, passage.ordinal)


def _labels(line: str) -> Iterator[tuple[str, int, int]]:
    """(field, where it begins, where its value does) for each label of a line that a colon or a mark follows."""
    book, end = assessment_book(), 0
    for word in _WORD.finditer(line):
        if word.start() < end or plain(word.group()) not in book.first_words:
            continue
        found = book.prefix(line[word.start() :])
        if found and (leads := _LEADS_ON.match(line, word.start() + found[1])):
            end = leads.end()
            yield found[0][0].key, word.start(), end


def _values(key: str, text: str, passage: int) -> list[Assessed]:
    """The known values that a text is: one, or several OGP values that it is relevant to."""
    value = text.strip(_EDGES)
    lead = _LEAD.match(value)
    for said in dict.fromkeys((value, lead.group().strip(_EDGES) if lead else "")):
        for name in VOCABULARIES.get(key, (key,)):
            if said and (code := vocabularies()[name].code(said)):
                return [Assessed(key, said, code, passage)]
    several = vocabularies()["ogp_value"].split(value) if key == "relevance" else []
    return [Assessed(key, v.text, v.code, passage) for v in several if all(v.code for v in several)]


def _answered(key: str, passage: Passage) -> list[Assessed]:
    """The degree that the first sentence below a question names: `The commitment contributed significantly to ...`."""
    if key != "early_results" or passage.kind not in ("paragraph", "list_item"):
        return []
    named = vocabularies()["contribution"].known_in(passage.text.partition(". ")[0])
    one = len({v.code for v in named}) == 1
    return [Assessed(key, named[0].text, named[0].code, passage.ordinal)] if one else []


def page_assessments(commitment: CommitmentRow, prose: Iterable[Passage]) -> list[AssessmentRow]:
    """The assessments in these passages, the prose of a commitment's page."""
    passages = {p.ordinal: p for p in prose if p.kind != "field"}
    return [
        row_of(
            AssessmentRow,
            said,
            document_id=commitment.document_id,
            ordinal=ordinal,
            commitment_code=commitment.code,
            commitment_title=commitment.title,
            about_document_id=commitment.document_id,
            assessed_by=(passages[said.passage].section or "").partition(" > ")[0] or None,
            passage_id=passage_id(commitment.document_id, said.passage),
        )
        for ordinal, said in enumerate(assessed_in(passages.values()), 1)
    ]


def contradictions(commitment: CommitmentRow, assessments: Iterable[AssessmentRow]) -> list[Finding]:
    """A finding for each field of the page that has another value than its prose says last."""
    last = {row.field: row for row in assessments if row.value_code}
    return [
        MESSAGES.finding(
            "contradicted", field=name, printed=printed, value=row.value, assessed_by=row.assessed_by
        )
        for name, row in last.items()
        if (printed := getattr(commitment, f"{name}_code", None))
        not in (None, row.value_code, *terms("values.unknown"))
    ]
