"""Backups: taking one, finding out that it is whole, and bringing everything back from it."""
