"""Masks the e-mail addresses and telephone numbers of a whole content, before anything else sees it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from osint_ingest.model import Content, Footnote, FootnoteRef, Link
from osint_ingest.text.privacy import mask

_MAILTO, _TEL = "mailto:", "tel:"


def mask_content(content: Content) -> Content:
    """The content with every address and number made `x`; lengths stay, so all offsets hold.

    `masked` counts what is masked in passages, and links whose target alone (`mailto:`, `tel:`) shows one.
    """
    count = 0
    passages = []
    for passage in content.passages:
        text, found = mask(passage.text)
        count += found
        passages.append(replace(passage, text=text) if found else passage)
    texts = {passage.ordinal: passage.text for passage in passages}
    links = tuple(map(partial(_link, texts=texts), content.links))
    count += sum(
        after.url != before.url and not _shown(before, content)
        for before, after in zip(content.links, links, strict=True)
    )
    return replace(
        content,
        passages=tuple(passages),
        footnotes=tuple(map(_note, content.footnotes)),
        refs=tuple(map(partial(_ref, texts=texts), content.refs)),
        links=links,
        title=_mask(content.title),
        masked=content.masked + count,
    )


def _mask(text: str | None) -> str | None:
    return text and mask(text)[0]


def _note(note: Footnote) -> Footnote:
    return replace(note, text=mask(note.text)[0])


def _ref(ref: FootnoteRef, texts: dict[int, str]) -> FootnoteRef:
    place = (ref.passage, ref.anchor_start, ref.anchor_end)
    return replace(ref, anchor_text=_piece(ref.anchor_text, place, texts))


def _link(link: Link, texts: dict[int, str]) -> Link:
    return replace(
        link,
        url=_target(link.url),
        url_raw=None if link.url_raw is None else _target(link.url_raw),
        anchor_text=_piece(link.anchor_text, (link.passage, link.char_start, link.char_end), texts),
    )


def _piece(
    text: str | None, place: tuple[int | None, int | None, int | None], texts: dict[int, str]
) -> str | None:
    """What a piece of a passage reads when the passage is masked: what the whole tells to be an address may not be
    told from the piece."""
    passage, start, end = place
    if text is None or passage is None or start is None or end is None:
        return _mask(text)
    masked = texts[passage][start:end]
    return masked if len(masked) == len(text) else _mask(text)


def _target(url: str) -> str:
    for scheme in (_MAILTO, _TEL):
        if url[: len(scheme)].lower() == scheme:
            return url[: len(scheme)] + "".join("x" if c.isalnum() else c for c in url[len(scheme) :])
    return mask(url)[0] if "@" in url else url


def _shown(link: Link, content: Content) -> bool:
    """Does the text of the link's passage show the address that its target holds?"""
    address = link.url.partition(":")[2].partition("?")[0]
    text = next((p.text for p in content.passages if p.ordinal == link.passage), "")
    return bool(address) and address.lower() in text.lower()
