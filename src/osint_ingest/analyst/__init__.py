"""What analysts do with a release: find citations, trace a row, export it."""
