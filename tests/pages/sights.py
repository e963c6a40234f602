"""Every page there is to be seen, with what is worth seeing on it."""

from __future__ import annotations

from collections.abc import Mapping


def sights(numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the addresses of pages by name; `numbers` are the files', by name."""
    return {
        "queue": "/",
        "queue-sifted": "/?library=series&text=tea",
        "queue-nothing-fits": "/?text=zzz",
        "queue-no-match": "/?tray=no+match",
        "queue-deferred": "/?tray=deferred",
        "queue-dismissed": "/?tray=dismissed",
        "queue-answered": f"/?answered={numbers['Orchard Road (preview).mkv']}",
        "file": f"/files/{numbers['Harbour.at.Dawn.1080p.mkv']}",
        "file-rivals": f"/files/{numbers['Two Bridges.mov']}",
        "file-long": f"/files/{max(numbers[name] for name in numbers if 'Very Long' in name)}",
        "file-markup": f"/files/{numbers['tea <b>for<i> two & more.mkv']}",
        "file-done": f"/files/{numbers['Two Bridges.mkv']}",
        "file-failed": f"/files/{numbers['Winter Garden (damaged).mp4']}",
        "file-no-match": f"/files/{numbers['home video 0412.mov']}",
        "bulk-accept": "/bulk?of=accept-all&tray=open",
        "bulk-nothing": "/bulk?of=dismiss-selected&tray=open",
        "overview": "/overview",
        "history": "/history",
        "rules": "/rules",
        "statistics": "/statistics",
        "not-there": "/nowhere",
    }
