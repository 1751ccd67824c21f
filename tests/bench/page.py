"""docs/performance.md from the figures of `make bench`: every number on it comes from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.corpora import CALLED


def write_page(results: Sequence[Mapping[str, Any]]) -> str:
    """The page, from the results of the corpora in their order."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench`; do not edit. `tests/bench/results.json` has all figures.",
        "",
        "CPU is that of all processes of a full rebuild from raw/ to a published release, without the report.",
        "The floor is the same libraries called bare on the same bytes, right after it: BeautifulSoup with lxml,",
        "pdfplumber's words with sizes, spaCy's tokens of the passages that must be read (each different one",
        "once), Parquet written by Arrow. Ratios hold on any machine; seconds tell of this one.",
        "",
        "No library finds the names that the rules and the names model find, so of that work the floor has the tokens",
        "alone: compare the readers with the floor by stage, and read the ratio of a whole rebuild as what names cost.",
        "",
        "## Bars",
        "",
        "| what | allowed | measured |",
        "|---|---|---|",
        *_bars(results),
        "",
        "## Corpora",
        "",
        "| corpus | CPU s | clock s | documents/s | CPU ms a document | floor, CPU s | of the floor | main, MB "
        "| a worker, MB |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_corpus(r) for r in results),
        "",
        "## By stage",
        "",
        "CPU seconds. `ours` is one more rebuild in a single process, so that each step can be timed.",
        "",
        "| corpus | stage | ours | floor |",
        "|---|---|---|---|",
        *(line for r in results for line in _stages(r)),
        "",
        "## Taken on",
        "",
        *(_taken(r) for r in results),
        "",
    ]
    return "\n".join(lines)


def _documents(r: Mapping[str, Any]) -> int:
    return int(r["pages"] + r["reports"])


def _name(r: Mapping[str, Any]) -> str:
    pages = f"{r['pages']:,} {CALLED[r['kind']]}"
    return f"{pages}, {r['reports']} reports" if r["reports"] else pages


def _corpus(r: Mapping[str, Any]) -> str:
    n = _documents(r)
    return (
        f"| {_name(r)} | {r['cpu']:.1f} | {r['wall']:.1f} | {n / r['wall']:.1f} | {1000 * r['cpu'] / n:.0f} "
        f"| {r['floor_cpu']:.1f} | {r['cpu'] / r['floor_cpu']:.2f} | {r['main_peak'] / 1e6:.0f} "
        f"| {r['worker_peak'] / 1e6:.0f} |"
    )


def _bars(results: Sequence[Mapping[str, Any]]) -> list[str]:
    by = {(r["kind"], r["pages"]): r for r in results}
    lines = []
    for r in results:
        if r["kind"] == "one_member":
            lines.append(f"| {_name(r)}, beside a naive floor | | {r['cpu'] / r['naive_cpu']:.2f} |")
        else:
            beside = r["cpu"] / r["floor_cpu"]
            lines.append(f"| full rebuild of {_name(r)}, beside the floor | | {beside:.2f} |")
        for stage, library in (("html", "BeautifulSoup"), ("pdf", "pdfplumber")):
            if ours := r["inside"].get(f"read {stage}"):
                beside = ours / r["floor_stages"][stage]
                lines.append(
                    f"| reading {stage.upper()}, {_name(r)}, beside bare {library} | 1.5 | {beside:.2f} |"
                )
        if "watching" in r["main_steps"]:  # earlier figures have it among the run's own
            what = f"main process, handing out batches and taking them back, {_name(r)}"
            lines.append(f"| {what} | 5 % | {_orchestration(r):.1%} |")
    for r in results:
        if r["pages"] > 100 and (small := by.get((r["kind"], 100))):
            what = f"CPU a document, {_name(r)}, beside that at 100, starts apart"
            lines.append(f"| {what} | 1.1 | {_each(r) / _each(small):.2f} |")
    for r in results:
        lines.append(f"| memory of a worker, {_name(r)} | 450 MB | {r['worker_peak'] / 1e6:.0f} MB |")
        if r.get("other_peak"):
            lines.append(
                f"| memory of the process that resolves names, {_name(r)} | | {r['other_peak'] / 1e6:.0f} MB |"
            )
        lines.append(f"| memory of the main process, {_name(r)} | 350 MB | {r['main_peak'] / 1e6:.0f} MB |")
    return lines


def _each(r: Mapping[str, Any]) -> float:
    """CPU a document without what starting costs: the main process's imports, once for it and for each worker."""
    return float(r["cpu"] - r["main_steps"]["start"] * (1 + r["workers"])) / _documents(r)


def _orchestration(r: Mapping[str, Any]) -> float:
    """What the main process spends on planning, handing out and taking back, of the run's CPU beyond start."""
    steps = r["main_steps"]
    return float((steps["plan"] + steps["read"]) / (r["cpu"] - steps["start"]))


def _stages(r: Mapping[str, Any]) -> list[str]:
    if not r["inside"]:
        return []
    floor = {"read html": "html", "read pdf": "pdf", "entities": "entities", "release": "write"}
    return [
        f"| {_name(r)} | {name} | {r['inside'][name]:.1f} | {r['floor_stages'][floor[name]]:.1f} |"
        if name in floor
        else f"| {_name(r)} | {name} | {r['inside'][name]:.1f} | |"
        for name in ("read html", "read pdf", "entities", "rows", "staging", "release")
        if name in r["inside"]
    ]


def _taken(r: Mapping[str, Any]) -> str:
    m = r["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in m["libraries"].items())
    return (
        f"- {_name(r)}: {m['when']}, {m['cores']} cores ({m['processor']}), load {r['load_before']:.1f} before, "
        f"Python {m['python']}, {libraries}"
    )
