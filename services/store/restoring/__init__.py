"""Backups, and putting one back without losing what came after it."""
