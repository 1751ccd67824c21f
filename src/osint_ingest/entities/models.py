"""The statistical models of `models.toml`: which there are, which are installed, how they are installed.

python -m osint_ingest.entities.models            requirement lines with hashes, for pip
python -m osint_ingest.entities.models --status   what is installed
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Model:
    """A model as `models.toml` lists it. `module` is what spaCy loads, `official` the name spaCy gives it."""

    language: str
    name: str
    module: str
    official: str
    version: str
    sha256: str
    licence: str

    @property
    def requirement(self) -> str:
        """The line for `pip install --no-deps --require-hashes -r`."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"

    @property
    def installed(self) -> str | None:
        """The module to load: the official one if it is installed, else the listed one, else None."""
        return next((m for m in (self.official, self.module) if find_spec(m) is not None), None)

    @property
    def installed_version(self) -> str | None:
        """Version of what is installed, None where nothing is."""
        try:
            return version(self.installed) if self.installed else None
        except PackageNotFoundError:
            return None


@cache
def listed_models() -> tuple[Model, ...]:
    """All models of `models.toml`, in its order."""
    text = files(__package__).joinpath("models.toml").read_text(encoding="utf-8")
    return tuple(Model(**entry) for entry in tomllib.loads(text)["model"])


def model_for(language: str | None) -> Model | None:
    """The installed model of a language (ISO 639-1), None where there is none."""
    return next((m for m in listed_models() if m.language == language and m.installed), None)


def requirements() -> str:
    """Requirement lines of all listed models, with hashes."""
    return "".join(f"{m.requirement}\n" for m in listed_models())


def status() -> str:
    """One line a model: language, name, what is installed."""
    lines = []
    for m in listed_models():
        found = (
            f"installed as {m.installed} {m.installed_version or ''}".rstrip()
            if m.installed
            else "not installed"
        )
        lines.append(f"{m.language}  {m.name} {m.version} ({m.licence}): {found}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(status() if "--status" in sys.argv[1:] else requirements())
