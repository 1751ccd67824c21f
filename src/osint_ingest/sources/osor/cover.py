"""The covers of country reports: see `sources.cover`."""

from __future__ import annotations

from osint_ingest.model import Content
from osint_ingest.sources.cover import Cover, place_in_id, title_on_cover
from osint_ingest.sources.cover import read_cover as read_any_cover
from osint_ingest.sources.osor.words import words


def is_country_report(content: Content) -> bool:
    """Does a line of the first two pages say that this is a country intelligence report?"""
    return title_on_cover(content, words().cover) is not None


def read_cover(content: Content, address: str | None = None) -> Cover:
    """The cover's facts; what it does not say is taken from the file's name in `address`."""
    return read_any_cover(content, words().cover, address)


def report_id(country: str, year: int) -> str:
    """The id of a country's report: `osor:IRL:2024`."""
    return f"osor:{place_in_id(country)}:{year}"
