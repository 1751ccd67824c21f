"""The words that stand above a list of milestones."""

import re
from collections.abc import Sequence

from osint_ingest.html.labels import plain, plain_words
from osint_ingest.sources.ogp.wording import own_words

ANNOUNCED = frozenset(plain(form) for form in own_words("questions.milestones"))
"""The words for milestones."""
_LISTS = ANNOUNCED | {" ".join(plain_words(form)) for form in own_words("words.milestone_lists")}
_RECOMMENDED = frozenset(" ".join(plain_words(form)) for form in own_words("titles.recommendations"))
_COMMITMENT = frozenset(plain(word) for word in own_words("titles.commitment_numbered"))
_STEPS = frozenset(plain(word) for word in own_words("words.steps"))
_MAIN = frozenset(plain(word) for word in own_words("words.main"))
_BESIDE = (
    _STEPS
    | _MAIN
    | {
        plain(word)
        for key in ("words.joining", "words.dates", "words.ends", "words.is")
        for word in own_words(key)
    }
)
_FOLLOWING = frozenset(own_words("words.following"))
_MOST_WORDS = 12
_LONGEST_LEAD = 120
_MOST_BEHIND = 4
_LONGEST_VERB = 4
_ASIDE = re.compile(r"\([^()]*\)")


def announces(text: str) -> bool:
    """Do these words stand above a list of milestones? `Milestones`, `Milestones to fulfil the commitment`, `Key
    activities`, `The ministry has set itself three milestones`."""
    if len(text) > _LONGEST_LEAD:
        return False
    said = plain_words(_ASIDE.sub("", text))
    words = [word for word in said if word not in _FOLLOWING]
    if not 0 < len(words) <= _MOST_WORDS or " ".join(words) in _RECOMMENDED:
        return False
    named = (words, *(plain_words(aside) for aside in _ASIDE.findall(text)))
    follows = len(words) < len(said) and words[-1] in _LISTS
    return follows or any(map(_names_list, named)) or _leads_on(words)


def _names_list(words: Sequence[str]) -> bool:
    """Are words the name of a list and nothing else? `Key activities and deliverables`, `Milestones and timeline`,
    `Milestone/Activity`, `Key steps`."""
    telling = {word for word in words if word not in _BESIDE}
    main_steps = not (telling or _STEPS.isdisjoint(words) or _MAIN.isdisjoint(words))
    return " ".join(words) in _LISTS or main_steps or (bool(telling) and telling <= _LISTS)


def _leads_on(words: Sequence[str]) -> bool:
    """Does a sentence end with the word for milestones, or say what they are of?"""
    named = [at for at, word in enumerate(words) if word in _LISTS]
    if not named:
        return False
    behind = words[named[-1] + 1 :]
    # `The milestones are the following`: a short verb stands next, and not what the noun is of
    short = len(behind) < _MOST_BEHIND and len("".join(behind[:1])) <= _LONGEST_VERB
    ends = short and words[named[-1]] in ANNOUNCED and not any(word.isdigit() for word in behind)
    return ends or not _COMMITMENT.isdisjoint(behind)
