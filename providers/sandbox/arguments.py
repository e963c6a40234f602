"""The arguments of queries and mutations, after the schema has checked them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from providers.sandbox.search import SceneFilter


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True)


class Nothing(_Arguments):
    """No arguments."""


class HashInput(_Arguments):
    """FingerprintQueryInput, and FingerprintInput with its duration."""

    hash: str
    algorithm: str
    duration: int = 0


class Groups(_Arguments):
    """Of findScenesBySceneFingerprints."""

    fingerprints: tuple[tuple[HashInput, ...], ...]


class OneHash(_Arguments):
    """Of findSceneByFingerprint."""

    fingerprint: HashInput


class BareHashes(_Arguments):
    """Of findScenesByFingerprints."""

    fingerprints: tuple[str, ...]


class ManyHashes(_Arguments):
    """Of findScenesByFullFingerprints."""

    fingerprints: tuple[HashInput, ...]


class ById(_Arguments):
    """Of what is found by its id alone."""

    id: str


class ByIdOrName(_Arguments):
    """Of what is found by id or name."""

    id: str | None = None
    name: str | None = None


class ByTerm(_Arguments):
    """Of the searches."""

    term: str
    limit: int | None = None
    page: int | None = None
    per_page: int | None = None


class ByFilter(_Arguments):
    """Of queryScenes."""

    input: SceneFilter


class EditFilter(_Arguments):
    """EditQueryInput, as far as the sandbox has edits."""

    operation: str | None = None
    applied: bool | None = None
    target_type: str | None = None
    target_id: str | None = None
    page: int = 1
    per_page: int = 25


class ByEdit(_Arguments):
    """Of queryEdits."""

    input: EditFilter


class ExistingInput(_Arguments):
    """QueryExistingSceneInput."""

    title: str | None = None
    studio_id: str | None = None
    fingerprints: tuple[HashInput, ...]


class ByExisting(_Arguments):
    """Of queryExistingScene."""

    input: ExistingInput


class SubmissionInput(_Arguments):
    """FingerprintSubmission."""

    scene_id: str
    fingerprint: HashInput
    unmatch: bool | None = None
    vote: str | None = "VALID"


class OneSubmission(_Arguments):
    """Of submitFingerprint."""

    input: SubmissionInput


class BatchItem(_Arguments):
    """FingerprintBatchSubmission."""

    scene_id: str
    hash: str
    algorithm: str
    duration: int


class Batch(_Arguments):
    """Of submitFingerprints."""

    items: tuple[BatchItem, ...] = Field(alias="input")
