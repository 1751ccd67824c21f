"""What only the whole release tells: commitments that are listed but not here, and those that no list names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from osint_ingest.model import Finding
from osint_ingest.sources.source import Reviewed


def across_pages(tables: Mapping[str, pa.Table]) -> Iterator[Reviewed]:
    """`listed_not_fetched` for each listed code without a page in the release; `unlisted` for each commitment
    that no list names although the release has a list of its member."""
    listing, commitments = tables["ogp_listing"].to_pylist(), tables["ogp_commitments"].to_pylist()
    documents = tables["documents"]
    member_of = dict(
        zip(documents["document_id"].to_pylist(), documents["member_slug"].to_pylist(), strict=True)
    )
    here = {row["code"] for row in commitments}
    listed: dict[str, dict[str, str]] = {}
    for row in listing:
        listed.setdefault(row["code"], row)
    for code in sorted(set(listed) - here):
        row = listed[code]
        said = (
            f"{code} “{row['title']}” is listed by {row['document_id']}, but its page is not in this release"
        )
        hint = (
            "refresh, or save the page and ingest it; the table `addresses` tells what its address answered"
        )
        yield Reviewed(
            Finding("info", "release", "listed_not_fetched", said, hint), f"ogp:{code}", row["url"]
        )
    with_list = {member_of[row["document_id"]] for row in listing}
    for row in commitments:
        if row["code"] not in listed and row["member_slug"] in with_list:
            said = f"{row['code']} has a page, but no list of {row['member']} names it"
            hint = "it may have been withdrawn or renumbered; compare the member's page"
            finding = Finding("warning", "release", "unlisted", said, hint)
            yield Reviewed(finding, row["document_id"], row["url"])
