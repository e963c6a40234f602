"""The real worker, in a process that the kernel kills as soon as it asks for a socket.

seccomp(2) needs no privileges, sees what any library does, and is inherited by child processes.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import sys
from pathlib import Path

from daemon.media.worker import main

ASK = "ask for a socket"
"""What to be told as the only argument, to see the guard at work."""

# linux/audit.h and the system call's number, by machine.
_MACHINES = {"x86_64": (0xC000_003E, 41), "aarch64": (0xC000_00B7, 198)}
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38  # linux/prctl.h
_MODE_FILTER = 2  # linux/seccomp.h, as the next two
_ALLOW, _KILL_PROCESS = 0x7FFF_0000, 0x8000_0000
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4  # struct seccomp_data


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def can_forbid_sockets() -> bool:
    """Tell whether this kind of machine is known here, and its kernel has the means."""
    return platform.machine() in _MACHINES and Path("/proc/sys/kernel/seccomp").exists()


def forbid_sockets() -> None:
    """Have this process killed by SIGSYS when anything in it asks for a socket."""
    architecture, socket_call = _MACHINES[platform.machine()]
    instructions = (
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        _Instruction(_JUMP_IF_EQUAL, 0, 3, architecture),
        _Instruction(_LOAD, 0, 0, _NUMBER_OFFSET),
        _Instruction(_JUMP_IF_EQUAL, 1, 0, socket_call),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _KILL_PROCESS),
    )
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    process_control = ctypes.CDLL(None, use_errno=True).prctl
    if process_control(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or process_control(
        _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), errno.errorcode[ctypes.get_errno()])


if __name__ == "__main__":
    forbid_sockets()
    if sys.argv[1:] == [ASK]:
        socket.socket().close()  # never returns
    else:
        main(sys.argv[1:])
