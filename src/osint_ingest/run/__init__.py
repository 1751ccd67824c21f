"""One run from start to end: fetch, read, publish, and what is told of it."""
