"""Pages that their site refuses to machines, or shows in a template that nobody knows: archived copies stand in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest
from tests.fetch.unruly_site import Fault, Page, UnrulySite
from tests.fetch.web_archive import Held, WebArchive

from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import fetch_source, refresh
from osint_ingest.sample import SampleSite
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore

HOST = "https://www.opengovpartnership.org"


def commitment(code: str, status: str) -> str:
    title = f"Open Wells of {code} ({code})"
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title} | Commitment from Zavaria | Open Government Partnership</title></head><body>
<p><a href="/members/zavaria/">Zavaria</a></p><h1>{title}</h1><h2>Overview</h2><table>
<tr><th>Action Plan:</th><td>Zavaria Action Plan 2018-2020</td></tr><tr><th>Status:</th><td>{status}</td></tr>
</table><h2>Description</h2><p>Wells are opened.</p></body></html>"""


def address(code: str) -> str:
    return f"{HOST}/members/zavaria/commitments/{code}/"


@pytest.fixture
def archive() -> Iterator[WebArchive]:
    with WebArchive() as serving:
        yield serving


def settings(place: Path, archive: WebArchive, **more: object) -> Settings:
    base = archive.base_url
    return Settings(
        raw=str(place / "raw"), curated=str(place / "curated"), profile="sample", sources=("ogp",), workers=0,
        use_models=False, report=False, archive_seconds=0.001, archive_index=f"{base}/cdx",
        archive_captures=f"{base}/web/{{timestamp}}id_/{{url}}", **more,  # type: ignore[arg-type]
    )  # fmt: skip


CHALLENGE = Page(
    b"<html><head><title>Just a moment...</title></head><body>Open Government Partnership</body></html>"
)
REFUSALS: dict[str, Page | Fault] = {
    "403": lambda h: h.say(403, b"no"),
    "challenge with 200": CHALLENGE,
    "another page with 200": Page(b"<html><title>Welcome</title>"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_of_a_page_that_is_refused_the_newest_usable_copy_is_taken_and_looked_for_once(
    tmp_path: Path, archive: WebArchive, refusal: str
) -> None:
    page = address("ZV0001")
    archive.holds = [
        Held(page, "20180101000000", commitment("ZV0001", "Old").encode()),
        Held(
            page.replace("www.", "").removesuffix("/"),
            "20210101000000",
            commitment("ZV0001", "Newer").encode(),
        ),
        Held(page, "20220101000000", b"<html><title>Open Government Partnership</title><p>Our new browser"),
        Held(page, "20230101000000", CHALLENGE.body),
    ]
    with UnrulySite() as site:
        links = f'<a href="{page}">x</a> Open Government Partnership'
        site.pages = {
            "/our-members/": Page(links.encode()),
            "/members/zavaria/commitments/ZV0001/": REFUSALS[refusal],
        }
        told = settings(tmp_path, archive)
        for _ in range(2):
            report = fetch_source("ogp", told, {"ogp": site.base_url}, Reporter(quiet=True))
            assert "error" in [f.finding.severity for f in report.findings if f.url == page]
        off = settings(tmp_path / "off", archive, archive_fallback=False)
        fetch_source("ogp", off, {"ogp": site.base_url}, Reporter(quiet=True))
    (copy,) = (c for c in RawStore(told.raw).captures() if c.archived_url)
    assert f"{copy.captured_at:%Y}" == "2021" and len(archive.fetched) == 3
    assert not [c for c in RawStore(off.raw).captures() if c.archived_url]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A site of the partnership in a folder; what it yields writes one of its commitments."""
    root = tmp_path / "site"
    monkeypatch.setattr("osint_ingest.sample.SampleSite", partial(SampleSite, root=root))
    shutil.copytree(Path(__file__).parents[2] / "src/osint_ingest/sample/site/archive", root / "archive")
    codes = ("ZV0001", "ZV0002", "ZV0003")

    def write(code: str, text: str) -> None:
        folder = root / "ogp/members/zavaria/commitments" / code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(text)

    for code in codes:
        write(code, commitment(code, "Active"))
    links = "".join(f'<a href="/members/zavaria/commitments/{code}/">{code}</a>' for code in codes)
    (root / "ogp/our-members.html").write_text(
        f"<html><title>Members | Open Government Partnership</title>{links}"
    )
    return write


def query(told: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        db.execute(f"set file_search_path = '{told.curated}/latest'")
        return db.sql(sql).fetchall()


STATUS = "select code, status from 'ogp_commitments.parquet' order by code"


def test_a_site_that_changes_its_template_overnight_loses_no_document(
    tmp_path: Path, archive: WebArchive, site: Callable[[str, str], None]
) -> None:
    told = settings(tmp_path, archive)
    changed = "<html><title>Open Government Partnership</title><div>Our new browser of commitments: {}</div>"
    site("ZV0003", changed.format("ZV0003"))
    recap = refresh(told)
    assert (recap.documents, recap.failed) == (2, 1)  # nobody has a copy of the third yet

    archive.holds = [
        Held(address(f"ZV000{n}"), "20220101000000", commitment(f"ZV000{n}", "Kept").encode()) for n in (1, 3)
    ]
    for n in (1, 2, 3):
        site(f"ZV000{n}", changed.format(f"{n} now"))
    with pytest.MonkeyPatch.context() as later:
        later.setattr("osint_ingest.fetch.backfill.SEEK_AGAIN", timedelta())
        recap = refresh(told)
    assert (recap.documents, recap.failed, recap.held) == (3, 3, None)
    assert query(told, STATUS) == [("ZV0001", "Active"), ("ZV0002", "Active"), ("ZV0003", "Kept")]
    said = query(
        told,
        "select document_id, code from 'issues.parquet' where stage = 'read' and code <> 'superseded' order by all",
    )
    assert [row for row in said if row[0]] == [
        ("ogp:ZV0001", "carried_over"), ("ogp:ZV0002", "carried_over"), ("ogp:ZV0003", "archived_copy"),
        ("ogp:ZV0003", "carried_over"),
    ]  # fmt: skip
    assert [code for document, code in said if document is None] == ["unknown_template"] * 3
    assert [one.split("/")[-1] for one in archive.fetched] == [""] and "ZV0003" in archive.fetched[0]
    # a run without news changes nothing, and asks nobody again
    assert refresh(told).unchanged and len(archive.fetched) == 1
