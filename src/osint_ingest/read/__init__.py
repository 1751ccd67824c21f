"""Reading documents: which to read, each within its own limits, whoever hands out the batches."""
