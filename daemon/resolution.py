"""The order in which settings are found, in words; light to import, for `--help`."""

from __future__ import annotations

from typing import Final

RESOLUTION_ORDER: Final = """\
The configuration file is the first of these that there is:
  1. --config PATH
  2. $DOORMAN_CONFIG
  3. $XDG_CONFIG_HOME/doorman/doorman.toml (~/.config/doorman/doorman.toml)
  4. /etc/doorman/doorman.toml

An option has the first of these values that there is:
  1. the variable DOORMAN_<SECTION>__<OPTION>, as in DOORMAN_LOG__LEVEL=debug; numbers, truths
     and lists are written as in TOML, everything else is taken as it is
  2. the configuration file
  3. its default; the store's is in $STATE_DIRECTORY or $XDG_STATE_HOME/doorman
     (~/.local/state/doorman), the socket's in $RUNTIME_DIRECTORY or $XDG_RUNTIME_DIR/doorman,
     or else beside the store

The key of a source comes from one of these; the variable outweighs the others, and two of the
others at once are an error:
  1. the variable DOORMAN_SOURCE_<NAME>_KEY, as in DOORMAN_SOURCE_STASHDB_KEY
  2. key or key_file in its [[source]]
  3. the systemd credential <name>.key in $CREDENTIALS_DIRECTORY
Libraries, sources, rules and channels are set in the file only.
"""
"""For `--help` and for the reader."""
