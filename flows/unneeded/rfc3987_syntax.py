"""Stands before the package of this name, which jsonschema imports where it finds it (JupyterLab brings it along).

That package builds its grammar when it is imported: three seconds of every Prefect process, for the JSON Schema
formats `iri` and `iri-reference`, which no flow here has. jsonschema does without them.
"""

raise ImportError("not needed by the flows")
