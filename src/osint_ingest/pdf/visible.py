"""What viewers do not show is not read: text outside the page, without ink, white on white, of one point."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median

from osint_ingest.model import Finding
from osint_ingest.pdf.drawing import Box, Drawing, Glyph, Hidden, Suspect
from osint_ingest.pdf.glyphs import TINY

LARGER = 3
"""Tiny text is hidden text on a page whose own print is this much larger."""
_NAMED = 5
_WHAT: Mapping[Hidden, str] = {
    "outside": "outside the part of the page that viewers show (CropBox)",
    "invisible": "drawn without ink, with no picture under it",
    "white": "white on white",
    "tiny": "too small to be seen",
}


def hide(drawing: Drawing) -> Counter[Hidden]:
    """Takes out of a drawing what cannot be seen; how many characters were taken out, and why.

    Text without ink over a picture is what text recognition read in it, and stays; so does hidden text on a
    page that has no other.
    """
    taken: Counter[Hidden] = Counter()
    if any(suspect.why == "outside" for suspect in drawing.suspects):
        inside = [r for r in drawing.rules if drawing.shows(((r.x0 + r.x1) / 2, (r.top + r.bottom) / 2), 0)]
        drawing.rules[:] = inside
    for glyphs in (drawing.glyphs, *drawing.turned.values()):
        suspects = [s for s in drawing.suspects if s.glyphs is glyphs]
        gone = {i: suspect.why for suspect in suspects for i in _hidden(suspect, drawing)}
        if not gone:
            continue
        inked = sum(not g.text.isspace() for i, g in enumerate(glyphs) if i not in gone)
        unseen = sum(not glyphs[i].text.isspace() for i, why in gone.items() if why != "outside")
        if unseen > inked:
            gone = {i: why for i, why in gone.items() if why == "outside" or (why == "tiny" and inked)}
        taken.update(why for i, why in gone.items() if not glyphs[i].text.isspace())
        glyphs[:] = [g for i, g in enumerate(glyphs) if i not in gone]
    return taken


def _hidden(suspect: Suspect, drawing: Drawing) -> Iterable[int]:
    """The places of the glyphs that are hidden."""
    glyphs, end = suspect.glyphs, min(suspect.end, len(suspect.glyphs))
    places = range(suspect.start, end)
    if not places:
        return ()
    if suspect.why == "outside":
        return [i for i in places if not drawing.shows(_middle(glyphs[i]), suspect.angle)]
    upright = glyphs is drawing.glyphs
    if suspect.why == "tiny":
        usual = median(g.size for g in glyphs[:: max(1, len(glyphs) // 500)])
        wide = max(glyphs[i].x1 - glyphs[i].x0 for i in places)
        return places if usual > LARGER * TINY and wide < LARGER * TINY else ()
    under = drawing.images if suspect.why == "invisible" else [*drawing.images, *drawing.painted]
    if under and not upright:
        return ()
    seen = _middle(glyphs[(suspect.start + end - 1) // 2])
    return () if any(_inside(*seen, area) for area in under) else places


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.x0 + glyph.x1) / 2, glyph.base - 0.3 * glyph.size


def _inside(x: float, y: float, box: Box) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def not_read(hidden: Mapping[int, Counter[Hidden]]) -> list[Finding]:
    """The findings that name what was not read, by page number: one a reason."""
    found = []
    for why, what in _WHAT.items():
        pages = {number: counts[why] for number, counts in hidden.items() if counts[why]}
        if pages:
            said = f"{sum(pages.values())} characters on {pages_named(pages)} are {what}; they were not read."
            hint = "Nothing to do if a PDF viewer does not show them either."
            found.append(Finding("info", "read", "hidden_text", said, hint))
    return found


def pages_named(pages: Iterable[int]) -> str:
    """`page 3`, or `pages 3, 4 and 12 more`."""
    numbers = sorted(pages)
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"page{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers[:_NAMED]))}{more}"
