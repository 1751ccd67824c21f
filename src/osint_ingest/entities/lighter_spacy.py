"""spaCy without what takes time and is not asked for.

`import spacy` loads its command line for one function, `spacy.info`: a third of that import, half a second of every
process that reads. Once `install` was called, the first import of spaCy leaves `spacy.cli` out; who asks for it gets it
as ever. And its registries look through the entry points of all installed packages for each of some 150 questions;
these are sorted by group once.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def install() -> None:
    """Makes the first import of spaCy a lighter one; without effect where it is imported already."""
    if "spacy" not in sys.modules and _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


def _sort_entry_points() -> None:
    import catalogue  # noqa: PLC0415 - to find all entry points takes a while, and not everybody reads

    found = catalogue.AVAILABLE_ENTRY_POINTS
    if not isinstance(found, dict):
        groups = defaultdict(list)
        for entry_point in found:
            groups[entry_point.group].append(entry_point)
        catalogue.AVAILABLE_ENTRY_POINTS = dict(groups)


class _Finder:
    """Finds spaCy where it is, once, and has it loaded by `_Lighter`."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "spacy":
            return None
        with suppress(ValueError):
            sys.meta_path.remove(_Finder)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Lighter(spec.loader)
        return spec


class _Lighter(Loader):
    """Loads a package as its own loader does, beside stand-ins for its command line that go when it is there."""

    def __init__(self, own: Loader) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        _sort_entry_points()
        module.__spec__.loader = module.__loader__ = self._own
        stand_ins = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")}
        stand_ins["spacy.cli.info"].info = _info  # type: ignore[attr-defined]
        sys.modules.update(stand_ins)
        try:
            self._own.exec_module(module)
        finally:
            for name in stand_ins:
                del sys.modules[name]


def _info(*args: Any, **kwargs: Any) -> Any:
    """`spacy.info`, whose module is loaded now."""
    return import_module("spacy.cli.info").info(*args, **kwargs)
