"""The settings that the rest of doorman is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from daemon.settings.announce_section import AnnounceSettings
from daemon.settings.fingerprint_section import FingerprintSettings
from daemon.settings.identify_section import IdentifySettings
from daemon.settings.notify_section import ChannelSettings, NotifySettings
from daemon.settings.rules import compiled, rule_texts
from daemon.settings.sections import (
    LibrarySettings,
    LogSettings,
    RuleSettings,
    ServerSettings,
    SourceSettings,
    StoreSettings,
)
from daemon.settings.sidecar_section import SidecarSettings

if TYPE_CHECKING:  # see daemon.settings.rules
    from rules.ruleset import RuleSet, RuleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the owner decided, checked, with every default filled in."""

    origin: Path
    """The file it was read from."""
    libraries: tuple[LibrarySettings, ...]
    """At least one; none in another; names are unique. Disabled ones are among them."""
    sources: tuple[SourceSettings, ...]
    """Names are unique; `key` holds the key wherever it came from, None when there is none."""
    rules: tuple[RuleSettings, ...]
    """The owner's own; their conditions compile."""
    identify: IdentifySettings
    notify: NotifySettings
    channels: tuple[ChannelSettings, ...]
    """Names are unique."""
    announces: tuple[AnnounceSettings, ...]
    """Names are unique; `key` as that of sources."""
    sidecar: SidecarSettings
    fingerprint: FingerprintSettings
    server: ServerSettings
    store: StoreSettings
    log: LogSettings

    @property
    def targets(self) -> tuple[SecretStr, ...]:
        """Return the addresses of [notify] and of every channel."""
        of_channels = (target for channel in self.channels for target in channel.targets)
        return (*self.notify.targets, *of_channels)

    @property
    def rule_texts(self) -> tuple[RuleText, ...]:
        """Return the rules in the order they are tried: the owner's, then the shipped ones."""
        return rule_texts(self.rules, default_rules=self.identify.default_rules)

    def rule_set(self) -> RuleSet:
        """Return the compiled rules; they compiled when the settings were read."""
        return compiled(self.rule_texts)
