"""What is known of each entity of a release, in columns: there can be a million, and nearly all have one name."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.uses import Numbers

AT_ONCE = 64 * 1024
"""Entities of which something is put together at a time."""
_READY = 16 * 1024
"""Profiles that are kept after they were asked for."""


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


class Profiles:
    """Profiles by the number of their cluster; each is put together when it is asked for."""

    def __init__(self, drafts: Iterable[Profile], mark_of: Callable[[int], str]) -> None:
        """Drafts of one id get their marks at its end."""
        self._labels: list[str] = []
        self._names: list[str] = []
        self._acronyms: list[str | None] = []
        self._native_names: list[str | None] = []
        self._country_codes: list[str | None] = []
        self._listed: list[bool] = []
        self._begin = array("q", [0])
        self._printed: list[str] = []
        self._kinds: list[str] = []
        self._languages: list[str | None] = []
        ids = pa.concat_arrays([pa.array([], pa.string()), *self._taken(drafts)])
        self.ids: pa.StringArray = _marked(ids, mark_of)
        self.order: Numbers = pc.sort_indices(self.ids).to_numpy().astype(np.int64)
        """Their numbers in the order of their ids."""
        self._made = lru_cache(_READY)(self._make)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, number: int) -> Profile:
        return self._made(int(number))

    def of_ids(self, ids: Iterable[str]) -> dict[str, Profile]:
        """Those of some ids."""
        asked = sorted(set(ids))
        numbers = pc.index_in(pa.array(asked, pa.string()), value_set=self.ids).to_pylist()
        return {entity: self[number] for entity, number in zip(asked, numbers, strict=True)}

    def rows(self, numbers: Numbers) -> pa.Table:
        """What `entities` tells of some, without homepages and counts."""
        at = numbers.tolist()
        columns: dict[str, Sequence[str | None]] = {
            "label": self._labels,
            "name": self._names,
            "acronym": self._acronyms,
            "native_name": self._native_names,
            "country_code": self._country_codes,
        }
        told = {name: pa.array([values[n] for n in at], pa.string()) for name, values in columns.items()}
        return pa.table({"entity_id": self.ids.take(pa.array(numbers)), **told})

    def names_of(self, numbers: Numbers) -> pa.Table:
        """The rows of `entity_names` of some entities."""
        begin = np.frombuffer(self._begin, np.int64)
        counts = begin[numbers + 1] - begin[numbers]
        rows = np.repeat(begin[numbers] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        at = rows.tolist()
        return pa.table(
            {
                "entity_id": self.ids.take(pa.array(np.repeat(numbers, counts))),
                "name": pa.array([self._printed[n] for n in at], pa.string()),
                "kind": pa.array([self._kinds[n] for n in at], pa.string()),
                "language": pa.array([self._languages[n] for n in at], pa.string()),
            }
        )

    def _taken(self, drafts: Iterable[Profile]) -> Iterator[pa.StringArray]:
        """Takes drafts into the columns, gives their ids."""
        ids: list[str] = []
        for draft in drafts:
            self._labels.append(draft.label)
            self._names.append(draft.name)
            self._acronyms.append(draft.acronym)
            self._native_names.append(draft.native_name)
            self._country_codes.append(draft.country_code)
            self._listed.append(draft.listed)
            for name in draft.names:
                self._printed.append(name.name)
                self._kinds.append(name.kind)
                self._languages.append(name.language)
            self._begin.append(len(self._printed))
            ids.append(draft.entity_id)
            if len(ids) == AT_ONCE:
                yield pa.array(ids, pa.string())
                ids.clear()
        yield pa.array(ids, pa.string())

    def _make(self, number: int) -> Profile:
        named = slice(self._begin[number], self._begin[number + 1])
        names = zip(self._printed[named], self._kinds[named], self._languages[named], strict=True)
        return Profile(
            self.ids[number].as_py(),
            self._labels[number],
            self._names[number],
            self._acronyms[number],
            self._native_names[number],
            self._country_codes[number],
            tuple(EntityName(*name) for name in names),
            self._listed[number],
        )


def _marked(ids: pa.StringArray, mark_of: Callable[[int], str]) -> pa.StringArray:
    """Two entities of one id (a name that holds apart in two towns): each gets its mark."""
    order = pc.sort_indices(ids)
    in_order = ids.take(order)
    same = np.zeros(len(ids) + 1, bool)
    same[1:-1] = pc.equal(in_order[1:], in_order[:-1]).to_numpy(zero_copy_only=False)
    numbers = np.sort(order.to_numpy()[same[1:] | same[:-1]])
    wanted = np.zeros(len(ids), bool)
    wanted[numbers] = True
    marked = [f"{ids[n].as_py()}-{mark_of(n)}" for n in numbers.tolist()]
    return pc.replace_with_mask(ids, pa.array(wanted), pa.array(marked, pa.string()))
