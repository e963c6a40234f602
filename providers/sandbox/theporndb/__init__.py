"""A ThePornDB to try things on: a real server with invented scenes, answering as the REST API does.

It may share its world with a stash-box sandbox, which then has the same scenes under the same ids,
as the two doors of the real service have. What it leaves out, it answers as a route that is not
there. The facts are `theporndb-and-others.md` §3's.
"""

from providers.sandbox.theporndb.box import RestSandbox

__all__ = ["RestSandbox"]
