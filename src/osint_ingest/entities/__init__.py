"""Named things: found in passages by rules and models, resolved over a release, each step explained.

`Annotator` reads the passages of one document; `resolve` works over the tables of a release. The spaCy
components are registered under `osint_names`; `pipeline("en")` is a whole pipeline for spaCy users.
"""

from osint_ingest.entities.annotate import Annotations, Annotator
from osint_ingest.entities.pipelines import pipeline
from osint_ingest.entities.resolve import Resolution, resolve

__all__ = ["Annotations", "Annotator", "Resolution", "pipeline", "resolve"]
