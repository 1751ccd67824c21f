"""Draws a page as viewers do: what is broken is passed over, the rest is drawn."""

import re
from binascii import unhexlify
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdfcolor import PREDEFINED_COLORSPACE, PDFColorSpace
from pdfminer.pdfinterp import PDFContentParser, PDFGraphicState, PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, list_value, resolve1, stream_value
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import (
    KEYWORD_ARRAY_BEGIN,
    KEYWORD_ARRAY_END,
    KEYWORD_DICT_BEGIN,
    KEYWORD_DICT_END,
    KEYWORD_PROC_BEGIN,
    KEYWORD_PROC_END,
    KWD,
    LIT,
    PSKeyword,
    PSLiteral,
    keyword_name,
    literal_name,
)
from pdfminer.utils import mult_matrix

from osint_ingest.pdf.fonts import (
    drop_guessed_characters,
    use_declared_widths,
    use_embedded_codes,
    use_embedded_names,
)

MAX_OPERATORS = 3_000_000
"""A page with more is no page to read; a map of a country has about 500,000."""
DEEPEST = 24
"""The most forms drawn inside each other."""
_EMBEDDED = ("FontFile", "FontFile2", "FontFile3")
_SPELLED = {"'": "_q", '"': "_w"}
_TOKEN = re.compile(
    rb"\s*+(?:([+-]?\d++)(?=[^.])|([+-]?(?:\d++\.\d*+|\.\d++))(?=.)|\(([^()\\]*+)\)|<((?:[0-9a-fA-F]{2})*+)>(?=[^>])"
    rb"|/([!-\"$&'*-.0-;=?-Z\\^-z|~]++)(?=[\s/%\[\]()<>{}])|((?!true|false)[A-Za-z][^#/%\[\]()<>{}\s]*+(?=.)|[\[\]]))",
    re.S,
)
"""One token in its commonest form: a whole number, another number, a string, one in hexadecimals, a name, an
operator or bracket."""


class PageTooDense(Exception):
    """More characters or operators than a page can hold: the page is given up, the document goes on."""


@dataclass(slots=True)
class _Shared:
    """What the interpreters of a page and of the forms in it share."""

    troubles: list[str] = field(default_factory=list)
    left: int = MAX_OPERATORS
    fonts: dict[int, Any] = field(default_factory=dict)
    """Fonts by object number that had to be simplified."""


class GraphicState(PDFGraphicState):
    """pdfminer's, with how much ink there is: 0 paints nothing, 1 covers what is under it (ISO 32000-1, 11.6.4.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.fill_alpha = self.stroke_alpha = self.group_alpha = 1.0

    def copy(self) -> "GraphicState":
        same = GraphicState()
        same.__dict__.update(self.__dict__)
        return same

    def in_group(self) -> "GraphicState":
        """Return the state at the start of a transparency group: earlier settings apply to the group as a whole."""
        inner = self.copy()
        inner.group_alpha *= self.fill_alpha
        inner.fill_alpha = inner.stroke_alpha = 1.0
        return inner


class ContentParser(PDFContentParser):
    """pdfminer's parser, several times faster: one pattern reads the common tokens, pdfminer the rest."""

    def nexttoken(self) -> Any:
        plain = not self._tokens and self._parse1 == self._parse_main
        found = _TOKEN.match(self.buf, self.charpos) if plain else None
        if found is None:
            return super().nexttoken()
        self.charpos = found.end()
        kind = found.lastindex or 0
        return self.bufpos + found.start(kind), _MADE[kind](found[kind])

    def nextobject(self) -> Any:
        if self.results or self.context:
            return super().nextobject()
        pos, token = self.nexttoken()
        if token is KEYWORD_ARRAY_BEGIN:
            items, last = [], self.nexttoken()
            while not isinstance(last[1], PSKeyword):
                items.append(last)
                last = self.nexttoken()
            if last[1] is KEYWORD_ARRAY_END:
                return pos, [item for _, item in items]
            self.start_type(pos, "a")
            self.push(*items)
            pos, token = last
        if self.context or token in _BUILDS:
            self._tokens.insert(0, (pos, token))
            return super().nextobject()
        return pos, token


_MADE: Sequence[Any] = (None, int, float, bytes, unhexlify, lambda name: LIT(name.decode()), KWD)
"""What the groups of `_TOKEN` are made into."""
_BUILDS = {
    KEYWORD_ARRAY_END, KEYWORD_DICT_BEGIN, KEYWORD_DICT_END, KEYWORD_PROC_BEGIN, KEYWORD_PROC_END,
    PDFContentParser.KEYWORD_BI, PDFContentParser.KEYWORD_ID,
}  # fmt: skip


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter; where that ends a page at a broken operator, font or colour space, this one goes on."""

    graphicstate: GraphicState

    def __init__(self, rsrcmgr: Any, device: Any) -> None:
        super().__init__(rsrcmgr, device)
        self._shared = _Shared()
        self._depth = 0
        self.graphicstate = self._begins_with = GraphicState()
        self._ink: dict[Any, Any] = {}

    @property
    def troubles(self) -> list[str]:
        """What was passed over on the last page, as `ValueError in Do`."""
        return self._shared.troubles

    def draw(self, page: Any) -> None:
        """Draws a page (pdfminer's `PDFPage`) and the annotations that show on it."""
        self.troubles.clear()
        self._shared.left = MAX_OPERATORS
        resources = page.resources if isinstance(page.resources, dict) else {}
        self.render_contents(resources, page.contents, ctm=matrix_of(page))

    def draw_form(self, form: PDFStream, matrix: Any, page: Any) -> None:
        """Draws a form XObject on a page; `matrix` leads from its space to that of the page."""
        inner = self.subinterp()
        inner._begins_with = GraphicState()  # it takes on nothing that the page has set
        resources = _as_dict(form.get("Resources"))
        inner.render_contents(resources, [form], ctm=mult_matrix(matrix, matrix_of(page)))

    def subinterp(self) -> "Interpreter":
        inner = super().subinterp()
        assert isinstance(inner, Interpreter)
        inner._shared, inner._depth = self._shared, self._depth + 1
        inner._begins_with = self.graphicstate
        return inner

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self.graphicstate = self._begins_with.copy()

    def init_resources(self, resources: Any) -> None:
        """As pdfminer's, each font and colour space on its own."""
        self.resources = resources
        self.fontmap, self.xobjmap, self.csmap, self._ink = {}, {}, dict(PREDEFINED_COLORSPACE), {}
        if not isinstance(resources, dict):
            return
        for name, spec in _as_dict(resources.get("ColorSpace")).items():
            space = _colour_space(spec)
            if space is not None:
                self.csmap[name] = space
        for name, spec in _as_dict(resources.get("Font")).items():
            self._add_font(name, spec)
        self.xobjmap = _as_dict(resources.get("XObject"))
        self._ink = _as_dict(resources.get("ExtGState"))

    def _add_font(self, name: Any, spec: Any) -> None:
        key = spec.objid if isinstance(spec, PDFObjRef) else None
        if key in self._shared.fonts:
            self.fontmap[name] = self._shared.fonts[key]
            return
        for number, variant in enumerate(_simpler_and_simpler(_as_dict(spec))):
            try:
                font = self.fontmap[name] = self.rsrcmgr.get_font(None if number else key, variant)
                use_declared_widths(font, variant)
                use_embedded_codes(font, variant)
                use_embedded_names(font, variant)
                drop_guessed_characters(font, variant)
            except Exception as error:  # whatever pdfminer stumbles over in a broken font
                if not number:
                    self.troubles.append(f"{type(error).__name__} in a font")
                continue
            if number and key is not None:
                self._shared.fonts[key] = self.fontmap[name]
            return

    def execute(self, streams: Sequence[object]) -> None:
        """Runs content streams. One that draws itself is not drawn again."""
        try:
            parser = ContentParser(self._not_yet_open(streams))
        except PSEOF:
            return
        shared = self._shared
        operators: dict[str, tuple[Any, int] | None] = {}
        while True:
            try:
                _, token = parser.nextobject()
            except PSEOF:
                break
            except (PageTooDense, MemoryError):
                raise
            except Exception as error:  # a stream that cannot be unpacked or parsed further
                self.troubles.append(f"{type(error).__name__} in a content stream")
                break
            if not isinstance(token, PSKeyword):
                self.push(token)
                continue
            shared.left -= 1
            if shared.left < 0:
                raise PageTooDense(f"more than {MAX_OPERATORS} drawing operators")
            name = keyword_name(token)
            if name not in operators:
                operators[name] = self._operator(name)
            found = operators[name]
            if found is None:
                continue
            method, count = found
            operands = self.pop(count) if count else ()
            if len(operands) != count:
                continue
            try:
                method(*operands)
            except (PageTooDense, MemoryError):
                raise
            except Exception as error:  # as above
                self.troubles.append(f"{type(error).__name__} in {name}")

    def _not_yet_open(self, streams: Sequence[object]) -> list[PDFStream]:
        own: list[PDFStream] = []
        self.stream_ids.clear()
        for item in streams:
            stream = resolve1(item)
            if not isinstance(stream, PDFStream) or stream.objid in self.parent_stream_ids:
                continue
            own.append(stream)
            if stream.objid is not None:
                self.stream_ids.add(stream.objid)
        return own

    def _operator(self, name: str) -> tuple[Any, int] | None:
        method = getattr(self, "do_" + _SPELLED.get(name, name.replace("*", "_a")), None)
        return None if method is None else (method, method.__code__.co_argcount - 1)

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802 - the operator's name
        if self._depth >= DEEPEST:
            return
        before, form = self.graphicstate, resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        if isinstance(form, PDFStream) and "Group" in form:
            self.graphicstate = before.in_group()
        super().do_Do(xobjid_arg)
        self.graphicstate = before

    def do_gs(self, name: Any) -> None:
        """Of a dictionary of the graphics state, how much ink there is."""
        declared = _as_dict(self._ink.get(literal_name(name)))
        for key, attribute in (("ca", "fill_alpha"), ("CA", "stroke_alpha")):
            alpha = resolve1(declared.get(key))
            if isinstance(alpha, int | float):
                setattr(self.graphicstate, attribute, alpha)

    def do_sh(self, name: object) -> None:
        """A shading covers what its clip lets through; how much that is, is not followed."""
        self.device.paint_everywhere()  # type: ignore[attr-defined]  # a GlyphDevice


def matrix_of(page: Any) -> Any:
    """User space -> the page as it is shown, from its lower left corner."""
    x0, y0, x1, y1 = page.mediabox
    turned = {90: (0, -1, 1, 0, -y0, x1), 180: (-1, 0, 0, -1, x1, y1), 270: (0, 1, -1, 0, y1, -x0)}
    return turned.get(page.rotate, (1, 0, 0, 1, -x0, -y0))


def _colour_space(spec: Any) -> PDFColorSpace | None:
    """What a colour space is to text: its name and the number of its components. None: unknown, or broken."""
    try:
        declared = resolve1(spec)
        parts = declared if isinstance(declared, list) else [declared]
        name = literal_name(resolve1(parts[0]))
        if name == "ICCBased":
            return PDFColorSpace(name, int(resolve1(stream_value(parts[1])["N"])))
        if name == "DeviceN":
            return PDFColorSpace(name, len(list_value(parts[1])))
        return PREDEFINED_COLORSPACE.get(name)
    except Exception:  # as above
        return None


def _as_dict(value: Any) -> dict[Any, Any]:
    try:
        return dict(dict_value(value))
    except Exception:  # a reference that leads nowhere, or something else than a dictionary
        return {}


def _simpler_and_simpler(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A font as it is declared; without the program that is embedded in it; by its name alone."""
    yield spec
    bare = _without_program(spec)
    if "DescendantFonts" in bare:
        try:
            first = _as_dict(list_value(bare["DescendantFonts"])[0])
            bare["DescendantFonts"] = [_without_program(first)]
        except Exception:
            return
    yield bare
    yield {k: v for k, v in bare.items() if k not in ("ToUnicode", "Encoding")}
    name = resolve1(spec.get("BaseFont"))
    yield {"Subtype": LIT("Type1"), "BaseFont": name if isinstance(name, PSLiteral) else LIT("Helvetica")}


def _without_program(spec: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(spec)
    if "FontDescriptor" in out:
        descriptor = _as_dict(out["FontDescriptor"])
        out["FontDescriptor"] = {k: v for k, v in descriptor.items() if k not in _EMBEDDED}
    return out
