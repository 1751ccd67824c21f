"""Series of reports in PDF: what their first pages say (title, country, year, edition, licence); their lists."""

import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from importlib.resources import files
from typing import Annotated, TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit

from pydantic import BaseModel, BeforeValidator

from osint_ingest.model import Capture, Content, Document, FoundAddress, ReadOptions, UnreadableDocument
from osint_ingest.pdf import looks_like_pdf, read_first_pages, read_pdf
from osint_ingest.sources.base import Parsed, Source
from osint_ingest.text.countries import (
    NamedCountry,
    country_code,
    country_code_anywhere,
    country_code_in,
    country_in,
)
from osint_ingest.text.language_files import any_form, any_of, any_word, late, months
from osint_ingest.text.urls import normalise_url

MONTH = rf"(?:{any_form(months())})\b\.?"
YEAR = r"(?:19|20)\d\d"
_EDITED = rf"\b{any_word('dates.edition')}\b"
_OF = rf"(?:{any_word('dates.of')}\s{{1,9}})?"
_DAY = rf"(?:(?P<day>\d{{1,2}})(?:{any_word('dates.day_signs')}|\.)?\s{{1,9}}{_OF})?"
EDITION = late(
    rf"(?i){_EDITED}[\s:]{{0,9}}(?:{any_word('dates.before')}\s{{1,9}})?{_DAY}(?P<month>{MONTH})\s+{_OF}(?P<year>{YEAR})"
)
"""`Updated in 3rd May 2024`."""
_DATED = late(rf"(?i)\A\W*+(?:{MONTH})\s{YEAR}\W*+(?:{_EDITED}|$)")
_IS_EDITION = late(rf"(?i)\W*+{_EDITED}")
_YEAR_ALONE = late(rf"(?i)\A\W*+(?:{_EDITED}\W++)?{YEAR}\W*+$")
COVER_PAGES = 3
LONGEST_ACRONYM = 12
_LONGEST_TITLE = 140
_LONGEST_COUNTRY = 60
_YEAR = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_OFTEN = 3
"""A country that no list knows is believed when the report names it so often."""

WordSet = Annotated[frozenset[str], BeforeValidator(str.split)]
"""Words of a TOML file, in one string."""
Pattern = Annotated[re.Pattern[str], BeforeValidator(partial(re.compile, flags=re.I))]
"""A pattern of a TOML file; case does not matter."""
AnyPattern = Annotated[re.Pattern[str], BeforeValidator(lambda forms: re.compile("|".join(forms), re.I))]
Told = TypeVar("Told", bound=BaseModel)


class CoverWords(BaseModel, extra="forbid", frozen=True):
    """The words of a series of reports on its covers; `osor/words.toml` says what each is."""

    titles: AnyPattern
    title_words: WordSet
    not_countries: WordSet
    licences: dict[str, AnyPattern] = {}

    @cached_property
    def no_country(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{any_of(self.not_countries)})\b", re.I)


def words_of(model: type[Told], package: str | None) -> Told:
    """What `words.toml` of a package says. Raises pydantic's ValidationError where it does not fit the model."""
    text = files(str(package)).joinpath("words.toml").read_text(encoding="utf-8")
    return model.model_validate(tomllib.loads(text))


@dataclass(frozen=True, slots=True)
class Cover:
    """What is known of a report. `country` is as printed, `country_code` only for countries that exist."""

    title: str | None
    country: str | None
    country_code: str | None
    year: int | None
    published: date | None
    licence: str | None


def read_cover(content: Content, words: CoverWords, address: str | None = None) -> Cover:
    """The cover's facts; what it does not say is taken from the file's name in `address`."""
    front = list(_front(content))
    title = _title(front, words)
    file_name = name_of_file(address) if address else ""
    edition = next((m for m in map(EDITION().search, front) if m), None)
    country = _country(content, words, front, title, file_name)
    published = None
    if edition:
        month = months()[edition["month"].lower().rstrip(".")]
        with suppress(ValueError):  # the 31st of June
            published = date(int(edition["year"]), month, int(edition["day"] or 1))
    return Cover(
        title=_without_place(title, country.printed if country else None) if title else content.title,
        country=country.printed if country else None,
        country_code=country.code or None if country else None,
        year=_year(front, title, content.title, edition, file_name, country),
        published=published,
        licence=next((name for name, forms in words.licences.items() if forms.search(" ".join(front))), None),
    )


def find_year(text: str) -> int | None:
    """The first year of a text."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def name_of_file(address: str) -> str:
    """`.../OSS%20Report_Ireland%202024_0.pdf` -> `OSS Report Ireland 2024 0`."""
    last = unquote(urlsplit(address).path).rsplit("/", 1)[-1]
    return re.sub(r"[_+\s]+", " ", last.rsplit(".", 1)[0]).strip()


def file_address(capture: Capture) -> str:
    """The address; of a file at hand without one, its name written as an address."""
    named = capture.file_name if capture.url.startswith("file:") else None
    return quote(named) if named else capture.url


def _front(content: Content, pages: int = COVER_PAGES) -> Iterator[str]:
    return (
        p.text
        for p in content.passages
        if (p.page or 1) <= pages and p.kind not in ("header", "footer", "footnote")
    )


def _title(front: Iterator[str] | Sequence[str], words: CoverWords) -> str | None:
    """The title's line, or the two or three lines that it is set in."""
    lines = list(front)
    joined = (" ".join(lines[at : at + count]) for count in (1, 2, 3) for at in range(len(lines)))
    return next((x for x in joined if len(x) <= _LONGEST_TITLE and words.titles.search(x)), None)


def _country(
    content: Content, words: CoverWords, front: list[str], title: str | None, file_name: str
) -> NamedCountry | None:
    for line in front:
        if found := _only_country(line, content.language):
            return found
    for text in (title, content.title, file_name):
        if text and (found := country_in(text, content.language)):
            return found
    rests = list(_rests(words, title, content.title, file_name))
    native = next(filter(None, map(_native_country, (*rests, *front))), None)
    return native or _unknown_country(content, words, front, rests)


def _only_country(line: str, language: str | None) -> NamedCountry | None:
    """The country of a line that has nothing else, but for a year: `Corvalia · 2025`."""
    name = _name_alone(line)
    code = country_code(name, language) if name else None
    return NamedCountry(code, name) if code else None


def _native_country(line: str) -> NamedCountry | None:
    """The same, by a name of any language: a cover can have the country's own name only."""
    name = _name_alone(line)
    code = country_code_anywhere(name) if name else None
    return NamedCountry(code, name) if code else None


def _name_alone(line: str) -> str:
    """A short line without its year; nothing for a long one."""
    return _YEAR.sub("", line).strip(" -–—,·•|:") if len(line) <= _LONGEST_COUNTRY else ""


def _rests(words: CoverWords, *titles: str | None) -> Iterator[str]:
    """What is left of titles without the words that titles of the series have."""
    named = (_WORD.findall(text) for text in titles if text)
    return (" ".join(w for w in own if w.lower() not in words.title_words) for own in named)


def _unknown_country(
    content: Content, words: CoverWords, front: list[str], rests: Iterable[str]
) -> NamedCountry | None:
    """A short line of the cover, or what is left of a title, that the report names again and again."""
    body = " ".join(p.text for p in content.passages)
    lines = (line for line in front if len(line) <= _LONGEST_COUNTRY and not words.no_country.search(line))
    for candidate in (*rests, *lines):
        name = _YEAR.sub("", candidate).strip(" -–—,|:")
        plain = name[:1].isupper() and not any(c.isdigit() or c in "@/.:" for c in name)
        counted = plain and not words.titles.search(name)
        if counted and len(re.findall(rf"\b{re.escape(name)}\b", body)) >= _OFTEN:
            return NamedCountry("", name)
    return None


def _without_place(title: str, country: str | None) -> str:
    """The title alone, where country and year stand in one line with it."""
    place = rf"{re.escape(country)}|" if country else ""
    return re.sub(rf"(?:[\s,:|(–—-]{{0,20}}+(?:{place}{YEAR})\)?){{1,3}}$", "", title) or title


def _year(
    front: list[str],
    title: str | None,
    metadata: str | None,
    edition: re.Match[str] | None,
    file_name: str,
    country: NamedCountry | None,
) -> int | None:
    alone = [line for line in front if _YEAR_ALONE().match(line)]
    if len({*_YEAR.findall(" ".join(alone))}) > 1:
        # several years are those of what a page lists
        alone = [line for line in alone if _IS_EDITION().match(line)]
    dated = filter(_DATED().match, front)
    printed = country.printed if country else None
    with_country = [line for line in front if printed and len(line) <= _LONGEST_COUNTRY and printed in line]
    said = (
        title,
        *(line for line in with_country if _name_alone(line) == printed),
        *dated,
        *alone,
        *with_country,
        metadata,
        edition.group() if edition else None,
        file_name,
    )
    return next(filter(None, map(find_year, filter(None, said))), None)


_PDF = re.compile(r"\.pdf$", re.I)


class SeriesSource(Source, ABC):
    """A source of a series; its author writes `cover_words`, `named`, `id_of` and `parsed`."""

    @property
    @abstractmethod
    def cover_words(self) -> CoverWords:
        """How the covers of the series are worded."""

    @abstractmethod
    def named(self, address: str) -> bool:
        """Does an address, by its file's name, lead to a report of the series?"""

    @abstractmethod
    def id_of(self, text: str, url: str) -> str | None:
        """Which document the file is that a link's text and address name; None where they do not tell."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is it a report, as a page of this source that lists it, its name or its first two pages say?"""
        if not looks_like_pdf(data):
            return False
        if capture.source == self.config.name and capture.http_status is not None:
            return True
        try:
            return self.named(file_address(capture)) or self.titled(read_first_pages(data, 2)) is not None
        except UnreadableDocument:
            return False

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """The report and its rows; a file that is none of the series comes as `other_pdf`. Raises UnreadableDocument as
        `pdf.read_pdf` does."""
        content = read_pdf(data, options)
        return self.parsed(capture, content, read_cover(content, self.cover_words, file_address(capture)))

    @abstractmethod
    def parsed(self, capture: Capture, content: Content, cover: Cover) -> Parsed:
        """What the source makes of a PDF that is read."""

    def titled(self, content: Content) -> str | None:
        """The title of the series in a line of the first two pages, or in the file's metadata; None without it."""
        title = _title(_front(content, pages=2), self.cover_words)
        known = content.title and self.cover_words.titles.search(content.title)
        return title or (content.title if known else None)

    def archived(self, url: str) -> FoundAddress | None:
        """The address itself where its file's name is that of a report; others in that folder are not ours."""
        return FoundAddress(url, "") if self.named(url) else None

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The PDFs and further pages that a listing page links, each once, in its order; nothing for a PDF."""
        return () if looks_like_pdf(data) else tuple(self._listed(capture, data))

    def _listed(self, capture: Capture, data: bytes) -> Iterator[FoundAddress]:
        from bs4 import BeautifulSoup, Tag  # noqa: PLC0415 - only a run that reads listings pays for it

        page = capture.final_url or capture.url
        soup = BeautifulSoup(data, "lxml")
        base = soup.find("base", href=True)
        start = urljoin(page, str(base["href"])) if isinstance(base, Tag) else page
        seen = {normalise_url(page).split("#")[0]}
        for anchor in soup.find_all("a", href=True):
            url = normalise_url(str(anchor["href"]), start).split("#")[0]
            if url in seen or not self.config.wants(url) or not url.startswith(("http://", "https://")):
                continue
            seen.add(url)
            is_file = _PDF.search(urlsplit(url).path)
            yield FoundAddress(url, page, self.id_of(anchor.get_text(" "), url) if is_file else None)

    def document(
        self, cover: Cover, content: Content, capture: Capture, kind: str, series: str | None
    ) -> Document:
        """The document of a file with a cover: `<series>:<country>:<year>`; without these, or `series`, `pdf:...`. The
        country in an id is its ISO code, or the capitals of a name that no list knows. The licence is the one that the
        cover names, else that of where the file was fetched."""
        place = re.sub(r"[^A-Z0-9]+", "-", (cover.country_code or cover.country or "").upper()).strip("-")
        told = series is not None and (cover.country_code or cover.country) and cover.year
        return Document(
            document_id=f"{series}{place}:{cover.year}" if told else f"pdf:{capture.content_sha256[:12]}",
            source=self.config.name,
            kind=kind,
            content=content,
            title=cover.title,
            country_code=cover.country_code,
            jurisdiction=cover.country,
            language=content.language,
            year=cover.year,
            published=cover.published,
            url=capture.final_url or capture.url,
            licence=cover.licence or capture.licence,
        )


def place_and_year(text: str, url: str) -> str | None:
    """`IRL:2024`: country (ISO code) and year from a link's text, else from the file's name, in any language; None
    unless both are told."""
    said = (text, name_of_file(url))
    named = next(filter(None, map(country_in, said)), None)
    country = named.code if named else next(filter(None, map(country_code_in, said)), None)
    year = next(filter(None, map(find_year, said)), None)
    return f"{country}:{year}" if country and year else None
