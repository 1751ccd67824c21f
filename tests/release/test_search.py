"""Full-text search: what is found and what not, in which order, and the file that it is found by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import osint_ingest
from osint_ingest.analyst.search import INDEX, search
from osint_ingest.release.folder import Release, Releases
from tests.release.conftest import document, note, passage, publish, whole

TIDES = "osor:VEL:2030"
TEXTS = (
    "Policies for the harbour are kept by the Office of Tides.",
    "The continents drift; no policy, no policy at all, can stop them.",
    "La política de mareas y las políticas del puerto.",
    "Tides and moons: the tide-table of the Office is open.",
)
NAME = "20310504T100000000000Z-aaaaaaaa"


def release_at(curated: str | Path) -> Release:
    rows = [passage(TIDES, n, text) for n, text in enumerate(TEXTS, 1)]
    rows[2] = replace(rows[2], language="es")
    more = [
        passage(TIDES, 5, "See the almanac of moons.", "footnote"),
        note(TIDES, 1, "See the almanac of moons.", 5),
        passage(TIDES, 6, "Moons of Velmora", "footer"),
    ]
    return publish(Releases(curated), whole([document(TIDES), *rows, *more]), NAME)


@pytest.mark.parametrize(
    ("words", "passages"),
    [
        ("policy", [2, 1]),  # an English ending more or less, and twice before once
        ("POLITICA mareas", [3]),  # capitals and accents
        ("politic*", [3]),
        ("nent", []),  # whole words
        ("tides office", [4, 1]),  # `tide-table` counts as well
        ('"office of tides"', [1]),
        ("tide-table", [4]),
        ("moons", [5, 4]),  # notes too, footers not
        ('harbour OR "NEAR(', []),  # nothing is an operator
        ('—"', []),
    ],
)
def test_passages_and_notes_that_have_all_the_words_are_found(
    tmp_path: Path, words: str, passages: list[int]
) -> None:
    found = search(release_at(tmp_path), words)
    assert found["passage_id"].to_pylist() == [f"{TIDES}#p{n}" for n in passages]
    assert found["rank"].to_pylist() == [*range(1, len(passages) + 1)]


def test_a_row_says_where_and_shows_the_words(tmp_path: Path) -> None:
    release_at(tmp_path)
    (row,) = osint_ingest.search("harbour", curated=str(tmp_path)).to_dict("records")
    assert row["snippet"] == TEXTS[0].replace("harbour", "**harbour**")
    assert (row["title"], row["page"], row["kind"], row["document_id"]) == ("Report", 1, "paragraph", TIDES)


def test_the_first_search_makes_the_index_which_has_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = (release_at(tmp_path / name) for name in ("a", "b"))
    for release in (first, second):
        search(release, "tides")
    assert (first.path / INDEX).read_bytes() == (second.path / INDEX).read_bytes()
    before = (first.path / INDEX).stat()
    assert len(search(first, "moons", limit=1)) == 1 and (first.path / INDEX).stat() == before


def test_a_release_that_one_may_only_read_is_searched_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("read-only")

    release = release_at(tmp_path)
    monkeypatch.setattr(Release, "add_file", refused)
    assert len(search(release, "tides")) == 2 and not (release.path / INDEX).exists()


def test_an_object_store_keeps_the_index_too(tmp_path: Path) -> None:
    release = release_at(f"memory://search-{tmp_path.name}")
    for _ in range(2):
        assert len(search(release, "tides")) == 2
    assert release.file_of("passages")[1].exists(f"{release.location}/{INDEX}")
