"""Draws charts and pages of PDFs, each request in a process of its own: `python -P drawing.py`.

What draws is native code over bytes from the web: if it dies, hangs or swells, the release does not. Each library
is imported where it is needed, because a process needs one of them. A request comes on standard input, the answer
goes to standard output, both as JSON:

    {"charts": [specification, ...]}           -> {"svgs": [...]}
    {"pdf": path, "pages": [1, 4], "dpi": 84, "hide": true}
        -> {"pictures": [[page, width, height, PNG in base64], ...]}

Widths and heights are PDF points. `hide` covers e-mail addresses and telephone numbers.
What cannot be drawn is {"failed": why}.
"""

import base64
import io
import json
import subprocess
import sys
from contextlib import suppress
from typing import Any

SHADES = 4  # shades of grey in a picture: letters stay clear, and a page of text takes about 25 KB
MOST_PIXELS = 2_500_000
MOST_MEMORY = 2_000_000_000


class CannotDraw(Exception):
    """A chart or picture could not be drawn; the message says why."""


def draw(request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the answer to a request. Raises CannotDraw if there is none within that many seconds."""
    try:
        done = subprocess.run(
            # as a file: as a module of this package it would load the package, at twice the cost of drawing
            [sys.executable, "-P", __file__],
            input=json.dumps(request),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=seconds,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise CannotDraw(f"drawing took more than {seconds:.0f} seconds or was lost") from error
    if "failed" in answer:
        raise CannotDraw(answer["failed"])
    return answer


def main() -> None:
    try:
        answer = _answer(json.load(sys.stdin))
    except Exception as error:  # a broken file makes these libraries raise anything
        answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
    json.dump(answer, sys.stdout)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    if "charts" in request:
        import vl_convert  # noqa: PLC0415

        return {"svgs": [vl_convert.vegalite_to_svg(chart) for chart in request["charts"]]}
    with suppress(ImportError):  # no such limits on this system
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    path, pages, dpi = request["pdf"], request["pages"], request["dpi"]
    return {"pictures": list(_pictures(path, pages, dpi, hide=request["hide"]))}


def _pictures(path: str, pages: list[int], dpi: int, *, hide: bool) -> Any:
    import pypdfium2  # noqa: PLC0415

    pdf = pypdfium2.PdfDocument(path)
    for number in pages:
        page = pdf[number - 1]
        # boxes are measured in the media box
        page.set_cropbox(*page.get_mediabox())
        width, height = page.get_size()
        scale = min(dpi / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True, draw_annots=False).to_pil()
        if hide:
            _cover(page, picture)
        yield number, round(width, 2), round(height, 2), base64.b64encode(_squeezed(picture)).decode()
        page.close()


def _cover(page: Any, picture: Any) -> None:
    """Draws over the letters and digits that the tables mask."""
    from ctypes import byref, c_int  # noqa: PLC0415

    from PIL import ImageDraw  # noqa: PLC0415
    from pypdfium2 import raw  # noqa: PLC0415

    from osint_ingest.text.privacy import mask  # noqa: PLC0415

    letters = page.get_textpage()
    # a line ends in two signs, and a hyphen at its end is told by one of two others
    signs = [(chr(raw.FPDFText_GetUnicode(letters, n)), n) for n in range(letters.count_chars())]
    signs = [("-" if sign in "\x02\ufffe" else sign, n) for sign, n in signs if sign != "\r"]
    text = "".join(sign for sign, _ in signs)
    masked = mask(text)[0]
    brush, x, y = ImageDraw.Draw(picture), c_int(), c_int()
    hidden = [sign != shown for (sign, _), shown in zip(signs, masked, strict=True)]
    for place, (sign, n) in enumerate(signs):
        beside = any(hidden[max(place - 1, 0) : place + 2])  # an `x` is masked by itself
        if not hidden[place] and not (sign == "x" and beside):
            continue
        left, bottom, right, top = letters.get_charbox(n, loose=True)
        corners = []
        for across, up in ((left, bottom), (right, top)):
            raw.FPDF_PageToDevice(page, 0, 0, *picture.size, 0, across, up, byref(x), byref(y))
            corners.append((x.value, y.value))
        (x0, y0), (x1, y1) = corners
        brush.rectangle((min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1), fill=160)


def _squeezed(picture: Any) -> bytes:
    from PIL import Image  # noqa: PLC0415

    shades = picture.convert("L").point([(value * (SHADES - 1) + 127) // 255 for value in range(256)])
    few = Image.frombytes("P", shades.size, shades.tobytes())
    few.putpalette([level * 255 // (SHADES - 1) for level in range(SHADES) for _ in "rgb"])
    out = io.BytesIO()
    few.save(out, "PNG", bits=2, compress_level=7)
    return out.getvalue()


if __name__ == "__main__":
    main()
