"""Named things: found in passages by rules and a model, resolved over a release, each step explained.

`annotate.Annotator` reads the passages of one document; `resolve.resolution` works over the tables of a release;
`pipeline` holds the spaCy pipeline, of components that are registered by name.
"""
