"""The picture of the house in CONTRIBUTING.md is the contract that import-linter keeps; names are told apart."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

from tests.docs.blocks import PROJECT


def test_the_picture_shows_the_floors_of_the_contract_and_every_room_there_is() -> None:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        floors, *_ = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    contract = [
        [room.strip().removeprefix("osint_ingest.") for room in f.split("|")] for f in floors["layers"]
    ]
    house = (PROJECT / "CONTRIBUTING.md").read_text("utf-8").partition("## The house")[2].split("```")[1]
    # the rooms of a floor, then at least four spaces and what is in them
    drawn = [re.split(r"(?<=\w) {4,}", line)[0].split() for line in house.strip().splitlines()]
    assert drawn == contract
    package = PROJECT / "src" / "osint_ingest"
    rooms = {p.stem for p in package.iterdir() if p.suffix == ".py" or any(p.glob("*.py"))}
    assert rooms - {"__init__", "__main__"} == {room for floor in contract for room in floor}


def test_a_class_name_occurs_once_in_the_package() -> None:
    modules = sorted((PROJECT / "src" / "osint_ingest").rglob("*.py"))
    names = Counter(
        name for module in modules for name in re.findall(r"^class (\w+)", module.read_text("utf-8"), re.M)
    )
    assert {name: n for name, n in names.items() if n > 1} == {}
