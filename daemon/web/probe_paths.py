"""Addresses that are asked by programs that watch over doorman."""

from __future__ import annotations

HEALTHZ = "/healthz"
"""Whether the daemon works; anybody may ask, and is told nothing else."""
READYZ = "/readyz"
METRICS = "/metrics"
PROBES = frozenset({HEALTHZ, READYZ, METRICS})
