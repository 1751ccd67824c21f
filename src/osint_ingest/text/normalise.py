"""Text as it is kept: NFC, one space between words."""

import re
import unicodedata

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


def without_accents(text: str) -> str:
    """Return the text with its letters alone, for comparing: `É` -> `E`. Ligatures and raised digits become plain."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
