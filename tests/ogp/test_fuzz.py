"""Broken pages: whatever is done to one, it is read or refused, in bounded time, and its code is never wrong.

500 mutations in the suite, 20,000 with OSINT_INGEST_SOAK=1 (`make soak`); a larger number there is how many.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from osint_ingest.model import UnreadableDocument
from osint_ingest.text.normalise import clean
from tests.ogp import markups
from tests.ogp.reading import read, rows

SOAK = int(os.environ.get("OSINT_INGEST_SOAK") or "0")
MUTATIONS = 20_000 if SOAK == 1 else SOAK or 500
SECONDS_A_PAGE, SECONDS_A_MEGABYTE = 4.0, 40.0
TRUTHS = sorted((Path(__file__).parents[1] / "fixtures" / "ogp").glob("*.truth.json"))

Mutation = Callable[[random.Random, str], str | bytes]
_TAG = re.compile(r"<[^>]*>")


def _somewhere(rng: random.Random, page: str) -> int:
    return rng.randrange(len(page) + 1)


def drop_tags(rng: random.Random, page: str) -> str:
    share = rng.random() * 0.5
    return _TAG.sub(lambda m: "" if rng.random() < share else m.group(), page)


def shuffle_tags(rng: random.Random, page: str) -> str:
    pieces = _TAG.split(page)
    tags = _TAG.findall(page)
    first, last = sorted((rng.randrange(len(tags)), rng.randrange(len(tags))))
    middle = tags[first:last]
    rng.shuffle(middle)
    tags[first:last] = middle
    return "".join(a + b for a, b in zip(pieces, [*tags, ""], strict=True))


def nest(rng: random.Random, page: str) -> str:
    at, tag = (
        _somewhere(rng, page),
        rng.choice(["div", "b", "span", "ul><li", "table><tr><td", "dl><dt", "a href=x"]),
    )
    return page[:at] + f"<{tag}>" * rng.choice([3, 60, 900]) + page[at:]


def cut(rng: random.Random, page: str) -> str:
    return page[: _somewhere(rng, page)]


def take_out(rng: random.Random, page: str) -> str:
    a, b = sorted((_somewhere(rng, page), _somewhere(rng, page)))
    return page[:a] + page[min(b, a + 800) :]


def double(rng: random.Random, page: str) -> str:
    a, b = sorted((_somewhere(rng, page), _somewhere(rng, page)))
    return page[:b] + page[a:b] + page[b:]


def entities(rng: random.Random, page: str) -> str:
    odd = [
        "&nbsp;", "&#0;", "&#x110000;", "&lt;b&gt;", "&notanentity;", "&#xD800;", "&shy;", "&", "&amp;amp;",
        "\u202e", "\ufeff", "e\u0301",
    ]  # fmt: skip
    for _ in range(rng.randrange(1, 40)):
        at = _somewhere(rng, page)
        page = page[:at] + rng.choice(odd) + page[at:]
    return page


def noise(rng: random.Random, page: str) -> bytes:
    data = bytearray(page.encode())
    for _ in range(rng.randrange(1, 60)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def nulls(rng: random.Random, page: str) -> bytes:
    data = page.encode()
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(data))
        data = data[:at] + b"\x00" * rng.randrange(1, 4) + data[at:]
    return data


def encoding(rng: random.Random, page: str) -> bytes:
    name = rng.choice(["utf-16", "utf-16-le", "latin-1", "cp1252", "utf-8-sig", "cp437", "shift_jis"])
    return page.encode(name, "replace")


def wrong_charset(rng: random.Random, page: str) -> bytes:
    return page.replace("utf-8", rng.choice(["latin-1", "utf-7", "x-unknown", "utf-16"])).encode()


def spaces(rng: random.Random, page: str) -> str:
    odd = ["\n", "\t", "\u00a0", "\r\n", "   ", "\u200b"]
    return re.sub(" ", lambda m: rng.choice(odd) if rng.random() < 0.2 else " ", page)


def attributes(rng: random.Random, page: str) -> str:
    odd = [
        " hidden", ' style="display:none"', " role=tooltip", ' aria-describedby="a b"', " id=a",
        ' href="javascript:x"', ' href="http://[bad"', " lang=xx", " colspan=99999999",
    ]  # fmt: skip
    return _TAG.sub(
        lambda m: m.group()[:-1] + rng.choice(odd) + ">" if rng.random() < 0.05 else m.group(), page
    )


def words_lost(rng: random.Random, page: str) -> str:
    return re.sub(r"\w+", lambda m: "" if rng.random() < 0.1 else m.group(), page)


MUTATORS: list[Mutation] = [
    drop_tags, shuffle_tags, nest, cut, take_out, double, entities, noise, nulls, encoding, wrong_charset, spaces,
    attributes, words_lost,
]  # fmt: skip


@cache
def pages() -> list[tuple[str, str | None]]:
    """Pages and the code that is on each."""
    found: list[tuple[str, str | None]] = []
    for path in TRUTHS:
        truth = json.loads(path.read_text(encoding="utf-8"))
        for markup in markups.MARKUPS[:: max(1, len(markups.MARKUPS) // 8)]:
            made = (
                markups.plan(truth, markup)
                if truth["kind"] == "ogp_action_plan"
                else markups.page(truth, markup)
            )
            found.append((made, truth.get("code")))
    return found


def survive(page: str | bytes, code: str | None, own: str) -> None:
    data = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
    start = time.process_time()
    try:
        parsed = read(data)
    except UnreadableDocument as error:
        assert error.code and error.message and error.hint
    else:
        # a byte that broke inside a code can leave another one: what the page shows then is what counts
        seen = " ".join(clean(data.decode(name, "replace")) for name in ("utf-8", "latin-1", "cp1252")) + own
        known = {code, *re.findall(r"[A-Za-z]{2,6}\d{4}", seen)}
        for row in rows(parsed, "ogp_commitments"):
            assert row.code in {str(k).upper() for k in known}, "a code that no page has"
        for passage in parsed.document.content.passages:
            passage.text.encode()  # no lone surrogate
            assert "\x00" not in passage.text
        text = {p.ordinal: p.text for p in parsed.document.content.passages}
        for link in parsed.document.content.links:
            if link.char_start is not None and link.passage is not None:
                assert text[link.passage][link.char_start : link.char_end] == link.anchor_text
    assert time.process_time() - start < SECONDS_A_PAGE


@pytest.mark.parametrize("mutate", MUTATORS, ids=lambda m: m.__name__)
def test_a_broken_page_is_read_or_refused(mutate: Mutation) -> None:
    all_pages = pages()
    for seed in range(max(1, MUTATIONS // len(MUTATORS))):
        rng = random.Random(f"{mutate.__name__}-{seed}")
        page, code = rng.choice(all_pages)
        made = mutate(rng, page)
        if isinstance(made, str) and rng.random() < 0.3:
            made = rng.choice(MUTATORS)(rng, made) if made.count("<") > 2 else made
        try:
            survive(made, code, page)
        except Exception as error:
            raise AssertionError(f"{mutate.__name__}, seed {seed}: {error!r}") from error


@pytest.mark.parametrize(
    "tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "a href=x", "dl><dd", "font", "h2"]
)
def test_five_thousand_nested_tags(tag: str) -> None:
    page, code = pages()[0]
    survive(page.replace("<h1>", f"<{tag}>" * 5000 + "<h1>"), code, page)
    survive(page.replace("Description", "".join(f"<{tag}>word{i} " for i in range(5000))), code, page)


@pytest.mark.parametrize("place", ["<h2>Description", "</main>"])
@pytest.mark.parametrize(
    "word",
    [
        "a", "word ", "Status: ", "[1] ", "x@", "+54 11 ", "<br>", "<p>a</p>", "Open Data", "<td>July 2018</td>",
        "((((", "2.1 New July 2018 ", "<b>Status</b> ", "<span>Term<span>A sentence of a tooltip.</span></span> ",
        "<a href=/x>Open Data</a>, ", "AR0001, 2019, Health ",
    ],
)  # fmt: skip
def test_ten_megabytes_are_read_in_bounded_time(word: str, place: str) -> None:
    page, _ = pages()[-1]
    size = 10_000_000 if MUTATIONS > 500 else 60_000
    start = time.process_time()
    with contextlib.suppress(UnreadableDocument):
        read(page.replace(place, f"<p>{word * (size // len(word))}</p>{place}", 1))
    assert time.process_time() - start < size / 1_000_000 * SECONDS_A_MEGABYTE
