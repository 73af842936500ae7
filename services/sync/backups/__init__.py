"""Backups by night, and the days after a restore."""
