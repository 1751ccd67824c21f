"""Across pages: what is listed but not in the release, and what no list names."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings

MEMBER = Path(str(files("osint_ingest.sample").joinpath("site"))) / "ogp" / "members" / "corvalia"


def codes(paths: list[Path], folder: Path) -> set[tuple[str, str]]:
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"), workers=0, use_models=False)
    recap = ingest(paths, settings)
    assert recap.release is not None
    rows = recap.release.table("issues").to_pylist()
    return {
        (row["code"], row["document_id"]) for row in rows if row["code"] in ("listed_not_fetched", "unlisted")
    }


def test_a_listed_commitment_without_a_page_is_named_until_its_page_comes(tmp_path: Path) -> None:
    listing, page = MEMBER / "index.html", MEMBER / "commitments" / "CV0012" / "index.html"
    alone = codes([listing], tmp_path / "alone")
    assert ("listed_not_fetched", "ogp:CV0012") in alone and ("listed_not_fetched", "ogp:CV0007") in alone
    both = codes([listing, page], tmp_path / "both")
    assert alone - both == {("listed_not_fetched", "ogp:CV0012")}


def test_a_page_that_no_list_names_is_named(tmp_path: Path) -> None:
    page = (MEMBER / "commitments" / "CV0012" / "index.html").read_bytes()
    stray = tmp_path / "stray.html"
    head, rest = page.split(b"</h1>", 1)
    stray.write_bytes(head.replace(b"CV0012", b"CV0077") + b"</h1>" + rest)
    found = codes([MEMBER / "index.html", stray], tmp_path / "out")
    assert ("unlisted", "ogp:CV0077") in found
