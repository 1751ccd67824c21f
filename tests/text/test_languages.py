"""A language is data: no Python file of the package has a word of one, and a file more is a language more."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import osint_ingest
from osint_ingest.text.language_files import language_files, words

PACKAGE = Path(osint_ingest.__file__).parent
DATA = [*PACKAGE.rglob("languages/*.toml"), *(PACKAGE / "entities" / "data").glob("*.toml")]
ROMANCE_AND_GERMAN = ("es", "fr", "pt", "it", "de")
TEXT = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
WORD = re.compile(r"[^\W\d_]{2,}")
ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[a-zA-Z])")
OURS_TOO = frozenset(
    # English words, abbreviations, codes of languages, names of modules, functions and elements, top-level domains
    [
        "ce",
        "come",
        "die",
        "do",
        "no",
        "per",
        "plus",
        "sin",
        "son",
        "par",
        "nos",
        "en",
        "es",
        "al",
        "ed",
        "em",
        "na",
        "os",
        "com",
        "mit",
        "см",
    ]
)


def _entries(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    else:
        for own in said.values() if isinstance(said, dict) else said:
            yield from _entries(own)


def foreign_words() -> set[str]:
    """Words with an accent of all data of languages, and the commonest short words of five."""
    found = {
        word
        for path in DATA
        for entry in _entries(tomllib.loads(path.read_text(encoding="utf-8")))
        for word in WORD.findall(entry.lower())
        if not word.isascii()
    }
    for code in ROMANCE_AND_GERMAN:
        found |= {
            w for w in language_files("osint_ingest.text")[code]["function_words"].split() if len(w) > 1
        }
    return found - set(language_files("osint_ingest.text")["en"]["function_words"].split()) - OURS_TOO


def words_in(source: str) -> Iterator[tuple[int, str]]:
    """The words of the texts and comments of a module, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in TEXT:
            for word in WORD.findall(ESCAPE.sub(" ", token.string)):
                yield token.start[0], word.lower()


def test_no_module_has_a_word_of_a_language() -> None:
    foreign = foreign_words()
    assert {"für", "situação", "sobre", "dans"} <= foreign
    found: dict[str, list[tuple[int, str]]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        own = [hit for hit in words_in(path.read_text(encoding="utf-8")) if hit[1] in foreign]
        if own:
            found[path.relative_to(PACKAGE).as_posix()] = own
    assert found == {}


@pytest.mark.parametrize("line", ["A = r'\\bde la\\b'", "B = f'{1} für'", "# según", "'''le mot'''"])
def test_a_word_in_a_module_is_seen(line: str) -> None:
    assert [word for _, word in words_in(line + "\n") if word in foreign_words()]


def test_what_is_no_word_of_a_language_is_not() -> None:
    line = "import os\nA = re.compile(r'\\d+\\s*(?:plan|loi)s?')  # no plan of it, come what may\n"
    assert not [word for _, word in words_in(line) if word in foreign_words()]


def test_a_list_is_that_of_all_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"table", "tabla", "tableau", "tabela"} <= set(words("captions"))
    assert "arroba" in words("contact.at")
    with pytest.raises(KeyError, match="no_such_list"):
        words("no_such_list")
    folder = tmp_path / "spoken" / "languages"
    folder.mkdir(parents=True)
    (tmp_path / "spoken" / "__init__.py").touch()
    (folder / "en.toml").write_text('page = ["page"]\n', encoding="utf-8")
    (folder / "cy.toml").write_text('page = "tudalen dalen"\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert words("page", "spoken") == ("page", "tudalen", "dalen")
    (folder / "cy.toml").write_text("page = [", encoding="utf-8")
    language_files.cache_clear()
    with pytest.raises(ValueError, match=r"cy\.toml"):
        language_files("spoken")
    language_files.cache_clear()
