"""Notes, references, the tie between them, URLs, sections and text of PDFs."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path

from osint_ingest.model import Content, Footnote, Passage, ReadOptions, UnreadableDocument
from osint_ingest.pdf import read_pdf

from .pdf_truth import PdfTruth, read_truth
from .tally import Case, Result, Tally, compare, flat, squash, url_key

NAME = "pdf"
BODY = ("paragraph", "list_item", "table_cell", "caption", "field")
TRUTHS = (".truth.json", ".footnotes.json")


def cases(folders: dict[str, Path]) -> Iterable[Case]:
    """PDFs with truth; those that must be refused; and, in the corpus, those that have no note at all."""
    for named_group, folder in folders.items():
        for path in sorted(folder.rglob("*.pdf")):
            within = path.relative_to(folder).parts[0]
            if within == "cases":
                continue  # single faults, each with a test of its own
            group = f"real, {half_of(path)}" if within == "real" else named_group
            truth = next((t for t in (path.with_name(path.stem + s) for s in TRUTHS) if t.exists()), None)
            expected = path.parent / "expected.json"
            if truth is not None:
                raw = json.loads(truth.read_text(encoding="utf-8"))
                named = raw.get("category") if isinstance(raw, dict) else None
                yield Case(path, group, named or path.parent.name, truth)
            elif expected.exists():
                yield Case(path, group, "unreadable", expected)
            elif group == "corpus":
                yield Case(path, group, "no notes")


def half_of(pdf: Path) -> str:
    """Documents whose SHA-256 ends in an even digit are for tuning; the others are only measured."""
    return "measured half" if int(hashlib.sha256(pdf.read_bytes()).hexdigest()[-1], 16) % 2 else "tuned half"


def score(case: Case) -> Result:
    """Reads the document and tallies what the truth knows. A reader that raises has missed everything."""
    result = Result(case)
    began = time.perf_counter()
    content: Content | None = None
    try:
        content = read_pdf(case.path.read_bytes(), ReadOptions())
    except UnreadableDocument as refusal:
        if case.category == "unreadable":
            score_refusal(case, refusal.code, result)
            return result
        result.misses.append(f"refused as {refusal.code}")
    except Exception as error:
        result.misses.append(f"raised {type(error).__name__}: {error}"[:200])
    result.seconds = time.perf_counter() - began
    if case.category == "unreadable":
        score_refusal(case, content.findings[0].code if content and content.findings else "none", result)
        return result
    content = content or Content(passages=())
    if case.truth is None:
        invented = [f"+ {n.marker}: {n.text[:80]}" for n in content.footnotes]
        result.add("notes", Tally(0, len(content.footnotes), 0), invented)
        result.add(
            "references",
            Tally(0, len(content.refs), 0),
            (f"+ {r.marker} ({r.anchor_text})" for r in content.refs),
        )
        return result
    truth = read_truth(case.truth)
    score_references(content, truth, result)
    score_notes(content, truth, result)
    score_text(content, truth, result)
    return result


def score_refusal(case: Case, code: str, result: Result) -> None:
    """A file that cannot be read must say so, with one of the codes that fit it."""
    assert case.truth is not None
    fitting = json.loads(case.truth.read_text(encoding="utf-8"))[case.name]
    ok = code in fitting
    result.add(
        "refusals", Tally(int(ok), int(not ok), int(not ok)), [] if ok else [f"{code}, not one of {fitting}"]
    )


def score_references(content: Content, truth: PdfTruth, result: Result) -> None:
    """`references`: marker and place. `tied`: those among them whose note has the right text."""
    text = {p.ordinal: p.text for p in content.passages}
    note_text = {n.ordinal: squash(n.text).rstrip(".") for n in content.footnotes}
    left = [
        (
            r.marker.strip("[]").replace("∗", "*"),
            squash(text.get(r.passage, "")[: r.char_offset])[-20:],
            r.footnote,
        )
        for r in content.refs
    ]
    found = tied = 0
    misses: list[str] = []
    for anchor in truth.anchors:
        hit = next((g for g in left if g[0] == anchor.marker and same_place(anchor.before, g[1])), None)
        if hit is None:
            misses.append(f"- {anchor.marker} after …{anchor.before}")
            continue
        left.remove(hit)
        found += 1
        if hit[2] is not None and note_text[hit[2]] == squash(truth.notes[anchor.note].text).rstrip("."):
            tied += 1
        else:
            got = note_text.get(hit[2], "") if hit[2] is not None else "nothing"
            result.misses.append(f"tied: {anchor.marker} (note {anchor.note}) to {got[:70]!r}")
    want = len(truth.anchors)
    misses += [f"+ {marker} after …{before}" for marker, before, _ in left]
    result.add("references", Tally(found, len(left), want - found), misses)
    result.add("tied", Tally(tied, len(content.refs) - tied, want - tied))


def same_place(want: str, got: str) -> bool:
    """The texts before two markers end alike. A short one (a cell, a line's start) may be whole in the other.

    The commas between markers that stand together are no text of a passage, but of the truth they are.
    """
    want, got = want.rstrip(","), got.rstrip(",")
    return got.endswith(want[-12:]) or (len(got) >= 3 and want.endswith(got[-12:]))


def score_notes(content: Content, truth: PdfTruth, result: Result) -> None:
    """`notes`: number and whole text. `urls`: the addresses of each note, where the annotation counts."""
    by_marker: dict[str, list[Footnote]] = {}
    for footnote in content.footnotes:
        by_marker.setdefault(footnote.marker.strip("[]").replace("∗", "*"), []).append(footnote)
    right = 0
    taken: set[int] = set()
    for key, note in truth.notes.items():
        whole = squash(note.text).rstrip(".")
        # of several notes with one number: the one whose text is right, else the first that is left
        candidates = [n for n in by_marker.get(key.split("#")[0].strip("[]"), []) if n.ordinal not in taken]
        candidates.sort(key=lambda n: squash(n.text).rstrip(".") != whole)
        wanted = [url_key(u) for u in note.urls]
        if not candidates:
            result.misses.append(f"notes: - {key}: {note.text[:80]}")
            result.add("urls", Tally(0, 0, len(wanted)))
            continue
        chosen = candidates[0]
        taken.add(chosen.ordinal)
        if squash(chosen.text).rstrip(".") == whole:
            right += 1
        else:
            result.misses.append(f"notes: {key}: {chosen.text[:150]!r} for {note.text[:150]!r}")
        mine = [url_key(link.url) for link in content.links if link.footnote == chosen.ordinal]
        tally, differ = compare(wanted, mine)
        result.add("urls", tally, (f"{key}: {d}" for d in differ))
    result.add("notes", Tally(right, len(content.footnotes) - right, len(truth.notes) - right))
    known = {n.ordinal for n in content.footnotes} & taken
    stray = [k for k in content.links if k.origin == "footnote" and k.footnote not in known]
    result.add("urls", Tally(0, len(stray), 0), (f"+ {k.url} in a note that is not there" for k in stray))


def score_text(content: Content, truth: PdfTruth, result: Result) -> None:
    """`headings`, `blocks` (whole paragraphs, bullets, cells), `sections` (of right blocks), `running`, `links`."""
    free = letters(" ".join(truth.free))
    if truth.headings is not None:
        headings = [flat(p.text) for p in content.passages if p.kind in ("heading", "title")]
        wanted = [flat(h) for h in truth.headings]
        headings = [h for h in headings if h in wanted or letters(h) not in free]
        result.add("headings", *compare(wanted, headings))
    if truth.blocks is not None:
        body = [p for p in content.passages if p.kind in BODY]
        body = [p for p in body if not free or letters(p.text) not in free]
        tally, misses = compare(
            [unnumbered(k, t) for k, t, _ in truth.blocks], [unnumbered(p.kind, p.text) for p in body]
        )
        result.add("blocks", tally, misses)
        score_sections(body, truth, result)
    if truth.running is not None:
        kept = " ".join(flat(p.text) for p in content.passages if p.kind in ("header", "footer"))
        lost = [
            x for x in truth.running if not all(flat(part.strip("–- ")) in kept for part in x.split("{page}"))
        ]
        result.add("running", Tally(len(truth.running) - len(lost), 0, len(lost)), (f"- {x}" for x in lost))
    if truth.links is not None:
        outside = [url_key(k.url) for k in content.links if k.footnote is None and k.origin != "footnote"]
        result.add("links", *compare([url_key(u) for u in truth.links], outside))


def score_sections(body: list[Passage], truth: PdfTruth, result: Result) -> None:
    """The section of each block that was read whole; a title above the first heading may be part of it."""
    section = {unnumbered(p.kind, p.text): p.section or "" for p in body}
    titles = {flat(h) for h in truth.headings or ()}
    right = wrong = 0
    misses = []
    for kind, text, want in truth.blocks or ():
        key = unnumbered(kind, text)
        if key not in section:
            continue
        got = flat(section[key])
        if got == flat(want) or got.endswith(" > " + flat(want)) or (not want and got in titles):
            right += 1
        else:
            wrong += 1
            misses.append(f"{text[:40]!r} in {got!r}, not {want!r}")
    result.add("sections", Tally(right, wrong, wrong), misses)


def letters(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", text)


def unnumbered(kind: str, text: str) -> str:
    """A list item without the sign or number in front of it: readers may keep it or not."""
    return (
        re.sub(r"^(?:[•◦▪–*-]|\d{1,2}[.)])\s+", "", flat(text)) if kind not in ("paragraph",) else flat(text)
    )
