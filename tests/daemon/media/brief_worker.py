"""A worker that starts in no time and misbehaves on purpose; what to do is the name of the file.

It imports nothing of ours: tests can lose hundreds of them.
"""

import json
import os
import signal
import sys
from pathlib import Path

ANSWERS = os.dup(1)


def answer(number: bytes, text: str) -> None:
    line = json.dumps({"kind": "hashed", "oshash": {"value": int(text)}})
    os.write(ANSWERS, number + line.encode() + b"\n")


def misbehave(deed: str, number: bytes, text: str) -> None:
    """Do what the name says: each of these answers late, never, twice, or not to the question."""
    if deed == "hang":
        signal.pause()
    elif deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "leave":
        sys.exit(3)
    elif deed == "babble":
        os.write(ANSWERS, b"no answer\n")
    elif deed == "repeat":
        answer(number, text)


if __name__ == "__main__":
    os.write(ANSWERS, b"ready\n")
    for line in sys.stdin.buffer:
        its_number, brace, words = line.partition(b"{")
        path = Path(os.fsdecode(bytes.fromhex(json.loads(brace + words)["path"])))
        its_deed, _, its_text = path.name.partition(" ")
        misbehave(its_deed, its_number, its_text)
        answer(its_number, its_text)
