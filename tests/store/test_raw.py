"""Captures are whole or not there, written once, and tell the truth about their bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osint_ingest.model import Capture
from osint_ingest.store import CaptureDetails, RawStore, Redirect, capture_of
from osint_ingest.store.folder import open_folder
from osint_ingest.store.layout import raw_path, sidecar_path, slug, stamp

NOON = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)
URL = "https://www.gazette.example/members/norland/commitments/NO0001/"
PAGE = b"<!doctype html><title>One</title><p>text"

everywhere = pytest.mark.parametrize("place", ["folder", "memory", "s3"], indirect=True)


def taken(data: bytes = PAGE, url: str = URL, at: datetime = NOON, source: str | None = "gazette") -> Capture:
    return replace(capture_of(url, at, data), source=source)


@pytest.fixture
def root(place: str) -> str:
    return f"{place}/raw"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, "members-norland-commitments-NO0001"),
        ("https://x.example/", "index"),
        ("https://x.example/?p=17", "index"),
        ("https://x.example/files/Report%20Norland%202024_0.pdf", "files-Report-Norland-2024_0.pdf"),
        ("https://x.example/../../etc/passwd", "etc-passwd"),
        ("https://x.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "etc-passwd"),
        ("https://x.example/%252e%252e%252fetc", "etc"),
        ("https://x.example/..\\..\\windows", "windows"),
        ("https://x.example/.hidden/-rf", "hidden-rf"),
        ("https://x.example/a%00b", "a-b"),
        ("file:0123456789ab", "0123456789ab"),
    ],
)
def test_a_slug_is_the_path_made_safe(url: str, expected: str) -> None:
    assert slug(url) == expected


def test_a_slug_of_other_letters_or_of_great_length_is_told_apart_by_a_hash() -> None:
    assert slug("https://x.example/報告") != slug("https://x.example/公約")
    long = [slug("https://x.example/" + "a" * 300 + end) for end in "bc"]
    assert long[0] != long[1] and all(len(name) <= 120 for name in long)


@given(st.text(max_size=60))
def test_no_url_gives_a_name_outside_raw(path: str) -> None:
    capture = taken(url=f"https://x.example/{path.replace('[', '').replace(']', '')}", source=path or None)
    parts = Path(raw_path(capture)).parts
    assert len(parts) == 3
    assert not any(part.startswith((".", "-", "/")) for part in parts)


def test_a_moment_without_a_zone_is_refused() -> None:
    assert stamp(NOON) == "20260301T120000000250Z"
    with pytest.raises(ValueError, match="time zone"):
        stamp(NOON.replace(tzinfo=None))


@everywhere
def test_a_capture_is_kept_with_its_story(root: str) -> None:
    details = CaptureDetails(
        way="http",
        method="GET",
        request_headers=(("User-Agent", "me"),),
        response_headers=(("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")),
        redirects=(Redirect("http://gazette.example/", 301, URL),),
        requested_at=NOON - timedelta(seconds=1),
        seconds=0.75,
        server_address="192.0.2.1:443",
        tls="TLSv1.3",
    )
    capture = replace(taken(), etag='"e"', http_status=200, final_url=URL, licence="CC0-1.0")
    kept = RawStore(root).put(capture, PAGE, details=details)

    assert kept.raw_path == (
        "gazette/members-norland-commitments-NO0001/20260301T120000000250Z-"
        + kept.content_sha256[:12]
        + ".html"
    )
    again = RawStore(root)  # from the disk alone
    assert list(again.captures()) == [kept]
    assert again.read(kept) == PAGE
    assert again.details(kept) == details
    assert list(again.verify()) == []


def test_the_sidecar_says_what_the_contract_names(tmp_path: Path) -> None:
    kept = RawStore(str(tmp_path)).put(replace(taken(), http_status=200, licence="CC0-1.0"), PAGE)
    sidecar = json.loads((tmp_path / str(kept.raw_path)).with_suffix(".json").read_text())
    assert sidecar["url"] == URL
    assert sidecar["status"] == 200
    assert sidecar["bytes"] == len(PAGE)
    assert sidecar["sha256"] == kept.content_sha256
    assert sidecar["licence"] == "CC0-1.0"
    assert {"final_url", "request_headers", "response_headers", "redirects", "captured_at"} <= sidecar.keys()


@everywhere
def test_the_same_bytes_again_write_nothing(root: str) -> None:
    store = RawStore(root)
    first = store.put(taken(), PAGE)
    for at in (NOON, NOON + timedelta(days=1), NOON - timedelta(days=1)):
        assert store.put(taken(at=at), PAGE) == first
        assert RawStore(root).put(taken(at=at), PAGE) == first
    assert len(list(RawStore(root).captures())) == 1


def test_a_page_that_changed_back_is_a_capture_of_its_own(root: str) -> None:
    store = RawStore(root)
    for day, data in enumerate((PAGE, PAGE + b"!", PAGE)):
        store.put(taken(data, at=NOON + timedelta(days=day)), data)
    assert [c.captured_at.day for c in store.captures()] == [1, 2, 3]
    assert store.latest()[URL].captured_at.day == 3
    assert store.first()[URL].captured_at.day == 1


def test_a_capture_that_does_not_describe_its_bytes_is_refused(root: str) -> None:
    store = RawStore(root)
    with pytest.raises(ValueError, match="the data are"):
        store.put(taken(), PAGE + b"!")
    assert list(store.captures()) == []


def test_captures_come_by_url_and_age_and_never_half(root: str) -> None:
    store = RawStore(root)
    for number in (3, 1, 2):
        data = f"<html>{number}".encode()
        store.put(taken(data, url=f"https://x.example/{number}"), data)
    assert [c.url[-1] for c in RawStore(root).captures()] == ["1", "2", "3"]


def only(folder: Path, ending: str) -> Path:
    (found,) = (path for path in folder.rglob(f"*{ending}") if path.is_file())
    return found


def spoil_byte(folder: Path) -> None:
    page = only(folder, ".html")
    page.write_bytes(b"X" + page.read_bytes()[1:])


def spoil_both(folder: Path) -> None:
    """Someone edits the page and makes the sidecar fit."""
    spoil_byte(folder)
    page, sidecar = only(folder, ".html"), only(folder, ".json")
    told = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(told | {"sha256": capture_of(URL, NOON, page.read_bytes()).content_sha256}))


@pytest.mark.parametrize(
    ("spoil", "code", "still_whole"),
    [
        (spoil_byte, "altered", True),  # the length fits: only hashing tells
        (spoil_both, "altered", True),
        (lambda f: only(f, ".html").write_bytes(PAGE[:5]), "wrong_length", False),
        (lambda f: only(f, ".html").unlink(), "missing_bytes", False),
        (lambda f: only(f, ".json").write_text("{"), "damaged_sidecar", False),
        (lambda f: only(f, ".json").unlink(), "incomplete", False),
        (lambda f: (f / "gazette" / "notes.txt").write_text("mine"), "stranger", True),
    ],
)
def test_verify_names_what_does_not_match(
    tmp_path: Path, spoil: object, code: str, still_whole: bool
) -> None:
    RawStore(str(tmp_path)).put(taken(), PAGE)
    spoil(tmp_path)  # type: ignore[operator]
    store = RawStore(str(tmp_path))
    assert [problem.code for problem in store.verify()] == [code]
    assert bool(list(store.captures())) == still_whole


@everywhere
def test_what_a_killed_writer_left_is_cleared_away_and_written_again(root: str) -> None:
    kept = RawStore(root).put(taken(), PAGE)
    path = str(kept.raw_path)
    folder = open_folder(root)
    folder.remove(sidecar_path(path))
    torn = "/.".join(path.rsplit("/", 1)) + ".77.tmp"
    folder.write({torn: PAGE[:3]})
    assert [problem.code for problem in RawStore(root).verify()] == ["incomplete"] * 2

    store = RawStore(root)
    assert list(store.captures()) == []
    assert sorted(store.heal()) == sorted([path, torn])
    assert dict(folder.walk()) == {}
    assert store.put(taken(), PAGE) == kept
    assert list(RawStore(root).verify()) == []


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("osint_ingest.store.folder.os.fsync", full)
    store = RawStore(str(tmp_path))
    with pytest.raises(OSError, match="No space"):
        store.put(taken(), PAGE)
    assert list(store.captures()) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_no_path_leads_out_of_raw(tmp_path: Path) -> None:
    store = RawStore(str(tmp_path / "raw"))
    (tmp_path / "secret").write_text("secret")
    for path in ("../secret", "/etc/hostname", "gazette/../../secret", "gazette\\..\\secret"):
        with pytest.raises(ValueError, match="no path below"):
            store.read(replace(taken(), raw_path=path))
