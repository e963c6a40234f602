"""What became of every file: gathered from the daemon, the disk and the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.demo.ground import Ground
from daemon.demo.play import Diary
from daemon.demo.props import Props, sha256_of
from daemon.demo.receiver import Push
from daemon.demo.role import Role
from daemon.demo.verdict import Found, Nfo, Verdict, judge
from daemon.desk.views import DecisionView, FileView
from daemon.remote import Remote
from rules.journey import FileState
from rules.picture_names import own_role

_ACCEPTED = frozenset({FileState.ACCEPTED, FileState.DONE})
_SAME_LENGTH = "file is as long as"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Looks at everything that is left when the play is over."""

    ground: Ground
    remote: Remote
    props: Props
    diary: Diary

    async def inspect(self, roles: Sequence[Role], pushes: Sequence[Push]) -> tuple[Verdict, ...]:
        """Return the verdict on each role, in their order."""
        numbers = {line.path: line.number for line in await self.remote.list_files(())}
        verdicts = []
        for role in roles:
            number = numbers.get(str(self.ground.library / role.final_name))
            view = await self.remote.show(str(number)) if number is not None else None
            verdicts.append(judge(role, await self._found(role, view, pushes)))
        return tuple(verdicts)

    async def _found(self, role: Role, view: FileView | None, pushes: Sequence[Push]) -> Found:
        if view is None:
            return Found(state=None)

        decision = _standing(view)
        library = self.ground.library
        names = {Path(role.name).name, Path(role.final_name).name}
        return Found(
            state=view.line.state,
            number=view.line.number,
            reason=describe(view),
            rule=decision.rule if decision else None,
            work=view.work,
            candidates=len(view.candidates),
            accepts=sum(each.outcome == FileState.ACCEPTED for each in view.decisions),
            passed=tuple(each.event for each in view.events),
            settled_at_s=_first_at_s(view, FileState.SETTLED),
            whole_at_s=self.diary.whole_at_s.get(role.name),
            former_number=self.diary.former_numbers.get(role.name),
            nfo=nfo_of(role, library),
            has_left_nfo=role.renamed_to is not None
            and (library / role.name).with_suffix(".nfo").exists(),
            is_told=any(push.names(name) for push in pushes for name in names),
            is_intact=await self._is_intact(role),
        )

    async def _is_intact(self, role: Role) -> bool:
        path = self.ground.library / role.final_name
        return path.is_file() and sha256_of(path) == (await self.props.of(role)).sha256


def strays(roles: Sequence[Role], library: Path) -> tuple[Path, ...]:
    """Return files in the library that nobody expects there, relative to it."""
    videos = {library / role.final_name for role in roles}
    accepted = [library / each.final_name for each in roles if each.ending.state in _ACCEPTED]
    expected = videos | {video.with_suffix(".nfo") for video in videos}
    expected |= {picture for video in accepted for picture in pictures_of(video)}
    present = (path for path in sorted(library.rglob("*")) if not path.is_dir())
    return tuple(path.relative_to(library) for path in present if path not in expected)


def pictures_of(video: Path) -> tuple[Path, ...]:
    """Return the pictures beside a video that have a name which doorman gives."""
    there = sorted(video.parent.iterdir()) if video.parent.is_dir() else []
    return tuple(path for path in there if own_role(path, video) is not None)


def describe(view: FileView) -> str:
    """Return why a file is where it is, in one line: the evidence, or else the reason."""
    state = view.line.state
    shown = [
        each
        for each in view.candidates
        if state is FileState.REVIEW or (state in _ACCEPTED and each.is_accepted)
    ]
    if not shown:
        reason = (view.line.reason or "").removeprefix(f"{state}: ")
        return reason.removeprefix(repr(view.line.path)).lstrip()

    # That lengths agree is the usual case; what is left says what decided.
    telling = [each for each in shown[0].evidence if not each.startswith(_SAME_LENGTH)]
    return "; ".join(telling)


def _standing(view: FileView) -> DecisionView | None:
    """Return the decision that holds, whichever way round they are listed."""
    standing = [each for each in view.decisions if each.undone_at_s is None]
    return max(standing, key=lambda each: each.decided_at_s, default=None)


def _first_at_s(view: FileView, state: FileState) -> float | None:
    return min((each.at_s for each in view.events if each.event == state), default=None)


def nfo_of(role: Role, library: Path) -> Nfo:
    """Return what lies beside a role's video at the end."""
    path = (library / role.final_name).with_suffix(".nfo")
    if not path.exists():
        return Nfo.OVERWRITTEN if role.own_nfo is not None else Nfo.ABSENT

    text = path.read_text(encoding="utf-8", errors="replace")
    if role.own_nfo is not None:
        return Nfo.UNTOUCHED if text == role.own_nfo else Nfo.OVERWRITTEN

    title = role.ending.title
    return Nfo.WRITTEN if title and f"<title>{title}</title>" in text else Nfo.WRONG
