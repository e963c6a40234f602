"""The program that copies the database's file: `python -m store.copy_child FILE COPY`.

It is a process of its own, because closing the file in the process that has it open would drop
DuckDB's lock. It ends with 0 once the copy is on disk; else it writes the number of the operating
system's error.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys

_AT_ONCE_BYTES = 2**20


def main(source: str, target: str) -> int:
    """Copy a file to one that is not there; return the system's error number, 0 for none."""
    try:
        with open(source, "rb") as file, open(target, "xb") as copy:  # noqa: PTH123  # names of bytes
            shutil.copyfileobj(file, copy, _AT_ONCE_BYTES)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError as error:
        return error.errno or errno.EIO

    return 0


if __name__ == "__main__":
    failed = main(sys.argv[1], sys.argv[2])
    if failed:
        sys.stdout.write(str(failed))
        sys.exit(1)
