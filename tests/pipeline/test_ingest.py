"""Files at hand through the same steps: bad input is named, the rest is published, twice gives the same bytes."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from tests.places import settings, tables

from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Releases
from osint_ingest.release.publish import Recap
from osint_ingest.run.ingest import Given, NothingReadable, take
from osint_ingest.run.refresh import ingest
from osint_ingest.store import RawStore
from osint_ingest.tables import declared_tables
from osint_ingest.text.urls import file_name_of

SITE = Path(str(files("osint_ingest.sample").joinpath("site")))
COMMITMENTS = SITE / "ogp" / "members" / "corvalia" / "commitments"
BROKEN = Path(__file__).parents[1] / "fixtures" / "made" / "broken"


def issues(recap: Recap) -> list[dict[str, str]]:
    assert recap.release is not None
    found: list[dict[str, str]] = recap.release.table("issues").to_pylist()
    return found


def a_page(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def without_labels(page: bytes) -> bytes:
    """The page after a redesign: none of the labels that are known."""
    body = b"<body><main><h1>New look</h1><p>All is different now.</p></main></body></html>"
    return page[: page.index(b"<body")] + body


def seconds(year: int) -> int:
    """The first of January as a time of modification."""
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def bad_inputs(folder: Path) -> dict[str, Path]:
    """Code -> a file that must give it."""
    (folder / "nothing").mkdir()
    page = (COMMITMENTS / "CV0012" / "index.html").read_bytes()
    return {
        "missing_file": folder / "not-there.pdf",
        "nothing_readable": folder / "nothing",
        "not_a_pdf": a_page(folder, "page.pdf", page),
        "no_text": BROKEN / "scanned.pdf",
        "encrypted": BROKEN / "encrypted.pdf",
        "corrupt": BROKEN / "truncated.pdf",
        "empty": a_page(folder, "empty.html", b""),
        "unknown_template": a_page(folder, "unknown.html", without_labels(page)),
    }


def test_bad_input_alone_is_named_with_a_hint_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    out = settings(tmp_path / "out")
    bad = bad_inputs(tmp_path)
    for code, path in bad.items():  # nothing is there yet, and nothing is made
        with pytest.raises(NothingReadable) as refused:
            ingest([path], out)
        ((found, place),) = refused.value.findings
        assert (found.code, place) == (code, str(path)), found
        assert found.message and found.hint and found.message in str(refused.value)
        assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir()), code
    ingest([COMMITMENTS / "CV0012"], out)
    before = told(tmp_path / "out")
    for path in bad.values():
        with pytest.raises(NothingReadable):
            ingest([path], out)
    with pytest.raises(NothingReadable) as refused:
        ingest([*bad.values()], out)
    assert {found.code for found, _ in refused.value.findings} == set(bad)
    assert told(tmp_path / "out") == before


def told(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; locks and a run's own scratch files begin with a dot."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_ten_mistyped_paths_evict_no_release(tmp_path: Path) -> None:
    out = settings(tmp_path / "out").model_copy(update={"keep_releases": 3})
    first = ingest([COMMITMENTS / "CV0012"], out).release
    for n in range(10):
        with pytest.raises(NothingReadable, match=rf"report-{n}\.pdf: no such file or folder"):
            ingest([tmp_path / f"report-{n}.pdf"], out)
    assert Releases(out.curated).all() == [first]


def test_a_broken_file_that_is_in_raw_already_is_still_nothing_to_read(tmp_path: Path) -> None:
    out, broken = settings(tmp_path / "out"), BROKEN / "encrypted.pdf"
    assert ingest([COMMITMENTS / "CV0012", broken], out).exit_code == 3
    before = told(tmp_path / "out")
    with pytest.raises(NothingReadable, match=r"encrypted\.pdf"):
        ingest([broken], out)
    assert told(tmp_path / "out") == before
    assert ingest([COMMITMENTS / "CV0012"], out).unchanged


OTHER_KINDS = {
    "notes.docx": (b"PK\x03\x04....word/document.xml", "a Word document"),
    "table.xlsx": (b"PK\x03\x04....xl/workbook.xml", "an Excel workbook"),
    "talk.odp": (
        b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.presentation",
        "an OpenDocument file",
    ),
    "all.zip": (b"PK\x03\x04....report.pdf", "a ZIP archive"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "an older Office document"),
    "scan.jpg": (b"\xff\xd8\xff\xe0....", "a JPEG picture"),
    "notes.txt": (b"Only words.", "plain text"),
    "what.bin": (b"\x00\x01\x02\x03", "something else: it starts with 00 01 02 03"),
}
"""How a file begins, and what it is said to be."""


def test_a_file_of_another_kind_says_what_it_is_and_what_to_do(tmp_path: Path) -> None:
    out = settings(tmp_path / "out")
    for name, (start, kind) in OTHER_KINDS.items():
        path = a_page(tmp_path / "other", name, start)
        with pytest.raises(NothingReadable, match=rf"{name}: Expected a PDF or an HTML page, found {kind}"):
            ingest([path], out)
        assert not (tmp_path / "out").exists(), name
    recap = ingest([COMMITMENTS / "CV0012", *sorted((tmp_path / "other").iterdir())], out)
    told = [row for row in issues(recap) if row["code"] == "unknown_kind"]
    assert recap.exit_code == 3 and all(row["hint"] for row in told)
    assert len(told) == len(OTHER_KINDS)
    assert all(any(kind in row["message"] for row in told) for _, kind in OTHER_KINDS.values())


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("http://127.0.0.1:9/x.pdf", "not a public address"),
        ("http://[::1]/x.pdf", "not a public address"),
        ("https://someone@example.org/x.pdf", "contains a user name"),
        ("http://no such host/x.pdf", "characters that a URL cannot have"),
    ],
)
def test_a_refused_address_names_the_rule_and_leaves_nothing(address: str, rule: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match=rule):
        ingest([address], settings(tmp_path / "out"))
    assert not any((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    "url", ["not a url", "", "example.org/x.pdf", "ftp://example.org/x.pdf", "https://", "http://a b/c"]
)
def test_an_address_of_a_file_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedRun, match="expected an http or https address"):
        ingest([COMMITMENTS / "CV0012" / "index.html"], settings(tmp_path / "out"), url=url)
    assert not (tmp_path / "out").exists()


def test_an_address_is_that_of_one_file(tmp_path: Path) -> None:
    page = COMMITMENTS / "CV0012" / "index.html"
    for arguments in ([page, page], [COMMITMENTS], ["https://example.org/"], [page, "https://example.org/"]):
        with pytest.raises(RefusedRun, match="expected one file"):
            ingest(arguments, settings(tmp_path / "out"), url="https://example.org/x")


def test_a_document_tells_the_name_of_its_file(tmp_path: Path) -> None:
    made = BROKEN.parent / "annotations.reportlab.pdf"
    pdf = a_page(tmp_path, "A report of 2025.pdf", made.read_bytes())
    page = a_page(
        tmp_path, "año 1.html", b"<!doctype html><html><body><h1>One</h1><p>Words.</p></body></html>"
    )
    addressed = a_page(tmp_path, "b.html", page.read_bytes() + b" ")
    (tmp_path / "b.json").write_text('{"url": "https://example.org/files/Informe%20a%C3%B1o.html?x=1"}')
    out = settings(tmp_path / "out")
    recap = ingest([pdf, page, addressed, COMMITMENTS / "CV0012"], out)
    assert recap.release is not None
    rows = recap.release.table("documents").to_pylist()
    assert {row["file_name"] for row in rows} == {pdf.name, "año 1.html", "b.html", "index.html"}
    # of what was fetched, the last part of the address
    capture = next(c for c in RawStore(out.raw).captures() if c.file_name == "b.html")
    assert file_name_of(capture.url) == "Informe año.html"


def test_among_good_files_the_good_ones_are_published_and_it_ends_with_3(tmp_path: Path) -> None:
    bad, out = bad_inputs(tmp_path), settings(tmp_path / "out")
    recap = ingest([COMMITMENTS / "CV0012" / "index.html", *bad.values()], out)
    assert recap.exit_code == 3
    assert {row["code"] for row in issues(recap) if row["severity"] == "error"} == set(bad)
    assert recap.release is not None
    assert recap.release.table("documents")["document_id"].to_pylist() == ["ogp:CV0012"]
    assert {place for place, *_ in recap.failures} >= {str(bad["encrypted"]), str(bad["missing_file"])}
    for given in ("CV0012", "CV0007"):  # a run that changes nothing, and one that publishes
        later = ingest([COMMITMENTS / given / "index.html"], out)
        assert bad["encrypted"].name in {place for place, *_ in later.failures}, given
    # what cannot be read is kept
    (kept,) = (c for c in RawStore(out.raw).captures() if c.file_name == "encrypted.pdf")
    assert RawStore(out.raw).read(kept) == (BROKEN / "encrypted.pdf").read_bytes()


def test_a_second_copy_of_a_file_is_named_and_read_once(tmp_path: Path) -> None:
    page = (COMMITMENTS / "CV0012" / "index.html").read_bytes()
    first, again = a_page(tmp_path, "in/a.html", page), a_page(tmp_path, "in/b/c.html", page)
    recap = ingest([tmp_path / "in"], settings(tmp_path / "out"))
    (told,) = (row for row in issues(recap) if row["code"] == "same_file")
    assert told["message"] == f"{again} is the same file as {first}: it was read once."
    assert (recap.documents, recap.failed) == (1, 0)


@pytest.fixture(scope="module")
def of_the_site(tmp_path_factory: pytest.TempPathFactory) -> Recap:
    """A run over all documents of the sample site."""
    return ingest([SITE / "osor", SITE / "ogp"], settings(tmp_path_factory.mktemp("site")))


def test_twice_into_two_folders_gives_the_same_bytes(of_the_site: Recap, tmp_path: Path) -> None:
    again = ingest([SITE / "osor", SITE / "ogp"], settings(tmp_path))
    assert tables(of_the_site.release) == tables(again.release)


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    pages = sorted(COMMITMENTS.glob("*/index.html"))[:6]
    first = ingest(pages, settings(tmp_path / "one"))
    second = ingest(pages[::-1], settings(tmp_path / "two"))
    assert first.release is not None and second.release is not None
    for name in ("documents", "entities", "mentions", "ogp_commitments"):
        one, two = (release.path / f"{name}.parquet" for release in (first.release, second.release))
        assert one.read_bytes() == two.read_bytes(), name


def test_of_two_captures_of_one_document_the_newest_wins_and_the_other_is_named(tmp_path: Path) -> None:
    page = COMMITMENTS / "CV0012" / "index.html"
    old = a_page(tmp_path, "old.html", page.read_bytes().replace(b"</h1>", b" (draft)</h1>"))
    new = a_page(tmp_path, "new.html", page.read_bytes())
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_800_000_000, 1_800_000_000))
    recap = ingest([old, new], settings(tmp_path / "out"))
    assert recap.release is not None and recap.exit_code == 0
    (document,) = recap.release.table("documents").to_pylist()
    assert "(draft)" not in document["title"]
    assert [row["code"] for row in issues(recap)].count("superseded") == 1


@pytest.mark.parametrize("together", [True, False])
def test_what_was_wrong_with_a_capture_that_another_replaces_is_not_told_of_the_living_document(
    together: bool, tmp_path: Path
) -> None:
    page, out = (COMMITMENTS / "CV0007" / "index.html").read_bytes(), settings(tmp_path / "out")
    out = out.model_copy(update={"batch_bytes": 1})  # each capture in a batch of its own
    old = a_page(tmp_path, "old.html", page.replace(b"Moderate", b"Middling"))
    new = a_page(tmp_path, "new.html", page)
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_800_000_000, 1_800_000_000))
    address = "https://www.opengovpartnership.org/members/corvalia/commitments/CV0007/?print=1"
    if together:
        take(Given.of([old], address), out)
    else:
        before = ingest([old], out, url=address)
        assert {"unknown_value"} <= {row["code"] for row in issues(before) if row["url"] == address}
    recap = ingest([new], out)
    assert [row["code"] for row in issues(recap) if row["url"] == address] == ["superseded"]
    assert not [row for row in issues(recap) if "Middling" in row["message"]]


def test_files_of_one_page_with_the_same_time_are_two_captures(tmp_path: Path) -> None:
    page = (COMMITMENTS / "CV0012" / "index.html").read_bytes()
    files = [a_page(tmp_path, f"{n}.html", page + f"<!-- {n} -->".encode()) for n in range(3)]
    for file in files:
        os.utime(file, (1_700_000_000, 1_700_000_000))
    recap = ingest(files, settings(tmp_path / "out"))
    assert recap.release is not None and recap.exit_code == 0
    assert len(set(recap.release.table("captures")["captured_at"].to_pylist())) == 3
    assert ingest(files[::-1], settings(tmp_path / "out")).unchanged


def test_a_value_that_moves_from_capture_to_capture_is_history(tmp_path: Path) -> None:
    page = (COMMITMENTS / "CV0012" / "index.html").read_bytes()
    out = settings(tmp_path / "out")
    for year, status in ((2023, b"Active"), (2024, b"Active"), (2025, b"Inactive")):
        saved = a_page(
            tmp_path, f"{year}.html", page.replace(b">Active<", b">" + status + b"<") + b"<!-- %d -->" % year
        )
        os.utime(saved, (seconds(year),) * 2)
        recap = ingest([saved], out)
    assert recap.release is not None
    rows = recap.release.table("history").to_pylist()
    stretches = [
        (r["value"], r["first_captured_at"].year, r["last_captured_at"].year)
        for r in rows
        if r["field"] == "status"
    ]
    assert stretches == [("Active", 2023, 2024), ("Inactive", 2025, 2025)]


def test_a_document_whose_newest_capture_fails_keeps_the_rows_of_the_one_before(tmp_path: Path) -> None:
    good = (COMMITMENTS / "CV0012" / "index.html").read_bytes()
    out, rebuilt = (
        settings(tmp_path / "out"),
        settings(tmp_path / "out").model_copy(update={"curated": str(tmp_path / "again")}),
    )
    for year, data in ((2023, good), (2025, without_labels(good))):
        saved = a_page(tmp_path, f"{year}.html", data)
        os.utime(saved, (seconds(year),) * 2)
        recap = ingest([saved, COMMITMENTS / "CV0007"], out)
    assert recap.exit_code == 3
    assert {"unknown_template", "carried_over"} <= {row["code"] for row in issues(recap)}
    first = Releases(out.curated).all()[0]
    again = ingest([], rebuilt)
    for release in (recap.release, again.release):
        assert release is not None
        for name in ("documents", "passages", "ogp_commitments"):
            assert first.table(name).to_pylist() == release.table(name).to_pylist(), name
    assert ingest([], out).unchanged


def test_reading_the_same_files_again_makes_no_release(tmp_path: Path) -> None:
    out = settings(tmp_path / "out")
    ingest([COMMITMENTS], out)
    again = ingest([COMMITMENTS], out)
    assert again.unchanged and again.processed == 0 and len(Releases(out.curated).all()) == 1


def test_personal_data_is_in_no_table_and_a_setting_keeps_it(of_the_site: Recap, tmp_path: Path) -> None:
    pages = [page for page in (SITE / "ogp").rglob("*.html") if b"@" in page.read_bytes()]
    kept = ingest(pages, settings(tmp_path, keep_personal_data=True))
    assert _addresses(of_the_site) == set() and _addresses(kept)
    assert of_the_site.release is not None
    assert sum(of_the_site.release.table("documents")["masked"].to_pylist()) > 0


def _addresses(recap: Recap) -> set[str]:
    """E-mail addresses in any text of any table."""
    assert recap.release is not None
    texts = (
        value
        for name in declared_tables()
        for column in recap.release.table(name).columns
        for value in column.to_pylist()
        if isinstance(value, str)
    )
    return {
        word
        for text in texts
        for word in text.split()
        if "@" in word and "." in word.split("@")[-1] and "xx" not in word
    }


def test_the_disk_being_read_only_is_a_clear_error_and_the_last_release_stays(tmp_path: Path) -> None:
    out = settings(tmp_path / "out")
    first = ingest([COMMITMENTS], out)
    shutil.rmtree(Path(out.curated) / "releases" / "gone", ignore_errors=True)
    blocker = Path(out.curated) / "blocked"
    blocker.write_text("a file where a folder is wanted")
    with pytest.raises(OSError, match="blocked"):
        ingest([SITE / "ogp"], out.model_copy(update={"curated": str(blocker)}))
    assert Releases(out.curated).latest() == first.release
