"""What people do to fills by hand."""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    """What a person did to fills or trades."""

    ADD = "add"
    EDIT = "edit"
    DELETE = "delete"
    RESTORE = "restore"
    SPLIT = "split"
    MERGE = "merge"
    SET_APART = "set_apart"
    JOIN = "join"
    SEPARATE = "separate"
    IMPORT_UNDONE = "import_undone"
    CORRECTED = "corrected"

    @property
    def is_by_file(self) -> bool:
        """Whether an import made it, so that it goes with the import and not by itself."""
        return self in (ChangeKind.IMPORT_UNDONE, ChangeKind.CORRECTED)
