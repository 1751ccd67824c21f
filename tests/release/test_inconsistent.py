"""A document whose rows break the contract is left out alone: the others are published as if it were not there."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from osint_ingest import sources
from osint_ingest.read import documents as process
from osint_ingest.release.publish import Recap
from osint_ingest.run.ingest import Given, take
from osint_ingest.run.refresh import ingest
from tests.fixtures.sources.made import FAULTS
from tests.places import settings, tables

PAGE = (
    '<html lang="en"><head><title>{name}</title><meta name="made" content="{fault}"></head><body><main><h1>{name}</h1>'
    "<p>The Office of Tides wrote page {name}{more}, see www.tides.example/{name} for all of it.</p>"
    "</main></body></html>"
)
OLD, NEW, NEWEST = 1_900_000_000, 1_950_000_000, 2_000_000_000


@pytest.fixture(autouse=True, scope="module")
def made_source() -> Iterator[None]:
    """The made source is one of all sources."""
    folder = str(Path(__file__).parents[1] / "fixtures" / "sources")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "__path__", [*sources.__path__, folder])
        sources.all_sources.cache_clear()
        yield
    sources.all_sources.cache_clear()


@pytest.fixture
def last_line(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """If it is true, breaches are not seen where rows are made: only when a release is put together."""
    if request.param:
        monkeypatch.setattr(process, "document_breaches", lambda document_id, tables: ())
    return bool(request.param)


def write(folder: Path, faults: Mapping[str, str], when: int = OLD, more: str = "") -> list[Path]:
    """Pages by name, with the fault of each."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.html" for name in faults]
    for path, (name, fault) in zip(paths, faults.items(), strict=True):
        path.write_text(PAGE.format(name=name, fault=fault, more=more))
        path.with_suffix(".json").write_text(f'{{"url": "https://tides.example/{name}"}}')
        os.utime(path, (when, when))
    return paths


def left_out(recap: Recap) -> dict[str, str]:
    """What the issues `inconsistent` say, by document."""
    assert recap.release is not None, recap.findings
    rows = [row for row in recap.release.table("issues").to_pylist() if row["code"] == "inconsistent"]
    assert all(row["severity"] == "error" and row["hint"] and row["url"] for row in rows)
    return {row["document_id"]: row["message"] for row in rows}


def texts(recap: Recap, document_id: str) -> list[str]:
    assert recap.release is not None, recap.findings
    return [r["text"] for r in recap.release.table("passages").to_pylist() if r["document_id"] == document_id]


GOOD = {f"page{n}": "" for n in range(50 - len(FAULTS))}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the good pages, with no other beside them."""
    folder = tmp_path_factory.mktemp("alone")
    recap = ingest(write(folder / "pages", GOOD), settings(folder))
    assert recap.exit_code == 0 and recap.documents == len(GOOD)
    return tables(recap.release)


@pytest.mark.parametrize("last_line", [False, True], indirect=True)
def test_documents_that_break_a_rule_each_leave_all_others_as_they_were(
    last_line: bool, alone: dict[str, bytes], tmp_path: Path
) -> None:
    faults = {f"bad{n}": fault for n, fault in enumerate(FAULTS)}
    pages = write(tmp_path / "pages", GOOD)
    if last_line:
        # rows of the run's own tables, and rows of another document, are told only where they are made
        faults = {
            name: fault
            for name, fault in faults.items()
            if fault not in ("vocabulary of a finding", "owner", "id")
        }
    recap = ingest([*pages, *write(tmp_path / "pages", faults)], settings(tmp_path / "with"))
    assert recap.exit_code == 3 and recap.failed == len(faults) and recap.held is None
    assert tables(recap.release) == alone
    told = left_out(recap)
    assert told.keys() == {f"made:{name}" for name in faults}
    for name, fault in faults.items():
        assert f"{fault.split()[0]}:" in told[f"made:{name}"], fault


@pytest.mark.parametrize("last_line", [False, True], indirect=True)
def test_rows_of_the_last_release_stay_until_the_document_is_right_again(
    last_line: bool, tmp_path: Path
) -> None:
    out = settings(tmp_path)
    pages = write(tmp_path / "pages", {"one": "", "two": "", "three": ""})
    before = ingest(pages, out)
    write(tmp_path / "pages", {"two": "offset outside"}, NEW, " anew")
    broken = ingest(pages, out)
    assert broken.exit_code == 3 and broken.processed + broken.carried == broken.documents == 3
    assert tables(broken.release) == tables(before.release)
    assert left_out(broken).keys() == {"made:two"}
    still = ingest(pages, out)
    assert still.unchanged and still.exit_code == 3 and still.processed == 0
    if last_line:
        return  # what follows is the same wherever the breach was seen
    write(tmp_path / "pages", {"three": ""}, NEW, " later")
    other = ingest(pages, out)
    assert other.exit_code == 3 and other.processed == 1
    assert left_out(other) == left_out(broken) and texts(other, "made:two") == texts(before, "made:two")
    write(tmp_path / "pages", {"two": ""}, NEWEST, " well")
    mended = ingest(pages, out)
    assert mended.exit_code == 0 and not left_out(mended) and "well" in " ".join(texts(mended, "made:two"))


def test_rows_stay_over_a_change_of_the_readers_and_the_document_is_tried_again(tmp_path: Path) -> None:
    out = settings(tmp_path)
    pages = write(tmp_path / "pages", {"one": "", "two": ""})
    before = ingest(pages, out)
    write(tmp_path / "pages", {"two": "box"}, NEW, " anew")
    ingest(pages, out)
    other = out.model_copy(update={"max_pages": 7})
    again = ingest(pages, other)
    assert again.processed == 1 and again.exit_code == 3
    assert texts(again, "made:two") == texts(before, "made:two") and left_out(again).keys() == {"made:two"}
    assert ingest(pages, other).unchanged


def test_a_document_without_earlier_rows_is_simply_left_out_and_not_tried_again(tmp_path: Path) -> None:
    out = settings(tmp_path)
    pages = write(tmp_path / "pages", {"one": "", "two": "key"})
    first = ingest(pages, out)
    assert first.documents == 1 and first.exit_code == 3
    again = ingest(pages, out)
    assert again.unchanged and again.processed == 0 and again.exit_code == 3
    forced = ingest(pages, out.model_copy(update={"force": True}))
    assert forced.unchanged and forced.processed == 1


@pytest.mark.parametrize("last_line", [True], indirect=True)
def test_of_documents_that_share_a_key_the_later_one_is_left_out(last_line: bool, tmp_path: Path) -> None:
    early = write(tmp_path / "pages", {"zero": "shared"}, OLD)
    late = write(tmp_path / "pages", {"alpha": "shared"}, NEW)
    recap = ingest([*early, *late], settings(tmp_path))
    assert recap.exit_code == 3 and recap.documents == 1
    assert left_out(recap).keys() == {"made:alpha"}
    assert "links: 1 rows repeat the key link_id" in left_out(recap)["made:alpha"]


def test_without_earlier_rows_no_older_capture_stands_in_and_later_the_newest_rows_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = settings(tmp_path)
    pages = write(tmp_path / "pages", {"one": "", "two": ""})
    take(Given.of(pages), out)
    made = importlib.import_module("osint_ingest.sources.made")
    box = made.FAULTS["box"]
    write(tmp_path / "pages", {"two": "box"}, NEW, " anew")
    take(Given.of(pages), out)
    first = ingest([], out)
    assert first.exit_code == 3 and left_out(first).keys() == {"made:two"}
    assert texts(first, "made:two") == []
    assert ingest([], out).unchanged
    monkeypatch.setitem(made.FAULTS, "box", lambda parsed: parsed)  # the source is mended
    mended = ingest([], out.model_copy(update={"max_pages": 7}))
    assert mended.exit_code == 0 and "anew" in " ".join(texts(mended, "made:two"))
    monkeypatch.setitem(made.FAULTS, "box", box)  # and broken again
    broken = ingest([], out.model_copy(update={"max_pages": 8}))
    assert broken.exit_code == 3 and "anew" in " ".join(texts(broken, "made:two"))
    assert left_out(broken).keys() == {"made:two"}
    assert ingest([], out.model_copy(update={"max_pages": 8})).unchanged


@pytest.mark.parametrize("said", ["half of a pair: \ud800", "x" * 100_000])
def test_what_an_error_says_can_always_be_published(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(parsed: object) -> None:
        raise ValueError(said)

    made = importlib.import_module("osint_ingest.sources.made")
    monkeypatch.setitem(made.FAULTS, "box", fail)
    recap = ingest(write(tmp_path / "pages", {"one": "", "two": "box"}), settings(tmp_path))
    assert recap.exit_code == 3 and recap.documents == 1 and recap.release is not None
    (issue,) = recap.release.table("issues").to_pylist()
    assert issue["code"] == "reader_failed" and said[:10] in issue["message"] and len(issue["message"]) < 3000
