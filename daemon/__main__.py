"""`python -m daemon` and the installed `doorman` are the same."""

from __future__ import annotations

from daemon.cli.main import main

if __name__ == "__main__":
    main()
