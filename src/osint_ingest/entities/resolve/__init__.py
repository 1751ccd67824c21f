"""Names into entities: which mentions, over all documents of a release, name one thing."""
