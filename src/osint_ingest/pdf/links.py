"""Links of a woven passage: printed URLs reconciled with the annotations over them, and words that link."""

from __future__ import annotations

from dataclasses import dataclass

from osint_ingest.model import LinkOrigin
from osint_ingest.pdf.annotations import Annotation
from osint_ingest.pdf.weave import Woven
from osint_ingest.text.urls import JOIN_CONFIDENCE, PrintedUrl, find_urls, normalise_url


@dataclass(frozen=True, slots=True)
class Found:
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


def links_in(woven: Woven, *, in_note: bool) -> list[Found]:
    """One link a URL, in the order of the text. Where print and annotation differ both are kept: the
    printed one as `url_raw`, the annotation's target as `url`."""
    found = [_printed(woven, url, in_note) for url in find_urls(woven.text)]
    taken = {id(a) for link in found for a in link.used}
    spans = [(link.start, link.end) for link in found]
    for start, end, annotation, page in _linked_words(woven):
        if any(start < e and s < end for s, e in spans):
            continue
        if id(annotation) in taken and not woven.text[start:end].strip("()[].,;: "):
            continue
        found.append(
            Found(
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


def _printed(woven: Woven, printed: PrintedUrl, in_note: bool) -> Found:
    under = [s for s in woven.linked if s.start < printed.end and s.end > printed.start]
    annotations: dict[int, tuple[int, Annotation]] = {}
    for spot in under:
        if spot.annotation is not None:
            count = annotations.get(id(spot.annotation), (0, spot.annotation))[0]
            annotations[id(spot.annotation)] = (count + spot.end - spot.start, spot.annotation)
    rules = [rule for at, rule in woven.joins if printed.start < at < printed.end]
    target = max(annotations.values(), key=lambda x: x[0])[1].uri if annotations else printed.url
    weakest = min(rules, key=lambda rule: JOIN_CONFIDENCE[rule], default=None)
    sure = 1.0 if annotations or weakest is None else JOIN_CONFIDENCE[weakest]
    return Found(
        normalise_url(target),
        "footnote" if in_note else "body",
        printed.start,
        printed.end,
        woven.text[printed.start : printed.end],
        weakest,
        sure,
        next((x.box.page for x in woven.lines if x.char_end > printed.start), 0),
        tuple(a for _, a in annotations.values()),
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
