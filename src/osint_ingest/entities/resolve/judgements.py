"""What people decided about names: a file of lines that is applied after all rules.

Columns of the file: judgement, label, name, value, country, note.

    same,ORG,ONTI,National Office of Information Technologies,ARG,value is the other name
    different,PROGRAM,Open Plan,Open Plan 2030,,value is the other name
    not_a_name,ORG,Content,,,
    label,ORG,Joinup,SOFTWARE,,value is the right label
    homepage,ORG,Joinup,https://joinup.example.org/,,value is its address
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa

from osint_ingest.entities.lexicon import COMMON, DATA
from osint_ingest.entities.naming import key
from osint_ingest.entities.resolve.uses import Name
from osint_ingest.model.entity_labels import ENTITY_LABELS

COLUMNS = ("judgement", "label", "name", "value", "country", "note")
PAIRS = ("same", "different")
KINDS = (*PAIRS, "not_a_name", "label", "homepage")
FOR_A_COUNTRY = ("same", "homepage")
"""Judgements that can be limited to one country."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the file; `line` counts from 1, the header included, and is 0 for one that this package carries."""

    line: int
    judgement: str
    label: str
    name: str
    value: str = ""
    country: str = ""
    note: str = ""

    @property
    def named(self) -> tuple[Name, ...]:
        """The names that it is about, as resolution sees them after it."""
        label = self.value if self.judgement == "label" else self.label
        names = (self.name, self.value) if self.judgement in PAIRS else (self.name,)
        return tuple(Name(label, key(label, name)) for name in names)


def read_judgements(text: str) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """The judgements of a file, and what is wrong with the lines that cannot be used: those are left out."""
    found: list[Judgement] = []
    faults: list[str] = []
    rows = csv.reader(io.StringIO(text, newline=""))
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or tuple(cells[: len(COLUMNS)]) == COLUMNS:
            continue
        judgement = Judgement(rows.line_num, *(cells + [""] * len(COLUMNS))[: len(COLUMNS)])
        fault = fault_of(judgement)
        if fault is None:
            found.append(judgement)
        else:
            faults.append(f"line {judgement.line}: {fault}")
    return tuple(found), tuple(faults)


@cache
def packaged_judgements() -> tuple[Judgement, ...]:
    """Those that this package carries, about pairs of names. ValueError where a line of them cannot be used."""
    found, faults = read_judgements(DATA.joinpath(COMMON, "judgements.csv").read_text(encoding="utf-8"))
    if faults:
        raise ValueError(f"the package's judgements, {faults[0]}")
    return tuple(replace(judgement, line=0) for judgement in found)


def written(judgement: Judgement) -> str:
    """The line of a judgement, with its end."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow([getattr(judgement, column) for column in COLUMNS])
    return out.getvalue()


def fault_of(judgement: Judgement) -> str | None:
    """What is wrong with a judgement; None when it can be used."""
    if judgement.judgement not in KINDS:
        return f"expected one of {', '.join(KINDS)}, found {judgement.judgement!r}"
    if judgement.label not in ENTITY_LABELS:
        return f"expected a label ({', '.join(ENTITY_LABELS)}), found {judgement.label!r}"
    if not judgement.name:
        return "expected a name, found none"
    if judgement.country and judgement.judgement not in FOR_A_COUNTRY:
        return f"a country limits only {' and '.join(FOR_A_COUNTRY)}"
    return _fault_of_value(judgement)


def _fault_of_value(judgement: Judgement) -> str | None:
    value = judgement.value
    if judgement.judgement == "label" and value not in ENTITY_LABELS:
        return f"expected the right label ({', '.join(ENTITY_LABELS)}), found {value!r}"
    if judgement.judgement == "homepage" and not value.startswith(("https://", "http://")):
        return f"expected an address that begins with https://, found {value!r}"
    if judgement.judgement in PAIRS and not value:
        return "expected the other name as value, found none"
    if judgement.judgement == "not_a_name" and value:
        return f"expected no value, found {value!r}"
    return None


def last_of_pairs(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements about pairs of names: of several about one pair the last."""
    last = {tuple(sorted(j.named)): j for j in judgements if j.judgement in PAIRS}
    return [last[pair] for pair in sorted(last)]


class JudgedMentions:
    """Mentions as judged: wrong labels are mended, and what is no name has none."""

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        told = (j for j in judgements if j.judgement in ("not_a_name", "label"))
        self._by_name = {Name(j.label, key(j.label, j.name)): j.value or None for j in told}

    def judged(self, part: pa.Table) -> pa.Table:
        """The rows with judged values in the column `label`."""
        if not self._by_name:
            return part
        names = zip(part["label"].to_pylist(), part["text"].to_pylist(), strict=True)
        labels = [self._by_name.get(Name(label, key(label, text)), label) for label, text in names]
        at = part.schema.get_field_index("label")
        return part.set_column(at, part.schema.field(at), pa.array(labels, pa.string()))
