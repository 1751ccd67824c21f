"""Masks the e-mail addresses and telephone numbers of passages, of a whole content, of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, TypeVar

from osint_ingest.model import Capture, Content, Document, Footnote, Link, Passage
from osint_ingest.text.mail import PART, with_line_feeds
from osint_ingest.text.privacy import letters_hidden, mask, mask_url

_Row = TypeVar("_Row")


def mask_passages(
    texts: Sequence[str], line_ends: Sequence[Sequence[int]] | None = None
) -> tuple[list[str], int]:
    """Texts that follow each other with every address and number made `x`, and their count; lengths stay. What one of
    them begins the next can go on with, as a page prints it. `line_ends` are the offsets in each text at which a
    printed line ends: there too an address can be cut."""
    printed = list(texts)
    for number, ends in enumerate(line_ends or ()):
        printed[number] = with_line_feeds(printed[number], ends)
    masked, count = mask(PART.join(printed))
    if not count:
        return list(texts), 0
    found = []
    at = 0
    for text, cut in zip(texts, printed, strict=True):
        part = masked[at : at + len(text)]
        at += len(text) + 1
        if text != cut:
            part = "".join(b if b.isspace() else a for a, b in zip(part, text, strict=True))
        found.append(part)
    return found, count


def mask_content(content: Content) -> Content:
    """The content with every address and number made `x`; lengths stay, so all offsets hold. `masked` counts what is
    masked in passages, and links whose target alone (`mailto:`, `tel:`) shows one."""
    passages = content.passages
    texts, count = mask_passages(
        [p.text for p in passages], [[x.char_end for x in p.lines] for p in passages]
    )
    sections = {section: mask(section)[0] for section in {p.section for p in passages} if section}
    by_number = dict(zip((p.ordinal for p in passages), texts, strict=True))
    links = tuple(_link(link, by_number) for link in content.links)
    for before, after in zip(content.links, links, strict=True):
        # does the text of its passage show the (masked) address that the target holds?
        address = letters_hidden(after.url.partition(":")[2].partition("?")[0])
        shown = address and address in by_number.get(after.passage or 0, "")
        count += after.url != before.url and not shown
    return replace(
        content,
        passages=tuple(_passage(p, text, sections) for p, text in zip(passages, texts, strict=True)),
        footnotes=tuple(_note(note, by_number.get(note.passage, "")) for note in content.footnotes),
        refs=tuple(
            replace(r, anchor_text=_piece(by_number, r.passage, r.anchor_start, r.anchor_end, r.anchor_text))
            for r in content.refs
        ),
        links=links,
        findings=tuple(map(mask_row, content.findings)),
        title=content.title and mask(content.title)[0],
        masked=content.masked + count,
    )


def mask_document(document: Document) -> Document:
    """Return the document with personal data masked everywhere, also in its own title, address and id."""
    return replace(mask_row(document), content=mask_content(document.content))


def mask_row(row: _Row) -> _Row:
    """Return a dataclass with personal data masked in each of its texts; the same object if there is none."""
    changed: dict[str, Any] = {}
    for field in fields(row):  # type: ignore[arg-type]
        value = getattr(row, field.name)
        if isinstance(value, str) and (masked := mask_text(value)) != value:
            changed[field.name] = masked
    return replace(row, **changed) if changed else row  # type: ignore[type-var]


@lru_cache(1024)  # captures of a page stand together, and share their addresses
def mask_text(text: str) -> str:
    is_url = ":" in text and not any(map(str.isspace, text))
    return (mask_url if is_url else mask)(text)[0]


def mask_captures(captures: Iterable[Capture]) -> list[Capture]:
    """Return captures with personal data in their addresses masked; they lead to the same bytes. Addresses that differ
    only in what is masked stay distinct: all but the first end in a number (`#2`)."""
    taken: dict[str, str] = {}
    masked_as: dict[str, str] = {}
    masked = []
    for capture in captures:
        if capture.url not in masked_as:
            url = own = mask_text(capture.url)
            number = 1
            while url != capture.url and url in taken:
                number += 1
                url = f"{own}#{number}"
            masked_as[capture.url] = url
            taken[url] = capture.url
        # a hash, and the path made of it, is another for each capture: looking through them costs more than all else
        without_hash = replace(capture, content_sha256="", raw_path=None)
        hidden = mask_row(without_hash)
        if hidden is not without_hash:
            url, sha256, path = masked_as[capture.url], capture.content_sha256, capture.raw_path
            hidden = replace(hidden, url=url, content_sha256=sha256, raw_path=path)
        masked.append(capture if hidden is without_hash else hidden)
    return masked


def _passage(passage: Passage, text: str, sections: Mapping[str, str]) -> Passage:
    section = passage.section and sections[passage.section]
    if text == passage.text and section == passage.section:
        return passage
    return replace(passage, text=text, section=section)


def _note(note: Footnote, text: str) -> Footnote:
    return replace(note, text=text if len(text) == len(note.text) else mask(note.text)[0])


def _link(link: Link, texts: Mapping[int, str]) -> Link:
    shown = _piece(texts, link.passage, link.char_start, link.char_end, link.anchor_text)
    url, raw = mask_url(link.url)[0], link.url_raw and mask_url(link.url_raw)[0]
    if link.anchor_text and shown and shown != link.anchor_text:
        # a piece of an address that was taken for a URL
        for said, masked in zip(link.anchor_text.split(), shown.split(), strict=True):
            url, raw = url.replace(said, masked), raw and raw.replace(said, masked)
    return replace(link, url=url, url_raw=raw, anchor_text=shown)


def _piece(
    texts: Mapping[int, str], passage: int | None, start: int | None, end: int | None, said: str | None
) -> str | None:
    """Return a piece of a masked passage: part of an address may not be recognised on its own."""
    known = None not in (passage, start, end)
    piece = texts.get(passage or 0, "")[start:end] if known else None
    return piece if said is None or (piece and len(piece) == len(said)) else mask(said)[0]
