"""`make fit` gives the trees that ship, from what was measured."""

from __future__ import annotations

import json

from osint_ingest.pdf.fitted import trees


def test_what_was_measured_gives_the_trees_of_headings_that_ship() -> None:
    from .fit_passages import MEASURED, fit  # scikit-learn takes seconds of each process that collects this

    names, grown = trees("heading")
    found = fit("heading")
    assert (found.names, json.dumps(found.trees)) == (names, json.dumps(grown))
    assert (MEASURED / "break.parquet").exists()
