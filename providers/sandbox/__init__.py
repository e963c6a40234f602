"""A stash-box to try things on: a real server with invented scenes, as strict as the real one.

`doorman demo` and the tests talk to it over a real socket. Its rules are those of the stash-box
versions that people run; where they are odd, it is odd in the same way, for a server that accepts
anything hides mistakes. What it leaves out, it refuses: drafts, edits, uploads, notifications and
everything else that is not in `schema.graphql` is a validation error, as on a server without it.
"""

from providers.sandbox.box import Sandbox

__all__ = ["Sandbox"]
