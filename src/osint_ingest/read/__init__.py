"""Processes that read documents: each document within its own limits, whoever hands out the batches."""

from osint_ingest.read.cluster import cluster_for, dask_executor
from osint_ingest.read.pool import ReadingThreads, read_batch

__all__ = ["ReadingThreads", "cluster_for", "dask_executor", "read_batch"]
