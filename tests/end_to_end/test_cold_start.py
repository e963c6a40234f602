"""Many files that wait at once: few requests, no haste, little memory, and all the way to the end.

The same at ten thousand files is `python -m tests.bench cold_start`.
"""

from __future__ import annotations

from tests.bench.bench_cold_start import start_cold
from tests.end_to_end.home import Home

FILES = 400
REQUESTS_PER_MINUTE = 240


def test_many_waiting_files_cost_one_lookup_for_forty_of_them(home: Home) -> None:
    start = start_cold(home, FILES, requests_per_minute=REQUESTS_PER_MINUTE)

    assert start.is_done, start
    assert start.is_within(REQUESTS_PER_MINUTE), start
