"""What is done with a release: trace a row, export it."""
