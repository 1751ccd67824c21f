"""Every pattern that the package compiles, by name: run as a program, it prints them as JSON.

It watches `re` while every module is imported, the sample is read and every builder of patterns is called, so that
patterns of constants, containers, data files, functions and plain `re.sub` calls are all seen.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "osint_ingest"
METHODS = frozenset(
    {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
)


def call_sites() -> Iterator[tuple[str, ast.Call]]:
    """(file, call) of each call of `re` in the package's sources."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in METHODS
            ):
                yield name, node


def _written_out(file: str, call: ast.Call) -> tuple[str | bytes, int] | None:
    """Pattern and flags of a call whose pattern stands there as it is, or in constants of its module.

    For what only a document can tell, a digit stands.
    """
    module = importlib.import_module("osint_ingest." + file.removesuffix(".py").replace("/", "."))
    first = call.args[0]
    parts = first.values if isinstance(first, ast.JoinedStr) else [first]
    told: list[Any] = []
    for part in parts:
        value = part.value if isinstance(part, (ast.Constant, ast.FormattedValue)) else part
        if isinstance(value, ast.Name):
            value = getattr(module, value.id, "1")
        told.append("1" if isinstance(value, ast.AST) else value)
    pattern = told[0] if len(told) == 1 else "".join(told)
    if isinstance(pattern, re.Pattern):
        return None
    ignoring = any(isinstance(n, ast.Attribute) and n.attr == "I" for n in ast.walk(call))
    compiled = re.compile(pattern, re.I if ignoring else 0)
    return compiled.pattern, compiled.flags


class Watch:
    """Sees each pattern that code of the package compiles, and where."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str | bytes, int], set[tuple[str, int]]] = {}
        self._compile: Any = re._compile  # type: ignore[attr-defined]
        re._compile = self.compile  # type: ignore[attr-defined]

    def compile(self, pattern: Any, flags: Any) -> re.Pattern[Any]:
        compiled: re.Pattern[Any] = self._compile(pattern, flags)
        caller = sys._getframe(2)
        path = caller.f_code.co_filename
        if path.startswith(f"{PACKAGE}/"):
            place = (path[len(str(PACKAGE)) + 1 :], caller.f_lineno)
            self.seen.setdefault((compiled.pattern, compiled.flags), set()).add(place)
        return compiled


def collect() -> dict[str, Any]:
    """`patterns` as [name, pattern, flags, is it of bytes, is it looked for again and again], and `unseen`: the calls
    of `re` that nothing reached."""
    watch = Watch()
    modules = _import_everything()
    _read_the_sample()
    names = _constants(modules)
    for key in names:
        watch.seen.setdefault(key, set())
    places = {place for found in watch.seen.values() for place in found}
    unseen = []
    for file, call in call_sites():
        lines = range(call.lineno, (call.end_lineno or call.lineno) + 1)
        if not any((file, line) in places for line in lines):
            key = _written_out(file, call)
            if key:
                watch.seen.setdefault(key, set()).add((file, call.lineno))
            else:
                unseen.append(f"{file}:{call.lineno}")
    only_once = _used_once(names.values())
    patterns = []
    for (pattern, flags), found in watch.seen.items():
        name = names.get((pattern, flags)) or "{}:{}".format(*min(found))
        text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        patterns.append([name, text, flags, isinstance(pattern, bytes), name not in only_once])
    return {"patterns": sorted(patterns), "unseen": unseen}


def _import_everything() -> list[Any]:
    import osint_ingest

    names = [m.name for m in pkgutil.walk_packages(osint_ingest.__path__, "osint_ingest.")]
    return [importlib.import_module(n) for n in names if not n.endswith("__main__")]


def _read_the_sample() -> None:
    from osint_ingest.run.refresh import ingest
    from osint_ingest.settings import Settings

    fixtures = Path(__file__).resolve().parents[1] / "fixtures"
    with tempfile.TemporaryDirectory() as folder:
        places = {"raw": f"{folder}/raw", "curated": f"{folder}/curated"}
        settings = Settings(**places, workers=0, use_models=False)  # type: ignore[arg-type]
        ingest([PACKAGE / "sample" / "site", fixtures / "ogp"], settings)


def _builds(value: Any, module: Any) -> bool:
    """Is it a cached function of the module, without arguments, whose result holds patterns?"""
    inner = getattr(value, "__wrapped__", None)
    if inner is None or getattr(inner, "__module__", None) != module.__name__:
        return False
    returns = str(getattr(inner, "__annotations__", {}).get("return", ""))
    return "Pattern" in returns and not inner.__code__.co_argcount


def _constants(modules: list[Any]) -> dict[tuple[str | bytes, int], str]:
    found: dict[tuple[str | bytes, int], str] = {}
    for module in modules:
        for key, value in list(vars(module).items()):
            for pattern in _inside(value() if _builds(value, module) else value, 3):
                name = f"{module.__name__.removeprefix('osint_ingest.')}.{key}"
                found.setdefault((pattern.pattern, pattern.flags), name)
    return found


def _used_once(names: Iterable[str]) -> set[str]:
    """The constants that are only asked for one match: nowhere `finditer`, `sub` or the like."""
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    once = re.compile(r"(?<![\w.])(_?[A-Z][A-Z_]*)(?:\(\))?\.(?:match|search|fullmatch)\(")
    often = re.compile(r"(?<![\w.])(_?[A-Z][A-Z_]*)(?:\(\))?\.(?:finditer|findall|sub|subn|split)\(")
    asked = set(once.findall(source)) - set(often.findall(source))
    return {name for name in names if name.rpartition(".")[2] in asked}


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _inside(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield from _inside(list(value.values()), depth)


if __name__ == "__main__":
    json.dump(collect(), sys.stdout)
