"""The labels of entities, declared once: name, scope, colour in the report, schema in exports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLabel:
    """What holds for all entities of a label."""

    title: str
    """In the report."""
    tint: tuple[str, str]
    """The colour behind its names in the report, on a light and on a dark page."""
    same_everywhere: bool = False
    """Does a name of its own (not a generic one) mean the same thing in documents about any country?"""
    of_a_country: bool = True
    """Does a thing of its own name belong to the country of its documents?"""
    has_homepage: bool = True
    """Can a reference at its name lead to its own site? One at a place or a person tells of something there."""
    schema: str
    """Its schema in FollowTheMoney: the nearest, where there is none of its own."""


ENTITY_LABELS = {
    "ORG": EntityLabel(title="institution", tint=("#dcebfa", "#1d3850"), schema="Organization"),
    "PERSON": EntityLabel(
        title="person", tint=("#fbe1e4", "#4b2530"), of_a_country=False, has_homepage=False, schema="Person"
    ),
    "GPE": EntityLabel(
        title="country or city", tint=("#dff1e0", "#1f3d28"), has_homepage=False, schema="Territory"
    ),
    "LOC": EntityLabel(
        title="place",
        tint=("#e8f0d5", "#343d1c"),
        same_everywhere=True,
        of_a_country=False,
        has_homepage=False,
        schema="Address",
    ),
    "LAW": EntityLabel(title="law", tint=("#f0e4f8", "#3b2a4c"), schema="Document"),
    "SOFTWARE": EntityLabel(
        title="software",
        tint=("#fdeed5", "#473516"),
        same_everywhere=True,
        of_a_country=False,
        schema="Asset",
    ),
    "EVENT": EntityLabel(
        title="event", tint=("#fbe6d8", "#4a2c1b"), same_everywhere=True, of_a_country=False, schema="Event"
    ),
    "PROGRAM": EntityLabel(title="programme", tint=("#d9f0ef", "#15403f"), schema="Project"),
    "LICENCE": EntityLabel(
        title="licence",
        tint=("#e9e7e1", "#34373a"),
        same_everywhere=True,
        of_a_country=False,
        has_homepage=False,
        schema="Document",
    ),
}
"""All labels, in the order in which they are shown."""
