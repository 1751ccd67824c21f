"""Documents that are hard to read, of any size: PDFs of one page and HTML pages that are full of one thing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice

from tests.pdf.pages import RawPage, pdf_of, text_at

WORDS = [
    "the", "of", "Ministry", "open", "source", "Digital", "policy", "2020", "law", "and", "Agency", "data",
    "for",
]  # fmt: skip


def _words(count: int) -> list[str]:
    return list(islice(cycle(WORDS), count))


def _grid(texts: list[str], *, size: float = 2.0, step: float = 3.0, across: float = 12.0) -> bytes:
    """Texts side by side, in rows, over the whole page and beyond its foot."""
    columns = max(1, int(520 // across))
    return b"".join(
        text_at(40 + i % columns * across, 800 - i // columns * step % 760, size, text)
        for i, text in enumerate(texts)
    )


def _rows(rows: list[str], *, size: float = 3.0) -> bytes:
    step = min(12.0, 760 / max(1, len(rows)))
    return b"".join(text_at(40, 800 - i * step, min(size, step * 0.8), row) for i, row in enumerate(rows))


def leader_dots(n: int) -> bytes:
    return _rows(["Chapter " + "." * 90 for _ in range(n // 100)])


def words_of_a_page(n: int) -> bytes:
    words = _words(n // 5)
    return _rows([" ".join(words[i : i + 40]) for i in range(0, len(words), 40)])


def tiny_runs(n: int) -> bytes:
    return _grid(["a"] * (n // 3))


def one_line(n: int) -> bytes:
    return text_at(40, 400, 1, " ".join(_words(n // 5)))


def line_without_spaces(n: int) -> bytes:
    return text_at(40, 400, 1, "a" * n)


def raised_digits(n: int) -> bytes:
    out = []
    for i in range(n // 20):
        x, y = 40 + i % 13 * 40, 800 - i // 13 * 12 % 760
        out.append(text_at(x, y, 8, "word") + text_at(x + 18, y + 3, 5, str(i % 900)))
    return b"".join(out)


def bullets(n: int) -> bytes:
    return _rows([f"\u2022 Agency of item {i}" for i in range(n // 20)])


def two_line_bullets(count: int) -> bytes:
    """Items of a list, of two lines each, over a whole page."""
    step = 760 / (2 * count)
    return b"".join(
        text_at(
            40,
            800 - 2 * i * step,
            0.8 * step,
            f"\u2022 The agency of item {i} keeps a register of the software that",
        )
        + text_at(
            46, 800 - (2 * i + 1) * step, 0.8 * step, "it shares with others, and of what they pay for it."
        )
        for i in range(count)
    )


def numbered_notes(n: int) -> bytes:
    return _rows([f"{i} https://example.org/a/{i}" for i in range(1, n // 25)])


def table(n: int) -> bytes:
    return _grid(["cell"] * (n // 5), size=3, across=20) + rectangles(n)


def rectangles(n: int) -> bytes:
    return b"".join(
        b"%d %d 20 3 re S\n" % (40 + i % 25 * 20, 40 + i // 25 * 3 % 760) for i in range(n // 20)
    ) + text_at(40, 810, 10, "A page of boxes")


def rules(n: int) -> bytes:
    return b"".join(b"40 %d m 500 %d l S\n" % (i % 800, i % 800) for i in range(n // 20)) + text_at(
        40, 810, 10, "A page of rules"
    )


def hatched_columns(n: int) -> bytes:
    """Two columns of text, and in one of them an area hatched with short upright lines."""
    line = "The council of the town wrote down what it owed"
    text = b"".join(text_at(x, 780 - 12 * i, 8, line) for i in range(40) for x in (40, 310))
    return text + b"".join(
        b"%.3f 90 m %.3f 120 l S " % (x, x) for x in (40 + 600 * i / n for i in range(n // 3))
    )


def numbers_beside(n: int) -> bytes:
    """Lines with a number in the margin each, very close to each other."""
    count = n // 20
    return b"".join(
        text_at(20, 800 - 780 * i / count, 2, str(i + 1))
        + text_at(60, 800 - 780 * i / count, 4, "of the town")
        for i in range(count)
    )


PAGES: dict[str, Callable[[int], bytes]] = {
    f.__name__: f
    for f in (
        leader_dots, words_of_a_page, tiny_runs, one_line, line_without_spaces, raised_digits, bullets,
        numbered_notes, table, rectangles, rules, hatched_columns, numbers_beside,
    )
}  # fmt: skip


def links_of_a_page(n: int) -> bytes:
    """A PDF with many link annotations on one page of words."""
    links = b" ".join(
        b"<< /Type /Annot /Subtype /Link /Rect [%d %d %d %d] /A << /S /URI /URI (https://example.org/%d) >> >>"
        % (40 + i % 10 * 50, 40 + i // 10 % 76 * 10, 80 + i % 10 * 50, 48 + i // 10 % 76 * 10, i)
        for i in range(n // 40)
    )
    return pdf_of(RawPage(words_of_a_page(n // 2), links))


def pdfs() -> dict[str, Callable[[int], bytes]]:
    """How to make each PDF of about `n` characters of content."""

    def single(page: Callable[[int], bytes]) -> Callable[[int], bytes]:
        return lambda n: pdf_of(RawPage(page(n)))

    return {**{name: single(page) for name, page in PAGES.items()}, "links_of_a_page": links_of_a_page}


def _html(body: str) -> bytes:
    head = '<html lang="en"><head><title>A page</title></head><body><main><h1>A page</h1>'
    return f"<!doctype html>{head}{body}</main></body></html>".encode()


HTML: dict[str, Callable[[int], bytes]] = {
    "paragraphs": lambda n: _html("<p>The Ministry of Open Data met in 2020.</p>" * (n // 45)),
    "one_paragraph": lambda n: _html(f"<p>{' '.join(_words(n // 5))}</p>"),
    "one_word": lambda n: _html(f"<p>{'a' * n}</p>"),
    "spaces": lambda n: _html(f"<p>a{' ' * n}b</p>"),
    "hard_spaces": lambda n: _html(f"<p>a{chr(160) * n}b</p>"),
    "capitals": lambda n: _html(f"<p>{'Ministry ' * (n // 9)}</p>"),
    "dots": lambda n: _html(f"<p>Chapter {'.' * n}</p>"),
    "commas": lambda n: _html(f"<p>{', Agency of Data' * (n // 16)}</p>"),
    "brackets": lambda n: _html(f"<p>{'Agency of Data (AD) ' * (n // 20)}</p>"),
    "quotes": lambda n: _html("<p>" + 'the "Open Plan" ' * (n // 16) + "</p>"),
    "laws": lambda n: _html(f"<p>{'Law No. 12/2020 of the Ministry, ' * (n // 34)}</p>"),
    "addresses": lambda n: _html(f"<p>{'www.example.gov/a-b ' * (n // 20)}</p>"),
    "breaks": lambda n: _html(f"<p>{'Status: New<br>' * (n // 15)}</p>"),
    "nested_lists": lambda n: _html("<ul><li>a" * (n // 9)),
    "nested_blocks": lambda n: _html("<div><b>" * (n // 8) + "text"),
    "nested_tables": lambda n: _html("<table><tr><td>x" * (n // 16)),
    "table": lambda n: _html(f"<table>{'<tr><td>Status<td>New' * (n // 21)}</table>"),
    "links": lambda n: _html("<p>" + '<a href="https://example.org/a">Agency</a> ' * (n // 45) + "</p>"),
    "notes": lambda n: _html(
        "".join(f'<p>word<sup><a href="#f{i}" id="r{i}">{i}</a></sup></p>' for i in range(n // 90))
        + "".join(f'<p id="f{i}"><a href="#r{i}">{i}</a> A note</p>' for i in range(n // 90))
    ),
    "markers": lambda n: _html(f"<p>{'word[1] ' * (n // 8)}</p>" + "<p>[1] A note</p>"),
    "headings": lambda n: _html("<h2>Status</h2>" * (n // 15)),
    "questions": lambda n: _html("<p>What is it?</p>" * (n // 18)),
    "open_tags": lambda n: _html("<" * n),
    "open_comments": lambda n: _html("<!--" * (n // 4)),
    "entities": lambda n: _html("&amp;" * (n // 5)),
    "attributes": lambda n: _html(f"<p {'a=b ' * (n // 4)}>text</p>"),
}
