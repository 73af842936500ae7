"""The console on a terminal line: bytes, first paint, endings, guards."""
