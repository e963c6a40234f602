"""Which sources may be told of fingerprints, as the owner configured it."""

from __future__ import annotations

from daemon.premises import premises_of
from daemon.settings import Settings
from rules.submission import Consent, Recipient, Terms


def terms_of(settings: Settings) -> Terms:
    """Return it; a source that is not asked is told nothing either."""
    return Terms(
        recipients=tuple(
            Recipient(
                source=source.name,
                endpoint=str(source.url),
                consent=Consent(source.submit),
                hears_reports=source.report,
            )
            for source in settings.sources
            if source.enabled and (source.submit != "never" or source.report)
        ),
        discretion=premises_of(settings).discretion,
    )
