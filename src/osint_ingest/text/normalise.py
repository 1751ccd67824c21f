"""Text as it is kept: NFC, one space between words."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
# NULs, control characters and lone surrogates, which no table can hold; soft hyphens
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\ud800-\udfff]+")


def clean(text: str) -> str:
    """NFC (never NFKC, which turns `policy¹` into `policy1`), white space folded to one space, stripped.

    Soft hyphens go, and so do NULs, control characters and lone surrogates, which no table can hold.
    """
    return _SPACE.sub(" ", _UNWANTED.sub("", unicodedata.normalize("NFC", text))).strip()
