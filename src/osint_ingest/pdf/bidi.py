"""Right-to-left lines: from the order on the page to the order of reading."""

from __future__ import annotations

from dataclasses import replace

from osint_ingest.pdf.words import GAP, Word, is_rtl

_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def _direction(word: Word) -> str:
    char = word.text[0]
    if is_rtl(char):
        return "R"
    return "L" if char.isalnum() else "N"


def logical(words: list[Word]) -> list[Word]:
    """Words of one printed line, sorted by x -> words in reading order, letters joined into words.

    Where most letters run from right to left the line is read from its right end; numbers and Latin
    words inside keep their own order. `space` is set; brackets are turned where the font's map shows
    their mirror image.
    """
    tokens = [w for w in words if w.text]
    directions = [_direction(w) for w in tokens]
    base = "R" if _weight(tokens, directions, "R") >= _weight(tokens, directions, "L") else "L"
    directions = _resolve(tokens, directions, base)
    runs: list[tuple[str, list[Word]]] = []
    for token, direction in zip(tokens, directions, strict=True):
        if runs and runs[-1][0] == direction:
            runs[-1][1].append(token)
        else:
            runs.append((direction, [token]))
    if base == "R":
        runs.reverse()
    ordered: list[Word] = []
    for direction, run in runs:
        ordered.extend(reversed(run) if direction == "R" else run)
    return _join(_brackets(ordered))


def _weight(tokens: list[Word], directions: list[str], wanted: str) -> int:
    return sum(
        sum(c.isalpha() for c in t.text) for t, d in zip(tokens, directions, strict=True) if d == wanted
    )


def _resolve(tokens: list[Word], directions: list[str], base: str) -> list[str]:
    """Neutral signs between two runs of one direction belong to it, others follow the line."""
    out = list(directions)
    for i, direction in enumerate(directions):
        if direction != "N":
            continue
        before = next((directions[k] for k in range(i - 1, -1, -1) if directions[k] != "N"), base)
        after = next((directions[k] for k in range(i + 1, len(tokens)) if directions[k] != "N"), base)
        out[i] = before if before == after else base
    return out


def _brackets(words: list[Word]) -> list[Word]:
    """Turns all brackets when they close before they open."""
    depth = lowest = 0
    for word in words:
        for char in word.text:
            depth += (char in "([{«") - (char in ")]}»")
            lowest = min(lowest, depth)
    if lowest >= 0:
        return words
    return [replace(w, text=w.text.translate(_MIRROR)) for w in words]


def _join(words: list[Word]) -> list[Word]:
    out: list[Word] = []
    space = True
    for word in words:
        if word.text == " ":
            space = True
            continue
        last = out[-1] if out else None
        if last is None or space:
            out.append(replace(word, space=True))
        else:
            gap = max(word.x0 - last.x1, last.x0 - word.x1)
            apart = gap > GAP * max(word.size, last.size)
            same = (
                abs(word.base - last.base) < 0.06 * word.size
                and abs(word.size - last.size) < 0.06 * word.size
            )
            plain = last.text[-1].isalpha() and word.text[0].isalpha()
            if same and plain and not apart:
                out[-1] = replace(
                    last,
                    text=last.text + word.text,
                    x0=min(last.x0, word.x0),
                    x1=max(last.x1, word.x1),
                    top=min(last.top, word.top),
                    bottom=max(last.bottom, word.bottom),
                )
            else:
                out.append(replace(word, space=apart))
        space = False
    return out
