"""Where no name came or went that has to do with others, and nothing else is cited, the entities of the last release
stay."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.bench.incremental import differing
from tests.bench.pages import commitment_page, write_pages

from osint_ingest.release.folder import Release, Releases
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings

NOTED, PLAIN, TWO_NAMED = 3, 2, 1
"""A page whose text has notes, one without, and one that calls a body by two names."""
SECOND = "<h3>What is the commitment?</h3>\n"
REVIEW = "IRM End of Term Status Summary</h2><p>"
ENDS = "<h2>Commitments</h2>"
ONCE = "<p>The Council of Reefs is named here alone.</p>"
BOTH = "<p>The National Institute of Tides (NIT) wrote the Code of Good Practices.</p>"
LINKED = '<p>See the <a href="https://reefs.example/one">Institute of Reef Maps</a>.</p>'
WORDS = ("a", "o", "s", "a Aid", "a Bay", "a Cay", "a Day")
ALIKE = "".join(f"<p>The Agency of Marine Statistic{word} met the Reef-Watch Council.</p>" for word in WORDS)
"""Three names that are nearly the same, and some that stand between them in the alphabet."""
LATER = 2_000_000_000


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pages and their release."""
    folder = tmp_path_factory.mktemp("released")
    pages = write_pages(folder / "pages", 4)
    change(pages[TWO_NAMED], SECOND, f"{SECOND}{BOTH}{LINKED}{ALIKE}{ONCE}")
    for page in pages:
        os.utime(page, (1_900_000_000, 1_900_000_000))
    first = ingest(pages, settings(folder)).release
    assert first is not None and not first.run()["entities_kept"]
    return folder


@pytest.fixture
def folder(released: Path, tmp_path: Path) -> Path:
    """A copy of it, to go on from."""
    return shutil.copytree(released, tmp_path / "folder", symlinks=True)


def settings(folder: Path, curated: str = "curated") -> Settings:
    places = {"raw": f"{folder}/raw", "curated": f"{folder}/{curated}"}
    return Settings(**places, workers=0, use_models=False, report=False)  # type: ignore[arg-type]


def change(page: Path, was: str, now: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert was in text
    page.write_text(text.replace(was, now, 1), encoding="utf-8")
    os.utime(page, (LATER, LATER))


def next_release(folder: Path) -> Release:
    """The next release of its pages. If it keeps entities, it has the tables of one that is made from nothing."""
    recap = ingest([folder / "pages"], settings(folder))
    assert recap.release is not None, recap.findings
    if recap.release.run()["entities_kept"]:
        ingest([], settings(folder, "rebuilt"))
        assert not differing(folder / "curated", folder / "rebuilt")
    return recap.release


@pytest.mark.parametrize(
    ("page", "was", "now", "kept"),
    [
        (NOTED, ">Limited<", ">Complete<", True),
        (PLAIN, SECOND, f"{SECOND}<p>Nothing has been said of this before, and no name stands here.</p>", True),
        (PLAIN, SECOND, f"{SECOND}<p>The Institute of Statistics answers for this once more.</p>", True),
        (TWO_NAMED, BOTH, f"{BOTH}<p>The National Institute of Tides said it again.</p>", False),
        (PLAIN, SECOND, f"{SECOND}<p>The Council of Tides has not been named before.</p>", True),
        (TWO_NAMED, ONCE, "", True),
        (NOTED, ENDS, f"<p>The Council of Tides has not been named before.</p>{ENDS}", False),
        (PLAIN, SECOND, f"{SECOND}<p>The National Institute of Tides is known from elsewhere.</p>", False),
        (PLAIN, SECOND, f"{SECOND}<p>The Institute of Statistica is nearly known.</p>", False),
        (TWO_NAMED, ONCE, f"{ONCE}<p>The Secretariat of Corals and the Secretariat of Corales met.</p>", False),
        (TWO_NAMED, ONCE, f"{ONCE}<p>The Code of Good Practices in the Public Service followed.</p>", False),
        (PLAIN, SECOND, f"{SECOND}<p>The OECD has been looked at by a person.</p>", False),
        (TWO_NAMED, "reefs.example/one", "reefs.example/two", False),
        (PLAIN, SECOND, f"{SECOND}<p>The Agency of Marine Statistica Eel met.</p>", False),
        (PLAIN, SECOND, f"{SECOND}<p>The Reef/Watch Council met.</p><p>The Reef.Watch Council met.</p>", False),
        (NOTED, REVIEW, f"{REVIEW}It was reviewed. ", False),
        (NOTED, " [7].</p>", " [7]. So it was.</p>", False),
        (NOTED, "/report-1.pdf", "/report-one.pdf", False),
    ],
    ids=[
        "a value", "a paragraph without names", "a name once more", "one of two names once more", "a new name",
        "a name that goes", "a new name beside notes", "a name of another page", "nearly a name of the page",
        "two names of one thing", "a short form", "a name with a review",
        "where a name leads", "a name between names that are alike", "two names of one slug",
        "places of notes", "words beside notes", "what a note cites",
    ],
)  # fmt: skip
def test_entities_stay_where_nothing_that_they_come_from_has_changed(
    page: int, was: str, now: str, kept: bool, folder: Path
) -> None:
    change(folder / "pages" / f"{page:06}.html", was, now)
    assert next_release(folder).run()["entities_kept"] is kept


def test_a_new_page_has_its_names_resolved_with_all_others(folder: Path) -> None:
    (folder / "pages" / "000007.html").write_bytes(commitment_page(7))
    assert not next_release(folder).run()["entities_kept"]


def test_a_new_name_of_two_pages_has_to_do_with_itself(folder: Path) -> None:
    for page in (PLAIN, TWO_NAMED):
        change(folder / "pages" / f"{page:06}.html", ENDS, f"<p>The Council of Tides met.</p>{ENDS}")
    assert not next_release(folder).run()["entities_kept"]


def test_entities_of_tables_that_were_altered_do_not_stay(folder: Path) -> None:
    first = Releases(folder / "curated").latest()
    assert first is not None
    entities = first.table("entities")
    names = pa.array(["somebody"] * len(entities), pa.string())
    altered = entities.set_column(2, entities.schema.field(2), names)
    pq.write_table(altered, first.path / "entities.parquet")
    change(folder / "pages" / f"{PLAIN:06}.html", SECOND, f"{SECOND}<p>Nothing has been said of this.</p>")
    second = next_release(folder)
    assert not second.run()["entities_kept"]
    assert "somebody" not in second.table("entities")["name"].to_pylist()
