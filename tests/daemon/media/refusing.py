"""A process to which the kernel refuses what a strict sandbox would: `python refusing.py PARENT`.

It confines itself all the same, and says what came of it.  seccomp(2) needs no privileges.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

import psutil

from daemon.media.confinement import confine

# The system calls' numbers of ioprio_set and setpriority, by machine.
_NUMBERS = {"x86_64": (251, 141), "aarch64": (30, 140)}
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38  # linux/prctl.h
_MODE_FILTER = 2  # linux/seccomp.h, as the next two
_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0000 | errno.EPERM
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
_MEMORY_BYTES = 300 << 20


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def can_refuse() -> bool:
    """Tell whether this kind of machine is known here."""
    return platform.machine() in _NUMBERS


def refuse_priorities() -> None:
    """Have the kernel refuse this process to change its priorities."""
    first, second = _NUMBERS[platform.machine()]
    instructions = (
        _Instruction(_LOAD, 0, 0, 0),
        _Instruction(_JUMP_IF_EQUAL, 2, 0, first),
        _Instruction(_JUMP_IF_EQUAL, 1, 0, second),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _REFUSE),
    )
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    process_control = ctypes.CDLL(None, use_errno=True).prctl
    if process_control(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or process_control(
        _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    before = (os.getpriority(os.PRIO_PROCESS, 0), psutil.Process().ionice())
    refuse_priorities()
    confine(int(sys.argv[1]), _MEMORY_BYTES)
    after = (os.getpriority(os.PRIO_PROCESS, 0), psutil.Process().ionice())
    sys.stdout.write("as before" if before == after else "changed")
