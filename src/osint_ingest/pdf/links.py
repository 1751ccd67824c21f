"""Links of a woven passage: printed URLs reconciled with the annotations over them, and words that link."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace

from osint_ingest.model import LinkOrigin
from osint_ingest.pdf.annotations import Annotation, on_line_of
from osint_ingest.pdf.weave import Spot, Woven
from osint_ingest.text.mail import leads_to_mail, mail_spans
from osint_ingest.text.urls import JOIN_CONFIDENCE, PrintedUrl, find_urls, host_of, normalise_url, target_of


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link in a passage, before it has its number. `used` are the annotations that it accounts for."""

    url: str
    origin: LinkOrigin
    start: int
    end: int
    url_raw: str | None
    join_rule: str | None
    confidence: float
    page: int
    used: tuple[Annotation, ...]


def annotations_in_mail(woven: Woven) -> list[Annotation]:
    """Annotations that lead out of a mail address of the text, which is not masked yet: to what its dots spell, or
    from nothing but a part of it. They are no links, and the words are linked to them no more."""
    refused: dict[Annotation, None] = {}
    mail = mail_spans(woven.text, [line.char_end for line in woven.lines]) if woven.linked else []
    starts = [spot.start for spot in woven.linked]
    for start, end in mail:
        under: dict[str, list[tuple[float, float, Annotation]]] = {}
        for spot in woven.linked[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]:
            for annotation in (*spot.inside, spot.annotation):
                if annotation is not None and spot.end > start:
                    under.setdefault(annotation.uri, []).append(
                        (*_letters_under(annotation, spot), annotation)
                    )
        for uri, pieces in under.items():
            first, last = min(x[0] for x in pieces), max(x[1] for x in pieces)
            if leads_to_mail(uri) or last <= start or first >= end:
                continue
            host = host_of(normalise_url(uri))
            spelled = host is not None and host in woven.text[start:end].lower()
            # letters differ in width, so ends are right to about one
            if first > start + 1 or last < end - 1 or (spelled and first > start - 1):
                refused.update(dict.fromkeys(x[2] for x in pieces))
    if refused:
        woven.linked = [
            replace(spot, annotation=None) if spot.annotation in refused else spot for spot in woven.linked
        ]
    return list(refused)


def _letters_under(annotation: Annotation, spot: Spot) -> tuple[float, float]:
    """The offsets, beyond the word's own too, between which an annotation lies over a word's line."""
    word = spot.word
    letter = (word.x1 - word.x0) / max(spot.end - spot.start, 1) or 1.0
    boxes = [(x0, x1) for x0, top, x1, bottom in annotation.boxes if on_line_of(word, top, bottom)]
    x0, x1 = max(boxes, key=lambda box: min(box[1], word.x1) - max(box[0], word.x0))
    return spot.start + (x0 - word.x0) / letter, spot.start + (x1 - word.x0) / letter


def links_in(woven: Woven, *, in_note: bool) -> list[FoundLink]:
    """One link a URL, in the order of the text.

    Where print and annotation differ both are kept: the printed one as `url_raw`, the annotation's target as `url`.
    """
    found = [
        _printed(woven, url, in_note) for url in find_urls(woven.text, [x.char_end for x in woven.lines])
    ]
    taken = {a for link in found for a in link.used}
    spans = [(link.start, link.end) for link in found]
    for start, end, annotation, page in _linked_words(woven):
        if any(start < e and s < end for s, e in spans):
            continue
        if annotation in taken and not woven.text[start:end].strip("()[].,;: "):
            continue
        found.append(
            FoundLink(
                normalise_url(annotation.uri),
                "footnote" if in_note else "annotation",
                start,
                end,
                None,
                None,
                1.0,
                page,
                (annotation,),
            )
        )
    return sorted(found, key=lambda link: link.start)


def _printed(woven: Woven, printed: PrintedUrl, in_note: bool) -> FoundLink:
    under = [s for s in woven.linked if s.start < printed.end and s.end > printed.start]
    annotations: Counter[Annotation] = Counter()
    for spot in under:
        if spot.annotation is not None:
            annotations[spot.annotation] += spot.end - spot.start
    joins = [(at, rule) for at, rule in woven.joins if printed.start < at < printed.end]
    target = printed.url
    if annotations:
        heads = [woven.text[printed.start : at] for at, _ in joins]
        target = target_of(printed.url, heads, max(annotations, key=annotations.__getitem__).uri)
    weakest = min((rule for _, rule in joins), key=lambda rule: JOIN_CONFIDENCE[rule], default=None)
    sure = 1.0 if annotations or weakest is None else JOIN_CONFIDENCE[weakest]
    return FoundLink(
        normalise_url(target),
        "footnote" if in_note else "body",
        printed.start,
        printed.end,
        woven.text[printed.start : printed.end],
        weakest,
        sure,
        next((x.box.page for x in woven.lines if x.char_end > printed.start), 0),
        tuple(annotations),
    )


def _linked_words(woven: Woven) -> list[tuple[int, int, Annotation, int]]:
    """Runs of neighbouring words under annotations that lead to one place."""
    runs: list[tuple[int, int, Annotation, int]] = []
    for spot in woven.linked:
        if spot.annotation is None:
            continue
        if (
            runs
            and runs[-1][2].uri == spot.annotation.uri
            and not woven.text[runs[-1][1] : spot.start].strip()
        ):
            start, _, annotation, page = runs[-1]
            runs[-1] = (start, spot.end, annotation, page)
        else:
            runs.append((spot.start, spot.end, spot.annotation, spot.page))
    return runs
