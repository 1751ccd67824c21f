"""Runs one PDF tool over files and tells what came out, as JSON lines. Needs nothing but that tool.

`python peer_run.py TOOL FILE...` is started by `pdf_peers`, once a tool, so that time and memory are its own.
Each line: {"file", "seconds", "text"}; the last one: {"version", "peak_mb"}.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Extract = Callable[[Path], str]


def this_reader() -> Extract:
    """Our own model, written down as Markdown: `[^id]` at each reference, `[^id]: text` for each note."""
    from osint_ingest.model import ReadOptions
    from osint_ingest.pdf import read_pdf

    def extract(path: Path) -> str:
        content = read_pdf(path.read_bytes(), ReadOptions())
        marker = {n.ordinal: f"[^{n.marker}#{n.ordinal}]" for n in content.footnotes}
        parts = []
        for passage in content.passages:
            if passage.kind == "footnote":
                continue
            text = passage.text
            refs = [r for r in content.refs if r.passage == passage.ordinal]
            for ref in sorted(refs, key=lambda r: (r.char_offset, r.ordinal), reverse=True):
                shown = marker.get(ref.footnote or 0, f"[^{ref.marker}]")
                text = text[: ref.char_offset] + shown + text[ref.char_offset :]
            parts.append(text)
        parts += [f"{marker[n.ordinal]}: {n.text}" for n in content.footnotes]
        return "\n\n".join(parts)

    return extract


def pdftotext(*flags: str) -> Extract:
    def extract(path: Path) -> str:
        command = ["pdftotext", *flags, str(path), "-"]
        return subprocess.run(command, capture_output=True, check=True, timeout=300).stdout.decode(
            "utf-8", "replace"
        )

    return extract


def pypdfium2() -> Extract:
    import pypdfium2 as pdfium

    def extract(path: Path) -> str:
        pages = pdfium.PdfDocument(path)
        return "\n\n".join(page.get_textpage().get_text_bounded() for page in pages)

    return extract


def pypdf() -> Extract:
    from pypdf import PdfReader

    return lambda path: "\n\n".join(page.extract_text() for page in PdfReader(path).pages)


def pdfplumber() -> Extract:
    import pdfplumber as plumber

    def extract(path: Path) -> str:
        with plumber.open(path) as pdf:
            return "\n\n".join(page.extract_text() or "" for page in pdf.pages)

    return extract


def pymupdf4llm() -> Extract:
    import pymupdf4llm as tool

    return lambda path: str(tool.to_markdown(str(path), show_progress=False))


def markitdown() -> Extract:
    from markitdown import MarkItDown

    tool = MarkItDown()
    return lambda path: str(tool.convert(str(path)).text_content)


def kreuzberg() -> Extract:
    import kreuzberg as tool

    return lambda path: str(tool.extract_file_sync(str(path)).content)


def docling() -> Extract:
    from docling.document_converter import DocumentConverter

    tool = DocumentConverter()
    return lambda path: str(tool.convert(str(path)).document.export_to_markdown())


TOOLS: dict[str, Callable[[], Extract]] = {
    "osint-ingest": this_reader,
    "pdftotext": pdftotext,
    "pdftotext -layout": lambda: pdftotext("-layout"),
    "pypdfium2": pypdfium2,
    "pypdf": pypdf,
    "pdfplumber": pdfplumber,
    "pymupdf4llm": pymupdf4llm,
    "markitdown": markitdown,
    "kreuzberg": kreuzberg,
    "docling": docling,
}


def version(tool: str) -> str:
    """The version that ran."""
    if tool.startswith("pdftotext"):
        told = subprocess.run(["pdftotext", "-v"], capture_output=True, check=False).stderr.decode()
        return told.split("\n")[0].rpartition(" ")[2]
    return importlib.metadata.version(tool)


def installed(tool: str) -> bool:
    """Can this interpreter run the tool?"""
    if tool.startswith("pdftotext"):
        return shutil.which("pdftotext") is not None
    try:
        version(tool)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def main(tool: str, files: list[str]) -> None:
    """Exit code 3 when the tool is not there, or does not run."""
    if not installed(tool):
        sys.exit(3)
    extract = TOOLS[tool]()
    try:
        extract(Path(files[0]))  # warm: models and tables that a tool loads once are not a page's time
    except Exception as error:
        print(f"{tool} does not run: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(3)
    for file in files:
        began = cpu_seconds()
        try:
            text = extract(Path(file))
        except Exception as error:
            text = ""
            print(f"{tool} on {file}: {type(error).__name__}: {error}", file=sys.stderr)
        print(json.dumps({"file": file, "seconds": cpu_seconds() - began, "text": text}))
    print(json.dumps({"version": version(tool), "peak_mb": peak_mb(tool)}))


def cpu_seconds() -> float:
    """CPU time of this process and of those it has started, which other work on the machine does not change."""
    own, children = (resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mb(tool: str) -> float:
    """The most memory that the tool's process has held."""
    if tool.startswith("pdftotext"):
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would start from the size of the process that started this one
        line = next(x for x in status.read_text(encoding="ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
