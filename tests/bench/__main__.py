"""`python -m tests.bench [NAME...]`: run the benchmarks beside this module, each by itself.

A benchmark is a module `bench_NAME.py` that runs as a program: it prints its numbers and ends
with an exit code other than 0 when something promised was not kept.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PREFIX = "bench_"


def names() -> list[str]:
    """Return the names of all benchmarks."""
    modules = sorted(Path(__file__).parent.glob(f"{_PREFIX}*.py"))
    return [module.stem.removeprefix(_PREFIX) for module in modules]


def run(name: str) -> bool:
    """Run one; return whether all that was promised was kept."""
    _tell(f"== {name}")
    command = [sys.executable, "-m", f"tests.bench.{_PREFIX}{name}"]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603  # our own module


def main(wanted: list[str]) -> int:
    """Run what is wanted, all when nothing is named; return 1 if any broke a promise."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        _tell(f"there is no benchmark {', '.join(unknown)}; there is {', '.join(names())}")
        return 2

    broken = [name for name in wanted or names() if not run(name)]
    for name in broken:
        _tell(f"{name}: not as promised")
    return 1 if broken else 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
