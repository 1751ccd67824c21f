"""Each cited URL with the phrase that it supports: from notes, through `ibid.`, and from words that carry a link."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import osint_ingest
from osint_ingest.release import citations, draft, sql
from osint_ingest.release.citations import FURNITURE_DOCUMENTS, write_citations
from osint_ingest.release.draft import Draft
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Releases
from osint_ingest.tables.documents import FootnoteRefRow, LinkRow, PassageRow
from osint_ingest.tables.entities import CitationRow, EntityLinkRow, MentionRow
from osint_ingest.tables.run import LinkCheckRow
from tests.release.conftest import NOW, document, link, note, passage, publish, whole

DOC = "other:one"
TEXT = "The Office of Tides measures the Bay of Rims daily."


def ref(ordinal: int, at: tuple[int, int], note_ordinal: int | None) -> FootnoteRefRow:
    return FootnoteRefRow(
        ref_id=f"{DOC}#r{ordinal}", document_id=DOC, footnote_id=note_ordinal and f"{DOC}#n{note_ordinal}",
        marker=str(ordinal), passage_id=f"{DOC}#p1", char_offset=at[1], anchor_text=TEXT[slice(*at)],
        anchor_start=at[0], anchor_end=at[1], page=1, x0=1.0, top=1.0, x1=2.0, bottom=2.0, confidence=0.9,
    )  # fmt: skip


def mention(ordinal: int, name: str, entity: str | None) -> MentionRow:
    return MentionRow(
        mention_id=f"{DOC}#m{ordinal}", entity_id=entity, document_id=DOC, passage_id=f"{DOC}#p1",
        char_start=TEXT.index(name), char_end=TEXT.index(name) + len(name), text=name, label="ORG", method="m",
        score=1.0,
    )  # fmt: skip


def note_link(ordinal: int, url: str, in_note: int) -> LinkRow:
    return link(DOC, ordinal, url, 1 + in_note, 0, footnote_id=f"{DOC}#n{in_note}")


Cited = Callable[[list[object]], list[dict[str, Any]]]


@pytest.fixture
def made(tmp_path: Path) -> Draft:
    for name in ("tables", "scratch"):
        (tmp_path / name).mkdir()
    return Draft(tmp_path / "tables", tmp_path / "scratch")


@pytest.fixture
def cited(made: Draft) -> Cited:
    """Citations of a release of those rows."""

    def written(rows: list[object]) -> list[dict[str, Any]]:
        for name, table in whole(rows).items():
            made.write(name, [table])
        write_citations(made)
        found: pa.Table = made.tables.table("citations")
        return found.to_pylist()

    return written


def notes_and_refs() -> list[object]:
    ibid = replace(note(DOC, 2, "Ibid.", 3), refers_to=f"{DOC}#n1")
    return [
        document(DOC, url=None),
        passage(DOC, 1, TEXT),
        passage(DOC, 2, "https://tides.example https://bay.example", "footnote"),
        passage(DOC, 3, "Ibid.", "footnote"),
        passage(DOC, 4, "Ibid., p. 4.", "footnote"),
        note(DOC, 1, "https://tides.example https://bay.example", 2),
        ibid,
        replace(note(DOC, 3, "Ibid., p. 4.", 4), refers_to=f"{DOC}#n2"),
        note_link(1, "https://tides.example", 1),
        note_link(2, "https://bay.example", 1),
        ref(1, (4, 19), 1),
        ref(2, (33, 44), 2),
        ref(3, (45, 50), 3),
        ref(4, (45, 50), None),
    ]


def test_each_url_of_a_note_is_a_citation_and_ibid_is_followed(cited: Cited) -> None:
    found = cited(notes_and_refs())
    assert [c["citation_id"] for c in found] == [f"{DOC}#c{n}" for n in range(1, 7)]
    assert [(c["marker"], c["url"]) for c in found] == [
        (str(n), url) for n in (1, 2, 3) for url in ("https://tides.example", "https://bay.example")
    ]
    assert {c["footnote_id"] for c in found} == {f"{DOC}#n1"}
    assert {(c["kind"], c["role"], c["confidence"]) for c in found} == {("note", "evidence", 0.9)}
    assert [c["phrase"] for c in found[::2]] == ["Office of Tides", "Bay of Rims", "daily"]
    assert all(c["phrase"] == TEXT[c["phrase_start"] : c["phrase_end"]] for c in found)


def test_a_note_without_a_url_says_what_its_phrase_is_about(cited: Cited, made: Draft) -> None:
    rows = [row for row in notes_and_refs() if not isinstance(row, LinkRow)]
    about = replace(ref(1, (25, 44), 3), context_start=0, context_end=len(TEXT))  # "measures the Bay of Rims"
    rows[-4:] = [about, ref(4, (45, 50), None)]
    assert not cited([*rows, mention(1, "Office of Tides", "org-tides")])
    found = made.tables.table("footnote_refs").to_pylist()
    assert [(r["marker"], r["cited_footnote_id"], r["entity_id"]) for r in found] == [
        ("1", f"{DOC}#n1", "org-tides"),  # through both `ibid.`; the subject, for the phrase names nothing
        ("4", None, None),
    ]


@pytest.mark.parametrize(
    ("passages", "about"),
    [
        ([("paragraph", "The {Office of Tides} rests. The office counts <boats>.")], "office-of-tides"),
        ([("paragraph", "{Agencia de Mareas} abre. En 2023 la agencia contó <barcos>.")], "agencia-de-mareas"),
        ([("paragraph", "L’{Agence Relka} dort. Elle compte les <bateaux>.")], "agence-relka"),
        ([("paragraph", "L’{Agence Relka} dort. L’agence rame. Elle compte les <bateaux>.")], None),
        ([("paragraph", "{Istituto Relka} dorme. Il vento muove le <barche>.")], None),
        ([("paragraph", "The {Office of Tides} rests. The Office Relka counts <boats>.")], None),
        ([("paragraph", "The {Office of Tides} rests. Rain fell. It soaked <boats>.")], None),
        ([("paragraph", "The {Office of Tides} rests. The council counts <boats>.")], None),
        ([("paragraph", "{Relka} rests. The council counts <boats>.")], "relka"),
        ([("paragraph", "The {Office of Tides} rests."), ("paragraph", "The office has <boats>.")], "office-of-tides"),
        ([("heading", "{Office of Tides}"), ("list_item", "counts <boats>")], "office-of-tides"),
        ([("paragraph", "The {Office of Tides}:"), ("list_item", "counts <boats>")], "office-of-tides"),
        ([("heading", "Work of the {Office of Tides}"), ("list_item", "Rain on <boats>")], None),
    ],
)  # fmt: skip
def test_who_is_meant_was_named_before(
    passages: list[tuple[str, str]], about: str | None, cited: Cited
) -> None:
    language = "fr" if "Elle" in passages[0][1] else "it" if "Il" in passages[0][1] else "en"
    rows: list[object] = [document(DOC, url=None)]
    for ordinal, (kind, marked) in enumerate(passages, 1):
        text = re.sub("[{}<>]", "", marked)
        rows.append(replace(passage(DOC, ordinal, text, kind), language=language))
        for name in re.findall("{(.+?)}", marked):
            at, entity = text.index(name), name.lower().replace(" ", "-")
            rows.append(
                MentionRow(
                    mention_id=f"{DOC}#m{ordinal}", entity_id=entity, document_id=DOC, passage_id=f"{DOC}#p{ordinal}",
                    char_start=at, char_end=at + len(name), text=name, label="ORG", method="m", score=1.0,
                )
            )  # fmt: skip
        for word in re.findall("<(.+?)>", marked):
            at, start = text.index(word), text.rfind(". ") + 2 if ". " in text else 0
            cited_link = link(DOC, 1, "https://boats.example", ordinal, at)
            rows.append(
                replace(
                    cited_link, anchor_text=word, char_end=at + len(word), context_start=start,
                    context_end=len(text),
                )
            )  # fmt: skip
    assert [c["entity_id"] for c in cited(rows)] == [about]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("See the portal of the Office (https://tides.example/a).", "See the portal of the Office"),
        ("It rains (for the lists, see https://tides.example/a).", "for the lists, see"),
        ("https://tides.example/a", "https://tides.example/a"),
    ],
)
def test_a_printed_address_supports_the_words_before_it(text: str, phrase: str, cited: Cited) -> None:
    place = passage(DOC, 1, text)
    printed = words_link(DOC, 1, place, "https://tides.example/a", "https://tides.example/a")
    printed = replace(printed, context_start=0, context_end=len(text))
    (found,) = cited([document(DOC, url=None), place, printed])
    assert found["phrase"] == phrase == text[found["phrase_start"] : found["phrase_end"]]
    assert found["url"] == "https://tides.example/a"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ('"@context": "https://tides.example/a", "type": "Note", "to": []', "navigation"),
        ("<rim:tide> dct:type <https://tides.example/a> ;", "navigation"),
        ("$ curl -s https://tides.example/a", "navigation"),
        ("The “Note” says: read <https://tides.example/a>.", "evidence"),
        ("By 12:30 it rains; see https://tides.example/a", "evidence"),
    ],
)
def test_an_address_in_code_is_no_evidence(text: str, role: str, cited: Cited) -> None:
    place = passage(DOC, 1, text)
    (found,) = cited(
        [
            document(DOC, url=None),
            place,
            words_link(DOC, 1, place, "https://tides.example/a", "https://tides.example/a"),
        ]
    )
    assert found["role"] == role


def test_a_redirect_is_undone_and_the_printed_url_kept(cited: Cited) -> None:
    rows = notes_and_refs()
    printed = "https://l.facebook.com/l.php?u=https%3A%2F%2Ftides.example%2Fa"
    at = next(i for i, row in enumerate(rows) if isinstance(row, LinkRow))
    rows[at] = replace(
        note_link(1, printed, 1), url_unwrapped="https://tides.example/a", host="l.facebook.com"
    )
    found = cited(rows)[0]
    assert (found["url"], found["url_printed"], found["host"]) == (
        "https://tides.example/a",
        printed,
        "tides.example",
    )


def test_it_is_about_what_the_phrase_begins_with_else_whose_url_it_is(cited: Cited) -> None:
    rows = [
        *notes_and_refs(),
        mention(1, "Office of Tides", "org-tides"),
        mention(2, "Tides", "loc-tides"),
        mention(3, "Bay of Rims", "loc-bay"),
        *(
            EntityLinkRow(
                entity_id=entity, url="https://bay.example", ref_id=f"{DOC}#r{n}", link_id=f"{DOC}#l2"
            )
            for entity, n in (("org-bay", 1), ("org-bay", 3))
        ),
    ]
    about = [(c["marker"], c["link_id"][-2:], c["entity_id"]) for c in cited(rows)]
    assert about == [
        ("1", "l1", "org-tides"),
        ("1", "l2", "org-tides"),  # a page about it, on another's site
        ("2", "l1", "loc-bay"),
        ("2", "l2", "loc-bay"),
        ("3", "l1", None),
        ("3", "l2", "org-bay"),
    ]


def test_of_two_names_in_a_phrase_it_is_about_the_owner_of_the_url(cited: Cited) -> None:
    owner = EntityLinkRow(
        entity_id="loc-tides", url="https://tides.example", ref_id=f"{DOC}#r1", link_id=f"{DOC}#l1"
    )
    named = [mention(1, "Office of Tides", "org-tides"), mention(2, "Tides", "loc-tides")]
    about = [c["entity_id"] for c in cited([*notes_and_refs(), *named, owner])]
    assert about[:2] == ["loc-tides", "org-tides"]


def words_link(document_id: str, ordinal: int, of: PassageRow, words: str, url: str) -> LinkRow:
    start = of.text.index(words)
    return replace(
        link(document_id, ordinal, url, of.ordinal, start),
        anchor_text=words, char_end=start + len(words), url_raw=None, host=url.split("/")[2], origin="href",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "words", "url", "role"),
    [
        ("paragraph", "A study by Open Tides tells more.", "A study", "https://tides.example/a", "evidence"),
        ("list_item", "Open Tides", "Open Tides", "https://tides.example/", "evidence"),
        (
            "paragraph",
            "As the blog says, it rains.",
            "the blog",
            "https://site.example/blog/rain",
            "evidence",
        ),
        ("field", "Report: Review of 2020", "Review of 2020", "https://site.example/up/r.PDF", "evidence"),
        (
            "field",
            "Action Plan: Tides 2020",
            "Tides 2020",
            "https://site.example/documents/tides/",
            "evidence",
        ),
        ("field", "Policy Area: Water", "Water", "https://site.example/policy-area/water/", "navigation"),
        ("list_item", "Forests, 2018", "Forests", "https://site.example/commitments/2", "navigation"),
        ("paragraph", "Velmora", "Velmora", "https://site.example/members/velmora", "navigation"),
        ("paragraph", "What Parliament asks.", "Parliament", "https://site.example/glossary#p", "navigation"),
        ("paragraph", "See below for more.", "below", "https://site.example/doc/1#more", "navigation"),
        ("header", "Open Tides", "Open Tides", "https://tides.example/", "navigation"),
        ("list_item", "Share", "Share", "https://www.facebook.com/sharer/sharer.php?u=a", "navigation"),
    ],
)
def test_navigation_is_told_from_evidence(
    kind: str, text: str, words: str, url: str, role: str, cited: Cited
) -> None:
    place = passage(DOC, 1, text, kind)
    rows: list[object] = [document(DOC, url="https://site.example/doc/1"), place]
    (found,) = cited([*rows, words_link(DOC, 1, place, words, url)])
    assert (found["kind"], found["phrase"], found["role"]) == ("link", words, role)


@pytest.mark.parametrize("rows_at_once", [draft.GROUP, 1], ids=["together", "each document alone"])
def test_what_stands_alone_on_most_documents_of_a_kind_is_their_layout(
    cited: Cited, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "GROUP", rows_at_once)
    monkeypatch.setattr(citations, "GROUPS", 1)
    rows: list[object] = []
    for n in range(2 * FURNITURE_DOCUMENTS):
        name = f"other:{n}"
        furniture, own = passage(name, 1, "Open Tides"), passage(name, 2, "as Open Tides says")
        rows += [document(name, url=None), own]
        rows.append(words_link(name, 2, own, "Open Tides", "https://tides.example/"))
        if n % 2:
            rows += [furniture, words_link(name, 1, furniture, "Open Tides", "https://tides.example/")]
    found = cited(rows)
    assert {c["role"] for c in found if c["passage_id"].endswith("#p1")} == {"navigation"}
    assert {c["role"] for c in found if c["passage_id"].endswith("#p2")} == {"evidence"}
    few = [row for row in rows if row.document_id != "other:1"]  # type: ignore[attr-defined]
    assert {c["role"] for c in cited(few)} == {"evidence"}


def test_the_newest_archived_copy_is_shown(cited: Cited) -> None:
    def check(minute: int, archived: str | None) -> LinkCheckRow:
        return LinkCheckRow(
            url="https://tides.example", checked_at=NOW.replace(minute=minute), http_status=404, final_url=None,
            error=None, first_failed_at=None, archived_url=archived,
        )  # fmt: skip

    rows = [*notes_and_refs(), check(1, "https://archive.example/1"), check(2, "https://archive.example/2")]
    found = cited([*rows, check(3, None)])
    assert [c["archived_url"] for c in found[:2]] == ["https://archive.example/2", None]


def test_citations_take_half_of_what_a_query_may_hold(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What joins hold hardly grows with the rows: the sample is enough to see it."""
    monkeypatch.setattr(sql, "MEMORY", "50MB")
    sample = TableFiles(Path(Releases(sample_run / "curated").named("latest").location))
    making = Draft(tmp_path / "release", tmp_path / "scratch")
    making.tables.folder.mkdir()
    making.scratch.mkdir(exist_ok=True)
    for name in {*sample.names()} - {citations.CITATIONS}:
        making.tables.path(name).write_bytes(sample.path(name).read_bytes())
    write_citations(making)
    made = making.tables.path(citations.CITATIONS)
    assert made.read_bytes() == sample.path(citations.CITATIONS).read_bytes()


def test_the_sample_is_cited_by_phrase_and_by_any_name(sample_run: Path) -> None:
    def urls(words: str) -> list[str]:
        return osint_ingest.citations(words, curated=str(sample_run / "curated"))["url"].tolist()

    office = urls("ONED")
    site = "https://oned.gob.corvalia.example/"  # and "Its Register of Interfaces"
    assert office == urls("National Office for Digital Standards") == [site, f"{site}registro-de-interfaces"]
    assert urls("agencia de codigo COMPARTIDO") and not urls("agenci") and not urls(" ")


def test_a_release_of_an_earlier_version_opens_and_says_what_it_lacks(
    sample_run: Path, tmp_path: Path
) -> None:
    sample = Releases(str(sample_run / "curated")).named("latest")
    earlier = tmp_path / "curated" / "releases" / sample.name
    shutil.copytree(sample.location, earlier)
    rows = pq.read_table(earlier / "passages.parquet")
    pq.write_table(rows.drop_columns(["table_row"]), earlier / "passages.parquet")
    where = {"name": sample.name, "curated": str(tmp_path / "curated")}
    assert osint_ingest.connect(**where).sql("select count(*) from passages").fetchall() == [(len(rows),)]
    with pytest.raises(FileNotFoundError, match="an earlier form of it"):
        osint_ingest.citations("ONED", **where)


@pytest.mark.parametrize(
    ("words", "found_in"),
    [
        ("of all ministries, keeps the", "phrase"),  # the phrase is "keeps the national forge"
        ("forge and publishes", "phrase"),
        ("procurement plans of all ministries", "context"),
        ("inistries, keeps the national", None),
    ],
)
def test_words_are_found_around_the_phrase_as_far_as_its_sentence_goes(
    sample_run: Path, words: str, found_in: str | None
) -> None:
    rows = osint_ingest.citations(words, curated=str(sample_run / "curated"))
    told = dict(zip(rows["phrase"], rows["found_in"], strict=True))
    assert told.get("keeps the national forge") == found_in


def test_notes_without_an_address_are_found_and_pieces_of_addresses_are_not(
    releases: Releases, tmp_path: Path
) -> None:
    text = (
        "The Office of Tides, as its law says, counts boats. See https://rims.example/en-us/tides for more."
    )
    place, start = passage(DOC, 1, text), text.index("counts")
    law = FootnoteRefRow(
        ref_id=f"{DOC}#r1", document_id=DOC, footnote_id=f"{DOC}#n1", marker="1", passage_id=place.passage_id,
        char_offset=start + 12, anchor_text="counts boats", anchor_start=start, anchor_end=start + 12, page=1,
        x0=None, top=None, x1=None, bottom=None, confidence=0.9, context_start=0, context_end=start + 13,
        cited_footnote_id=f"{DOC}#n1",
    )  # fmt: skip
    cited = CitationRow(
        citation_id=f"{DOC}#c1", document_id=DOC, passage_id=place.passage_id, kind="link", phrase="See",
        phrase_start=start + 14, phrase_end=start + 17, context_start=start + 14, context_end=len(text), page=1,
        marker=None, footnote_id=None, note_text=None, link_id=f"{DOC}#l1", url="https://rims.example/en-us/tides",
        url_printed=None, host=None, role="evidence", entity_id=None, archived_url=None, confidence=1.0,
    )  # fmt: skip
    cells = [
        replace(passage(DOC, n, words, "table_cell"), table_row=row)
        for n, words, row in ((3, "Harbour Board", 1), (4, "map of piers", 1), (5, "Bay Council", 2))
    ]
    in_cell = replace(
        cited, citation_id=f"{DOC}#c2", passage_id=cells[1].passage_id, phrase="map of piers", phrase_start=0,
        phrase_end=12, context_start=0, context_end=12, link_id=f"{DOC}#l2", url="https://piers.example/map",
    )  # fmt: skip
    rows = [
        document(DOC, url=None), place, *cells, in_cell, link(DOC, 2, "https://piers.example/map", 4, 0),
        passage(DOC, 2, "Act 5 on Tides", "footnote"),
        note(DOC, 1, "Act 5 on Tides", 2), law, cited, link(DOC, 1, "https://rims.example/en-us/tides", 1, start + 18),
    ]  # fmt: skip
    publish(releases, whole(rows), "20310504T100000000000Z-aaaaaaaa")

    def found(words: str) -> list[tuple[str, str | None, str | None, str]]:
        asked = "select citation_id, url, note, found_in from sources_of($words)"
        with osint_ingest.connect(curated=str(tmp_path / "curated")) as db:
            return db.execute(asked, {"words": words}).fetchall()

    assert found("boats") == [(law.ref_id, None, "Act 5 on Tides", "phrase")]
    assert found("office of tides") == [(law.ref_id, None, "Act 5 on Tides", "context")]
    assert found("for more") == [(cited.citation_id, cited.url, None, "context")]
    assert not found("en us") and not found("tides for more") and not found("https")
    assert [row[0] for row in found(cited.url)] == [cited.citation_id]
    assert found("harbour board") == [(in_cell.citation_id, in_cell.url, None, "context")]
    assert not found("bay council")


def test_what_stands_in_a_phrase_is_of_no_other_citation_of_its_sentence(
    releases: Releases, tmp_path: Path, cited: Cited, made: Draft
) -> None:
    text = "The Office of Tides and the Bay Council keep lists."
    place = passage(DOC, 1, text)
    links = [
        replace(
            words_link(DOC, n, place, words, f"https://{n}.example"), context_start=0, context_end=len(text)
        )
        for n, words in ((1, "Office of Tides"), (2, "Bay Council"))
    ]
    office = replace(mention(1, "Office of Tides", "org-tides"), char_start=4, char_end=19)
    about = [c["entity_id"] for c in cited([document(DOC, url=None), place, *links, office])]
    assert about == ["org-tides", None]

    tables = {name: made.tables.table(name) for name in made.tables.names()}
    publish(releases, tables, "20310504T100000000000Z-aaaaaaaa")

    def found(words: str) -> list[str]:
        return osint_ingest.citations(words, curated=str(tmp_path / "curated"))["url"].tolist()

    assert found("office of tides") == ["https://1.example"] and found("bay council") == ["https://2.example"]
    assert found("keep lists") == ["https://1.example", "https://2.example"]


def test_an_entity_is_found_by_a_name_that_its_phrase_has_not(sample_run: Path) -> None:
    found = {
        words: set(osint_ingest.citations(words, curated=str(sample_run / "curated"))["citation_id"])
        for words in (
            "Chamber of Open Technology Firms",
            "CORTA",
            "org-corvalia-chamber-of-open-technology-firms",
        )
    }
    assert len(found["CORTA"]) > 1 and len(set(map(frozenset, found.values()))) == 1
