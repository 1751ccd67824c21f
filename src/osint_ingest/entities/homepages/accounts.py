"""Accounts on shared hosts that a text says are somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, permutations

import pycountry

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.homepages.hosts import depth, letters, path_of, shared_hosts
from osint_ingest.entities.lexicon import any_word, fold, grammar
from osint_ingest.entities.naming import countries, normal
from osint_ingest.entities.resolve.uses import Standing
from osint_ingest.text.urls import registered_domain

_OF = re.compile(rf"\b(?P<what>\w+) (?:{any_word('of', 'by')})(?: (?:{any_word('articles')})| l['’])?\s?\Z")
_ON_A_HOST = re.compile(rf"(?: (?:{any_word('on')}) [A-Z]\w+)?")
_BRACKETED = re.compile(r"(?:\s\([^()]{2,60}\))?")
_WORD = re.compile(r"[^\W_][\w.’'-]*")
SENTENCE_END = re.compile(r"[.!?][\s\d,]*\s(?=[^\W\d_a-z])")
CLAUSE = 9
"""Words within which it is said what somebody keeps and where: `maintains an active repository on GitHub`."""
MOST_WORDS = 4


def account_owner(found: Sequence[Standing], offset: int, text: str, url: str) -> str | None:
    """Whose account on a shared host an address is, as the text before `offset` says; None where it does not.

    `the repository of the Ministry of X on GitHub`; `the Estonia QGIS community keeps a repository on GitHub` where the
    account is called by letters of its name. `found` are the mentions of `text`, sorted.
    """
    if (registered_domain(url) or "") not in shared_hosts() or depth(url) != 1:
        return None
    for mention in reversed(found):
        if mention.end > offset or mention.label not in ("ORG", "PROGRAM", "EVENT", "GPE"):
            continue
        if _ON_A_HOST.fullmatch(text, mention.end, offset):
            of = _OF.search(text, max(0, mention.start - 60), mention.start)
            if of is not None and fold(of["what"]) in grammar().words["accounts"]:
                return mention.entity
        if mention.label != "GPE" and _keeps_it(mention, offset, text, url):
            return mention.entity
    return None


def _keeps_it(mention: Standing, offset: int, text: str, url: str) -> bool:
    """Does the sentence go on with what the one mentioned keeps on this host, under letters of the name?"""
    after = _BRACKETED.match(text, mention.end)
    start = after.end() if after is not None else mention.end
    verb = _WORD.match(text, start + 1, offset)
    if verb is None or fold(verb.group()) not in grammar().words["keeps"]:
        return False
    if SENTENCE_END.search(text, start, offset):
        return False
    clause = [w.group() for w in islice(_WORD.finditer(text, verb.end(), offset), CLAUSE)]
    host = (registered_domain(url) or "").partition(".")[0]
    said = any(fold(w) in grammar().words["accounts"] for w in clause) and any(
        letters(w) == host for w in clause
    )
    return said and is_called_short(path_of(url), mention.text)


def is_called_short(account: str, name: str) -> bool:
    """Is an account called by letters of a name? Its initials (`mow`), or all that tells in it, each word whole, by its
    capitals or as the code of a country (`osm-ee`, `qgisestonia`), in any order."""
    called = letters(account)
    if abbreviates(called, name, strict=True):
        return True
    words = list(_telling(name))
    if not 2 <= len(words) <= MOST_WORDS:
        return False
    return any(_is_written(called, order) for order in permutations(words))


def _is_written(called: str, words: Sequence[frozenset[str]]) -> bool:
    if not words:
        return not called
    return any(called.startswith(form) and _is_written(called[len(form) :], words[1:]) for form in words[0])


def _telling(name: str) -> Iterator[frozenset[str]]:
    """The words of a name that tell, each with the forms that an address may have it in."""
    plain = grammar().words["small"] | grammar().words["communities"]
    words = [w for w in _WORD.findall(name) if fold(w) not in plain]
    at = 0
    while at < len(words):
        size = next((n for n in (3, 2, 1) if normal(" ".join(words[at : at + n])) in countries()), 0)
        if size:
            whole = " ".join(words[at : at + size])
            code = countries()[normal(whole)]
            short = [c.alpha_2.lower() for c in (pycountry.countries.get(alpha_3=code),) if c is not None]
            yield frozenset({letters(whole), code.lower(), *short})
        else:
            capitals = "".join(c for c in words[at] if c.isupper()).lower()
            yield frozenset({letters(words[at]), capitals if len(capitals) > 1 else letters(words[at])})
        at += max(size, 1)
