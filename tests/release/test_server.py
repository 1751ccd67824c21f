"""The read-only server: what it answers, and what it refuses."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import pytest
from starlette.testclient import TestClient

import osint_ingest
from osint_ingest.analyst.server import query_process
from osint_ingest.analyst.server.questions import Questions, questions_of
from osint_ingest.tables import declared_tables

OWN = "http://127.0.0.1:8620"
SOAKED = bool(os.environ.get("OSINT_INGEST_SOAK"))
REQUESTS = 10_000 if SOAKED else 200
FORGE = "osor:CORVALIA:2025#r13"


@pytest.fixture(scope="module")
def questions(sample_run: Path) -> Iterator[Questions]:
    with questions_of(osint_ingest.release("latest", str(sample_run / "curated"))) as questions:
        yield questions


@pytest.fixture(scope="module")
def client(questions: Questions) -> Iterator[TestClient]:
    # here, because loading it takes seconds, and only one of the processes that share the suite needs it
    from osint_ingest.analyst.server.app import http_app

    with TestClient(http_app(questions), base_url=OWN, raise_server_exceptions=False) as client:
        yield client


def test_every_table_is_given_whole_page_by_page(client: TestClient, questions: Questions) -> None:
    listed = {t["table"]: t["rows"] for t in client.get("/api/tables").json()["tables"]}
    assert listed == {name: questions.release.row_counts()[name] for name in declared_tables()}
    for table, whole in listed.items():
        offset, rows = 0, []
        while offset is not None:
            page = client.get(f"/api/tables/{table}", params={"limit": 400, "offset": offset}).json()
            offset = page["next"]
            rows += page["rows"]
        assert len(rows) == page["total"] == whole
        key = declared_tables()[table].key
        assert len({tuple(str(row[c]) for c in key) for row in rows}) == whole


def test_the_questions_give_what_the_commands_give(client: TestClient, sample_run: Path) -> None:
    curated = str(sample_run / "curated")
    cited = client.get("/api/cite", params={"words": "national forge"}).json()
    assert [r["citation_id"] for r in cited["rows"]] == list(
        osint_ingest.citations("national forge", curated=curated)["citation_id"]
    )
    found = client.get("/api/search", params={"words": "forge"}).json()["rows"]
    assert found == osint_ingest.search("forge", curated=curated).to_dict("records")
    (row,) = client.get("/api/query", params={"sql": "select count(*) from links"}).json()["rows"]
    assert row == [len(osint_ingest.load("links", curated=curated))]
    steps = client.get("/api/trace", params={"row_id": FORGE}).json()["steps"]
    assert steps[0]["row_id"] == FORGE and steps[-1]["table"] == "captures"
    sql = "select min(entity_id) from citations where role = 'evidence'"
    ((about,),) = client.get("/api/query", params={"sql": sql}).json()["rows"]
    entity = client.get("/api/entity", params={"name": about}).json()
    assert entity["entity"]["entity_id"] == about and entity["names"] and entity["citations"]
    assert client.get("/api/entity", params={"name": entity["names"][0]["name"]}).json() == entity


def test_the_page_of_the_api_names_every_question_and_loads_nothing(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    page = client.get("/api").text
    for path in told["paths"]:
        assert path in page
        assert client.request("DELETE", path).status_code == client.post(path).status_code == 405
    assert "src=" not in page and "http://" not in page and "https://" not in page


def test_an_assistant_has_the_same_as_tools(client: TestClient, questions: Questions) -> None:
    def call(method: str, **params: Any) -> Any:
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        accepted = {"Accept": "application/json, text/event-stream"}
        return client.post("/mcp", json=asked, headers=accepted).json()["result"]

    tools = {tool["name"]: tool for tool in call("tools/list")["tools"]}
    assert set(tools) == set(questions.all()) and all(tool["description"] for tool in tools.values())
    said = call("tools/call", name="cite", arguments={"words": "national forge"})
    assert said["structuredContent"] == client.get("/api/cite", params={"words": "national forge"}).json()
    failed = call("tools/call", name="query", arguments={"sql": "copy links to 'x.csv'"})
    assert failed["isError"] and "one SELECT" in failed["content"][0]["text"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:8620"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "https://evil.example"}, 421),
        ({"Origin": "null"}, 421),
        ({"Sec-Fetch-Site": "cross-site"}, 421),
        ({"Host": "localhost:8620"}, 200),
        ({"Host": "[::1]:8620"}, 200),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_other_sites_get_nothing(client: TestClient, headers: dict[str, str], status: int) -> None:
    for path in ("/api/tables", "/openapi.json"):
        assert client.get(path, headers=headers).status_code == status
    if status != 200:
        assert client.post("/mcp", json={}, headers=headers).status_code == status


FILES = (
    "from '{secret}'", "select * from read_csv('{secret}')", "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')", "select * from read_json('{secret}')", "select * from glob('{folder}/*')",
    "select * from read_parquet('{folder}/x.parquet')", "select * from read_text('run.json')",
    "select * from read_text('../../../secret.csv')", "select * from sniff_csv('{secret}')",
    "select * from query($$from '{secret}'$$)", "select * from query_table('{secret}')",
    "select * from sqlite_scan('{secret}', 'x')", "select getenv('HOME')", "select * from which_secret('s3://x', 's3')",
    "from 'https://example.org/x.csv'", "from 's3://bucket/x.parquet'",
)  # fmt: skip
CHANGES = (
    "copy links to '{folder}/out.csv'", "copy (select 1) to '{folder}/out.parquet'", "export database '{folder}/out'",
    "attach '{folder}/out.db'", "create table x as select 1", "insert into links select * from links",
    "drop view links",
    "install httpfs", "load httpfs", "set memory_limit = '10GB'", "set enable_external_access = true", "pragma version",
    "reset all", "call pragma_version()", "select 1; drop view links", "begin", "checkpoint", "", ";", "--", "select",
    "explain analyze select 1", "prepare x as select 1", "with x as (insert into links select 1) select 1",
    "\x00", "é" * 9,
)  # fmt: skip
TOO_MUCH = (
    "select repeat('x', 1000000) from range(1100)", "select repeat('x', 1100000000)", "select range(200000000)",
    "select lpad('x', 500000000, 'y')", "select string_agg(repeat('x', 1000), '') from range(10000000)",
    "select unnest(range(200000000))", "select count(*) from range(1000000000000)",
    "select levenshtein(repeat('a', 100000), repeat('b', 100000))",
    "with recursive t(x) as (select 'x' union all select x || x from t) select max(length(x)) from t",
)  # fmt: skip


def test_no_file_is_reached_and_nothing_is_changed(
    client: TestClient, questions: Questions, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nopen-sesame\n")
    before = sorted(path.name for path in questions.release.path.iterdir())
    for pattern in (*FILES, *CHANGES):
        sql = pattern.replace("{secret}", str(secret)).replace("{folder}", str(tmp_path))
        answer = client.get("/api/query", params={"sql": sql})
        assert answer.status_code == 400 and "open-sesame" not in answer.text, sql
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/report.html", "/run.json", f"/{secret}",
                 "/api/tables/..%2f..%2frun", "/api/tables/%00", "/api/tables/links.parquet", "/static/x"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for table in (
        "links\" union select * from read_text('x')--",
        "duckdb_settings()",
        "information_schema.tables",
    ):
        assert client.get(f"/api/tables/{quote(table, safe='')}").status_code == 404
    for words in ("'", "'); drop view links; --", "$words", "\\", "%", "\x00", "🦉" * 500):
        for question in ("cite", "search"):
            assert client.get(f"/api/{question}", params={"words": words}).status_code == 200, words
        assert client.get("/api/entity", params={"name": words}).status_code == 404
        assert client.get("/api/trace", params={"row_id": words}).status_code == 404
    assert client.get("/api/tables/links", params={"limit": 10**6}).status_code == 422
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert sorted(path.name for path in questions.release.path.iterdir()) == before


def answering() -> set[int]:
    """The processes of this one that answer queries."""
    return {p.pid for p in psutil.Process().children() if query_process.__file__ in p.cmdline()}


def test_a_query_has_bounds_and_the_next_one_is_answered(client: TestClient) -> None:
    wide = {"sql": "select repeat('é', 1500) from range(3000)", "limit": 1000}
    for sql in TOO_MUCH if SOAKED else TOO_MUCH[:3]:
        there = answering()
        answer = client.get("/api/query", params={"sql": sql})
        assert answer.status_code == 400 and len(answer.content) < 2000, sql
        assert client.get("/api/query", params={"sql": "select 1"}).json()["rows"] == [[1]], sql
        said = client.get("/api/query", params=wide).json()
        assert said["more"] and len(json.dumps(said)) < 5_000_000, sql
        # a new process would keep those behind it waiting
        assert "seconds" in answer.text or not there or answering() == there, sql
    values = "select 'nan'::double, 1.5::decimal(9, 2), date '2020-01-02', '\\xAA'::blob, [1, null], {'a': 1}, 1 a, 2 a"
    (row,) = client.get("/api/query", params={"sql": values}).json()["rows"]
    assert row == [None, "1.50", "2020-01-02", "aa", [1, None], {"a": 1}, 1, 2]


def _paths() -> list[str]:
    words = [
        "national forge", "the", "ministry", "law", "open source", "agency", "code", "2024", "data", "forge",
    ]  # fmt: skip
    sql = (
        "select count(*) from links",
        "select * from passages order by length(text) desc limit 5",
        "select d.title, count(*) from citations c join documents d using (document_id) group by all",
        FILES[0],
        CHANGES[0],
        TOO_MUCH[0],
        TOO_MUCH[1],
    )
    return [
        *(f"/api/tables/{t}?limit=50" for t in declared_tables()),
        *(f"/api/{q}?{urlencode({'words': w})}" for w in words for q in ("cite", "search")),
        *(f"/api/entity?{urlencode({'name': w})}" for w in words),
        *(f"/api/trace?{urlencode({'row_id': f'osor:CORVALIA:2025#r{n}'})}" for n in range(1, 11)),
        *(f"/api/query?{urlencode({'sql': s})}" for s in (*sql, *sql[:3], *sql[:3])),
        "/api/tables", "/openapi.json", "/api", "/nothing/../here",
    ]  # fmt: skip


def test_many_requests_at_a_time(sample_run: Path, tmp_path: Path) -> None:
    """The soak: 10,000 at 8 at a time, with hostile ones among them. A server that is told to end leaves nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "osint_ingest", "serve", "--port", str(port)]
    serving = subprocess.Popen(
        command, cwd=sample_run, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    mine = local()

    def ask(path: str) -> tuple[int, float]:
        if not hasattr(mine, "connection"):
            mine.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        started = time.monotonic()
        mine.connection.request("GET", path)
        answer = mine.connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - started

    try:
        assert serving.stdout and serving.stdout.readline()
        for _ in range(100):
            with socket.socket() as there:
                if not there.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        ask("/api/query?sql=select%201")
        most = 0
        with ThreadPoolExecutor(8) as threads:
            answers = []
            for found in threads.map(ask, islice(cycle(_paths()), REQUESTS)):
                answers.append(found)
                if len(answers) % 20 == 0:
                    server = psutil.Process(serving.pid)
                    most = max(most, sum(p.memory_info().rss for p in (server, *server.children())))
        assert {status for status, _ in answers} <= {200, 400, 404}
        taken = sorted(seconds for _, seconds in answers)
        p95 = taken[int(len(taken) * 0.95)]
        print(
            f"{REQUESTS} requests: median {statistics.median(taken):.3f} s, p95 {p95:.3f} s, {most >> 20} MB"
        )
        assert most >> 20 < 400
        assert not SOAKED or p95 < 0.1
    finally:
        serving.terminate()
        ended = serving.wait(60)
    assert (ended, list(tmp_path.iterdir())) == (0, [])
