"""What people meet when something is not as it should be: plain words, printed as they are, and what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .conftest import Run, all_on_a_terminal, on_a_terminal

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CRYPTIC = re.compile(r"\[Errno|unable to open|Traceback|Error:")

BAD_PATHS = [
    ("tables",), ("show", "links"), ("query", "select 1"), ("trace", "x"), ("report",), ("status",), ("releases",),
    ("diff",), ("rollback",), ("export", "csv", "out"), ("export", "warc", "out.warc"), ("verify",),
    ("prune", "--days", "1"), ("ingest", "page.html"),
]  # fmt: skip


@pytest.mark.parametrize("words", BAD_PATHS, ids=" ".join)
@pytest.mark.parametrize("place", ["nowhere", "a-file", "foo://x/y", "nowhere/deep/er"])
def test_a_wrong_folder_is_said_in_words_by_every_command(
    words: tuple[str, ...], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").write_text("")
    (tmp_path / "page.html").write_text("<html><body><p>Words.</p></body></html>")
    monkeypatch.setenv("OSINT_INGEST_RAW", place)
    monkeypatch.setenv("OSINT_INGEST_CURATED", place)
    if words[0] == "ingest" and place.startswith("nowhere"):
        pytest.skip("makes the folder")
    done = run(*words)
    assert done.code == 1 and place in done.err
    assert not CRYPTIC.search(done.err) and not done.out
    assert {p.name for p in tmp_path.iterdir()} == {"a-file", "page.html"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "csv", "a-file"), "expected a folder, found a file"),
        (("export", "sqlite", "a-folder"), "expected a file name, found a folder"),
        (("export", "ftm", "a-folder"), "expected a file name, found a folder"),
        (("export", "warc", "a-folder"), "expected a file name, found a folder"),
        (("export", "jsonl", "no/such/place"), "there is no folder"),
        (("report", "--to", "a-folder"), "expected a file name, found a folder"),
        (("report", "--to", "no/such.html"), "there is no folder"),
        (("show", "lnks"), "Did you mean links"),
        (("show", "links", "--columns", "urll"), "Did you mean url"),
        (("show", "links", "--release", "2001"), "No release matches '2001'. Available: 2"),
        (("diff", "latest", "latest"), "nothing to compare"),
        (("diff", "latest", "2"), "nothing to compare"),
        (("ingest", "report.pdf"), "report.pdf: no such file or folder. Check the path."),
        (("ingest", "a-folder"), "a-folder: expected a PDF, HTML page or WARC file; the folder is empty."),
        (("ingest", "a-file", "--url", "not a url"), "--url: expected an http or https address"),
    ],
)
def test_a_mistake_is_answered_with_what_was_expected(
    words: tuple[str, ...],
    said: str,
    sample_run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "curated").symlink_to(sample_run / "curated")
    (tmp_path / "raw").symlink_to(sample_run / "raw")
    (tmp_path / "a-file").write_text("")
    (tmp_path / "a-folder").mkdir()
    before = sorted((sample_run / "curated").rglob("*.parquet"))
    done = run(*words)
    assert done.code == 1 and said in done.err and not CRYPTIC.search(done.err)
    assert sorted((sample_run / "curated").rglob("*.parquet")) == before


@pytest.mark.parametrize("name", ["links.parquet", "run.json"])
def test_a_damaged_file_of_a_release_is_named_with_the_way_out(
    name: str, sample_run: Path, tmp_path: Path, run: Run
) -> None:
    curated = tmp_path / "curated"
    shutil.copytree(sample_run / "curated", curated, symlinks=True)
    next(curated.glob(f"releases/*/{name}")).write_bytes(b'{"cut')
    commands = {
        "links.parquet": (
            ("show", "links"),
            ("query", "select count(*) from links"),
            ("export", "csv", str(tmp_path / "out")),
        ),
        "run.json": (("tables",), ("status",), ("releases",)),
    }
    for words in commands[name]:
        done = run(*words, "--curated", str(curated))
        assert done.code == 1 and f"{name} is damaged" in done.err and "rollback" in done.err, words


@pytest.mark.parametrize(
    ("command", "near"),
    [
        ("rfresh", "refresh"),
        ("releses", "releases"),
        ("tabels", "tables"),
        ("expor", "export"),
        ("Show", "show"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest_ones(command: str, near: str, run: Run) -> None:
    done = run(command)
    said = " ".join(done.err.replace("│", " ").split())
    assert done.code == 2 and f"No such command '{command}'" in said and near in said


def test_an_unknown_option_is_answered_with_the_nearest(run: Run) -> None:
    done = run("tables", "--realease", "x")
    assert done.code == 2 and "--release" in done.err


HOSTILE = "root:x:0 [red]as it is[/red] :smile: [link=x]"


def test_no_markup_or_emoji_is_interpreted_anywhere(sample_run: Path, tmp_path: Path) -> None:
    commands = (
        ("query", f"select '{HOSTILE}' as told, 1 as n"),
        ("query", f"select '{HOSTILE}' as told, repeat('{HOSTILE} ', 9) as more"),
        ("show", HOSTILE),
        ("show", "links", "--columns", HOSTILE),
        ("trace", HOSTILE),
        ("tables", "--release", HOSTILE),
        ("ingest", HOSTILE, "--raw", str(tmp_path / "raw"), "--curated", str(tmp_path / "curated")),
        ("ingest", "x", "--url", HOSTILE),
        ("export", "csv", f"no/{HOSTILE}"),
        ("rollback", HOSTILE),
        ("tables", "--curated", HOSTILE),
        ("refresh", "--source", HOSTILE),
    )
    for words, done in zip(
        commands, all_on_a_terminal(commands, folder=sample_run, columns=200), strict=True
    ):
        assert HOSTILE in ANSI.sub("", done.out), words


@pytest.mark.parametrize("columns", [60, 120])
def test_issues_show_message_and_hint_in_full_at_any_width(
    columns: int, sample_run: Path, run_here: Run
) -> None:
    lines = ANSI.sub("", on_a_terminal("show", "issues", columns=columns, folder=sample_run).out).splitlines()
    assert max(map(len, lines)) <= columns
    shown = re.sub(r"\s", "", "".join(lines))
    header, *rows = run_here("show", "issues").out.splitlines()
    names = header.split("\t")
    for row in rows:
        told = dict(zip(names, row.split("\t"), strict=True))
        if columns <= 80:  # wider, the lines of neighbouring columns alternate
            assert re.sub(r"\s", "", told["message"]) in shown
            assert re.sub(r"\s", "", told["hint"]) in shown
    assert "hint" in shown and "…" not in shown.replace("...", "")


def test_documents_show_title_and_file_name_first(sample_run: Path) -> None:
    lines = ANSI.sub("", on_a_terminal("show", "documents", columns=80, folder=sample_run).out).splitlines()
    assert lines[0].split()[:3] == ["document_id", "title", "file_name"]
