"""Lookups of archived copies as they are written down in raw/."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from osint_ingest.store.archived import ArchivedCopy, Lookup, add_lookups, read_lookups

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_lookups_come_back_as_they_were_written(tmp_path: Path) -> None:
    copy = ArchivedCopy(NOON, "https://archive.example/1/https://x.example/ñ", "timemap")
    lookup = Lookup("https://x.example/ñ", NOON, (date(2025, 3, 1),), (copy,))
    add_lookups(str(tmp_path), [lookup])
    assert read_lookups(str(tmp_path)) == {lookup.url: lookup}


@pytest.mark.parametrize(
    ("line", "said"), [('{"url": 3}', "url: [^\n]*"), ("no JSON", "Invalid JSON: [^\n]*")]
)
def test_a_line_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "archived-1.jsonl").write_text(f"{line}\n")
    with pytest.raises(
        ValueError, match=rf"archived-1\.jsonl, line 1 cannot be read \({said}\); mend or remove"
    ):
        read_lookups(str(tmp_path))
