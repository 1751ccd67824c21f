"""What is known of an entity of a release before its homepage is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name of an entity as printed; `kind` as in `entity_names.kind`."""

    name: str
    kind: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """An entity before its homepage is known."""

    entity_id: str
    label: str
    name: str
    acronym: str | None
    native_name: str | None
    country_code: str | None
    names: tuple[EntityName, ...]
    listed: bool
    """Does a gazetteer have one of its names?"""
