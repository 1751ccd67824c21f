"""The notebooks run against the sample release, and are kept without outputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

QUICK = Path(__file__).resolve().parents[1] / "flows" / "quick"
"""What stands in for a package that takes seconds to load, in processes of Jupyter's."""
NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_is_kept_without_outputs_and_tells_what_it_does(path: Path) -> None:
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert notebook.cells[0].cell_type == "markdown" and notebook.cells[0].source.startswith("# ")
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.fixture(scope="module")
def outputs(sample_run: Path) -> dict[str, list[nbformat.NotebookNode]]:
    """Outputs of the code cells of each notebook, run one after the other in one kernel that forgets in between."""
    found: dict[str, list[nbformat.NotebookNode]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSINT_INGEST_CURATED", str(sample_run / "curated"))
        patch.setenv("PYTHONPATH", str(QUICK))
        kernel, client = start_new_kernel(cwd=str(sample_run))
        client.stop_channels()
        try:
            for path in NOTEBOOKS:
                notebook = read(path)
                notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
                NotebookClient(notebook, km=kernel, timeout=120).execute()
                code = [cell for cell in notebook.cells if cell.cell_type == "code"]
                found[path.stem] = [output for cell in code for output in cell.outputs]
        finally:
            kernel.shutdown_kernel(now=True)
    return found


def shown(outputs: list[nbformat.NotebookNode]) -> Iterator[tuple[str, str]]:
    """(media type, content) of everything that cells show."""
    for output in outputs:
        for media, content in output.get("data", {}).items():
            yield media, str(content)


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_it_runs_and_shows_tables_and_a_chart(
    name: str, outputs: dict[str, list[nbformat.NotebookNode]]
) -> None:
    assert not [o for o in outputs[name] if o.output_type == "stream"], "it prints warnings"
    media = [kind for kind, _ in shown(outputs[name])]
    assert media.count("text/html") >= 3
    assert "image/svg+xml" in media


def test_the_way_leads_from_phrase_to_url_and_to_the_bytes(
    outputs: dict[str, list[nbformat.NotebookNode]],
) -> None:
    tables = " ".join(text for kind, text in shown(outputs["from-phrase-to-source"]) if kind == "text/html")
    assert "keeps the national forge" in tables or "https://codigo.gob.corvalia.example/" in tables
    assert "captures" in tables and "sha256" in tables


def test_the_sources_are_joined(outputs: dict[str, list[nbformat.NotebookNode]]) -> None:
    tables = [text for kind, text in shown(outputs["who-appears-where"]) if kind == "text/html"]
    assert any("<th>osor</th>" in t and "<th>ogp</th>" in t and "Lirio Abierto" in t for t in tables)
