"""Whatever changes in made-up documents: entities that stay are those of a release made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from osint_ingest.release.draft import Draft
from osint_ingest.release.entities import naming_tables, write_entities
from osint_ingest.release.files import TableFiles
from osint_ingest.release.kept_entities import kept_entities
from osint_ingest.tables import declared_tables
from osint_ingest.tables.contract import RESOLVED
from osint_ingest.tables.documents import FootnoteRefRow
from osint_ingest.tables.entities import MentionRow, NamePairRow
from tests.release.conftest import document, link, note, passage, whole

EXAMPLES = property_settings().max_examples // 4
"""Each is two releases."""
NAMES = [
    *(("ORG", text) for text in (
        "Council of Reefs", "council of reefs", "Council-of Reefs", "Reef/Watch Council", "Reef-Watch Council",
        "Ministry of Health", "Secretariat of the Corals of Tarve", "Secretariat of the Corales of Tarve",
        "Secretariat of the Corallas of Tarve", "NIT", "National Institute of Tides", "Tidebox",
    )),
    *(("LAW", text) for text in (
        "Code of Good Practices", "Code of Good Practices in the Public Service", "Law 12/2014", "Law No 12/2014",
    )),
    *(("PROGRAM", text) for text in ("Plan of Open Tides", "Plan of Open Tides in Tarve", "Tarve Map")),
    *(("GPE", text) for text in ("Tarve", "City of Tarve", "Province of Tarve", "Uruguay")),
    *(("SOFTWARE", text) for text in ("TideBox", "Tide-Box", "Tide Box")),
]  # fmt: skip
PLACES = [("ARG", None), ("ARG", "Tarve, Argentina"), ("ARG", "Lorn, Argentina"), ("URY", None), (None, None)]


@dataclass(frozen=True)
class Made:
    """A document: whether its first two names are tied, the next one has a note, and the next one is a link."""

    place: tuple[str | None, str | None]
    names: tuple[tuple[str, str], ...]
    tied: bool = False
    noted: bool = False
    linked: bool = False
    page: str = "one"


made = st.builds(
    Made,
    place=st.sampled_from(PLACES),
    names=st.lists(st.sampled_from(NAMES), max_size=6).map(tuple),
    tied=st.booleans(),
    noted=st.booleans(),
    linked=st.booleans(),
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Made], list[Made]]:
    """Documents, and what became of them."""
    before = draw(st.lists(made, min_size=2, max_size=5))
    after = list(before)
    for at in draw(st.lists(st.integers(0, len(before) - 1), min_size=1, max_size=3)):
        names = list(after[at].names)
        if draw(st.booleans()) or not names:
            names.insert(draw(st.integers(0, len(names))), draw(st.sampled_from(NAMES)))
        else:
            names.pop(draw(st.integers(0, len(names) - 1)))
        page = draw(st.sampled_from(["one", "one", "two"]))
        after[at] = replace(after[at], names=tuple(names), page=page)
    return before, after


def rows(document_id: str, told: Made) -> list[object]:
    """What a reader finds in it; three passages, of which the second cites."""
    texts, found = ["", "", ""], list[object]()
    waiting = list(told.names)

    def name(at: int) -> MentionRow:
        label, text = waiting.pop(0)
        start = len(texts[at])
        texts[at] += f"{text} . "
        row = MentionRow(
            mention_id=f"{document_id}#m{len(found) + 1}", entity_id=None, document_id=document_id,
            passage_id=f"{document_id}#p{at}", char_start=start, char_end=start + len(text), text=text, label=label,
            method="rule", score=1.0,
        )  # fmt: skip
        found.append(row)
        return row

    if told.tied and len(waiting) > 1:
        one, other = name(0), name(0)
        found.append(
            NamePairRow(
                document_id=document_id,
                ordinal=1,
                first_mention_id=one.mention_id,
                second_mention_id=other.mention_id,
                kind="alias",
                rule="made",
            )
        )
    if told.noted and waiting:
        cited = name(1)
        found.append(
            FootnoteRefRow(
                ref_id=f"{document_id}#r1",
                document_id=document_id,
                footnote_id=f"{document_id}#n1",
                marker="1",
                passage_id=cited.passage_id,
                char_offset=cited.char_end,
                anchor_text=None,
                anchor_start=None,
                anchor_end=None,
                page=None,
                x0=None,
                top=None,
                x1=None,
                bottom=None,
                confidence=1.0,
            )
        )
        address = f"https://tidebox.example/{told.page}"
        found += [note(document_id, 1, address, 2), link(document_id, 1, address, 2, 0, f"{document_id}#n1")]
    if told.linked and waiting:
        named = name(1)
        linked = link(document_id, 2, f"https://map.example/{told.page}", 1, named.char_start)
        found.append(
            replace(linked, char_end=named.char_end, url_raw=None, host="map.example", origin="href")
        )
    while waiting:
        name(2)
    code, jurisdiction = told.place
    found += [passage(document_id, at, text) for at, text in enumerate(texts)]
    return [document(document_id, country_code=code, jurisdiction=jurisdiction), *found]


def tables_of(documents: list[Made]) -> dict[str, pa.Table]:
    return whole([row for number, told in enumerate(documents) for row in rows(f"d{number}", told)])


def resolved(tables: Mapping[str, pa.Table], folder: Path) -> TableFiles:
    """A release's tables, made from nothing."""
    draft, unresolved = Draft(folder / "release", folder / "scratch"), TableFiles(folder / "unresolved")
    for place in (draft.tables.folder, draft.scratch, unresolved.folder):
        place.mkdir(parents=True)
    naming = {table.name for table in naming_tables()}
    loose = Draft(unresolved.folder, draft.scratch)
    for name in {"documents", "passages", "footnote_refs", "links", "name_pairs", *naming}:
        (loose if name in naming else draft).write(name, [tables[name]])
    write_entities(draft, unresolved)
    return draft.tables


@property_settings(max_examples=EXAMPLES)
@given(changes())
def test_entities_that_stay_are_those_of_a_release_made_anew(changed: tuple[list[Made], list[Made]]) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        then, now = (tables_of(documents) for documents in changed)
        before = resolved(then, folder / "before")
        again = [f"d{n}" for n, (one, other) in enumerate(zip(*changed, strict=True)) if one != other]
        read = pa.array(again, pa.string())
        kept = kept_entities(
            again,
            lambda name: now[name].filter(pc.is_in(now[name]["document_id"], value_set=read)),
            before,
            folder,
        )
        if kept is None:
            return
        after = resolved(now, folder / "after")
        for name in RESOLVED:
            parts = kept.resolved(name, before)
            rows = before.table(name) if parts is None else pa.concat_tables(parts)
            assert rows.equals(after.table(name)), name
        carried = before.table("mentions")
        carried = carried.filter(pc.invert(pc.is_in(carried["document_id"], value_set=read)))
        fresh = now["mentions"].filter(pc.is_in(now["mentions"]["document_id"], value_set=read))
        merged = pa.concat_tables([carried, fresh])
        (mentions,) = kept.named(declared_tables()["mentions"], [merged])
        assert mentions.sort_by("mention_id").equals(after.table("mentions").sort_by("mention_id"))
