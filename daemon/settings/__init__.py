"""What the owner decided: doorman.toml and the environment, checked, as values.

The order of resolution is in `RESOLUTION_ORDER`, for `--help` as well as for the reader.
"""

from __future__ import annotations

from daemon.resolution import RESOLUTION_ORDER
from daemon.settings.fingerprint_section import FingerprintSettings
from daemon.settings.identify_section import IdentifySettings
from daemon.settings.load import load_settings
from daemon.settings.notify_section import ChannelSettings, NotifySettings
from daemon.settings.problems import (
    ConfigurationInvalid,
    ConfigurationUnreadable,
    NoConfiguration,
    Problem,
)
from daemon.settings.schema import json_schema
from daemon.settings.sections import (
    LibrarySettings,
    LogSettings,
    RuleSettings,
    ServerSettings,
    SourceSettings,
    StoreSettings,
)
from daemon.settings.settings import Settings
from daemon.settings.sidecar_section import SidecarSettings

__all__ = [
    "RESOLUTION_ORDER",
    "ChannelSettings",
    "ConfigurationInvalid",
    "ConfigurationUnreadable",
    "FingerprintSettings",
    "IdentifySettings",
    "LibrarySettings",
    "LogSettings",
    "NoConfiguration",
    "NotifySettings",
    "Problem",
    "RuleSettings",
    "ServerSettings",
    "Settings",
    "SidecarSettings",
    "SourceSettings",
    "StoreSettings",
    "json_schema",
    "load_settings",
]
