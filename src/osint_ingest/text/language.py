"""Which language a passage is in: its commonest short words, else py3langid.

Its two large tables, 70 MB, stay in a file that goes with the process: they are asked seldom, and of a text they tell
from few places.
"""

import lzma
import mmap
import shutil
import zipfile
from functools import cache
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from osint_ingest.text.language_files import language_files

LAYOUT = ".npz.xz"
"""How the name of a model's file ends whose layout is known here: that of py3langid 0.4."""
LOCAL_HEADER = 30
"""Bytes that a member of a ZIP file has before its name; how long that is stands at 26, how long the rest at 28."""


def guess(text: str) -> tuple[str, float]:
    """The likeliest of all languages that py3langid knows (ISO 639-1), and its probability."""
    identifier, mapped = _loaded()
    code, probability = identifier.classify(text)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)  # the system lays in sixteen pages for each that is looked at
    return str(code), float(probability)


@cache
def _loaded() -> tuple[LanguageIdentifier, mmap.mmap | None]:
    if not MODEL_FILE.endswith(LAYOUT):
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True), None
    with TemporaryFile(prefix="osint-ingest-") as file:
        with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
            shutil.copyfileobj(packed, file, 1 << 20)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with zipfile.ZipFile(file) as archive:
            tables = {m.filename.removesuffix(".npy"): _view(archive, m, mapped) for m in archive.infolist()}
    identifier = LanguageIdentifier(
        tables["ptc"],
        tables["pc"].copy(),
        tables["classes"].tolist(),
        memoryview(tables["nextmove"]),  # its items are Python's own numbers, and quick to get
        tables["out_feat"].tolist(),
        norm_probs=True,
        tk_row=tables["nextmove_row"].tolist(),
    )
    return identifier, mapped


def _view(archive: zipfile.ZipFile, member: zipfile.ZipInfo, mapped: mmap.mmap) -> Any:
    """The array of an .npz file where it lies, unpacked as it is there."""
    start = member.header_offset
    named, more = (int.from_bytes(mapped[start + at : start + at + 2], "little") for at in (26, 28))
    with archive.open(member) as head:
        np.lib.format.read_magic(head)
        shape, _, dtype = np.lib.format.read_array_header_1_0(head)
        offset = start + LOCAL_HEADER + named + more + head.tell()
    return np.frombuffer(mapped, dtype, int(np.prod(shape)), offset).reshape(shape)


MIN_CHARACTERS = 40
"""A shorter passage tells too little: it has the language of its document."""
ENOUGH_WORDS, CLEAR_LEAD = 2, 1.6
"""So many short words that only one language has, and so many times those of the next, leave no doubt."""
SAMPLE = 180
"""Code points that are looked at: more would cost time and tell nothing new."""


@cache
def _telling_words() -> tuple[frozenset[str], dict[str, str], dict[str, int]]:
    """The commonest short words that only one of the languages has, the language of each, and a number for each
    language: of two with as many words in a text the first of the files counts."""
    words = {
        code: frozenset(said["function_words"].split())
        for code, said in language_files(__package__).items()
        if "function_words" in said
    }
    language = {
        word: code
        for code, own in words.items()
        for word in own.difference(*(others for other, others in words.items() if other != code))
    }
    return frozenset(language), language, {code: -place for place, code in enumerate(words)}


def language_of(text: str, default: str | None = None, *, sure: float = 0.8) -> str | None:
    """ISO 639-1 code of the language of `text`; `default` when it is short or the guess is unsure."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < MIN_CHARACTERS:
        return default
    if quick := by_function_words(sample):
        return quick
    code, probability = guess(sample)
    return code if probability >= sure else default


def by_function_words(text: str, enough: int = ENOUGH_WORDS, lead: float = CLEAR_LEAD) -> str | None:
    """Return the language whose commonest short words the text has; None if no language is clearly ahead."""
    telling, language, order = _telling_words()
    found = [language[word] for word in telling.intersection(text[:SAMPLE].lower().split())]
    if len(found) < enough:
        return None
    if found.count(found[0]) == len(found):
        return found[0]
    counts = {code: found.count(code) for code in set(found)}
    best = max(counts, key=lambda code: (counts[code], order[code]))
    most = counts.pop(best)
    return best if most >= enough and most >= lead * max(counts.values()) else None
