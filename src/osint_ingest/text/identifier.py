"""Which of a hundred languages a text is in, by py3langid.

Its two large tables, 70 MB, stay in a file that goes with the process: they are asked seldom, and of a text they tell
from few places. To unpack them takes 0.4 s, so only what asks imports this module.
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
