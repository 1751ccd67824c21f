"""The form in which tables are declared: a frozen dataclass for each table, a described field for each column.

From a declaration come its Arrow schema, the checks before a release, the data dictionary and
`datapackage.json`; rows are instances of it. Sources declare their own tables in the same form.

    @table("osor_policies", "Policies and legal acts of a report.")
    class Policy:
        document_id: str = column("The report", references="documents", key=True)
        ordinal: int = column("Place in the report's list, from 1", key=True)
        year: int | None = column("Year in which the act was made")
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, dataclass_transform, get_args, get_type_hints

import pyarrow as pa

Row = TypeVar("Row")

ARROW_TYPES: Mapping[type[Any], pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """The description of a column: text, unit, vocabulary, reference; see `column`."""

    description: str
    unit: str | None = None
    allowed: tuple[str, ...] | Callable[[], tuple[str, ...]] | None = None
    references: str | None = None
    personal: bool = False
    entity_of: str | None = None
    key: bool = False

    @property
    def vocabulary(self) -> tuple[str, ...] | None:
        """The values that the column may hold; None if any."""
        return self.allowed() if callable(self.allowed) else self.allowed


def column(
    description: str,
    *,
    key: bool = False,
    unit: str | None = None,
    vocabulary: tuple[str, ...] | Callable[[], tuple[str, ...]] | None = None,
    references: str | None = None,
    personal: bool = False,
    entity_of: str | None = None,
    default: Any = MISSING,
) -> Any:
    """Describes a column. `key`: it is part of the table's key; `vocabulary`: its values, or a function that lists them
    where some are declared later; `references` names the table whose single-column key it holds; `personal` marks a
    column that can hold the name of a private person; `entity_of` names the column with the name whose entity it holds,
    which is filled in when entities are resolved over the release."""
    described = Described(description, unit, vocabulary, references, personal, entity_of, key)
    return field(default=default, metadata={"column": described})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: name, type, nullability and description."""

    name: str
    type: type[Any]
    nullable: bool
    described: Described

    @property
    def arrow(self) -> pa.Field:
        said = {"description": self.described.description}
        return pa.field(self.name, ARROW_TYPES[self.type], nullable=self.nullable, metadata=said)


@dataclass(frozen=True)
class Table:
    """A declared table. Tables with `history` depend on time and are left out of byte comparisons; the table `changes`
    lists changed rows of tables with `records`."""

    name: str
    description: str
    row: type[Any]
    history: bool = False
    records: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        hints = get_type_hints(self.row)
        return tuple(_column(self.name, f.name, hints[f.name], f.metadata) for f in fields(self.row))

    @cached_property
    def key(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.described.key)

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the table's and the columns' descriptions as metadata."""
        return pa.schema([c.arrow for c in self.columns], metadata={"description": self.description})

    def arrow(self, rows: Iterable[object]) -> pa.Table:
        """Return rows (instances of the declaring dataclass) as an Arrow table with the declared schema."""
        listed = list(rows)
        arrays = [
            pa.array([getattr(row, c.name) for row in listed], type=ARROW_TYPES[c.type]) for c in self.columns
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def _column(table_name: str, name: str, hint: Any, metadata: Mapping[str, Any]) -> Column:
    if "column" not in metadata:
        raise TypeError(f"{table_name}.{name} has no column(...) description; give it one")
    bare = next((a for a in get_args(hint) if a is not type(None)), hint)
    if bare not in ARROW_TYPES or hint not in (bare, bare | None):
        raise TypeError(
            f"{table_name}.{name} is {hint}; a column holds one of {[t.__name__ for t in ARROW_TYPES]}"
        )
    return Column(name, bare, bare is not hint, metadata["column"])


_declared: dict[str, Table] = {}
_by_row: dict[type[Any], Table] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(column,))
def table(
    name: str, description: str, *, history: bool = False, records: bool = False
) -> Callable[[type[Row]], type[Row]]:
    """Declares a table: the decorated class becomes a frozen, keyword-only dataclass of its rows. `records`: the table
    `changes` compares its rows with those of the previous release."""

    def declare(cls: type[Row]) -> type[Row]:
        row: type[Row] = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        declared = Table(name, description, row, history, records)
        in_order = sorted({**_declared, name: declared}.items(), key=lambda item: _package(item[1]))
        _declared.clear()
        _declared.update(in_order)
        _by_row[row] = declared
        return row

    return declare


def declared_tables() -> Mapping[str, Table]:
    """All tables declared so far, by name: first those that any source can fill, then each source's own."""
    return dict(_declared)


def _package(table: Table) -> tuple[bool, str]:
    """A package's tables stand together, whichever was loaded first."""
    package = table.row.__module__.rpartition(".")[0]
    return package != __package__, package


def table_of(row: object) -> Table:
    """The table that a row (or a row's class) belongs to."""
    cls = row if isinstance(row, type) else type(row)
    if not is_dataclass(cls) or cls not in _by_row:
        raise TypeError(f"{cls.__name__} is not declared as a table's row")
    return _by_row[cls]
