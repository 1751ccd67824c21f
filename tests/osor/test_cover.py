"""Title, country, year, edition and licence from covers in several layouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from osint_ingest.model import Content, Passage
from osint_ingest.sources.cover import Cover, name_of_file
from osint_ingest.sources.cover import read_cover as read_any_cover
from osint_ingest.sources.osor import SOURCE
from osint_ingest.sources.osor.names import words

TITLE = "Open Source Software Country Intelligence Report"
FOLDER = "https://files.example/sites/default/files/inline-files/"


def read_cover(content: Content, address: str | None = None) -> Cover:
    return read_any_cover(content, words().cover, address)


def cover_of(*lines: str, metadata: str | None = None, body: str = "") -> Content:
    front = [Passage(n, "paragraph", line, page=1) for n, line in enumerate(lines, 1)]
    return Content((*front, Passage(len(front) + 1, "paragraph", body, page=9)), title=metadata)


@pytest.mark.parametrize(
    ("content", "file", "country", "code", "year"),
    [
        (cover_of("DG DIGIT", TITLE, "Ireland", "2024"), "", "Ireland", "IRL", 2024),
        (
            cover_of("Open Source Software", "Country Intelligence Report", "Japan", "2023"),
            "",
            "Japan",
            "JPN",
            2023,
        ),
        (cover_of(f"{TITLE}: Czech Republic 2022"), "", "Czech Republic", "CZE", 2022),
        (cover_of(TITLE, "South Korea 2021"), "", "South Korea", "KOR", 2021),
        (cover_of(TITLE, "2019", "Kenya · 2023"), "", "Kenya", "KEN", 2023),
        (
            cover_of(TITLE, "Contact us", "Updated in May 2020"),
            "OSS%20Report%20Latvia.pdf",
            "Latvia",
            "LVA",
            2020,
        ),
        (cover_of(TITLE, "Contact us"), "Denmark%202024%20-%20Report_0.pdf", "Denmark", "DNK", 2024),
        (cover_of("OSS Country Intelligence Factsheet", "Türkiye", "2022"), "", "Türkiye", "TUR", 2022),
        # in another language: the country's own, or that of the text
        (cover_of(TITLE, "Österreich", "2024"), "", "Österreich", "AUT", 2024),
        (cover_of(TITLE, "Ελλάδα 2022"), "", "Ελλάδα", "GRC", 2022),
        (replace(cover_of(f"{TITLE} : Pays-Bas 2021"), language="fr"), "", "Pays-Bas", "NLD", 2021),
        (cover_of(TITLE, metadata=f"{TITLE} - Chile 2019"), "", "Chile", "CHL", 2019),
        (
            cover_of(TITLE, "Norland", "2021", body="Norland is cold. Norland is big."),
            "",
            "Norland",
            None,
            2021,
        ),
        (cover_of(TITLE, "Authors", "2021", body="Authors write. Authors sleep."), "", None, None, 2021),
    ],
)
def test_country_and_year(
    content: Content, file: str, country: str | None, code: str | None, year: int
) -> None:
    cover = read_cover(content, FOLDER + file if file else None)
    assert (cover.country, cover.country_code, cover.year) == (country, code, year)


@pytest.mark.parametrize(
    "lines",
    [(TITLE, "Ireland", "2024"), (f"{TITLE} Ireland 2024",), (f"{TITLE}: Ireland (2024)",), (TITLE, "2024")],
)
def test_the_title_comes_without_country_and_year(lines: tuple[str, ...]) -> None:
    assert read_cover(cover_of(*lines)).title == TITLE


def test_the_cover_is_believed_before_the_file_name() -> None:
    cover = read_cover(cover_of(TITLE, "Ireland", "2024"), FOLDER + "Japan%202019.pdf")
    assert (cover.country_code, cover.year) == ("IRL", 2024)


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        (("March 2024 edition", "2019"), 2024),
        (("March 2024", "2019", "2020"), 2024),
        (("2019", "2020"), None),
    ],
)
def test_years_that_a_cover_lists_are_not_its_own(lines: tuple[str, ...], year: int | None) -> None:
    assert read_cover(cover_of(TITLE, "Ireland", *lines)).year == year


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Updated in July 2021", date(2021, 7, 1)),
        ("Last updated: 3 September 2022", date(2022, 9, 3)),
        ("Published on 31st Dec 2023", date(2023, 12, 31)),
        ("Updated on 31 February 2023", None),
        ("The rules were updated", None),
    ],
)
def test_the_edition_dates_the_report(line: str, published: date | None) -> None:
    assert read_cover(cover_of(TITLE, "Ireland", line)).published == published


@pytest.mark.parametrize(
    ("line", "licence"),
    [
        ("under the Creative Commons Attribution 4.0 International (CC BY 4.0) licence", "CC BY 4.0"),
        ("see https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("under CC BY-SA 4.0", "CC BY-SA 4.0"),
        ("All rights reserved", None),
    ],
)
def test_the_disclaimer_tells_the_licence(line: str, licence: str | None) -> None:
    assert read_cover(cover_of(TITLE, "Ireland", line)).licence == licence


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (cover_of(TITLE), True),
        (cover_of("OSS Country Intelligence Factsheet"), True),
        (cover_of("Guidelines on metadata", body=TITLE), False),
        (cover_of("As the Open Source Software Country Intelligence Report says " + "much " * 30), False),
        (cover_of("Metadata", metadata=TITLE), True),
    ],
)
def test_a_report_is_told_by_its_first_pages(content: Content, expected: bool) -> None:
    assert (SOURCE.titled(content) is not None) is expected


def test_a_file_name_is_read_as_words() -> None:
    assert name_of_file(FOLDER + "OSS%20Report_Ireland%202024_0.pdf") == "OSS Report Ireland 2024 0"


@pytest.mark.parametrize(
    ("edition", "published"),
    [
        ("Updated on 3rd May 2024", date(2024, 5, 3)),
        ("Última actualización: 3 de mayo de 2024", date(2024, 5, 3)),
        ("Mis à jour le 1er août 2023", date(2023, 8, 1)),
        ("Atualizado em março de 2022", date(2022, 3, 1)),
        ("Stand: 12. Dezember 2021", date(2021, 12, 12)),
    ],
)
def test_the_date_of_an_edition_in_several_languages(edition: str, published: date) -> None:
    cover = read_cover(cover_of(TITLE, "Ireland", edition))
    assert (cover.published, cover.year) == (published, published.year)


@pytest.mark.parametrize(
    ("text", "file", "told"),
    [
        ("Ireland 2024", "report.pdf", "IRL:2024"),
        ("Informe de España, 2024", "informe.pdf", "ESP:2024"),
        ("Rapport : Pays-Bas (2023)", "", "NLD:2023"),
        ("Relatório Alemanha 2022", "", "DEU:2022"),
        ("Länderbericht Österreich 2025", "", "AUT:2025"),
        ("PDF", "informe-pais-espana-2021.pdf", "ESP:2021"),
        ("PDF", "Bericht_%C3%96sterreich_2023.pdf", "AUT:2023"),
        ("Bericht der Kommission 2024", "bericht-2024.pdf", None),
        ("Länder: Österreich, Schweiz 2024", "", None),
    ],
)
def test_place_and_year_of_a_listed_report_in_several_languages(
    text: str, file: str, told: str | None
) -> None:
    assert SOURCE.id_of(text, FOLDER + file) == (told and f"osor:{told}")
