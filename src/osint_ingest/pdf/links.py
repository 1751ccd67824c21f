"""Links of a woven passage: printed URLs reconciled with the annotations over them, and words that link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osint_ingest.model import LinkOrigin
from osint_ingest.pdf.annotations import Annotation
from osint_ingest.pdf.weave import Woven
from osint_ingest.text.mail import begins_in_mail, is_piece_of_mail, leads_to_mail, mail_spans
from osint_ingest.text.urls import JOIN_CONFIDENCE, PrintedUrl, find_urls, host_of, normalise_url


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


def links_in(woven: Woven, *, in_note: bool) -> tuple[list[Found], list[Annotation]]:
    """One link a URL, in the order of the text, and the annotations that are no links.

    Where print and annotation differ both are kept: the printed one as `url_raw`, the annotation's target as `url`.
    No link leads out of a mail address to what its dots spell.
    """
    line_ends = {line.char_end for line in woven.lines}
    found = [_printed(woven, url, in_note) for url in find_urls(woven.text, line_ends)]
    taken = {id(a) for link in found for a in link.used}
    spans = [(link.start, link.end) for link in found]
    mail = mail_spans(woven.text, line_ends)
    refused: list[Annotation] = []
    for start, end, annotation, page in _linked_words(woven):
        if _leads_out_of_mail(woven.text, (start, end), annotation.uri, mail):
            refused.append(annotation)
            continue
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
    return sorted(found, key=lambda link: link.start), refused


def _leads_out_of_mail(text: str, words: tuple[int, int], uri: str, mail: Sequence[tuple[int, int]]) -> bool:
    """Does a link over a mail address lead to what the dots of the address spell?"""
    if leads_to_mail(uri):
        return False
    host = host_of(normalise_url(uri))
    spelled = host is not None and any(
        host in text[start:end].lower() for start, end in mail if start < words[1] and words[0] < end
    )
    return is_piece_of_mail(*words, mail) or (spelled and begins_in_mail(words[0], mail))


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
