"""The command line, as people and pipes see it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from osint_ingest.cli import app

COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osint_ingest.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example_and_says_what_each_option_is(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], terminal_width=200)
    assert shown.exit_code == 0
    assert f"Example: osint-ingest {name}" in shown.output
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"


def test_a_table_in_a_pipe_is_tab_separated_and_json_where_asked(sample_run: Path) -> None:
    curated = str(sample_run / "curated")
    plain = run("show", "osor_policies", "--curated", curated)
    header, *rows = plain.stdout.splitlines()
    assert "year" in header.split("\t") and len(rows) == 4
    assert len(json.loads(run("show", "osor_policies", "--json", "--curated", curated).stdout)) == 4


def test_a_query_runs_over_the_tables_and_a_wrong_one_says_why(sample_run: Path) -> None:
    curated = str(sample_run / "curated")
    count = run("query", "select count(*) as n from footnotes", "--curated", curated)
    assert count.stdout.splitlines()[0] == "n" and int(count.stdout.splitlines()[1]) > 40
    wrong = run("query", "select nothing from footnotes", "--curated", curated)
    assert wrong.returncode == 1 and "nothing" in wrong.stderr and "Traceback" not in wrong.stderr


def test_trace_leads_from_a_reference_to_note_url_box_and_bytes(sample_run: Path) -> None:
    curated = str(sample_run / "curated")
    ref = json.loads(run("query", "select ref_id from footnote_refs where page is not null limit 1", "--json",
                         "--curated", curated).stdout)[0]["ref_id"]  # fmt: skip
    steps = json.loads(run("trace", ref, "--json", "--curated", curated).stdout)
    tables = [step["table"] for step in steps]
    assert tables[0] == "footnote_refs" and tables[-1] == "captures"
    assert {"footnotes", "links", "passages", "spans", "documents"} <= set(tables)
    assert "sha256" in steps[-1]["what it says"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "footnote"), "it has:"),
        (("trace", "osor:NOWHERE:2020#r1"), "no row"),
        (("show", "links", "--release", "2001"), "there are:"),
    ],
)
def test_what_is_not_there_is_one_clear_line(sample_run: Path, words: tuple[str, ...], said: str) -> None:
    done = run(*words, "--curated", str(sample_run / "curated"))
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_release_says_so(tmp_path: Path) -> None:
    done = run("tables", "--curated", str(tmp_path))
    assert done.returncode == 1 and "none yet" in done.stderr


def test_the_sqlite_export_has_whole_foreign_keys(sample_run: Path, tmp_path: Path) -> None:
    import sqlite3

    target = tmp_path / "release.db"
    assert run("export", "sqlite", str(target), "--curated", str(sample_run / "curated")).returncode == 0
    with sqlite3.connect(target) as db:
        assert db.execute("pragma foreign_key_check").fetchall() == []
        assert db.execute("select count(*) from footnote_refs").fetchone()[0] > 40


def test_a_look_at_tables_loads_neither_spacy_nor_prefect_and_is_quick(sample_run: Path) -> None:
    """A ratio to a bare interpreter with pyarrow, because machines differ."""
    heavy = "print({'spacy', 'prefect'} & set(sys.modules))"
    code = f"import sys, osint_ingest; osint_ingest.tables(curated=sys.argv[1]); {heavy}"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(sample_run / "curated")], capture_output=True, text=True, check=True
    )
    mine = time.perf_counter() - started
    assert done.stdout.strip() == "set()"
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import pyarrow.parquet"], check=True)
    assert mine < 4 * (time.perf_counter() - started) + 0.5
