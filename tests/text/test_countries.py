"""Countries by name, in titles, link texts and file names."""

from __future__ import annotations

import pytest

from osint_ingest.text.countries import country_code, country_in


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("OSS Country Intelligence Report Ireland 2024_0", "IRL"),
        ("OSS_Country_Report_Czech_Republic", "CZE"),
        ("Republic of Korea", "KOR"),
        ("the Netherlands", "NLD"),
        ("North Macedonia", "MKD"),
        ("Dominican Republic", "DOM"),
        ("Republic of Moldova", "MDA"),
        ("TÜRKIYE", "TUR"),
        ("UK report", "GBR"),
        ("Contact us about it", None),
        ("Irelandia", None),
        ("A report", None),
    ],
)
def test_a_country_is_found_in_a_text(text: str, code: str | None) -> None:
    found = country_in(text)
    assert (found.code if found else None) == code


def test_the_name_comes_as_printed() -> None:
    found = country_in("Report on CZECH REPUBLIC, 2024")
    assert found is not None
    assert found.printed == "CZECH REPUBLIC"


@pytest.mark.parametrize(
    ("name", "code"), [("Ireland", "IRL"), ("The Czech  Republic", "CZE"), ("Ireland 2024", None), ("", None)]
)
def test_a_name_that_stands_alone(name: str, code: str | None) -> None:
    assert country_code(name) == code
