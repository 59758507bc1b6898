"""How far the child process is: it writes that over and over at the beginning of a file its parent looks at."""

from __future__ import annotations

import json
import os

from typing_extensions import override

from domain.watching import Watcher

WIDTH = 256


class ChildWatcher(Watcher):
    """Takes the reports of the child.

    Args:
        file: Descriptor of the file that is shared with the parent.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._stage, self._total, self._unit = "", 0, ""

    @override
    def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
        self._stage, self._total, self._unit = stage, total, unit
        self.reach(0)

    @override
    def reach(self, done: int) -> None:
        said = json.dumps([self._stage, self._total, self._unit, done])
        os.pwrite(self._file, said.encode().ljust(WIDTH), 0)


class Relay:
    """Tells a watcher what a child has written.

    Args:
        file: Descriptor of the file that is shared with the child.
        watcher: Who wants to know.
    """

    def __init__(self, file: int, watcher: Watcher) -> None:
        self._file = file
        self._watcher = watcher
        self._stage: list[object] = []

    def look(self) -> None:
        """Pass on how far the child is, if it has said so; whatever else stands in the file is passed over."""
        try:
            stage, total, unit, done = json.loads(os.pread(self._file, WIDTH, 0))
        except (ValueError, TypeError):
            return
        if not isinstance(stage, str) or not isinstance(unit, str):
            return
        if type(total) is not int or type(done) is not int:
            return
        if self._stage != [stage, total, unit]:
            self._stage = [stage, total, unit]
            self._watcher.begin(stage, total=total, unit=unit)
        self._watcher.reach(done)
