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
    links = tuple(map(_link, content.links))
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
    if ref.anchor_text is None or ref.anchor_start is None or ref.anchor_end is None:
        return replace(ref, anchor_text=_mask(ref.anchor_text))
    # a piece of the passage: what the whole tells to be an address may not be told from the piece
    masked = texts[ref.passage][ref.anchor_start : ref.anchor_end]
    same_length = len(masked) == len(ref.anchor_text)
    return replace(ref, anchor_text=masked if same_length else _mask(ref.anchor_text))


def _link(link: Link) -> Link:
    return replace(
        link,
        url=_target(link.url),
        url_raw=None if link.url_raw is None else _target(link.url_raw),
        anchor_text=_mask(link.anchor_text),
    )


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
