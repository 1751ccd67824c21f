"""Looking at a release: in pipes, on terminals, and what is said when something is not there."""

from __future__ import annotations

import json
import re
import resource
import shutil
import socket
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import pytest
from tests.cli.conftest import Run, on_a_terminal

from osint_ingest.run.doctor import EXTRAS

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m")


def test_a_table_in_a_pipe_is_tab_separated_and_never_cut(run_here: Run) -> None:
    header, *rows = run_here("show", "osor_policies").out.splitlines()
    assert "year" in header.split("\t") and len(rows) == 4
    links = run_here("show", "links", "--limit", "1000").out
    assert "…" not in links and max(map(len, links.splitlines())) > 200


@pytest.mark.parametrize(
    "words",
    [
        ("tables",),
        ("show", "documents", "--limit", "2"),
        ("query", "select current_timestamp as now, 1 as n"),
        ("trace", "osor:CORVALIA:2025#r13"),
        ("search", "national", "forge"),
        ("cite", "national forge", "--limit", "1"),
        ("status",),
        ("releases",),
        ("verify",),
        ("doctor",),
    ],
)
def test_everything_that_is_shown_is_also_there_as_json(run_here: Run, words: tuple[str, ...]) -> None:
    done = run_here(*words, "--json")
    found = json.loads(done.out)
    assert done.code == 0 and isinstance(found, list | dict)
    assert words[0] in ("diff", "verify") or found
    assert "--limit" not in words or len(found) == int(words[-1])


def test_the_doctor_knows_every_extra() -> None:
    assert set(EXTRAS) == set(metadata("osint-ingest").get_all("Provides-Extra") or ())


def test_columns_are_chosen_by_name(run_here: Run) -> None:
    assert run_here("show", "links", "--columns", "url, host", "--limit", "1").out.startswith("url\thost\n")


def test_a_query_runs_over_the_tables(run_here: Run) -> None:
    count = run_here("query", "select count(*) as n from footnotes").out.splitlines()
    assert count[0] == "n" and int(count[1]) > 40


def test_two_columns_of_one_name_both_show_their_own_values(run_here: Run) -> None:
    assert run_here("query", "select 1 as n, 2 as n, 3 as m").out == "n\tn_1\tm\n1\t2\t3\n"


def test_the_way_back_leads_from_a_reference_to_note_url_box_and_bytes(run_here: Run) -> None:
    said = run_here("query", "select ref_id from footnote_refs where page is not null limit 1", "--json")
    steps = json.loads(run_here("trace", json.loads(said.out)[0]["ref_id"], "--json").out)
    tables = [step["table"] for step in steps]
    assert tables[0] == "footnote_refs" and tables[-1] == "captures"
    assert {"footnotes", "links", "passages", "spans", "documents"} <= set(tables)
    assert "sha256" in steps[-1]["what it says"]
    depths = {step["table"]: step["depth"] for step in steps}
    assert depths["footnote_refs"] < depths["footnotes"] < depths["links"]
    assert depths["documents"] < depths["captures"]


def test_why_a_reference_was_read_so_is_said_after_its_row(sample_run: Path, run_here: Run) -> None:
    reference = ("trace", "osor:CORVALIA:2025#r13", "--raw", str(sample_run / "raw"), "--json")
    plain, steps = (json.loads(run_here(*reference, *more).out) for more in ((), ("--why",)))
    reasons = [step for step in steps if step["table"] == "why"]
    assert [step for step in steps if step not in reasons] == plain
    assert steps[0]["table"] == "footnote_refs" and steps[1] == reasons[0]
    asked = [step["what it says"] for step in reasons if step["depth"] == 1]
    assert len(asked) == 3 and asked[0].startswith("Is “13” on page ") and asked[2].endswith("% sure")
    assert any("a word ends right before it" in step["what it says"] for step in reasons)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trace", "osor:CORVALIA:2025#n1", "--why"), "is not a reference in a PDF"),
        (("trace", "osor:CORVALIA:2025#r13", "--why", "--raw", "nowhere"), "Name its folder with --raw"),
        (("show", "footnote"), "Did you mean footnotes"),
        (("show", "zzz"), "It has: "),
        (("show", "links", "--columns", "urls"), "Did you mean url"),
        (("trace", "osor:NOWHERE:2020#r1"), "No row"),
        (("show", "links", "--release", "2001"), "Available: 2"),
        (("query", "select nothing from footnotes"), 'column "nothing" not found'),
        (("query", "selec 1"), 'syntax error at or near "selec"'),
        (("query", "select cast(url as int) from links"), "Could not convert"),
        (("tables", "--curated", "nowhere"), "osint-ingest refresh"),
        (("rollback", "--curated", "nowhere"), "osint-ingest refresh"),
        (("rollback",), "no release before"),
        (("export", "sqlite", "nowhere/release.db"), "there is no folder"),
        (("refresh", "--source", "nope", "--raw", "r", "--curated", "c"), "Available: "),
        (("prune",), "Specify at least one of --days"),
    ],
)
def test_what_is_not_there_is_one_clear_line(
    sample_run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "curated").symlink_to(sample_run / "curated")
    done = run(*words)
    assert done.code == 1 and said in done.err and len(done.err.strip().splitlines()) == 1
    assert "Traceback" not in done.err


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("OSINT_INGEST_MAX_PAGES", "many")
    done = run("prune", "--days", "1")
    assert done.code == 1 and "max_pages" in done.err and "'many'" in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("columns", [60, 200])
def test_a_terminal_gets_a_table_of_its_width_with_long_cells_cut(sample_run: Path, columns: int) -> None:
    done = on_a_terminal("show", "osor_actors", "--limit", "5", columns=columns, folder=sample_run)
    lines = ANSI.sub("", done.out).splitlines()
    assert done.code == 0 and max(map(len, lines)) <= columns
    assert "…" in done.out and "\t" not in done.out
    assert "5 of " in lines[-1]
    assert ("more columns" in done.out) == (columns < 200)


def test_the_way_back_is_drawn_as_a_tree_that_leaves_nothing_out(sample_run: Path) -> None:
    done = on_a_terminal("trace", "osor:CORVALIA:2025#r13", columns=60, folder=sample_run)
    drawn = ANSI.sub("", done.out)
    assert "├── footnotes" in drawn and "└── captures" in drawn and "│   └── links" in drawn
    assert max(map(len, drawn.splitlines())) <= 60 and "…" not in drawn
    digest = re.search(r"sha256([0-9a-f]{64})", re.sub(r"[\s│└├─]", "", drawn))
    assert digest is not None


def test_colour_is_for_terminals_and_not_for_those_who_want_none(sample_run: Path) -> None:
    sql = "select 'ok' as state"
    assert COLOUR.search(on_a_terminal("query", sql, folder=sample_run).out)
    assert not COLOUR.search(on_a_terminal("query", sql, folder=sample_run, NO_COLOR="1").out)


def test_text_from_the_web_drives_no_terminal(sample_run: Path) -> None:
    sql = "select chr(27) || '[31mred' || chr(8238) || 'x' as hostile, '[bold]as it is[/bold]' as markup"
    done = on_a_terminal("query", sql, folder=sample_run, NO_COLOR="1")
    assert "\x1b[31m" not in done.out and "\u202e" not in done.out
    assert "[bold]as it is[/bold]" in done.out


def test_a_look_at_tables_loads_neither_spacy_nor_prefect_and_is_quick(sample_run: Path) -> None:
    """A ratio of processor time to that of a bare interpreter with pyarrow, because machines differ."""
    heavy = "print({'spacy', 'prefect', 'lxml', 'pdfminer', 'pandas'} & set(sys.modules))"
    code = f"import sys, osint_ingest.cli, osint_ingest; osint_ingest.tables(curated=sys.argv[1]); {heavy}"
    said, mine = run_python(code, str(sample_run / "curated"))
    assert said == "set()"
    assert mine < 4 * run_python("import pyarrow.parquet")[1] + 0.5


def run_python(code: str, *arguments: str) -> tuple[str, float]:
    """What code prints, and the seconds of processor time that its process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout.strip(), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_a_release_without_a_report_gets_one(run_here: Run, sample_run: Path, tmp_path: Path) -> None:
    curated = tmp_path / "curated"
    shutil.copytree(sample_run / "curated", curated, symlinks=True)
    copy = tmp_path / "seen.html"
    done = run_here("report", "--to", str(copy), "--raw", str(sample_run / "raw"), "--curated", str(curated))
    made = next((curated / "releases").glob("*/report.html"))
    assert done.code == 0 and done.out.strip() == str(copy)
    assert copy.read_bytes() == made.read_bytes()
    assert b"<title>" in copy.read_bytes()


def test_verify_tells_a_table_that_was_changed_and_one_that_is_gone(
    sample_run: Path, tmp_path: Path, run_here: Run
) -> None:
    curated = tmp_path / "curated"
    shutil.copytree(sample_run / "curated", curated, symlinks=True)
    intact = run_here("verify", "--curated", str(curated))
    assert intact.code == 0 and "the tables of 1 release are intact" in intact.out
    with (curated / "latest" / "links.parquet").open("ab") as table:
        table.write(b"more")
    (curated / "latest" / "issues.parquet").unlink()
    done = run_here("verify", "--curated", str(curated), "--json")
    paths = [(Path(problem["path"]).name, problem["code"]) for problem in json.loads(done.out)]
    assert (done.code, paths) == (1, [("issues.parquet", "altered"), ("links.parquet", "altered")])


def test_a_port_that_is_taken_is_said_in_words(run_here: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run_here("serve", "--port", str(taken.getsockname()[1]))
    assert done.code == 1 and "another program uses that port" in done.err
