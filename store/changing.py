"""The changes that accepting makes, each written down with what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from rules.admission import LeftOut, LeftOutReason
from rules.candidate import Candidate
from rules.identify_options import IdentifyOptions, OptionField
from rules.plan import OF_ENTITIES, Field, Origin, plan_ids
from rules.samework import own_id
from rules.ticks import Ticks, attempts, id_options, plan_ticked
from rules.work import ExternalId
from store import entities, file_tags, files, journal, left_out, organized, works
from store.database import Connection
from store.entities import Kind
from store.entity_fields import Filled, fill
from store.external_ids import CREATED
from store.files import FileRecord
from store.growth import GROWTH, Growth
from store.journal import ChangeKind, Made
from store.rows import to_json
from store.said_fields import with_said
from store.works import STORED_FIELD, StoredField

WORK_NUMBER = TypeAdapter(int | None)
TAG_NUMBER = TypeAdapter(int)
IDS = TypeAdapter(tuple[ExternalId, ...])
NOW_ORGANIZED = "true"
"""What the journal holds after organizing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWork:
    """A work as it was before an accept."""

    number: int
    is_known: bool
    """False of one that the accept made."""
    ids: tuple[ExternalId, ...] = ()
    fields: Mapping[Field, StoredField] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What accepting did not do, of all that the candidate says."""

    work: HeldWork
    latest: Mapping[Kind, int] = field(default_factory=dict)
    """Whoever has a higher number was created by the accept."""
    kept: tuple[Field, ...] = ()
    """Fields that stay as a person set them."""
    left_out: tuple[LeftOut, ...] = ()
    """Studios, performers and tags that the options leave out, or that nobody can tell apart."""
    before: Mapping[Field, StoredField] = field(default_factory=dict)
    """What was known of the work, with what an NFO says of it."""
    forced: frozenset[Field] = frozenset()
    """Fields that were set only because a person ticked them."""
    grown: tuple[Growth, ...] = ()
    """What performers, studios and tags learnt that were known already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """One plan in the making."""

    connection: Connection
    plan_id: int
    at_s: float
    ticks: Ticks | None = None
    """What a person ticked; None: the options alone decide."""
    made: list[Made] = field(default_factory=list)
    """What was changed and is still to be written down, in the order it was made."""

    def write_down(self) -> None:
        """Put all that was changed into the journal at once, as each statement costs."""
        journal.add_all_done(self.connection, self.plan_id, self.made, at_s=self.at_s)
        self.made.clear()

    def link(self, file: FileRecord, work_id: int) -> None:
        """Make a file a copy of a work."""
        files.set_work(self.connection, file.id, work_id)
        self._note(
            ChangeKind.SET_WORK,
            "work",
            before=to_json(WORK_NUMBER, file.work_id),
            after=to_json(WORK_NUMBER, work_id),
        )

    def set_ids(
        self,
        work: HeldWork,
        own: ExternalId,
        others: Sequence[ExternalId],
        options: IdentifyOptions,
    ) -> None:
        """Give a work the ids that its accepted candidate has, as far as the options let it."""
        held, work_id = work.ids, work.number
        strategy = id_options(options, self.ticks).fields[OptionField.STASH_IDS].strategy
        plan = plan_ids(held, own, others, strategy)
        added = entities.add_ids(self.connection, Kind.WORK, work_id, plan.added)
        stays = {each.source for each in (*held, *added) if each not in plan.removed}
        removed = tuple(each for each in plan.removed if each.source in stays)
        entities.remove_ids(self.connection, Kind.WORK, work_id, removed)
        if removed:
            self._note(ChangeKind.REMOVE_ID, "ids", before=to_json(IDS, removed), after=None)
        if added:
            self._note(ChangeKind.ADD_ID, "ids", before=None, after=to_json(IDS, tuple(added)))

    def set_fields(
        self, file: FileRecord, work: HeldWork, candidate: Candidate, options: IdentifyOptions
    ) -> Applied:
        """Set what the options and the persons' values let be set; keep what is left out.

        What an NFO beside the file says is as if it had been held before, where nothing was.
        """
        held = work.fields
        by_itself = {named: each for named, each in held.items() if named not in OF_ENTITIES}
        current = works.assembled(self.connection, by_itself, work.ids)
        said = with_said(self.connection, file, current, held, options, at_s=self.at_s)
        known = {**said.fields, **held}
        origins = {named: stored.origin for named, stored in known.items()}
        plan = plan_ticked(said.work, origins, candidate.work, options, self.ticks)
        told = {change.field: works.encode(change.field, change.after) for change in plan.changes}
        kept, forced = set(plan.kept), set(plan.forced)
        out: list[LeftOut] = []
        grown: list[Growth] = []
        for named in (each for each in Field if each in OF_ENTITIES):
            filled, is_forced = self._fill(named, candidate, options, known.get(named))
            out += filled.left_out
            grown += filled.grown
            if filled.is_kept:
                kept.add(named)
            if filled.value is not None:
                told[named] = filled.value
                forced |= {named} if is_forced else set()
        changed = {
            named: StoredField(value=value, origin=Origin.SOURCE, source=candidate.source)
            for named, value in told.items()
            if named not in known or known[named].value != value
        }
        self._put(work, {**said.fields, **changed})
        left_out.keep(self.connection, self.plan_id, out)
        return Applied(
            work=work,
            kept=tuple(named for named in Field if named in kept),
            left_out=tuple(out),
            before=known,
            forced=frozenset(forced & changed.keys()),
            grown=tuple(grown),
        )

    def put_on(self, content_id: int, tag: str) -> None:
        """Let files of a content wear a tag."""
        tag_id = file_tags.put_on(self.connection, content_id, tag, at_s=self.at_s)
        if tag_id is not None:
            self._note(ChangeKind.PUT_ON_TAG, tag, before=None, after=to_json(TAG_NUMBER, tag_id))

    def dress(self, content_id: int, applied: Applied, options: IdentifyOptions) -> None:
        """Let the content wear what its accept owes it, also where nothing else changed."""
        tag = options.skip_single_name_performer_tag
        is_shortened = any(each.reason is LeftOutReason.SINGLE_NAME for each in applied.left_out)
        if is_shortened and tag is not None:
            self.put_on(content_id, tag)
        if options.set_organized and organized.organize(
            self.connection, content_id, at_s=self.at_s
        ):
            self._note(ChangeKind.ORGANIZE, "organized", before=None, after=NOW_ORGANIZED)

    def note_made(self, latest: Mapping[Kind, int], grown: Sequence[Growth] = ()) -> None:
        """Write down who was created since the numbers were `latest`, and what others learnt."""
        made = [
            Made(
                kind=ChangeKind.CREATE,
                target=f"{each.kind} {each.name}" if each.name else each.kind,
                before=None,
                after=to_json(CREATED, each),
            )
            for each in entities.created_since(self.connection, latest)
        ]
        learnt = [
            Made(
                kind=ChangeKind.LEARN,
                target=f"{each.kind} {each.name}",
                before=None,
                after=to_json(GROWTH, each),
            )
            for each in grown
            if each.number <= latest[each.kind]
        ]
        self.made.extend((*made, *learnt))

    def _fill(
        self, named: Field, candidate: Candidate, options: IdentifyOptions, held: StoredField | None
    ) -> tuple[Filled, bool]:
        """Return what becomes of a field, and whether only because it is ticked."""
        first = Filled()
        grown: tuple[Growth, ...] = ()
        value, origin = (held.value, held.origin) if held else (None, None)
        for attempt in attempts(named, options, self.ticks):
            filled = fill(
                self.connection,
                named,
                candidate.work,
                attempt.options,
                value=value,
                origin=origin if attempt.respects_person else None,
                at_s=self.at_s,
            )
            grown += filled.grown
            if filled.value is not None and filled.value != value:
                return replace(filled, grown=grown), attempt.is_forced
            first = first if attempt.is_forced else filled
        is_kept = first.is_kept and self.ticks is None
        return replace(first, is_kept=is_kept, grown=grown), False

    def _put(self, work: HeldWork, told: Mapping[Field, StoredField]) -> None:
        held = work.fields
        changed = dict(sorted(told.items(), key=_place))
        new = {named: after for named, after in changed.items() if named not in held}
        other = {named: after for named, after in changed.items() if named in held}
        works.add_fields(self.connection, work.number, new, at_s=self.at_s)
        works.put_fields(self.connection, work.number, other, at_s=self.at_s)
        self.made.extend(
            made_field(named, held.get(named), after) for named, after in changed.items()
        )

    def _note(
        self, kind: ChangeKind, target: str, *, before: str | None, after: str | None
    ) -> None:
        self.made.append(Made(kind=kind, target=target, before=before, after=after))


def take_up(connection: Connection, names: Sequence[ExternalId], *, at_s: float) -> HeldWork:
    """Return the work that has these names as it is now; one that nobody knows is made."""
    found = works.find(connection, names)
    if found is None:
        return HeldWork(number=works.create(connection, at_s=at_s), is_known=False)

    return HeldWork(
        number=found,
        is_known=True,
        ids=entities.ids_of(connection, Kind.WORK, found),
        fields=works.fields(connection, found),
    )


def other_ids(candidate: Candidate) -> tuple[ExternalId, ...]:
    """Return the ids that a candidate has beside its own."""
    own = own_id(candidate)
    return tuple(dict.fromkeys(each for each in candidate.work.ids if each != own))


def _place(told: tuple[Field, StoredField]) -> int:
    return list(Field).index(told[0])


def made_field(named: Field, before: StoredField | None, after: StoredField) -> Made:
    """Return the change that sets a field, to be written down."""
    return Made(
        kind=ChangeKind.SET_FIELD,
        target=named,
        before=to_json(STORED_FIELD, before) if before is not None else None,
        after=to_json(STORED_FIELD, after),
    )
