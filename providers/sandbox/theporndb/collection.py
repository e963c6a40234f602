"""What a user has collected: the one thing here that a request may change, even by accident."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Collection:
    """Hold the ids of collected scenes; any thread may look."""

    _scene_ids: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def all(self) -> frozenset[str]:
        """Return what is collected."""
        with self._lock:
            return frozenset(self._scene_ids)

    def add(self, scene_id: str) -> None:
        """Collect a scene."""
        with self._lock:
            self._scene_ids.add(scene_id)

    def toggle(self, scene_id: str) -> bool:
        """Collect a scene, or not any more; return which."""
        with self._lock:
            self._scene_ids ^= {scene_id}
            return scene_id in self._scene_ids
