"""What goes wrong with a backup."""

from __future__ import annotations


class BackupTrouble(RuntimeError):
    """A backup could not be taken, is not whole, or could not be brought back; one plain sentence says why."""
