"""The language of a text that has few short words to know it by."""

from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from osint_ingest.text.identifier import guess
from osint_ingest.text.language import language_of

TEXTS = {
    "de": "Die Verwaltung des Landes veröffentlicht den Quelltext ihrer Programme seit 2019.",
    "el": "Το υπουργείο δημοσιεύει τον κώδικα των προγραμμάτων του.",
    "fi": "Ministeriö julkaisee ohjelmistojensa lähdekoodin kaikille avoimesti.",
    "ja": "省庁はソフトウェアのソースコードを公開している。",
    "": "2019, 2020; 45 %",
}


@pytest.fixture(scope="module")
def whole() -> LanguageIdentifier:
    """py3langid's own, all of it in memory."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize("language", TEXTS)
def test_a_table_that_stays_in_a_file_tells_the_same(language: str, whole: LanguageIdentifier) -> None:
    code, probability = guess(TEXTS[language])
    assert (code, probability) == whole.classify(TEXTS[language])
    assert language in ("", code)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Contributors: John Callahan, Heather Vescent, Kaliya Young, Darrell Duane", "en"),
        ("https://harbour.example/veröffentlicht-den-quelltext-ihrer-programme", "en"),
        ("Ministeriö julkaisee ohjelmistojensa lähdekoodin kaikille, joita se koskee.", "fi"),
        ("省庁はソフトウェアのソースコードを公開している。" * 2, "ja"),
        ("Министерство публикует исходный код программ, которые финансирует бюджет.", "ru"),
    ],
    ids=["names", "an address", "prose", "a script without capitals", "short words of Russian"],
)
def test_a_passage_without_words_that_tell_has_the_language_of_its_document(text: str, language: str) -> None:
    assert language_of(text, "en") == language
