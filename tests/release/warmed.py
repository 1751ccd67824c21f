"""Imported by a fork server alone: everything that a run of the sample's pages loads is loaded before the fork."""

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

import osint_ingest.entities
from osint_ingest.read.documents import process_batch
from osint_ingest.run.ingest import Given, take
from osint_ingest.run.refresh import plan_run
from osint_ingest.settings import Settings

with TemporaryDirectory() as folder:
    settings = Settings(raw=f"{folder}/raw", curated=f"{folder}/curated", use_models=False)
    take(Given.of([Path(str(files("osint_ingest.sample").joinpath("site", "ogp")))]), settings)
    plan, _ = plan_run(settings)
    process_batch(plan.batches[0], settings)  # in this thread: a fork takes no other along
    loaded = (duckdb, osint_ingest.entities)
