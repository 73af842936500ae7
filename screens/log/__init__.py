"""The sync log: every remote write, newest first, and one of them whole."""
