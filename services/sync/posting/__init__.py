"""Sending what waits: looked up, created, paid, proved, recovered."""
