"""Writes a parsed report as a flat OpenDocument text, which LibreOffice turns into a PDF."""

from __future__ import annotations

from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape, quoteattr

from tests.sample.country_report.source import Report, ReportBlock, TextRun


def to_fodt(report: Report) -> str:
    """The report as one XML text; the styles are those of `template.fodt`."""
    template = Template(files(__package__).joinpath("template.fodt").read_text(encoding="utf-8"))
    return template.substitute(body=_Writer(report).body())


class _Writer:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._written: set[str] = set()

    def body(self) -> str:
        return "\n".join(map(self._block, self._report.blocks))

    def _block(self, block: ReportBlock) -> str:
        inner = "".join(map(self._run, block.runs))
        if block.style == "Bullet":
            paragraph = f'<text:p text:style-name="Bullet">{inner}</text:p>'
            return f'<text:list text:style-name="Bullets"><text:list-item>{paragraph}</text:list-item></text:list>'
        style = block.style + ("-new-page" if block.new_page else "")
        if block.style.startswith("Heading"):
            return (
                f'<text:h text:style-name="{style}" text:outline-level="{block.style[-1]}">{inner}</text:h>'
            )
        return f'<text:p text:style-name="{style}">{inner}</text:p>'

    def _run(self, run: TextRun) -> str:
        text = escape(run.text).replace("\t", "<text:tab/>")
        match run.kind:
            case "italic":
                return f'<text:span text:style-name="Italic">{text}</text:span>'
            case "raised":
                return f'<text:span text:style-name="Raised">{text}</text:span>'
            case "link":
                return f'<text:a xlink:type="simple" xlink:href={quoteattr(run.target)}>{text}</text:a>'
            case "note":
                return self._note(run.key)
            case _:
                return text

    def _note(self, key: str) -> str:
        number = self._report.numbers[key]
        if key in self._written:
            what = f'text:note-class="footnote" text:reference-format="text" text:ref-name="{key}"'
            reference = f"<text:note-ref {what}>{number}</text:note-ref>"
            return f'<text:span text:style-name="Raised">{reference}</text:span>'
        self._written.add(key)
        inner = "".join(map(self._run, self._report.notes[key]))
        return (
            f'<text:note text:id="{key}" text:note-class="footnote"><text:note-citation>{number}</text:note-citation>'
            f'<text:note-body><text:p text:style-name="Note">{inner}</text:p></text:note-body></text:note>'
        )
