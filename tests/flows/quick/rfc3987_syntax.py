"""Stands in for a package of Jupyter's that Prefect loads where it is installed: a second for each process."""

raise ImportError("nothing of the flows checks the form of an address with it")
