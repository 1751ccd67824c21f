"""What is forgotten is gone from everywhere, and the rest is as if it had never been."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from osint_ingest.model import Finding, RefusedRun
from osint_ingest.read.staging import read_batch
from osint_ingest.release.folder import Releases
from osint_ingest.release.publish import Recap
from osint_ingest.run.forget import ForgottenAlready, forgettable
from osint_ingest.run.ingest import NothingReadable
from osint_ingest.run.maintenance import forget
from osint_ingest.run.refresh import ingest, plan_run
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.store.folder import open_folder
from osint_ingest.store.forgotten import FORGOTTEN
from osint_ingest.store.journal import Journal, Look
from osint_ingest.tables.documents import AddressRow
from osint_ingest.tables.flatten import issue_row
from osint_ingest.tables.run import ChangeRow, IssueRow, LinkCheckRow
from tests.places import latest, settings, sound_bytes, sound_tables
from tests.release.conftest import NOW, document, link, passage, publish, whole
from tests.release.traces import COMMITMENTS, DOCUMENT, URL, page, traces

OTHERS = [COMMITMENTS / "CV0007", COMMITMENTS / "CV0012"]
SOAK = pytest.mark.skipif(not os.environ.get("OSINT_INGEST_SOAK"), reason="takes long: make soak")
MADE = Path(__file__).parents[1] / "fixtures" / "made"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and curated/ with three releases: one without the document, one with it, one where it has changed. The last
    has a report, which takes longer than all the rest."""
    folder = tmp_path_factory.mktemp("published")
    for given in (OTHERS[:1], [page(folder), *OTHERS]):
        assert ingest(given, settings(folder)).release is not None
    assert ingest([page(folder, edition=1)], settings(folder, report=True)).release is not None
    return folder


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "copied", symlinks=True)


@pytest.fixture(scope="module")
def forgotten(published: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """The same after the document was forgotten, and the files that had something of it before, half done things too.
    Not to be written to."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("forgotten") / "copied", symlinks=True)
    out = settings(folder)
    leave_half_done_things(out, folder)
    found = set(traces(folder, tmp_path_factory.mktemp("traces") / "before"))
    forget(DOCUMENT, out, reason="asked by its author")
    return folder, found


@pytest.fixture
def without(forgotten: tuple[Path, set[str]], tmp_path: Path) -> Path:
    return shutil.copytree(forgotten[0], tmp_path / "without", symlinks=True)


def issues(recap: Recap, code: str) -> list[dict[str, str]]:
    assert recap.release is not None
    return [row for row in recap.release.table("issues").to_pylist() if row["code"] == code]


def leave_half_done_things(out: Settings, folder: Path) -> None:
    """What runs that were stopped or held back leave of the document."""
    journal = Journal(out.raw, "ogp")
    journal.note(Look(URL, "new"))
    journal.note(Look("https://www.opengovpartnership.org/", "alias", URL))
    journal.close(finished=False)
    plan, _ = plan_run(
        out.model_copy(update={"max_pages": 7})
    )  # read in another way: nothing is carried over
    read_batch(plan.batches[0], out.model_copy(update={"max_pages": 7}))
    last = latest(folder)
    shutil.copytree(last.path, last.path.with_name(f"{last.name}.held"))
    shutil.copytree(last.path, last.path.with_name(".building.tmp") / "release")


def test_nothing_of_it_is_found_in_raw_releases_reports_and_exports(
    published: Path, forgotten: tuple[Path, set[str]], tmp_path: Path
) -> None:
    folder, found = forgotten
    out = settings(folder)
    before = [r.name for r in Releases(settings(published).curated).all()]
    kinds = {Path(path).name for path in found}
    assert {
        "captures.parquet",
        "changes.parquet",
        "history.parquet",
        "issues.parquet",
        "report.html",
    } <= kinds
    assert {
        "entities.parquet",
        "entity_names.parquet",
        "run.json",
        "all.warc",
        "ftm.json",
        ".crawl-ogp.000002.jsonl",
    } <= kinds
    assert any(path.endswith(".held/links.parquet") for path in found)
    assert any("/.building.tmp/" in path for path in found) and any("/.work/" in path for path in found)

    assert traces(folder, tmp_path / "after") == []
    after = Releases(out.curated).all()
    assert [r.name.partition("-")[0] for r in after] == [name.partition("-")[0] for name in before]
    assert after[0].name == before[0] and after[1].name != before[1]  # the first had nothing of it
    assert latest(folder) == after[-1] and (after[-1].path / "report.html").exists()
    assert after[-1].run()["previous"] == after[-2].name
    assert [path for path, _ in open_folder(out.raw).walk() if path.startswith(".crawl")] == [
        ".crawl-ogp.000001.jsonl",
        ".crawl-ogp.000002.jsonl",
    ]
    assert not list(Path(out.raw).rglob("*CV0099*"))  # nor a folder that is named after its address
    for release in after:
        sound_tables(release, tmp_path)
        assert not release.altered(release.files(tmp_path))
    assert list(RawStore(out.raw).verify()) == []


def test_one_line_says_what_was_forgotten_when_and_why(forgotten: tuple[Path, set[str]]) -> None:
    (line,) = (forgotten[0] / "raw" / FORGOTTEN).read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["state"], told["reason"]) == ("done", "asked by its author")
    assert (told["documents"], told["urls"]) == ([DOCUMENT], [URL]) and len(told["sha256"]) == 2
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["at"])
    assert "zanzarrol" not in line.lower() and "targets" not in told


def test_the_rest_is_what_a_release_without_it_had_been(without: Path, tmp_path: Path) -> None:
    out, anew = settings(without), settings(tmp_path / "anew")
    recap = ingest(OTHERS, anew)
    assert recap.release is not None
    assert sound_bytes(latest(without), tmp_path) == sound_bytes(recap.release, tmp_path)
    assert ingest(OTHERS, out).unchanged

    more = [COMMITMENTS.parent.parent / "port-lirio-corvalia"]
    incremental, whole = ingest(more, out), ingest([*OTHERS, *more], settings(tmp_path / "whole"))
    assert incremental.carried == 2 and incremental.release and whole.release
    assert sound_bytes(incremental.release, tmp_path) == sound_bytes(whole.release, tmp_path)
    for name in ("history", "issues"):
        mine, other = (r.table(name).to_pylist() for r in (incremental.release, whole.release))
        drop = ("first_captured_at", "last_captured_at")
        assert [{k: v for k, v in row.items() if k not in drop} for row in mine] == [
            {k: v for k, v in row.items() if k not in drop} for row in other
        ]


def test_a_pdf_goes_with_the_pictures_of_its_pages(tmp_path: Path) -> None:
    out = settings(tmp_path, report=True)
    report = MADE / "annotations.reportlab.pdf"
    recap = ingest([report, MADE / "bracketed.chromium.pdf"], out)
    assert recap.release is not None
    (capture,) = (c for c in RawStore(out.raw).captures() if c.size_bytes == report.stat().st_size)
    words = re.compile(capture.content_sha256[:12])
    assert f'data-key="{capture.content_sha256[:12]}' in (recap.release.path / "report.html").read_text()
    forget(capture.content_sha256[:8], out)
    assert traces(tmp_path, tmp_path / "exports", words) == []
    assert latest(tmp_path).row_counts()["documents"] == 1


@pytest.mark.parametrize("place", ["memory", pytest.param("s3", marks=SOAK)], indirect=True)
def test_it_goes_from_object_stores_too(place: str, tmp_path: Path) -> None:
    out = settings(place)
    ingest([page(tmp_path), *OTHERS], out)
    assert DOCUMENT in latest(place).table("documents")["document_id"].to_pylist()
    forget(URL, out)
    assert traces(place, tmp_path / "after") == []
    assert latest(place).row_counts()["documents"] == 2


@pytest.mark.parametrize(
    "name",
    [
        DOCUMENT,
        "http://WWW.opengovpartnership.org/members/corvalia/commitments/CV0099#status",
        "raw path",
        "sidecar path",
        "sha256",
    ],
)
def test_it_has_many_names(published: Path, name: str) -> None:
    out = settings(published)
    capture = next(c for c in RawStore(out.raw).captures() if c.url == URL)
    assert capture.raw_path is not None
    names = {
        "raw path": f"{out.raw}/{capture.raw_path}",
        "sidecar path": capture.raw_path.replace(".html", ".json"),
        "sha256": capture.content_sha256[:10].upper(),
    }
    found = forgettable(names.get(name, name), out)
    assert (found.targets.documents, found.targets.urls) == ((DOCUMENT,), (URL,))
    assert (found.captures, len(found.releases), found.held) == (2, 2, ())


def test_a_name_that_nothing_has_is_answered_with_the_nearest(
    published: Path, forgotten: tuple[Path, set[str]]
) -> None:
    out = settings(published)
    before = sorted(open_folder(out.curated).walk())
    with pytest.raises(RefusedRun, match=r"Nothing matches 'ogp:CV0098'.*Did you mean.*ogp:CV0099"):
        forget("ogp:CV0098", out)
    assert sorted(open_folder(out.curated).walk()) == before and not (published / "raw" / FORGOTTEN).exists()
    for name in (URL, DOCUMENT):
        with pytest.raises(ForgottenAlready, match="forgotten already, on 20"):
            forgettable(name, settings(forgotten[0]))


def test_it_is_not_taken_in_again_until_someone_says_so(
    without: Path, published: Path, tmp_path: Path
) -> None:
    out = settings(without)
    again = page(tmp_path)
    with pytest.raises(NothingReadable, match=r"asked by its author.*--again"):
        ingest([again], out)
    renamed = tmp_path / "other.html"  # the same bytes under another address
    renamed.write_bytes(again.read_bytes())
    with pytest.raises(NothingReadable, match="forgotten"):
        ingest([renamed], out, url="https://elsewhere.example/")
    beside = tmp_path / "beside.html"
    beside.write_text(
        "<html lang=en><body><h1>Tides</h1><p>The tide is in at noon.</p></body></html>", "utf-8"
    )
    (told,) = issues(ingest([again, beside], out), "forgotten")
    assert told["severity"] == "info" and "asked by its author" in told["message"]
    shutil.copytree(settings(published).raw, out.raw, dirs_exist_ok=True)  # a backup that still has it
    recap = ingest([], out)
    assert {row["url"] for row in issues(recap, "forgotten")} == {URL}
    assert DOCUMENT not in latest(without).table("documents")["document_id"].to_pylist()
    assert recap.release is not None and URL not in recap.release.table("captures")["url"].to_pylist()

    recap = ingest([again], out, again=True)
    assert recap.release is not None and not issues(recap, "forgotten")
    assert DOCUMENT in recap.release.table("documents")["document_id"].to_pylist()
    (line,) = (without / "raw" / FORGOTTEN).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["state"] == "lifted"


def test_the_same_bytes_at_another_address_go_and_what_else_it_has_stays(tmp_path: Path) -> None:
    out = settings(tmp_path)
    one, other = tmp_path / "one.html", tmp_path / "other.html"
    text = "<html lang=en><body><main><h1>{}</h1><p>The same words stand here.</p></main></body></html>"
    for at, path in enumerate((one, other)):
        path.write_text(text.format("Shared"), encoding="utf-8")
        path.with_suffix(".json").write_text(f'{{"url": "https://example.org/{path.stem}"}}')
        os.utime(path, (1_900_000_000 + at, 1_900_000_000 + at))
    ingest([one, other], out)
    other.write_text(text.format("Its own"), encoding="utf-8")
    os.utime(other, (2_000_000_000, 2_000_000_000))
    ingest([other], out)
    forget("https://example.org/one", out)
    assert traces(tmp_path / "", tmp_path / "exports", re.compile("Shared")) == []
    assert [c.url for c in RawStore(out.raw).captures()] == ["https://example.org/other"]
    assert latest(tmp_path).table("documents")["title"].to_pylist() == ["Its own"]


def test_personal_data_in_its_address_is_not_kept(tmp_path: Path) -> None:
    out = settings(tmp_path)
    told = tmp_path / "zanzarrolo-0.json"
    told.write_text('{"url": "https://example.org/people/ana.quintanar@tides.example"}')
    ingest([page(tmp_path), OTHERS[0]], out)
    told.unlink()
    forget(DOCUMENT, out)
    assert "quintanar" not in (tmp_path / "raw" / FORGOTTEN).read_text(encoding="utf-8")
    with pytest.raises(NothingReadable, match="forgotten"):  # and known again all the same
        ingest([page(tmp_path)], out)


def test_a_release_that_cannot_be_read_is_named_and_the_rest_is_done_without_it(
    copied: Path, tmp_path: Path
) -> None:
    out = settings(copied)
    broken = Releases(out.curated).all()[1]
    (broken.path / "issues.parquet").write_bytes(b"PAR1 torn PAR1")
    with pytest.raises(RefusedRun, match=f"{broken.name} is damaged.*remove that release"):
        forget(DOCUMENT, out)
    shutil.rmtree(broken.path)
    ingest([], out)
    assert traces(copied, tmp_path / "after") == []


def test_tables_that_tell_of_time_keep_what_is_of_others(tmp_path: Path) -> None:
    out, releases = settings(tmp_path), Releases(tmp_path / "curated")
    gone, other = "osor:VEL:2030", "osor:ZOR:2030"
    shared, own = "https://shared.example/", "https://only.example/"

    def change(key: str, table: str = "links", after: str | None = None, column: str = "") -> ChangeRow:
        kind = "modified" if column else "added"
        return ChangeRow(
            table_name=table, row_key=key, column_name=column, change=kind, before=None, after=after
        )

    def checked(url: str) -> LinkCheckRow:
        return LinkCheckRow(
            url=url,
            checked_at=NOW,
            http_status=200,
            final_url=None,
            error=None,
            first_failed_at=None,
            archived_url=None,
        )

    def listed(url: str, by: str, document_id: str | None = None) -> AddressRow:
        return AddressRow(
            url=url,
            source="osor",
            document_id=document_id,
            state="new",
            first_seen=NOW,
            last_seen=NOW,
            listed_by=by,
        )

    def issue(message: str, document_id: str | None = None) -> IssueRow:
        finding = Finding("info", "release", "made", message)
        return issue_row(finding, document_id=document_id)

    texts = {gone: f"{shared} {own}", other: shared}
    rows = [
        *(document(d, content_sha256=n * 64) for d, n in ((gone, "a"), (other, "b"))),
        *(passage(d, 1, text) for d, text in texts.items()),
        link(gone, 1, shared, 1, 0), link(gone, 2, own, 1, len(shared) + 1), link(other, 1, shared, 1, 0),
        *map(checked, (shared, own)),
        listed("https://example.org/list", "x"), listed("https://example.org/b", f"https://example.org/{gone}"),
        listed("https://example.org/expected", "x", gone),
        change(f"{gone}#l1"), change(f"{gone} | 1", "osor_actors"), change(gone, "documents"),
        change(f"{other}#l1"), change("org-office", "entities"),
        change(f"{other} | 1", "osor_actors", "org", "entity_id"),
        change(f"{other} | 2", "osor_actors", f"see https://example.org/{gone}.", "name"),
        change(f"{gone}@es#l1"),
        issue("of it", gone), issue(f"{gone}: told by {other}", other), issue("of all"),
        issue(f"{gone}@es: another language", f"{gone}@es"),
    ]  # fmt: skip
    publish(
        releases,
        whole(rows),
        "20310504T100000000000Z-00000000",
        run={"digest": "x", "previous": "20300101T-1"},
    )
    forget(gone, out)
    after = latest(tmp_path)
    assert after.table("documents")["document_id"].to_pylist() == [other]
    assert after.table("link_checks")["url"].to_pylist() == [shared]
    assert [
        tuple(row.values()) for row in after.table("addresses").select(["url", "listed_by"]).to_pylist()
    ] == [
        ("https://example.org/list", "x"),
        ("https://example.org/b", None),
    ]
    assert after.table("changes")["row_key"].to_pylist() == [f"{other}#l1", f"{gone}@es#l1"]
    assert sorted(after.table("issues")["message"].to_pylist()) == ["of all", f"{gone}@es: another language"]
