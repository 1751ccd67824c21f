"""Technical specifications: their classes and properties (`dcat:CatalogRecord`) name nothing in their prose."""

from __future__ import annotations

import re
from collections.abc import Iterable

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.naming import normal

_IDENTIFIER = re.compile(
    r"(?<![\w/.:@-])(?!https?:|mailto:|urn:|doi:)[a-z][a-z0-9-]{1,11}:(?P<name>[A-Za-z][A-Za-z-]{2,})(?![\w:/@-])"
)
MANY = 10
"""Identifiers with a prefix that make a document a specification."""
_BY_LOOKS = frozenset(
    {"model", "camel", "form", "list:place", "list:intro", "context:before", "context:after"}
)
"""Methods that go by how a word looks or stands: what they see in a specification is mostly its own terms."""


def identifiers(texts: Iterable[str]) -> frozenset[str]:
    """What the document has defined as `prefix:Name`, compared without case, blanks and British spelling.

    Empty where there are too few: then the document is no specification.
    """
    found = {squashed(m["name"]) for text in texts if ":" in text for m in _IDENTIFIER.finditer(text)}
    return frozenset(found) if len(found) >= MANY else frozenset()


def squashed(name: str) -> str:
    """`Catalogue Record`, `CatalogRecord` -> `catalogrecord`."""
    plain = normal(name).replace("catalogue", "catalog").replace("licence", "license")
    return re.sub(r"[^a-z0-9]", "", plain)


def names_a_term(text: str, found: Found, terms: frozenset[str]) -> bool:
    """Is this name only a term of the specification: a class or property, alone or in the plural?"""
    name = squashed(text[found.start : found.end])
    if name in terms or name.removesuffix("s") in terms:
        return True
    return found.method in _BY_LOOKS
