"""The words of these pages, from `languages/`, one file for each language: labels, questions, values, small words."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from osint_ingest.html.labels import Label, LabelBook, plain_words
from osint_ingest.model import Messages
from osint_ingest.text.language_files import any_form, language_files, words

MESSAGES = Messages(__package__)


@cache
def codes() -> tuple[str, ...]:
    """The languages that pages are read in, by ISO 639-1 code, English first; action plans are in others too."""
    return tuple(code for code, said in language_files(__package__).items() if "labels" in said)


def own_words(key: str) -> tuple[str, ...]:
    """The words of all languages under a key such as `titles.plan`. KeyError where there is none."""
    return words(key, __package__)


def any_word(*keys: str) -> str:
    """The words under any of these keys as a part of a pattern."""
    return any_form(word for key in keys for word in own_words(key))


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))


def roles() -> dict[str, str]:
    """What each label is to its reader, from `labels.toml`."""
    return {key: role for key, role in _declared().items() if key != "families"}


def labels_of(family: str) -> frozenset[str]:
    """The labels that only pages of this family have: `local`, `national` or `plan`."""
    return frozenset(_declared()["families"][family])


@cache
def label_book() -> LabelBook:
    """The labels of the pages. ValueError names a label of a language that `labels.toml` does not have."""
    return _book("labels", roles(), _summary)


def _summary(heading: str) -> Label | None:
    """The label of the IRM's summary, for a heading that says so in other words, as translations do."""
    said = set(plain_words(heading))
    sums_up = not any(said.isdisjoint(known) for known in _summary_words())
    return Label("irm_end_of_term", "prose", codes()[0]) if sums_up else None


@cache
def _summary_words() -> tuple[frozenset[str], ...]:
    keys = ("titles.irm_short", "titles.irm_summaries")
    return tuple(frozenset(w for form in own_words(key) for w in plain_words(form)) for key in keys)


@cache
def assessment_book() -> LabelBook:
    """What stands before an assessment in the IRM's prose: the pages' own labels of these fields, and others."""
    keys = _keys("assessments")
    return LabelBook(
        (Label(key, "assessment", code), assessment_labels(key, code)) for key in keys for code in codes()
    )


def assessment_labels(field: str, code: str) -> list[str]:
    """The labels of an assessed field in a language."""
    return [form for section in ("labels", "assessments") for form in _table(code, section).get(field, [])]


@cache
def question_book() -> LabelBook:
    """Return the questions and headings of the forms, by the key of the column that an answer goes to."""
    return _book("questions", dict.fromkeys(_keys("questions"), "question"))


@cache
def valued_labels() -> dict[str, str]:
    """Each variant of a label that has a value, in plain words -> its key."""
    return {
        " ".join(plain_words(variant)): key
        for key, role in roles().items()
        if role in ("field", "coded")
        for variant in own_words(f"labels.{key}")
    }


@cache
def terms(section: str) -> dict[str, tuple[str, ...]]:
    """The values under `policy_areas` or `values.<field>`: the canonical form, which is the English file's, ->
    all forms. ValueError names a canonical form that the English file does not have."""
    found: dict[str, dict[str, None]] = {}
    for code in codes():
        for canonical, forms in _table(code, section).items():
            if code != codes()[0] and canonical not in found:
                raise ValueError(f"languages/{code}.toml: {section} has no {canonical!r} in English")
            found.setdefault(canonical, {}).update(dict.fromkeys(forms))
    return {canonical: tuple(forms) for canonical, forms in found.items()}


def value_sections() -> list[str]:
    """The names of all vocabularies under `values`."""
    return list(_table(codes()[0], "values"))


@cache
def ordinals() -> dict[str, list[int]]:
    """Each ordinal in words, in small letters -> the places in a list that it can stand at."""
    found: dict[str, list[int]] = {}
    for code in codes():
        for number, names in enumerate(_table(code, "words")["ordinals"], 1):
            for name in names.split():
                found.setdefault(name, []).append(number)
    return found


def _table(code: str, section: str) -> dict[str, list[Any]]:
    said = language_files(__package__)[code]
    for part in section.split("."):
        said = said.get(part, {})
    return dict(said)


def _keys(section: str) -> list[str]:
    return list(dict.fromkeys(key for code in codes() for key in _table(code, section)))


def _book(
    section: str, role: dict[str, str], heads: Callable[[str], Label | None] = lambda text: None
) -> LabelBook:
    if unknown := set(_keys(section)) - set(role):
        raise ValueError(f"languages/: no role in labels.toml for {sorted(unknown)}")
    return LabelBook(
        (
            (Label(key, role[key], code), _table(code, section).get(key, []))
            for key in role
            for code in codes()
        ),
        heads,
    )
