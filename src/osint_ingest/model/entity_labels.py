"""The labels of entities, declared in `entity_labels.toml`: name, scope, colour in the report, schema in exports."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class EntityLabel:
    """What holds for all entities of a label; the file says what each field means."""

    title: str
    tint: tuple[str, str]
    same_everywhere: bool
    of_a_country: bool
    has_homepage: bool
    schema: str


_DECLARED = tomllib.loads(files(__package__).joinpath("entity_labels.toml").read_text(encoding="utf-8"))
ENTITY_LABELS = {
    label: EntityLabel(**{**said, "tint": tuple(said["tint"])}) for label, said in _DECLARED.items()
}
"""All labels, in the order in which they are shown."""
