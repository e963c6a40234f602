import collections
import errno
import itertools
import os
from pathlib import Path

import pytest
from watchfiles import watch

from daemon.watch.trouble import Trouble, TroubleKind, diagnose


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (
            OSError('OS file watch limit reached. about ["/x"] MaxFilesWatch'),
            TroubleKind.WATCH_LIMIT,
        ),
        (OSError(errno.ENOSPC, "No space left on device"), TroubleKind.WATCH_LIMIT),
        (RuntimeError("Too many open files (os error 24)"), TroubleKind.INSTANCE_LIMIT),
        (OSError(errno.EMFILE, "Too many open files"), TroubleKind.INSTANCE_LIMIT),
        (RuntimeError('Unable to decode path "x" to string'), TroubleKind.UNDECODABLE),
        (PermissionError("Permission denied (os error 13)"), TroubleKind.FORBIDDEN),
        (FileNotFoundError("No path was found."), TroubleKind.ROOT_LOST),
        (NotADirectoryError(errno.ENOTDIR, "x"), TroubleKind.ROOT_LOST),
        (RuntimeError("anything"), TroubleKind.ENDED),
        (OSError(errno.EIO, "Input/output error"), TroubleKind.ENDED),
    ],
)
def test_the_words_of_an_error_say_what_it_is(error: Exception, kind: TroubleKind) -> None:
    assert diagnose(error) == Trouble(kind=kind, details=str(error))


def test_watchfiles_still_uses_the_words_for_a_missing_root(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        next(watch(tmp_path / "nothing"))

    assert diagnose(caught.value).kind is TroubleKind.ROOT_LOST


def test_watchfiles_still_uses_the_words_for_an_undecodable_name(tmp_path: Path) -> None:
    changes = watch(tmp_path, rust_timeout=50, step=20, yield_on_timeout=True)
    next(changes)
    (tmp_path / os.fsdecode(b"\xff")).touch()

    with pytest.raises(RuntimeError) as caught:
        collections.deque(itertools.islice(changes, 100), maxlen=0)

    assert diagnose(caught.value).kind is TroubleKind.UNDECODABLE


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_trouble_has_a_reason_and_a_remedy(kind: TroubleKind) -> None:
    assert Trouble(kind=kind).reason
    assert Trouble(kind=kind).remedy
    assert Trouble(kind=kind, details="here").reason.endswith("(here)")


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        (TroubleKind.WATCH_LIMIT, "sysctl fs.inotify.max_user_watches"),
        (TroubleKind.INSTANCE_LIMIT, "sysctl fs.inotify.max_user_instances"),
    ],
)
def test_a_limit_names_its_sysctl_and_lasts(kind: TroubleKind, remedy: str) -> None:
    assert remedy in Trouble(kind=kind).remedy
    assert Trouble(kind=kind).is_lasting
