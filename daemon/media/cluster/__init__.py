"""Many machines: media files examined by the workers of a Dask cluster.

Only `link` (here) and `resident` (on the workers) import Dask, which is an optional extra; neither
is imported unless a cluster is configured.
"""
