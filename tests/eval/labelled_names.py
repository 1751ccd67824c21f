"""The labelled names of `data/names`, with the texts that stand beside the checkout, as documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Part = Literal["train", "tune", "measure"]
LABELS = Path(__file__).resolve().parents[2] / "data" / "names" / "labels.jsonl"


@dataclass(frozen=True, slots=True)
class Name:
    """A name: `[start, end)` in code points of its text, and its label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A passage and its names. `names` is None where nobody has labelled it."""

    id: str
    language: str
    source: str
    file: str
    part: Part | None
    text: str
    names: tuple[Name, ...] | None


def has_texts(folder: Path) -> bool:
    """Are the texts there, in `text/` of the corpus folder?"""
    return any((folder / "text").glob("*.jsonl"))


@cache
def read_texts(folder: Path) -> tuple[LabelledText, ...]:
    """All texts of the corpus folder in order of their ids, with their labels where they have some.

    FileNotFoundError where the texts are absent, ValueError where a text is not the one that was labelled.
    """
    if not has_texts(folder):
        raise FileNotFoundError(
            f"No texts in {folder / 'text'}: labels are kept without them. Put the folder `shared` beside the checkout."
        )
    lines = LABELS.read_text(encoding="utf-8").splitlines()
    labels = {entry["id"]: entry for entry in map(json.loads, lines)}
    texts = []
    for path in sorted((folder / "text").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            entry = labels.pop(row["id"], None)
            if entry and hashlib.sha256(row["text"].encode()).hexdigest() != entry["sha256"]:
                raise ValueError(f"{path}: the text of {row['id']} is not the one that was labelled.")
            names = None if entry is None else tuple(Name(*n) for n in entry["names"])
            part = None if entry is None else entry["part"]
            texts.append(
                LabelledText(row["id"], row["language"], row["source"], row["file"], part, row["text"], names)
            )
    if labels:
        raise ValueError(f"{folder / 'text'}: {len(labels)} labelled texts are missing, {min(labels)} first.")
    return tuple(sorted(texts, key=lambda t: t.id))


def documents(texts: Iterable[LabelledText]) -> list[list[LabelledText]]:
    """The texts of one file and language are a document, in the order of their ids."""
    found: dict[tuple[str, str, str], list[LabelledText]] = {}
    for text in texts:
        found.setdefault((text.source, text.file, text.language), []).append(text)
    return list(found.values())


def labelled_documents(folder: Path, part: Part) -> Sequence[Sequence[LabelledText]]:
    """The documents of a part."""
    return documents(t for t in read_texts(folder) if t.part == part)
