"""Text as it is kept (NFC, one space between words), and the phrase that ends at a place in it."""

import re
import unicodedata

from osint_ingest.text.language_files import any_word

_UNSEEN = "\u200b\ufeff"
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
# NULs, control characters and lone surrogates, which no table can hold; soft hyphens
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\ud800-\udfff]+")

_TOKENS = re.compile(r"(\s+)")


def whole_addresses(text: str) -> str:
    """Return the text without invisible characters inside e-mail addresses. Elsewhere they separate words."""
    if "@" not in text or not any(sign in text for sign in _UNSEEN):
        return text
    gone = str.maketrans("", "", _UNSEEN)
    return "".join(token.translate(gone) if "@" in token else token for token in _TOKENS.split(text))


def clean(text: str) -> str:
    """Return the text in NFC (never NFKC, which turns `policy¹` into `policy1`), with single spaces, stripped. Soft
    hyphens, NULs, control characters and lone surrogates, which no table can hold, are removed."""
    text = whole_addresses(unicodedata.normalize("NFC", text))
    return _SPACE.sub(" ", _UNWANTED.sub("", text)).strip()


LONGEST = 240
"""A phrase is cut at a word when it grows longer, in code points."""

# where a phrase can begin: after a sentence, or after a clause that a semicolon or colon closes
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(¿¡]*[A-ZÀ-ÖØ-Þ0-9])|[;:]\s+")
# words that a full stop shortens and does not end
_SHORTENED = re.compile(
    rf"(?:\b(?:No|Nos|Nr|Art|Arts|{any_word('forms_of_address')}|St|cf|Cf|vs|Inc|Ltd|[A-Z])|N[º°])\.\s+$"
)
LONGEST_SHORT_FORM = 24
"""No shortened word is longer, in code points, with its full stop and space."""
_CLOSING = " \t\n,.;:"


def anchor_span(text: str, offset: int) -> tuple[int, int]:
    """Where the phrase that ends at `offset` of `text` starts and ends, as half-open code points. It begins after the
    last sentence, semicolon or colon before the offset, and is at most `LONGEST` long. White space and punctuation at
    its end do not belong to it. An offset at the text's start gives an empty span there."""
    end = offset
    while end > 0 and text[end - 1] in _CLOSING:
        end -= 1
    start = max(0, end - LONGEST)
    cut = start > 0
    for match in _SENTENCE.finditer(text, start, end):
        if not ends_in_short_form(text, match.end(), start):
            start, cut = match.end(), False
    if cut and (space := text.find(" ", start, end)) >= 0:
        start = space + 1
    return min(start, end), end


def ends_in_short_form(text: str, end: int, start: int = 0) -> bool:
    """Does the full stop before `end`, and the space after it, belong to a word that it shortens (`Art. `, `J. `)?"""
    return _SHORTENED.search(text, max(start, end - LONGEST_SHORT_FORM), end) is not None
