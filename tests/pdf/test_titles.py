"""Titles tell documents apart: title, subtitle and country of a cover; no file name and no program's name."""

from __future__ import annotations

import pytest

from osint_ingest.pdf import read_pdf
from osint_ingest.pdf.titles import is_junk

from .pages import RawPage, pdf_of, text_at

Line = tuple[float, str]
BODY = (
    "The ministry adopted the strategy in the spring, and the agency that answers for it has published",
    "a yearly account of what was done since then, with the figures of each region and of each office.",
    "Most of the services that people ask for are open to them without a visit to any of its offices.",
)
SERIES = "Digital Administration Factsheet 2023"


def document(cover: list[Line], own: str | None = None, running_head: str | None = None) -> bytes:
    """A report: a cover of (size, text) lines well apart, and two pages of text."""
    pages = [b"".join(text_at(72, 700 - 60 * n, size, text) for n, (size, text) in enumerate(cover))]
    pages += [b"".join(text_at(72, 700 - 14 * n, 10, line) for n, line in enumerate(BODY * 4))] * 2
    if running_head:
        pages = [page + text_at(72, 815, 8, running_head) for page in pages]
    data = pdf_of(*map(RawPage, pages))
    title = f" /Info << /Title ({own}) >>".encode("cp1252") if own else b""
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R" + title)


@pytest.mark.parametrize(
    ("cover", "own", "title"),
    [
        # a series whose country stands on the cover alone, above, beside or below the title
        ([(28, SERIES), (20, "Belgium")], SERIES, f"{SERIES} – Belgium"),
        ([(28, SERIES), (28, "Portugal")], None, f"{SERIES} – Portugal"),
        ([(14, "Slovenia"), (28, SERIES)], SERIES, f"{SERIES} – Slovenia"),
        ([(28, SERIES), (12, "June 2023"), (12, "Kenya, 2023")], "Microsoft Word - f.doc", f"{SERIES} – Kenya, 2023"),
        # a country that the title names already is not said twice
        ([(28, "Open Data in Ireland"), (18, "Ireland")], None, "Open Data in Ireland"),
        # the cover prints more than the metadata tells
        ([(24, f"{SERIES} Estonia"), (12, "Version 2")], SERIES, f"{SERIES} Estonia"),
        # subtitles
        (
            [(26, "Guidance Note 7"), (16, "How to publish a register of contracts"), (11, "Unit 4")],
            "guidance_note_7_final.docx",
            "Guidance Note 7 – How to publish a register of contracts",
        ),
        ([(26, "Libro verde"), (15, "Hacia un registro abierto de contratos"), (11, "Versión 3")], "Untitled",
         "Libro verde – Hacia un registro abierto de contratos"),
        # dates, contract numbers and authors are none
        ([(26, "Annual Report"), (14, "SEPTEMBER 20, 2011"), (11, "Office")], None, "Annual Report"),
        ([(26, "Annual Report"), (14, "jane@example.org and others wrote"), (11, "Office")], None, "Annual Report"),
        # two lines of one title
        ([(28, "Survey of the Digital Services"), (28, "of the Municipalities"), (11, "Office")], "report_v3",
         "Survey of the Digital Services of the Municipalities"),
        # metadata alone
        ([(10, "Office of the Register")], "Office of the Register", "Office of the Register"),
        ([(10, "Office of the Register")], "Microsoft Word - register.doc", None),
    ],
)  # fmt: skip
def test_a_cover_gives_title_subtitle_and_country(
    cover: list[Line], own: str | None, title: str | None
) -> None:
    assert read_pdf(document(cover, own)).title == title


def test_one_word_in_huge_print_is_the_title() -> None:
    first, *_ = read_pdf(document([(60, "Knots"), (40, "in use"), (12, "June")])).passages
    assert (first.kind, first.text) == ("title", "Knots")


def test_four_documents_of_a_series_have_four_titles() -> None:
    places = ("Belgium", "Portugal", "Slovenia", "Kenya")
    titles = {read_pdf(document([(28, SERIES), (20, place)], SERIES)).title for place in places}
    assert titles == {f"{SERIES} – {place}" for place in places}


def test_a_heading_right_above_text_is_no_subtitle() -> None:
    lines = [text_at(72, 760, 28, "Annual Report"), text_at(72, 700, 14, "Background of the strategy")]
    lines += [text_at(72, 660 - 14 * n, 10, line) for n, line in enumerate(BODY * 4)]
    assert read_pdf(pdf_of(RawPage(b"".join(lines)), RawPage(b"".join(lines[2:])))).title == "Annual Report"


@pytest.mark.parametrize(
    ("own", "junk"),
    [
        ("Microsoft Word - 2023 report.doc", True), ("Présentation PowerPoint", True), ("untitled", True),
        ("Untitled-1", True), ("Document1", True), ("report_2023_final", True), ("Factsheet.pdf", True),
        ("factsheet belgium.docx", True), ("  ", True), ("...", True), ("Titel", True),
        ("Document management in the regions", False), ("Title I of the Act", False), ("Plan 2.0", False),
        ("SC380_D02.01: Final Specification", False), ("Regulation (EU) No. 5", False), ("План", False),
    ],
)  # fmt: skip
def test_names_of_files_and_programs_are_no_titles(own: str, junk: bool) -> None:
    assert is_junk(own) is junk
