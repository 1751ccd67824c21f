"""One run from start to end: fetch, read, publish, report the result."""
