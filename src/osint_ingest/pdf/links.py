"""Links of a woven passage: printed URLs reconciled with the annotations over them, and words that link."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from osint_ingest.model import Link, LinkOrigin
from osint_ingest.pdf.annotations import Annotation, on_line_of
from osint_ingest.pdf.weave import Spot, Woven
from osint_ingest.text.mail import leads_to_mail, mail_spans
from osint_ingest.text.normalise import clean
from osint_ingest.text.urls import JOIN_CONFIDENCE, PrintedUrl, find_urls, host_of, normalise_url, target_of

FoundLink = tuple[Link, tuple[Annotation, ...]]
"""A link in a passage, which has no number yet, and the annotations that it accounts for."""


def annotations_in_mail(woven: Woven) -> list[Annotation]:
    """Return the annotations that split an e-mail address which is not masked yet: they link a part of it, or what its
    dots spell. They are not kept as links."""
    refused: dict[Annotation, None] = {}
    mail = mail_spans(woven.text, [line.char_end for line in woven.lines]) if woven.linked else []
    starts = [spot.start for spot in woven.linked]
    for start, end in mail:
        under: dict[str, list[tuple[float, float, Annotation]]] = {}
        for spot in woven.linked[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]:
            for annotation in (spot.word.annotation, *(part[2] for part in spot.word.parts)):
                if annotation is not None and spot.end > start:
                    reach = _letters_under(annotation, spot)
                    under.setdefault(annotation.uri, []).append((*reach, annotation))
        for uri, pieces in under.items():
            first, last = min(x[0] for x in pieces), max(x[1] for x in pieces)
            if leads_to_mail(uri) or last <= start or first >= end:
                continue
            host = host_of(normalise_url(uri))
            spelled = host is not None and host in woven.text[start:end].lower()
            # letters differ in width, so ends are right to about one
            if first > start + 1 or last < end - 1 or (spelled and first > start - 1):
                refused.update(dict.fromkeys(x[2] for x in pieces))
    for spot in woven.linked:
        if spot.word.annotation in refused:
            spot.word.annotation = None
        spot.word.parts = tuple(part for part in spot.word.parts if part[2] not in refused)
    return list(refused)


def _letters_under(annotation: Annotation, spot: Spot) -> tuple[float, float]:
    """The offsets, beyond the word's own too, between which an annotation lies over a word's line."""
    word = spot.word
    letter = (word.x1 - word.x0) / max(spot.end - spot.start, 1) or 1.0
    boxes = [(x0, x1) for x0, top, x1, bottom in annotation.boxes if on_line_of(word, top, bottom)]
    x0, x1 = max(boxes, key=lambda box: min(box[1], word.x1) - max(box[0], word.x0))
    return spot.start + (x0 - word.x0) / letter, spot.start + (x1 - word.x0) / letter


def links_in(woven: Woven, passage: int, note: int | None) -> list[FoundLink]:
    """One link a URL, in the order of the text of a passage, which is that of a `note` or of none.

    Where print and annotation differ both are kept: the printed one as `url_raw`, the annotation's target as `url`.
    """
    linked = _linked_words(woven)
    urls = [
        url
        for url in find_urls(woven.text, [x.char_end for x in woven.lines])
        if not _in_phrase(woven.text, url, linked)
    ]
    found = [_printed(woven, url, passage, note) for url in urls]
    taken = {a for _, used in found for a in used}
    for start, end, annotation, page in linked:
        text = woven.text[start:end]
        if any(start < url.end and url.start < end for url in urls):
            continue
        if annotation in taken and not text.strip("()[].,;: "):
            continue
        url = normalise_url(annotation.uri)
        origin: LinkOrigin = "annotation" if note is None else "footnote"
        found.append((Link(0, url, origin, passage, note, start, end, text, page=page), (annotation,)))
    return sorted(found, key=lambda link: link[0].char_start or 0)


def _in_phrase(text: str, url: PrintedUrl, linked: Sequence[tuple[int, int, Annotation, int]]) -> bool:
    """Is what looks like an address a name within linked words that lead elsewhere (`data.gov Portal`)?"""
    host = host_of(url.url)
    return "/" not in text[url.start : url.end] and any(
        start <= url.start and url.end <= end and text[start:url.start] + text[url.end : end].strip(" .,;:()")
        and host_of(normalise_url(over.uri)) != host
        for start, end, over, _ in linked
    )  # fmt: skip


def _printed(woven: Woven, printed: PrintedUrl, passage: int, note: int | None) -> FoundLink:
    annotations: Counter[Annotation] = Counter()
    for spot in woven.linked:
        if spot.start < printed.end and spot.end > printed.start and spot.word.annotation is not None:
            annotations[spot.word.annotation] += spot.end - spot.start
    joins = [(at, rule) for at, rule in woven.joins if printed.start < at < printed.end]
    target = printed.url
    if annotations:
        heads = [woven.text[printed.start : at] for at, _ in joins]
        target = target_of(printed.url, heads, max(annotations, key=annotations.__getitem__).uri)
    weakest = min((rule for _, rule in joins), key=lambda rule: JOIN_CONFIDENCE[rule], default=None)
    sure = 1.0 if annotations or weakest is None else JOIN_CONFIDENCE[weakest]
    text = woven.text[printed.start : printed.end]
    page = next((x.box.page for x in woven.lines if x.char_end > printed.start), None)
    place = (passage, note, printed.start, printed.end, text, text, weakest, sure, page)
    origin: LinkOrigin = "body" if note is None else "footnote"
    return Link(0, normalise_url(target), origin, *place), tuple(annotations)


def _linked_words(woven: Woven) -> list[tuple[int, int, Annotation, int]]:
    """Runs of letters under annotations that lead to one place: where they begin and end, the first one, its page."""
    runs: list[tuple[int, int, Annotation, int]] = []
    for spot in woven.linked:
        for start, end, over in _letters_linked(spot):
            if runs and runs[-1][2].uri == over.uri and not woven.text[runs[-1][1] : start].strip():
                runs[-1] = (runs[-1][0], end, *runs[-1][2:])
            else:
                runs.append((start, end, over, spot.page))
    return runs


def _letters_linked(spot: Spot) -> Iterator[tuple[int, int, Annotation]]:
    """All letters of a word, where the annotation over it covers it; else those that each annotation covers."""
    word, at = spot.word, 0
    if word.annotation and all(over is not word.annotation for *_, over in word.parts):
        yield spot.start, spot.end, word.annotation
        return
    for first, last, over in sorted(word.parts, key=lambda part: part[:2]):
        start = spot.start + len(clean(word.text[: max(first, at)]))
        end = min(spot.start + len(clean(word.text[:last])), spot.end)
        if start < end:
            yield start, end, over
        at = max(at, last)
