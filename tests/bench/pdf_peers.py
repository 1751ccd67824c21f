"""This reader beside other PDF tools: `make bench-pdf` on the documents with truth that ship, `make comparison` on
real ones, for which their truth names the source; that writes `docs/comparison.md`.

No other tool is a dependency: those that are installed are measured, each in a process of its own
(`--python` names another interpreter that has them). What counts is what stands in a tool's output:

- kept: right after the words that a marker follows stands the marker, distinct from the text
  (raised sign, `[3]`, `<sup>3</sup>`, `^3^`, `[^3]`)
- glued: the marker's digits stand there as part of the word or sentence (`policy3`)
- tied: what is kept there leads, by an id of its own, to the note's text (`[^3]` and `[^3]: text`)
- URLs whole: an address of a note stands in the output in one piece
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from rich.console import Console
from rich.table import Table
from tests.bench.peer_run import TOOLS
from tests.eval.evaluation import SHIPPED
from tests.eval.pdf_scores import TRUTHS
from tests.eval.pdf_truth import PdfTruth, printed_urls, read_truth
from tests.eval.tally import squash, url_key

ROOT = Path(__file__).resolve().parents[2]
COMPARISON = ROOT / "docs" / "comparison.md"
CLOSING = "()<>[],;.\"'“”»*_"
EARLIER = (
    r"(?:\[\^[^\]]*\]|<sup>[^<]*</sup>|\\?\[\d+\\?\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*_]{1,3}|[†‡§]{1,2}|\d{1,3}(?:,\d{1,3})*)"
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass
class Outcome:
    """What one tool made of all documents."""

    tool: str
    version: str = ""
    peak_mb: float = 0.0
    seconds: float = 0.0
    pages: int = 0
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("kept", "glued", "tied", "urls"), 0)
    )


def after(text: str, before: str) -> list[str]:
    """What follows the words `before` (squashed) wherever they stand in `text`; earlier markers may stand inside."""
    words = rf"[\s\u00ad]*(?:{EARLIER}[\s\u00ad]*){{0,3}}".join(re.escape(c) for c in before)
    return [text[m.end() : m.end() + 80] for m in re.finditer(words or r"(?m)^\s*", text)]


def told_apart(rest: str, marker: str) -> re.Match[str] | None:
    """A marker that is one: raised by its characters or by markup, or in brackets. Emphasis may close first."""
    m = re.escape(marker)
    forms = rf"\[\^(?P<id>{m}(?:#\d+)?)\]|\\?\[{m}\\?\]|<sup>[^<]*?(?<!\d){m}(?!\d)[^<]*</sup>|\^{m}\^?|\^\{{{m}\}}"
    found = re.match(rf"[*_]{{0,3}}\s?(?:{forms})", rest)
    if found:
        return found
    signs = re.match(r"\s?([⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡§]+)", rest)
    return signs if signs and signs[1].translate(RAISED) == marker else None


def measure(text: str, truth: PdfTruth) -> dict[str, int]:
    """Counts of one document."""
    counts = dict.fromkeys(("kept", "glued", "tied", "urls"), 0)
    notes = {m[1]: squash(m[2]) for m in re.finditer(r"(?m)^\s*\[\^([^\]]+)\]:\s*((?:.+\n?)+)", text)}
    for anchor in truth.anchors:
        rests = after(text, anchor.before[-12:])
        hits = [h for rest in rests if (h := told_apart(without_earlier(rest, anchor.marker), anchor.marker))]
        if hits:
            counts["kept"] += 1
            note = truth.notes[anchor.note]
            ids = [h.groupdict().get("id") for h in hits]
            if any(i and notes.get(i, "").rstrip(".") == squash(note.text).rstrip(".") for i in ids):
                counts["tied"] += 1
        elif any(re.match(rf"[,\d]*?{re.escape(anchor.marker)}(?!\d)", rest) for rest in rests):
            counts["glued"] += 1
    words = {url_key(w.strip(CLOSING)) for w in re.split(r"[\s<>\]\[|（），。、؛]+|\]\(", text)}
    counts["urls"] = sum(u in words for u in printed(truth))
    return counts


def printed(truth: PdfTruth) -> list[str]:
    """The addresses that stand in the notes' text, as keys: what print shows, not where a link leads."""
    found = [u for n in truth.notes.values() for u in printed_urls(n.text)]
    return [url_key(u.strip(CLOSING)) for u in found]


def without_earlier(rest: str, marker: str) -> str:
    """Of markers in a row, those before this one are taken away."""
    found = re.match(rf"(?:\[\^[^\]]+\],?)*(?=\[\^{re.escape(marker)}(?:#\d+)?\])", rest)
    return rest[found.end() :] if found else rest


def run_tool(tool: str, python: str, files: dict[str, PdfTruth], pages: int) -> Outcome | None:
    """Runs a tool in its own process. None: not installed there."""
    command = [python, str(Path(__file__).with_name("peer_run.py")), tool, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=7200)
    if done.returncode == 3:
        return None
    if done.returncode:
        raise RuntimeError(f"{tool} ended with {done.returncode}: {done.stderr[-500:]}")
    outcome = Outcome(tool, pages=pages)
    *lines, last = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    outcome.version, outcome.peak_mb = last["version"], last["peak_mb"]
    for line in lines:
        outcome.seconds += line["seconds"]
        for key, count in measure(line["text"], files[line["file"]]).items():
            outcome.counts[key] += count
    return outcome


def rows(outcomes: list[Outcome], markers: int, urls: int) -> list[list[str]]:
    """The table, a row a tool."""
    return [
        [
            o.tool,
            o.version,
            f"{o.counts['tied']} of {markers}",
            f"{o.counts['kept']} of {markers}",
            str(o.counts["glued"]),
            f"{o.counts['urls']} of {urls}",
            f"{o.seconds / o.pages * 1000:.0f}",
            f"{o.peak_mb:.0f}",
        ]
        for o in outcomes
    ]


HEAD = [
    "tool", "version", "tied to the note", "markers kept", "glued to words", "URLs whole", "ms a page",
    "peak MB",
]  # fmt: skip


def main() -> int:
    """Measures and prints; with `--write` writes `docs/comparison.md`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other tools")
    parser.add_argument("--tools", nargs="*", default=list(TOOLS), help="only these")
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="the documents with truth")
    parser.add_argument("--most-pages", type=int, default=1000, help="leave longer documents out")
    parser.add_argument("--write", action="store_true", help="write docs/comparison.md")
    options = parser.parse_args()
    files: dict[str, PdfTruth] = {}
    truths: list[Path] = []
    pages = 0
    for path in sorted(options.folder.rglob("*.pdf")):
        truth = next((t for t in (path.with_name(path.stem + s) for s in TRUTHS) if t.exists()), None)
        length = len(pypdfium2.PdfDocument(path)) if truth is not None else 0
        if truth is not None and length <= options.most_pages:
            files[str(path)] = read_truth(truth)
            truths.append(truth)
            pages += length
    markers = sum(len(t.anchors) for t in files.values())
    urls = sum(len(printed(t)) for t in files.values())
    outcomes, absent = [], []
    for tool in options.tools:
        python = sys.executable if tool == "osint-ingest" else options.python
        outcome = run_tool(tool, python, files, pages)
        if outcome is None:
            absent.append(tool)
        else:
            outcomes.append(outcome)
    body = rows(outcomes, markers, urls)
    table = Table(title=f"{len(files)} documents, {pages} pages, {markers} markers", title_justify="left")
    for i, title in enumerate(HEAD):
        table.add_column(title, justify="left" if i < 2 else "right")
    for row in body:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if absent:
        console.print(f"not installed, so not measured: {', '.join(absent)}")
    if options.write:
        COMPARISON.parent.mkdir(exist_ok=True)
        COMPARISON.write_text(
            page(body, truths, f"{pages} pages (at most {options.most_pages} each)", markers, absent),
            encoding="utf-8",
        )
        console.print(f"written: {COMPARISON.relative_to(ROOT)}")
    return 0


def sources(truths: Sequence[Path]) -> list[str]:
    """Where the documents come from, a row of a table for each repository. ValueError: one does not say."""
    documents: Counter[tuple[str, str]] = Counter()
    licences: dict[tuple[str, str], set[str]] = defaultdict(set)
    producers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in truths:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict) or "source" not in raw:
            raise ValueError(
                f"{path}: the truth names no source. Give a folder of documents that others wrote."
            )
        source = raw["source"]
        which = source["repo"], source["commit"][:12]
        documents[which] += 1
        licences[which].add(source["licence"])
        producers[which].add(raw["layout"].get("producer", "?").removeprefix("real-"))
    return [
        f"| [{repo}](https://github.com/{repo}) | {commit} | {count} | {', '.join(sorted(producers[repo, commit]))} "
        f"| {'; '.join(sorted(licences[repo, commit]))} |"
        for (repo, commit), count in documents.most_common()
    ]


def page(
    body: list[list[str]], truths: Sequence[Path], pages: str, markers: int, absent: Sequence[str]
) -> str:
    """`docs/comparison.md`."""
    lines = [f"| {' | '.join(HEAD)} |", "|---|---|" + "---:|" * (len(HEAD) - 2)]
    lines += [f"| {' | '.join(row)} |" for row in body]
    explained = (__doc__ or "").partition("output:\n\n")[2].strip()
    published = sum('"real-' in p.read_text(encoding="utf-8") for p in truths)
    missing = f"Not installed, or not able to run here: {', '.join(absent)}.\n\n" if absent else ""
    return f"""# Beside other PDF tools

Measured on {datetime.now(UTC):%d %B %Y} with `make comparison`, Python {platform.python_version()},
{platform.system()} {platform.machine()}: {len(truths)} documents, {pages}, {markers} markers.
Their texts are real ones that this project did not write (below). Each tool ran with its defaults in a process of
its own; time is CPU time without start-up, memory is the whole process at its peak.

{chr(10).join(lines)}

{missing}{explained}

Plain text has no place for a marker: such tools are made for another task. This reader's output is written as
Markdown for the comparison, and measured by the same rules.

## The documents

Published as their authors made them: {published}. The others are texts of these repositories, laid out by the
programs named, in layouts drawn at random. Half of the documents were used to tune this reader, so its own figures on
documents that it has never seen are a little lower: `make eval` scores the halves apart.

| repository | commit | documents | made with | licence |
|---|---|---:|---|---|
{chr(10).join(sources(truths))}

## What users ask for

Users of such tools ask for the tie between marker and note: issue
[116 of pymupdf4llm](https://github.com/pymupdf/pymupdf4llm/issues/116) and issue
[3589 of docling](https://github.com/docling-project/docling/issues/3589). Pull request
[569 of docling-core](https://github.com/docling-project/docling-core/pull/569), for footnotes in Markdown, was open in
September 2026.
"""


if __name__ == "__main__":
    sys.exit(main())
