"""The scorer of names: what counts as right, by label, language and rule; and texts that are not the labelled ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from . import labelled_names
from .labelled_names import LabelledText, Name, read_texts
from .name_scores import Proposed, RuleWins, cases, score_names
from .tally import Tally

TEXT = LabelledText(
    "a", "en", "s", "f", "tune", "Open Ruritania met Ana Lee.", (Name(0, 14, "ORG"), Name(19, 26, "PERSON"))
)


def read_wrongly(document: Sequence[LabelledText]) -> list[list[Proposed]]:
    found = [
        Proposed(Name(0, 14, "ORG"), "heads"),
        Proposed(Name(19, 26, "ORG"), "runs"),
        Proposed(Name(15, 18, "GPE"), "runs"),
    ]
    return [found for _ in document]


def test_names_are_right_where_span_and_label_are() -> None:
    scores = score_names([[TEXT]], read_wrongly)
    assert scores.tallies["strict"] == scores.tallies["en"] == Tally(1, 2, 1)
    assert scores.tallies["spans"] == Tally(2, 1, 0)
    assert scores.tallies["ORG"] == Tally(1, 1, 0)
    assert scores.tallies["PERSON"] == Tally(0, 0, 1)
    assert scores.rules == {"heads": RuleWins(right=1), "runs": RuleWins(mislabelled=1, wrong=1)}
    assert "- Ana Lee PERSON (a)" in scores.misses
    assert "+ met GPE (a runs)" in scores.misses


def test_without_the_texts_there_are_no_cases_and_the_message_says_what_is_missing(tmp_path: Path) -> None:
    assert not list(cases({"corpus": tmp_path}))
    with pytest.raises(FileNotFoundError, match="beside the checkout"):
        read_texts(tmp_path)


def test_a_text_that_was_changed_is_refused(tmp_path: Path) -> None:
    first = json.loads(labelled_names.LABELS.read_text(encoding="utf-8").split("\n", 1)[0])
    (tmp_path / "text").mkdir()
    row = {"id": first["id"], "source": "s", "file": "f", "language": "en", "text": "Another text."}
    (tmp_path / "text" / "en.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(ValueError, match=first["id"]):
        read_texts(tmp_path)


def test_folds_hold_each_source_once_and_about_as_many_names() -> None:
    from .cross_validate import folds  # loads what trains, for a second

    counts = {"a": 9, "b": 5, "c": 4, "d": 0}
    name = Name(0, 4, "ORG")
    documents = [
        [LabelledText(f"{source}{n}", language, source, "f", "train", "Open", (name,) * count)]
        for source, count in counts.items()
        for n, language in enumerate(("en", "es"))
    ]
    groups = folds(documents, 2)
    assert sorted(source for group in groups for source in group) == ["a", "b", "c", "d"]
    assert sorted(2 * sum(counts[s] for s in group) for group in groups) == [18, 18]
