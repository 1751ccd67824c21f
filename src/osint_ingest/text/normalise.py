"""Text as it is kept: NFC, one space between words."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[\s\u200b\ufeff]+")


def clean(text: str) -> str:
    """NFC (never NFKC, which turns `policy¹` into `policy1`), white space folded to one space, stripped.

    Soft hyphens go, and so do NULs, control characters and lone surrogates, which no table can hold.
    """
    kept = "".join(
        c for c in unicodedata.normalize("NFC", text) if c != "\u00ad" and (c in "\n\t\r" or not _unwanted(c))
    )
    return _SPACE.sub(" ", kept).strip()


def _unwanted(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")
