"""Which language a passage is in: its commonest short words, else py3langid."""

from functools import cache

from osint_ingest.text.language_files import language_files

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
    """ISO 639-1 code of the language of `text`; `default` when it is short, besides addresses, or the guess is unsure.

    For `default` one telling word is enough, or no short word at all, as in titles and lists of names: of 781 such
    passages of 127 documents py3langid saw 3 otherwise.
    """
    sample = " ".join(word for word in text[:SAMPLE].split() if "://" not in word)
    if sum(map(str.isalpha, sample)) < MIN_CHARACTERS:
        return default
    if quick := by_function_words(sample):
        return quick
    if default and (by_function_words(sample, 1) == default or _has_no_short_word(sample)):
        return default
    from osint_ingest.text.identifier import guess  # noqa: PLC0415 - slow to load, and few documents need it

    code, probability = guess(sample)
    return code if probability >= sure else default


def _has_no_short_word(text: str) -> bool:
    """Is a text in letters that can be small or capital without a short word in small ones?"""
    return text.upper() != text.lower() and not any(len(w) <= 3 and w.islower() for w in text.split())


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
